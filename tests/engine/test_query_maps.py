"""Tiles, bounds, charts, single records and ETags: what the pages draw beside the table."""

from datetime import date

import pytest
from served import Desk, a_field, id_of, question

from cimaise.engine.odsql.errors import InvalidParameterError, ODSQLError
from cimaise.engine.query.answer import record
from cimaise.engine.query.bounds import bounds
from cimaise.engine.query.charts import series
from cimaise.engine.query.etag import etag
from cimaise.engine.query.tiles import tile
from cimaise.engine.schema.schema import Schema

POINTS = Schema(
    (
        a_field("name", "text"),
        a_field("kind", "text", facet=True),
        a_field("visitors", "int"),
        a_field("opened", "date"),
        a_field("place", "geo_point_2d"),
    )
)
SHAPES = Schema((a_field("name", "text"), a_field("outline", "geo_shape")))


def spread(count):
    """Places on a diagonal through France, the last one without coordinates."""
    rows = [
        {
            "name": f"house {n}",
            "kind": "even" if n % 2 == 0 else "odd",
            "visitors": n,
            "opened": date(2000 + n % 3, 1 + n % 12, 1),
            "place": {"lon": n * 4 / count, "lat": 44 + n * 4 / count},
        }
        for n in range(count)
    ]
    return [*rows, {"name": "nowhere"}]


@pytest.fixture(scope="module")
def houses(tmp_path_factory):
    desk = Desk(tmp_path_factory.mktemp("houses"), POINTS, spread(600))
    yield desk
    desk.close()


@pytest.fixture(scope="module")
def areas(tmp_path_factory):
    rows = [
        {"name": "square", "outline": "POLYGON ((1 45, 2 45, 2 46, 1 46, 1 45))"},
        {"name": "pole", "outline": "POLYGON ((-180 -90, 180 -90, 180 -80, -180 -80, -180 -90))"},
        {"name": "nowhere"},
    ]
    desk = Desk(tmp_path_factory.mktemp("areas"), SHAPES, rows)
    yield desk
    desk.close()


def drawn(desk, z, x, y, **asked):
    return tile(question(**asked), desk.snapshot, desk.room, z, x, y)


def test_from_afar_records_are_counted_together_and_named_when_near(houses):
    far, near = drawn(houses, 0, 0, 0), drawn(houses, 9, 257, 183)

    assert b"records" in far
    assert b"house" not in far
    assert b"house" in near
    assert id_of(100).encode() in drawn(houses, 0, 0, 0, where='"house 100"')


def test_few_records_are_each_drawn_with_their_identifier_and_title(houses):
    found = drawn(houses, 0, 0, 0, where="visitors = 7")

    assert id_of(7).encode() in found
    assert b"house 7" in found


def test_a_tile_where_nothing_is_has_no_bytes(houses, areas):
    assert drawn(houses, 5, 0, 0) == b""
    assert drawn(areas, 5, 0, 0) == b""
    assert drawn(houses, 0, 0, 0, where="visitors < 0") == b""


def test_shapes_are_drawn_even_over_the_pole(areas):
    world = drawn(areas, 0, 0, 0)

    assert b"square" in world
    assert b"pole" in world
    assert b"pole" not in drawn(areas, 4, 8, 5)


@pytest.mark.parametrize("where", [(-1, 0, 0), (0, 1, 0), (3, 8, 0), (3, 0, -1), (40, 0, 0)])
def test_there_is_no_such_tile(houses, where):
    with pytest.raises(InvalidParameterError):
        drawn(houses, *where)


def test_bounds_hold_every_record_that_is_somewhere(houses, areas):
    found = bounds(question(), houses.snapshot, houses.room)
    shapes = bounds(question(where='name = "square"'), areas.snapshot, areas.room)

    assert found.count == 600
    assert found.box == pytest.approx((0, 44, 599 * 4 / 600, 44 + 599 * 4 / 600))
    assert shapes.box == (1, 45, 2, 46)
    assert bounds(question(where="visitors < 0"), houses.snapshot, houses.room).box is None


def test_a_dataset_without_places_has_no_map(tmp_path):
    desk = Desk(tmp_path, Schema((a_field("name", "text"),)), [{"name": "x"}])

    with pytest.raises(ODSQLError, match="no field of places"):
        bounds(question(), desk.snapshot, desk.room)
    desk.close()


def test_a_chart_by_category_keeps_the_largest_and_counts_the_rest(houses):
    found = series(
        question(), "kind", houses.snapshot, houses.room, aggregate="sum", measured="visitors"
    )
    cut = series(question(where="visitors >= 0"), "name", houses.snapshot, houses.room, most=5)

    assert found.points == (("odd", 90000.0), ("even", 89700.0), (None, None))
    assert (len(cut.points), cut.rest) == (5, 595)


def test_a_chart_by_date_is_in_the_order_of_time(houses):
    asked = question(where="visitors < 6")
    years = series(asked, "opened", houses.snapshot, houses.room)
    months = series(asked, "opened", houses.snapshot, houses.room, step="month")

    assert years.points == (("2000", 2.0), ("2001", 2.0), ("2002", 2.0))
    assert months.points[0] == ("2000-01", 1.0)
    assert len(months.points) == 6


@pytest.mark.parametrize(
    ("field", "aggregate", "measured"),
    [("place", "count", None), ("none", "count", None), ("kind", "sum", "name")],
)
def test_a_chart_of_what_cannot_be_drawn_is_refused(houses, field, aggregate, measured):
    with pytest.raises(ODSQLError):
        series(
            question(), field, houses.snapshot, houses.room, aggregate=aggregate, measured=measured
        )


def test_one_record_by_its_identifier(houses):
    found = record(houses.snapshot, houses.room, id_of(7))

    assert found is not None
    assert found["name"] == "house 7"
    assert record(houses.snapshot, houses.room, "0" * 40) is None
    assert record(houses.snapshot, houses.room, "' or 1=1 --\x00") is None


def test_the_same_question_has_the_same_etag_and_another_another(houses):
    first = etag(houses.snapshot, question(where="visitors = 1"), "json")

    assert first == etag(houses.snapshot, question(where="visitors = 1"), "json")
    assert first != etag(houses.snapshot, question(where="visitors = 2"), "json")
    assert first != etag(houses.snapshot, question(where="visitors = 1"), "csv")
    assert first.startswith('"')


def test_many_hits_beside_another_condition(tmp_path_factory):
    rows = [{"name": "house", "visitors": n} for n in range(21_000)]
    schema = Schema((a_field("name", "text"), a_field("visitors", "int")))
    desk = Desk(tmp_path_factory.mktemp("many"), schema, rows)

    found = desk.ask(where='"house" and visitors >= 20990', select="visitors")

    assert [row[0] for row in found.rows] == list(range(20_990, 21_000))
    desk.close()
