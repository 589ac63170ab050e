"""Finding aids: with them questions have the very answers they have without, only sooner."""

from dataclasses import replace
from datetime import date, datetime
from random import Random

import pytest
from served import Desk, a_field, id_of, question

from cimaise.engine.duck import ReadingRoom
from cimaise.engine.query.answer import answer, carry_out, identified, record
from cimaise.engine.query.planner import plan
from cimaise.engine.query.tiles import tile
from cimaise.engine.schema.schema import Schema
from cimaise.engine.snapshots.aids import aids_of, damages, make_aids
from cimaise.engine.snapshots.book import BOOK
from cimaise.engine.snapshots.grid import GRID
from cimaise.engine.snapshots.orders import order_kind
from cimaise.engine.snapshots.register import REGISTER

SCHEMA = Schema(
    (
        a_field("name", "text"),
        a_field("tags", "text", multivalued=";"),
        a_field("n", "int"),
        a_field("x", "double"),
        a_field("open", "boolean"),
        a_field("day", "date"),
        a_field("year", "date", timeserie_precision="year"),
        a_field("at", "datetime"),
        a_field("more", "json"),
        a_field("place", "geo_point_2d"),
        a_field("outline", "geo_shape"),
    )
)
NAMES = ("Évreux", "evreux", "ÉVREUX", "Zoé", "abbaye", 'a "b"\\\n\x00c', "東京", "ß", "Ångström")

NOON = datetime.fromisoformat("2000-01-01T12:00:00")


def made_up(count):
    """Rows of every type, with nothing in many places and extremes in some."""
    dice = Random(7)

    def maybe(value):
        return None if dice.random() < 0.2 else value

    for number in range(count):
        yield {
            "name": maybe(dice.choice(NAMES)),
            "tags": maybe(dice.sample(NAMES, 2)),
            "n": maybe(dice.choice((number, -(2**63), 2**63 - 1))),
            "x": maybe(dice.choice((number / 7, -0.0, 1e300, 5e-324, float("inf"), float("nan")))),
            "open": maybe(number % 2 == 0),
            "day": maybe(date(1 + number % 9999, 1 + number % 12, 1)),
            "year": maybe(date(1900 + number % 100, 1, 1)),
            "at": maybe(NOON.replace(second=number % 60, microsecond=number)),
            "more": maybe('{"a": [1, 2.50]}'),
            "place": maybe({"lon": dice.uniform(-5, 9), "lat": dice.uniform(42, 51)}),
            "outline": maybe("POLYGON ((1 45, 2 45, 2 46, 1 46, 1 45))"),
        }


@pytest.fixture(scope="module")
def desk(tmp_path_factory):
    """A dataset whose aids are there; `desk.room` uses them."""
    desk = Desk(tmp_path_factory.mktemp("aids"), SCHEMA, list(made_up(700)))
    for kind in (BOOK, REGISTER, GRID):
        assert aids_of(desk.room).made(desk.snapshot, kind)
    for order in ("name", "name desc", "n", "day desc"):
        assert aids_of(desk.room).made(desk.snapshot, order_of(desk, order))
    yield desk
    desk.close()


def order_of(desk, order):
    short = plan(question(order_by=order), desk.snapshot, desk.room).shortcut
    return order_kind(short.orders, short.table, short.sorted_by)


@pytest.fixture(scope="module")
def unaided(tmp_path_factory):
    """The same rows without any aid."""
    desk = Desk(tmp_path_factory.mktemp("unaided"), SCHEMA, list(made_up(700)))
    yield desk
    desk.close()


PLAIN = "name as `a name`, tags, n, x, open, day, year, at, more, place"


@pytest.mark.parametrize("select", ["", PLAIN, "n, n + 1 as m"])
@pytest.mark.parametrize("order", ["", "name", "name desc", "day desc", "x", "name, n desc"])
@pytest.mark.parametrize("where", [(), "n > 600", "open", '"zoé"', "name is null", "n = -1"])
def test_pages_are_the_same(desk, unaided, select, order, where):
    for limit, offset in ((100, 3), (5, 690), (0, 0)):
        asked = {
            "select": select,
            "order_by": order,
            "where": where or (),
            "timezone": "Asia/Tokyo",
        }
        asked |= {"limit": limit, "offset": offset}
        with_aids, without = desk.ask(**asked), unaided.ask(**asked)

        assert with_aids.total_count == without.total_count
        assert with_aids.columns == without.columns
        assert with_aids.records() == without.records()


