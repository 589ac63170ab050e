"""Conditions: what a `where` finds. Each line: the condition, the records it keeps."""

import pytest
from served import Desk, a_field

from cimaise.engine.schema.schema import Schema

ALL = "M1 M2 M3 M4"
FOUND = [
    # comparisons; a missing value satisfies none of them
    ('town = "Paris"', "M1 M3"),
    ('town: "Paris"', "M1 M3"),
    ('town == "Paris"', "M1 M3"),
    ('town = "paris"', ""),
    ('town != "Paris"', "M2 M4"),
    ('town <> "Paris"', "M2 M4"),
    ('"Paris" = town', "M1 M3"),
    ("visitors > 12", "M1 M2"),
    ("visitors >= 12", "M1 M2 M3"),
    ("visitors < 0", "M4"),
    ("visitors <= -5", "M4"),
    ("12 < visitors", "M1 M2"),
    ("price = 22.2", "M3"),
    ("price != 0", "M1 M3"),
    ("visitors = 12.0", "M3"),
    ("visitors < 99999999999999999999999999", ALL),
    ("visitors < price", "M3"),
    # arithmetic; dividing by zero gives nothing
    ("visitors + 1 = 13", "M3"),
    ("(visitors - 2) * 3 = 30", "M3"),
    ("visitors / price > 1000", "M1"),
    ("-visitors = 5", "M4"),
    ("visitors * 9223372036854775807 > 0", ""),
    ("1000000 * 1000000 > visitors", ALL),
    ("2147483647 + 1 = 2147483648", ALL),
    ("-(-9223372036854775807 - 1) is null", ALL),
    ("visitors * 1.123456789 * 1.123456789 * 1.123456789 * 1.987654321 * 1.5 > 1", "M1 M2 M3"),
    # and binds tighter than or
    ('kind = "library" or town = "Paris" and free is true', "M2 M3"),
    ('(kind = "library" or town = "Paris") and free is false', "M1"),
    ('KIND = "x" OR town = "Paris"'.replace("KIND", "kind"), "M1 M3"),
    # not is the complement: it keeps what is unknown
    ("not price = 0", "M1 M3 M4"),
    ("not (price = 0)", "M1 M3 M4"),
    ("not not price = 0", "M2"),
    ('not (price > 1 and town = "Paris")', "M2 M4"),
    ("not price > 1 or price > 20", "M2 M3 M4"),
    # null, true, false
    ("price is null", "M4"),
    ("price is not null", "M1 M2 M3"),
    ("free is true", "M2 M3"),
    ("free is not true", "M1 M4"),
    ("free is false", "M1"),
    ("free: FALSE", "M1"),
    ("free", "M2 M3"),
    ("not free", "M1 M4"),
    ("themes is null", "M4"),
    ("place is not null", "M1 M2 M3"),
    # lists and ranges
    ('ref in ("M1", "M3", "M9")', "M1 M3"),
    ("visitors in (12, -5)", "M3 M4"),
    ('not (ref in ("M1"))', "M2 M3 M4"),
    ("visitors in [12..45000]", "M2 M3"),
    ("visitors in ]12..45000]", "M2"),
    ("visitors in [12 TO 45000[", "M3"),
    ("visitors in ]12..45000[", ""),
    ("opened in [date'1808'..date'1986-12-09']", "M1 M3"),
    ("opened in [date'1808'..date'1986']", "M3"),
    ('town in ["A".."Q"]', "M1 M3"),
    # multivalued fields: any element
    ('themes = "histoire"', "M1 M3"),
    ('"histoire" in themes', "M1 M3"),
    ('themes != "histoire"', "M2"),
    ('not themes = "histoire"', "M2 M4"),
    ('themes in ("livres", "documents")', "M2 M3"),
    ('themes > "i"', "M2"),
    ('themes in ["l".."m"]', "M2"),
    ('themes like "docu*"', "M3"),
    # dates; a bare text beside a date is a date
    ("opened = date'1986-12-09'", "M1"),
    ("opened = date'1986/12/9'", "M1"),
    ("opened > '1990-01-01'", "M2"),
    ("opened >= date'1995-10-21T00:00'", "M2"),
    ("year(opened) = 1808", "M3"),
    ("month(opened) in (12, 10)", "M1 M2"),
    ("quarter(opened) = 4 and day(opened) > 20", "M2"),
    ("hour(opened) = 0", "M1 M2 M3"),
    ("seen > '2025-09-10 09:00:00'", "M2"),
    ("seen = date'2025-09-10T10:00:00+02:00'", "M1"),
    # like: % any letters, word* a beginning, else whole words; neither case nor accents
    ('name like "%MUSEE%"', "M1 M4"),
    ('name like "Mus%"', "M1"),
    ('name like "musee"', "M1"),
    ('name like "eco*"', "M4"),
    ('name like "nationales archives"', "M3"),
    ('name like "archive"', ""),
    ('name like "%\\_%"', ""),
    ('name ilike "%\\\\"', ""),
    ('not name ilike "\\\\"', ALL),
    ('themes like "histoire"', "M1 M3"),
    # of a list any element is looked into: % goes over no end of one
    ('themes like "doc%"', "M3"),
    ('themes like "%re"', "M1 M3"),
    ('themes like "art%hist%"', ""),
    # phrase: the words side by side
    ('phrase(name, "ARCHIVES nationales")', "M3"),
    ('phrase(name, "nationales archives")', ""),
    ('phrase(name, "musee d orsay")', "M1"),
    ('name like "xyz%"', ""),
    # ilike: the whole text, % any letters and _ one, whatever the case; accents count
    ('name ilike "mus_e%"', "M1"),
    ('name ilike "musee%"', ""),
    ('name ilike "%NATIONALES"', "M3"),
    ('themes ilike "HIST%"', "M1 M3"),
    # not in and not like are the complement, as not ( … ) is
    ('ref not in ("M1", "M2")', "M3 M4"),
    ("price not in (16, 0)", "M3 M4"),
    ("visitors not in [12..45000]", "M1 M4"),
    ('"art" not in themes', "M2 M3 M4"),
    ('name not like "mus*"', "M2 M3 M4"),
    ('name not ilike "a%"', "M1 M2 M4"),
    ('not ref not in ("M1")', "M1"),
    # what is compared may be worked out on both sides
    ("visitors in (10 + 2, -5)", "M3 M4"),
    ("price in [2 * 8 .. 5 * 5]", "M1 M3"),
    ("opened in [now(year=1900)..now()]", "M1 M2"),
    ("cast(ref as text) = 'M1'", "M1"),
    ("cast(price as int) = 22", "M3"),
    ("cast(name as int) is null", ALL),
    ("1 = 1", ALL),
    ("1 > 2", ""),
    # functions
    ("length(ref) = 2", ALL),
    ('lower(town) = "paris"', "M1 M3"),
    ('upper(kind) = "MUSEUM"', "M1 M4"),
    ("ifnull(price, -1) < 0", "M4"),
    # full text: words and their families; search forgives; suggest begins; startswith is exact
    ('"musées"', "M1"),
    ('"mediatheque evreux"', "M2"),
    ('"archive"', "M3"),
    ('"média*"', "M2"),
    ('"paris musee"', "M1"),
    ('search("*")', ""),
    ('search(name, "musee")', "M1"),
    ('search(name, "archves natio")', "M3"),
    ('search("paris")', "M1 M3"),
    ('search(*, "paris")', "M1 M3"),
    ('suggest(name, "média")', "M2"),
    ('startswith(name, "Mus")', "M1"),
    ('startswith(name, "mus")', ""),
    ('startswith(ref, name, "M")', ALL),
    ('startswith(themes, "doc")', "M3"),
    ('not "paris"', "M2 M4"),
    ('"paris" and free', "M3"),
    # places: longitude first in shapes, latitude first in in_bbox
    ("within_distance(place, geom'POINT(2.3522 48.8566)', 3km)", "M1 M3"),
    ("distance(place, geom'POINT(2.3522 48.8566)', 1 km)", "M3"),
    ("within_distance(place, geom'POINT(2.3582 48.8603)', 1)", "M3"),
    ("in_bbox(place, 49, 1, 50, 2)", "M2"),
    ("in_bbox(place, 50, 2, 49, 1)", "M2"),
    ("intersects(place, geom'POLYGON((1 49, 2 49, 2 50, 1 50, 1 49))')", "M2"),
    ("disjoint(place, geom'POLYGON((1 49, 2 49, 2 50, 1 50, 1 49))')", "M1 M3"),
    (
        """within(place, geom'{"type":"Polygon","coordinates":[[[1,49],[2,49],[2,50],[1,49]]]}')""",
        "M2",
    ),
    # names: quoted with ` when they are words of the language
    ('`and` = "x"', "M1"),
    ('and = "x"', "M1"),
    ("`visitors`>`price`", "M1 M2"),
    ("", ALL),
]


