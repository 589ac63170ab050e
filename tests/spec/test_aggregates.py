"""Sums, counts and shapes of many records: alone, beside records, of groups."""

from datetime import date, datetime

import pytest
from served import Desk, a_field

from cimaise.engine.odsql.errors import ODSQLError
from cimaise.engine.query.limits import WHOLE
from cimaise.engine.schema.schema import Schema

SCHEMA = Schema(
    (
        a_field("id", "text"),
        a_field("team", "text"),
        a_field("tags", "text", multivalued=";"),
        a_field("nb", "int"),
        a_field("price", "double"),
        a_field("day", "date"),
        a_field("at", "datetime"),
        a_field("flag", "boolean"),
        a_field("place", "geo_point_2d"),
        a_field("zone", "geo_shape"),
    )
)
ROWS = [
    {"id": "1", "team": "a", "tags": ["x", "y"], "nb": 1, "price": 1.5, "day": date(2020, 5, 1),
     "at": datetime.fromisoformat("2020-05-01T10:00"), "flag": True,
     "place": {"lon": 0.0, "lat": 0.0}, "zone": "POLYGON((0 0, 1 0, 1 1, 0 0))"},
    {"id": "2", "team": "a", "tags": ["x"], "nb": 2, "price": 2.5, "day": date(2021, 5, 1),
     "at": datetime.fromisoformat("2021-05-01T10:00"), "flag": False,
     "place": {"lon": 2.0, "lat": 0.0}, "zone": "POINT(5 -3)"},
    {"id": "3", "team": "b", "nb": 3, "place": {"lon": 2.0, "lat": 2.0}},
    {"id": "4", "team": "b", "tags": ["z"], "nb": 4, "price": 9.0,
     "place": {"lon": 1.0, "lat": 0.5}},
    {"id": "5"},
]  # fmt: skip


@pytest.fixture(scope="module")
def desk(tmp_path_factory):
    opened = Desk(tmp_path_factory.mktemp("sums"), SCHEMA, ROWS)
    yield opened
    opened.close()


VALUES = [
    ("count(*)", 5),
    ("count(nb)", 4),
    ("COUNT( tags )", 3),
    ("count(place)", 4),
    ("count(distinct team)", 2),
    ("count(distinct ifnull(team, 'none'))", 3),
    ("count(distinct tags)", 3),  # of a list each element
    ("count(distinct place)", 4),
    ("count(distinct year(day))", 2),
    ("sum(nb)", 10),
    ("sum(price)", 13.0),
    ("avg(nb)", 2.5),
    ("median(nb)", 2.5),
    ("median(price)", 2.5),
    ("min(nb)", 1),
    ("max(price)", 9.0),
    ("min(day)", "2020-05-01"),
    ("max(at)", "2021-05-01T10:00:00+00:00"),
    ("percentile(nb, 0)", 1.0),
    ("percentile(nb, 100)", 4.0),
    ("percentile(nb, 25)", 1.75),
    ("percentile(price, 12.5)", 1.75),
    ("sum(nb * 2 + 1)", 24),
    ("sum(nb) / sum(price) * 100", 10 / 13 * 100),
    ("(max(nb) - min(nb)) / 2", 1.5),
    ("-sum(nb)", -10),
    ("sum(nb) / 0", None),
    ("ifnull(sum(price), 0)", 13.0),
    ("length(id) + max(nb)", 5),
    ("envelope(place)", [[0, 0], [2, 2], [2, 0], [0, 0]]),
    ("bbox(place)", [[0, 0], [0, 2], [2, 2], [2, 0], [0, 0]]),
    ("bbox(zone)", [[0, -3], [0, 1], [5, 1], [5, -3], [0, -3]]),
]


@pytest.mark.parametrize(("said", "expected"), VALUES)
def test_what_aggregates_are(desk, said, expected):
    [row] = desk.records(select=said, limit=1)

    assert list(row) == [said]
    found = row[said]
    if isinstance(expected, list):
        assert found["type"] == "Feature"
        found = found["geometry"]["coordinates"][0]
    assert found == expected


