"""The query language of the v1 API: what is asked, and which records answer (explore-api §5.2)."""

from datetime import UTC, datetime

import pytest

from cimaise.engine.odsql.errors import ODSQLError
from cimaise.engine.odsql.nodes import Between, Instant
from cimaise.engine.odsql.v1.parser import parse_v1

ALL = "M1 M2 M3 M4"
FOUND = [
    # free words are beginnings of words, all of them wanted
    ("", ALL),
    ("   ", ALL),
    ("mus", "M1 M4"),
    ("musee", "M1"),
    ("MUSÉE", "M1"),
    ("écomus", "M4"),
    ("paris hist", "M1 M3"),
    ("paris, hist", "M1 M3"),
    ("paris museum", "M1"),
    ("nothing", ""),
    # between quotes they stand side by side, whole
    ('"archives nationales"', "M3"),
    ('"nationales archives"', ""),
    ('"archive"', "M3"),  # the kind of M3; of another word it would be a beginning
    ('"archiv"', ""),
    ("'mediatheque de l'", "M2"),
    ('"musee d orsay"', "M1"),
    ('"musée-d’ORSAY"', "M1"),
    ('"musee orsay"', ""),
    # NOT before AND before OR; in small letters they are words
    ("paris AND NOT museum", "M3"),
    ("museum OR library AND paris", "M1 M4"),
    ("(museum OR library) AND paris", "M1"),
    ("NOT (museum OR library)", "M3"),
    ("NOT paris", "M2 M4"),
    ("paris museum OR livres", "M1 M2"),
    ("museum or library", ""),
    # fields
    ("town:paris", "M1 M3"),
    ("town:Paris museum", "M1"),
    ('name:"archives nationales"', "M3"),
    ('"town":paris', "M1 M3"),
    ("town=paris", "M1 M3"),
    ("town==Paris", "M1 M3"),
    ("town==paris", ""),
    ("town!=Paris", "M2 M4"),
    ("name:arch*", "M3"),
    ("themes:histoire", "M1 M3"),
    ("themes==histoire", "M1 M3"),
    ("visitors=12", "M3"),
    ("visitors:12", "M3"),
    ("visitors > 12", "M1 M2"),
    ("visitors>=12", "M1 M2 M3"),
    ("visitors<0", "M4"),
    ("price:[0 TO 16]", "M1 M2"),
    ("price:]0 TO 16]", "M1"),
    ("price:[0 TO 16[", "M2"),
    ("price:[* TO 16[", "M2"),
    ("price:[20 TO *]", "M3"),
    ("price:[* TO *]", "M1 M2 M3"),
    ("free:true", "M2 M3"),
    ("free=False", "M1"),
    # dates stand for the whole of what was written
    ("opened:1986", "M1"),
    ("opened:1986/12", "M1"),
    ("opened:1986/12/09", "M1"),
    ("opened=1986-12-09", "M1"),
    ("opened:1986/11", ""),
    ("opened >= 1986", "M1 M2"),
    ("opened > 1986", "M2"),
    ("opened < 1986", "M3"),
    ("opened <= 1986", "M1 M3"),
    ("opened!=1986", "M2 M3"),
    ("opened:[1808 TO 1986]", "M1 M3"),
    ("opened:[1808 TO 1986[", "M3"),
    ("opened:]1808 TO 1995]", "M1 M2"),
    ("seen:[2025-09-10T00:00:00Z TO 2025-09-11T00:00:00Z]", "M1"),
    ("seen>2025-09-10T08:00:00", "M2"),
    ("seen:2025/09/10", "M1"),
    ("opened <= #now()", "M1 M2 M3"),
    ("opened > #now(years=-1)", ""),
    ("seen:[* TO #now(year=2025, month=9, day=11, hour=0)]", "M1"),
    # functions
    ("#null(price)", "M4"),
    ("NOT #null(price)", "M1 M2 M3"),
    ('#exact(town, "Paris")', "M1 M3"),
    ('#exact(town, "paris")', ""),
    ('#exact(visitors, "12")', "M3"),
    ('#search(name, "archives nat")', "M3"),
    ('#search(*, "museum")', "M1 M4"),
    ('#search(name, kind, "muse")', "M1 M4"),
    ('#startswith(town, "Par")', "M1 M3"),
    ('#startswith(town, "par")', ""),
    ('#distance("48.86,2.3266", 10)', "M1"),
    ('#distance(place, "48.86,2.3266", 5000)', "M1 M3"),
    ('#polygon(place, "(48,2),(49,2),(49,3),(48,3)")', "M1 M3"),
    ('#polygon("(48,2),(49,2),(49,3),(48,3)")', "M1 M3"),
    ('#geometry(place, "POLYGON((1 49, 2 49, 2 50, 1 50, 1 49))")', "M2"),
    ('#bbox("48,2,49,3")', "M1 M3"),
    ('#digest("no such place")', ""),
    ('museum AND #distance(place, "48.86,2.3266", 5000)', "M1"),
]


@pytest.mark.parametrize(("asked", "answered"), FOUND)
def test_a_query_finds(desk, asked, answered):
    found = desk.records(qv1=(asked,), select="ref", limit=10, order_by="ref")
    assert " ".join(each["ref"] for each in found) == answered