@pytest.mark.parametrize(("where", "refs"), FOUND, ids=[where or "empty" for where, _ in FOUND])
def test_where_keeps_the_records_that_satisfy_it(desk, where, refs):
    found = desk.ask(select="ref", where=where, order_by="ref")

    assert " ".join(row["ref"] for row in found.records()) == refs
    assert found.total_count == len(refs.split())


def test_a_search_forgives_as_the_documents_say(tmp_path):
    """explore-api §2.7: `bok of secret` finds the book of secrets."""
    rows = [{"title": "THE BOOK OF SECRETS"}, {"title": "THE BOX"}]
    desk = Desk(tmp_path, Schema((a_field("title", "text"),)), rows)
    try:
        assert desk.records(where='search(title, "bok of secret")') == [rows[0]]
        assert desk.records(where='suggest(title, "secr")') == [rows[0]]
        assert desk.records(where='suggest(title, "bok")') == []
    finally:
        desk.close()


def test_several_wheres_must_all_hold(desk):
    assert desk.ask(where=('town = "Paris"', "free", "  ")).total_count == 1


@pytest.mark.parametrize(
    ("zone", "refs"), [("UTC", "M2"), ("Europe/Paris", "M1 M2"), ("America/New_York", "M2")]
)
def test_dates_without_zone_are_read_in_the_zone_of_the_question(desk, zone, refs):
    found = desk.records(
        select="ref", where="seen > '2025-09-10 09:00:00'", timezone=zone, order_by="ref"
    )

    assert " ".join(row["ref"] for row in found) == refs


def test_words_alone_are_answered_best_first_and_page_by_page(desk):
    whole = desk.records(select="ref", where='"paris musée"')
    first = desk.ask(select="ref", where='"paris"', limit=1)
    second = desk.ask(select="ref", where='"paris"', limit=1, offset=1)

    assert [row["ref"] for row in whole] == ["M1"]
    assert first.total_count == second.total_count == 2
    assert {first.rows[0][0], second.rows[0][0]} == {"M1", "M3"}