def test_values_are_those_of_the_engine(desk, unaided):
    found, expected = (each.ask(select=PLAIN, limit=100).rows for each in (desk, unaided))

    assert list(map(repr, found)) == list(map(repr, expected))


def test_a_record_is_found_by_its_id_only(desk, unaided):
    for number in (0, 31, 32, 699):
        rid = id_of(number)
        assert record(desk.snapshot, desk.room, rid) == record(unaided.snapshot, unaided.room, rid)
    assert record(desk.snapshot, desk.room, id_of(700)) is None
    same_start = id_of(5)[:39] + ("0" if id_of(5)[39] != "0" else "1")
    assert record(desk.snapshot, desk.room, same_start) is None


def test_records_with_their_ids_are_the_same(desk, unaided):
    def told(each):
        planned = plan(question(select="name"), each.snapshot, each.room).with_id()
        return identified(planned, each.snapshot, each.room, id_of(40)).records()

    assert told(desk) == told(unaided)
    assert told(desk)[0]["_id"] == id_of(40)


@pytest.mark.parametrize(
    ("asked", "after"),
    [({}, None), ({}, 30), ({"order_by": "name"}, None), ({"where": "n > 600"}, 2), ({}, 698)],
)
def test_pages_that_tell_their_rows_are_the_same(desk, unaided, asked, after):
    def told(each):
        asks = question(select="n, name", limit=7, offset=0 if after else 40, **asked)
        planned = plan(replace(asks, after_row=after), each.snapshot, each.room).with_row()
        return carry_out(planned, each.room)

    found, expected = told(desk), told(unaided)
    assert found.records() == expected.records()
    assert found.total_count == expected.total_count
    assert all(isinstance(row[-1], int) for row in found.rows)


@pytest.mark.parametrize(("z", "x", "y"), [(0, 0, 0), (4, 8, 5), (6, 32, 22), (13, 4148, 2818)])
@pytest.mark.parametrize("where", [(), "n > 300"])
def test_tiles_are_the_same_to_the_byte(tmp_path, z, x, y, where):
    schema = Schema(
        (a_field("name", "text"), a_field("n", "int"), a_field("place", "geo_point_2d"))
    )
    desk = Desk(tmp_path, schema, list(made_up(300)))
    asked = (question(where=where or ()), desk.snapshot, desk.room, z, x, y)
    before = tile(*asked)
    for kind in (BOOK, GRID):
        aids_of(desk.room).made(desk.snapshot, kind)

    assert tile(*asked) == before
    desk.close()


def test_a_damaged_aid_is_told_and_one_cut_short_is_not_used(tmp_path):
    desk = Desk(tmp_path, SCHEMA, list(made_up(50)))
    aids_of(desk.room).made(desk.snapshot, BOOK)
    assert damages(tmp_path) == []
    path = tmp_path / "aids" / BOOK.name
    whole = path.read_bytes()
    path.write_bytes(whole[:10] + b"\x00" + whole[11:])
    assert [str(each) for each in damages(tmp_path)] == [
        "aids/rows.book is damaged; delete it, and it is made again."
    ]
    path.write_bytes(whole[:-5])
    with_none = ReadingRoom(tmp_path)

    assert answer(question(limit=1), desk.snapshot, with_none).records() == desk.records(limit=1)
    assert damages(tmp_path)
    with_none.close()
    desk.close()


def test_a_dataset_without_records_needs_no_aid(tmp_path):
    desk = Desk(tmp_path, SCHEMA, [])

    assert aids_of(desk.room).made(desk.snapshot, BOOK) is None
    assert desk.ask().total_count == 0
    desk.close()


def test_servers_make_what_questions_miss(tmp_path):
    desk = Desk(tmp_path, SCHEMA, list(made_up(50)))
    make_aids(desk.room)
    before = desk.records(order_by="name", limit=20)
    aids_of(desk.room).finish()

    assert (tmp_path / "aids" / BOOK.name).exists()
    assert desk.records(order_by="name", limit=20) == before
    aids_of(desk.room).stop()
    desk.close()