def test_queries_and_other_filters_are_combined(desk):
    asked = {"qv1": ("paris", "museum"), "where": "visitors > 0", "refine": "free:false"}
    assert desk.records(select="ref", **asked) == [{"ref": "M1"}]


def test_a_record_is_found_by_its_identifier(desk):
    known = desk.snapshot.manifest.schema
    assert len(known) > 3
    (first,) = desk.records(select="ref", limit=1)
    found = desk.records(qv1=("recordid:'b6589fc6ab0dc82cf12099d1c2d40ab994e8410c'",), select="ref")
    assert found == [first]


def test_a_place_is_found_by_its_digest(desk):
    (known,) = desk.records(where="ref = 'M2'", select="geo_digest(place) as digest")
    for query in ('#digest("{digest}")', '#digest(place, "{digest}")'):
        asked = query.format_map(known)
        assert desk.records(qv1=(asked,), select="ref") == [{"ref": "M2"}]


def test_days_are_those_of_the_time_zone(desk):
    # 22:30 in UTC is past midnight in Paris
    assert desk.records(qv1=("seen:2025/09/12",), select="ref", timezone="Europe/Paris") == [
        {"ref": "M2"}
    ]


REFUSED = [
    ('town:"Paris', "unclosed quote", 5),
    ("(paris", "unexpected end of text", 6),
    ("paris)", "unexpected )", 5),
    ("paris AND", "unexpected end of text", 9),
    ("OR paris", "unexpected OR paris", 0),
    ("twon:paris", "Unknown field: twon", 0),
    ("visitors:many", "Invalid value: many", 0),
    ("opened:99999", "Invalid date: 99999", 0),
    ("opened:yesterday", "Invalid date: yesterday", 0),
    ("place:48", "place values cannot be compared", 0),
    ("price:[1 2]", "unexpected 2]", 9),
    ("free:[true TO false]", "boolean values have no range", 0),
    ("town:", "unexpected end of text", 5),
    ("#nul(price)", "Unknown function: #nul()", 0),
    ("#null()", "#null() takes other arguments", 0),
    ("#attr(town, mail)", "#attr() compares", 0),
    ("#now()", "#now() is not a condition", 0),
    ("opened > #now(moons=1)", "Invalid parameter of #now(): moons=1", 0),
    ("opened > #null(town)", "#null() is not a value", 0),
    ("price > #now()", "#now() compares with dates only", 0),
    ('#distance("91,2", 10)', "Invalid geometry", 10),
    ('#distance("48", 10)', "Invalid geometry", 10),
    ('#distance("48,2", far)', "Invalid distance: far", 18),
    ('#polygon("(1,2),(3,4)")', "Invalid geometry", 9),
    ('#distance(town, "48,2", 10)', "town is not a field of places", 0),
    ("a" * 20_001, "length of text", 20_000),
    ("(" * 500, "depth of nesting", 41),
    ("NOT " * 500, "depth of nesting", 164),
    ("a OR " * 300 + "a", "number of words", 1002),
    ("\x00", "character U+0000", 0),
    ("a\ud800", "character U+D800", 1),
]


@pytest.mark.parametrize(("asked", "said", "place"), REFUSED)
def test_a_query_that_makes_no_sense_is_told_where(desk, asked, said, place):
    with pytest.raises(ODSQLError) as refused:
        desk.ask(qv1=(asked,))
    assert said in refused.value.message
    assert "q" in refused.value.message.rpartition(":")[2]
    assert refused.value.position == place


def test_an_unknown_field_is_told_with_the_nearest_name(desk):
    with pytest.raises(ODSQLError) as refused:
        desk.ask(qv1=("visitor > 3",))
    assert str(refused.value.hint) == "Did you mean visitors?"


NOW = datetime(2021, 5, 6, 12, 34, 55, 450500, tzinfo=UTC)  # a Thursday
MOMENTS = [
    ("", "2021-05-06T12:34:55.450500"),
    ("years=-1", "2020-05-06T12:34:55.450500"),
    ("year=2001", "2001-05-06T12:34:55.450500"),
    ("year=2001,months=-1", "2001-04-06T12:34:55.450500"),
    ("day=31,month=2", "2021-02-28T12:34:55.450500"),
    ("years=-1, hours=-1", "2020-05-06T11:34:55.450500"),
    ("weekday=0", "2021-05-10T12:34:55.450500"),
    ("weekday=MO", "2021-05-10T12:34:55.450500"),
    ("weekday=MO(2)", "2021-05-17T12:34:55.450500"),
    ("weekday=MO(-1)", "2021-05-03T12:34:55.450500"),
    ("weekday=TH", "2021-05-06T12:34:55.450500"),
    ("weeks=-2, weekday=1", "2021-04-27T12:34:55.450500"),
    ("hour=0,minute=0,second=0,microsecond=0", "2021-05-06T00:00:00"),
]


@pytest.mark.parametrize(("changes", "expected"), MOMENTS)
def test_now_is_moved(desk, changes, expected):
    node = parse_v1(f"seen:[#now({changes}) TO *]", desk.snapshot.schema, now=NOW)
    assert isinstance(node, Between)
    assert isinstance(node.low, Instant)
    assert node.low.value == datetime.fromisoformat(expected)