def test_an_envelope_is_the_convex_hull_of_the_points(desk):
    hulls = desk.records(select="envelope(place) as hull", group_by="team")

    assert [row["hull"] and row["hull"]["geometry"]["type"] for row in hulls] == [
        None,
        "LineString",
        "LineString",
    ]
    whole = desk.records(select="envelope(place) as hull", limit=1)[0]["hull"]["geometry"]
    assert whole["type"] == "Polygon"
    # The fourth point lies inside.
    assert sorted(map(tuple, whole["coordinates"][0][1:])) == [(0, 0), (2, 0), (2, 2)]


REPEATED = [
    # as many rows as records, up to the limit; the total is that of the records
    ({"select": "count(*) as n"}, [{"n": 5}] * 5, 5),
    ({"select": "count(*) as n", "limit": 2}, [{"n": 5}] * 2, 5),
    ({"select": "count(*) as n", "limit": 1, "where": "nb > 2"}, [{"n": 2}], 2),
    ({"select": "count(*) as n", "limit": 0}, [], 5),
    ({"select": "count(*) as n", "offset": 4}, [{"n": 5}], 5),
    ({"select": "count(*) as n", "where": "nb > 9"}, [], 0),
    # beside fields: each record, with what is true of all that match
    (
        {"select": "id, sum(nb) as s, nb * 100 / sum(nb) as share", "where": "team = 'a'"},
        [{"id": "1", "s": 3, "share": 100 / 3}, {"id": "2", "s": 3, "share": 200 / 3}],
        2,
    ),
    (
        {"select": "id, max(nb) as m", "order_by": "nb desc", "limit": 1, "offset": 1},
        [{"id": "3", "m": 4}],
        5,
    ),
    (
        {"select": "id, count(*) as n", "order_by": "n, id desc", "limit": 1},
        [{"id": "5", "n": 5}],
        5,
    ),
    ({"select": "id", "order_by": "count(*), id desc", "limit": 1}, [{"id": "5"}], 5),
]


@pytest.mark.parametrize(
    ("asked", "expected", "total"), REPEATED, ids=[str(r[0]) for r in REPEATED]
)
def test_aggregates_without_groups(desk, asked, expected, total):
    found = desk.ask(**asked)

    assert found.records() == expected
    assert found.total_count == total


def test_exports_repeat_aggregates_for_every_record(desk):
    assert desk.ask(WHOLE, select="count(*) as n", limit=None).records() == [{"n": 5}] * 5


NUMERIC = "StatAggregation only supports numeric or date expression"
REFUSED = [
    ("sum(team)", f"sum(team): {NUMERIC}"),
    ("avg(tags)", f"avg(tags): {NUMERIC}"),
    ("min(team)", f"min(team): {NUMERIC}"),
    ("max(lower(team))", f"max(lower(team)): {NUMERIC}"),
    ("median(team)", f"median(team): {NUMERIC}"),
    ("percentile(team, 3)", f"percentile(team): {NUMERIC}"),
    ("sum(flag)", f"sum(flag): {NUMERIC}"),
    ("sum(day)", "sum(): day is not a number"),
    ("min(place)", "min(): place is not a number or date"),
    ("sum(*)", "sum(): * is not a number"),
    ("percentile(nb, 101)", "percentile() is from 0 to 100"),
    ("percentile(nb, -0.1)", "percentile() is from 0 to 100"),
    ("percentile(nb, price)", "price is not a percent"),
    ("percentile(nb)", "percentile() takes other arguments"),
    ("count(distinct *)", "count(distinct) needs a field"),
    ("sum(distinct nb)", "sum() takes no distinct"),
    ("sum(max(nb))", "max() cannot stand here"),
    ("envelope(zone)", "envelope(): zone is not a place"),
    ("envelope(nb)", "envelope(): nb is not a place"),
    ("bbox(team)", "bbox(): team is not a place"),
]


@pytest.mark.parametrize(("said", "message"), REFUSED)
def test_aggregates_that_make_no_sense(desk, said, message):
    with pytest.raises(ODSQLError) as refused:
        desk.ask(select=said)

    assert message in refused.value.message
    assert refused.value.error_code == "ODSQLError"
    assert refused.value.drawn
