"""Groups of points that are near one another on a map."""

import pytest
from served import Desk, a_field

from cimaise.engine.odsql.errors import ODSQLError
from cimaise.engine.query.limits import WHOLE
from cimaise.engine.schema.schema import Schema

SCHEMA = Schema(
    (
        a_field("name", "text"),
        a_field("kind", "text"),
        a_field("nb", "int"),
        a_field("place", "geo_point_2d"),
    )
)


def at(name, kind, nb, lon=None, lat=None):
    place = None if lon is None else {"lon": lon, "lat": lat}
    return {"name": name, "kind": kind, "nb": nb, "place": place}


ROWS = [
    at("Louvre", "museum", 9, 2.3364, 48.8606),
    at("Orsay", "museum", 3, 2.3266, 48.86),
    at("Arsenal", "library", 1, 2.3638, 48.8503),
    at("Lyon", "museum", 4, 4.8334, 45.767),
    at("Auckland", "museum", 7, 174.777, -36.86),
    at("South Pole", "library", 2, 0.0, -90.0),
    at("Nowhere", "library", 5),
]


@pytest.fixture(scope="module")
def desk(tmp_path_factory):
    opened = Desk(tmp_path_factory.mktemp("points"), SCHEMA, ROWS)
    yield opened
    opened.close()


def centre(lat, lon):
    return {"cluster_centroid": {"lat": lat, "lon": lon}}


PARIS = centre(48.8569667, 2.3422667)
FOUND = [
    # far away, all of France is one; records of nowhere are a group like another, the least
    (
        {"group_by": "geo_cluster(place, 2) as c", "select": "count(*) as n"},
        [
            (None, 1),
            (centre(48.084475, 2.96505), 4),
            (centre(-90.0, 0.0), 1),
            (centre(-36.86, 174.777), 1),
        ],
    ),
    # nearer, the fullest comes first
    (
        {"group_by": "geo_cluster(place, 8) as c", "select": "count(*) as n", "limit": 3},
        [(None, 1), (PARIS, 3), (centre(-90.0, 0.0), 1)],
    ),
    # at the last, each point is alone, where it is
    (
        {"group_by": "geo_cluster(place, 25) as c", "where": "place is not null", "limit": 2},
        [(centre(-90.0, 0.0),), (centre(48.86, 2.3266),)],
    ),
    (
        {"group_by": "geo_cluster(place, 12, 1000) as c", "where": 'kind = "museum"', "limit": 1},
        [(centre(48.8603, 2.3315),)],
    ),
    # aggregates, other keys, orders, groups that are kept
    (
        {
            "group_by": "geo_cluster(place, 8) as c",
            "select": "sum(nb) as s, max(nb)",
            "order_by": "s desc",
            "limit": 1,
        },
        [(PARIS, 13, 9)],
    ),
    (
        {
            "group_by": "geo_cluster(place, 8) as c, kind",
            "select": "count(*) as n",
            "having": "n > 1",
        },
        [(PARIS, "museum", 2)],
    ),
    (
        {
            "group_by": "kind, geo_cluster(place, 8) as c",
            "select": "avg(nb) as a",
            "order_by": "a",
            "limit": 2,
        },
        [("library", PARIS, 1.0), ("library", centre(-90.0, 0.0), 2.0)],
    ),
    (
        {"group_by": "geo_cluster(place, 8)", "order_by": "geo_cluster(place, 8) desc", "limit": 1},
        [(centre(-36.86, 174.777),)],
    ),
    (
        {
            "group_by": "geo_cluster(place, 2) as a, geo_cluster(place, 8) as b",
            "where": "nb in (3, 4)",
        },
        [
            (centre(47.3135, 3.58), centre(48.86, 2.3266)),
            (centre(47.3135, 3.58), centre(45.767, 4.8334)),
        ],
    ),
    ({"group_by": "geo_cluster(place, 8)", "where": "nb > 100", "select": "count(*)"}, []),
]


@pytest.mark.parametrize(("asked", "expected"), FOUND, ids=[str(asked) for asked, _ in FOUND])
def test_clusters(desk, asked, expected):
    assert [tuple(row.values()) for row in desk.records(**asked)] == expected


def test_a_cluster_is_named_by_what_was_written(desk):
    assert list(desk.records(group_by="GEO_CLUSTER( place,4 )", limit=1)[0]) == [
        "GEO_CLUSTER( place,4 )"
    ]


REFUSED = [
    ("geo_cluster(name, 3)", "is of a field of points"),
    ("geo_cluster(place, 26)", "is a whole number from 0 to 25"),
    ("geo_cluster(place, -1)", "is a whole number from 0 to 25"),
    ("geo_cluster(place, 3.5)", "is a whole number from 0 to 25"),
    ("geo_cluster(place, nb)", "is a whole number from 0 to 25"),
    ("geo_cluster(place, 3, 0)", "radius of geo_cluster()"),
    ("geo_cluster(place, 3, 1e9)", ""),
    ("geo_cluster(place)", "takes other arguments"),
    ("place", "Use the geo_cluster(position, int_precision) aggregation function instead"),
]


@pytest.mark.parametrize(("key", "said"), REFUSED)
def test_clusters_that_make_no_sense(desk, key, said):
    with pytest.raises(ODSQLError) as refused:
        desk.ask(group_by=key)

    assert said in refused.value.message
    assert refused.value.drawn


def test_many_points_are_gathered_alike_every_time_and_none_is_lost(tmp_path):
    """A grid of points, fuller towards the west: neighbours join, never chains of them."""
    rows = [
        at(f"{x} {y} {copy}", "k", 1, x / 7, y / 9)
        for x in range(14)
        for y in range(14)
        for copy in range(1 + x % 3)
    ]
    desk = Desk(tmp_path, SCHEMA, rows)
    key = "geo_cluster(place, 6)"
    try:
        asked = {"group_by": key, "limit": None}
        counted = desk.ask(WHOLE, select="count(*) as n", **asked).records()
        summed = desk.ask(WHOLE, select="sum(nb) as n", **asked).records()
        again = desk.ask(WHOLE, select="count(*) as n", **asked).records()
    finally:
        desk.close()

    assert counted == summed == again
    assert sum(row["n"] for row in counted) == len(rows)
    assert 1 < len(counted) < 60
