"""Paging by cursor: the pages, one after the other, are the whole answer in its order."""

import math
from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest
from served import Desk, a_field, question

from cimaise.engine.odsql.errors import AskingError
from cimaise.engine.query.cursors import Position, cursor_of, page_from, position_at
from cimaise.engine.query.limits import WHOLE
from cimaise.engine.schema.schema import Schema

SCHEMA = Schema(
    (
        a_field("ref", "text", id=True),
        a_field("name", "text"),
        a_field("kind", "text", facet=True),
        a_field("themes", "text", multivalued=";"),
        a_field("visitors", "int"),
        a_field("price", "double"),
        a_field("free", "boolean"),
        a_field("opened", "date"),
        a_field("seen", "datetime"),
    )
)
NAMES = ["Été", "ete", "Zoo", None, "âne", "Ane", "", "musée"]
PRICES = [1.5, None, math.inf, -3.25, 0.0, 1.5, math.nan]


def row(number):
    return {
        "ref": f"R{number:03}",
        "name": NAMES[number % 8],
        "kind": "abc"[number % 3],
        "themes": [["x", "y"], None, ["a"]][number % 3],
        "visitors": None if number % 5 == 0 else number % 4,
        "price": PRICES[number % 7],
        "free": [True, None, False][number % 3],
        "opened": date(2000, 1, 1) + timedelta(days=number % 6) if number % 4 else None,
        "seen": datetime(2020, 1, 1, number % 24),  # noqa: DTZ001 - stored without a zone
    }


@pytest.fixture(scope="module")
def desk(tmp_path_factory):
    opened = Desk(tmp_path_factory.mktemp("cursors"), SCHEMA, [row(n) for n in range(97)])
    yield opened
    opened.close()


def pages(desk, asked, most=200):
    """The answers of every page, each begun where the cursor of the one before says."""
    position, found = Position(), []
    for _ in range(most):
        page = page_from(position, asked, desk.snapshot, desk.room)
        found += page.answer.records()
        if page.following is None:
            return found
        cursor = cursor_of(page.following, asked, desk.snapshot)
        position = position_at(cursor, asked, desk.snapshot)
    raise AssertionError("no end of pages")


ASKED = [
    {},
    {"where": "kind = 'a'"},
    {"order_by": "name"},
    {"order_by": "name desc"},
    {"order_by": "visitors, price desc"},
    {"order_by": "price"},
    {"order_by": "price desc, name"},
    {"order_by": "free desc, opened"},
    {"order_by": "opened desc, seen, visitors"},
    {"order_by": "length(name) desc"},
    {"order_by": "random(7)"},
    {"order_by": "visitors", "where": ("kind != 'c'", "price is not null")},
    {"refine": "kind:b", "order_by": "-seen"},
    {"select": "ref", "order_by": "name"},
    {"select": "ref, count(*) as n", "order_by": "name"},
    {"group_by": "name", "select": "count(*) as n"},
    {"group_by": "visitors, kind", "order_by": "count(*) desc"},
    {"where": "search('musée')", "limit": 3},
    {"where": "visitors > 100"},
]


@pytest.mark.parametrize("asked", ASKED, ids=str)
def test_pages_in_a_row_are_the_whole_answer(desk, asked):
    most = 100 if "search" in str(asked) else None  # without a limit nothing is ranked
    whole = desk.ask(WHOLE, **{**asked, "limit": most}).records()
    for limit in (3, 10, 97):
        found = pages(desk, question(**{**asked, "limit": limit}))
        assert str(found) == str(whole)  # NaN is not itself


def test_every_page_tells_the_same_total(desk):
    asked = question(where="kind = 'a'", order_by="name", limit=10)
    position, totals = Position(), []
    while position is not None:
        page = page_from(position, asked, desk.snapshot, desk.room)
        totals.append(page.answer.total_count)
        position = page.following
    assert totals == [33] * 4


def test_a_cursor_begins_where_an_offset_was_given_first(desk):
    asked = question(order_by="name", limit=10)
    first = page_from(Position(seen=20), asked, desk.snapshot, desk.room)
    after = page_from(first.following, asked, desk.snapshot, desk.room)
    assert after.answer.records() == desk.records(order_by="name", limit=10, offset=30)


def test_a_page_of_nothing_is_not_followed(desk):
    assert page_from(Position(), question(limit=0), desk.snapshot, desk.room).following is None


BAD = ["x", "", "é", "AAAA", "W10", "e30", "MQ", "A" * 10_000, "=" * 50, "bnVsbA", "WzEsLTEsMCwxXQ"]


@pytest.mark.parametrize("cursor", BAD)
def test_what_is_no_cursor_is_refused(desk, cursor):
    with pytest.raises(AskingError, match="after API parameter"):
        position_at(cursor, question(), desk.snapshot)


def test_a_cursor_belongs_to_its_question_and_version(desk):
    cursor = cursor_of(Position(10, 9, 97), question(limit=10), desk.snapshot)
    assert position_at(cursor, question(limit=50), desk.snapshot) == Position(10, 9, 97)
    with pytest.raises(AskingError, match="the same question"):
        position_at(cursor, question(order_by="name"), desk.snapshot)
    manifest = replace(desk.snapshot.manifest, snapshot="v2")
    other = replace(desk.snapshot, manifest=manifest)
    with pytest.raises(AskingError, match="the data has changed, start again"):
        position_at(cursor, question(), other)
