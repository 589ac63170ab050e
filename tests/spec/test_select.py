"""What is shown of records: select, group_by, order_by, limit and offset."""

from datetime import datetime

import pytest
from served import Desk, a_field

from cimaise.engine.schema.schema import Schema

D1 = Schema((a_field("id", "text"), a_field("nb", "double"), a_field("some_date", "datetime")))
D1_ROWS = [
    {"id": "koumoul", "nb": 11.0, "some_date": datetime.fromisoformat("2017-12-12")},
    {"id": "bidule", "nb": 22.2, "some_date": datetime.fromisoformat("2017-10-10")},
]
# The recorded vectors of explore-api §2.10.
VECTORS = [
    ({"select": "id,nb as number", "limit": 1}, [{"id": "koumoul", "number": 11}]),
    ({"select": "count(*) as total", "limit": 1}, [{"total": 2}]),
    ({"select": "count(*) as total"}, [{"total": 2}, {"total": 2}]),
    (
        {"select": "id,avg(nb) AS avg_nb,count(*) as total", "limit": 1},
        [{"id": "koumoul", "avg_nb": 16.6, "total": 2}],
    ),
    (
        {
            "select": "year(some_date) as a,month(some_date) as m,day(some_date) as d,"
            "hour(some_date) as h",
            "limit": 1,
        },
        [{"a": 2017, "m": 12, "d": 12, "h": 0}],
    ),
    ({"select": "id", "where": 'id: "koumoul"'}, [{"id": "koumoul"}]),
    ({"select": "id", "where": 'NOT id = "koumoul"'}, [{"id": "bidule"}]),
    ({"select": "id", "where": "year(some_date) < 2017"}, []),
    ({"select": "id", "order_by": "id DESC,nb"}, [{"id": "koumoul"}, {"id": "bidule"}]),
    ({"select": "id", "order_by": "-id,nb"}, [{"id": "koumoul"}, {"id": "bidule"}]),
    ({"group_by": "id"}, [{"id": "bidule"}, {"id": "koumoul"}]),
    (
        {"group_by": "id,nb", "select": "count(*) as count", "offset": 1},
        [{"id": "koumoul", "nb": 11, "count": 1}],
    ),
    (
        {"group_by": "id as identifiant", "order_by": "identifiant desc"},
        [{"identifiant": "koumoul"}, {"identifiant": "bidule"}],
    ),
    ({"group_by": "id", "order_by": "avg(nb)"}, [{"id": "koumoul"}, {"id": "bidule"}]),
    (
        {"group_by": "id", "order_by": "avg(nb)", "limit": 1, "offset": 1},
        [{"id": "bidule"}],
    ),
    (
        {"group_by": "year(some_date) as annee", "select": "count(*)"},
        [{"annee": 2017, "count(*)": 2}],
    ),
    (
        {"select": "id", "where": 'nb > 12 OR id: "k" AND nb <= 12'},
        [{"id": "bidule"}],
    ),
    ({"select": "id", "refine": "id:koumoul"}, [{"id": "koumoul"}]),
    (
        {"group_by": "id", "select": "id,count(*) as Count,avg(nb) as Avg", "order_by": "id desc"},
        [{"id": "koumoul", "Count": 1, "Avg": 11}, {"id": "bidule", "Count": 1, "Avg": 22.2}],
    ),
]


@pytest.fixture(scope="module")
def d1(tmp_path_factory):
    opened = Desk(tmp_path_factory.mktemp("d1"), D1, D1_ROWS)
    yield opened
    opened.close()


@pytest.mark.parametrize(("asked", "expected"), VECTORS, ids=[str(asked) for asked, _ in VECTORS])
def test_recorded_answers_of_the_explore_api(d1, asked, expected):
    found = d1.records(**asked)

    assert found == expected
    assert [list(row) for row in found] == [list(row) for row in expected]


SHOWN = [
    (
        {"select": "ref, visitors*2, -price, length(name) as `très long`", "where": 'ref="M3"'},
        [{"ref": "M3", "visitors*2": 24, "-price": -22.2, "très long": 19}],
    ),
    ({"select": "(visitors + 1)", "where": 'ref="M3"'}, [{"(visitors + 1)": 13}]),
    ({"select": "visitors / 0 as none", "where": 'ref="M3"'}, [{"none": None}]),
    ({"select": 'ref as "Un titre"', "limit": 1}, [{"Un titre": "M1"}]),
    ({"select": "Count( * )", "limit": 1}, [{"Count( * )": 4}]),
    ({"select": "count(distinct town) as n, count(price) as p", "limit": 1}, [{"n": 3, "p": 3}]),
    (
        {"select": "sum(visitors), min(price), max(opened), median(visitors)", "limit": 1},
        [
            {
                "sum(visitors)": 3245007,
                "min(price)": 0.0,
                "max(opened)": "1995-10-21",
                "median(visitors)": 22506.0,
            }
        ],
    ),
    ({"select": "percentile(price, 50) as p", "limit": 1}, [{"p": 16.0}]),
    ({"select": "sum(visitors)/count(*) as mean", "limit": 1}, [{"mean": 811251.75}]),
    ({"select": "count(*)", "where": 'ref = "none"'}, []),
    (
        {"select": "themes, place, opened, seen, free", "where": 'ref="M1"'},
        [
            {
                "themes": ["art", "histoire"],
                "place": {"lon": 2.3266, "lat": 48.86},
                "opened": "1986-12-09",
                "seen": "2025-09-10T08:00:00+00:00",
                "free": False,
            }
        ],
    ),
    (
        {"select": "seen, hour(seen) as h", "where": 'ref="M1"', "timezone": "Europe/Paris"},
        [{"seen": "2025-09-10T10:00:00+02:00", "h": 10}],
    ),
    # groups: missing values are a group, the least; each element of a list is a group
    (
        {"group_by": "free", "select": "count(*) as n"},
        [{"free": None, "n": 1}, {"free": False, "n": 1}, {"free": True, "n": 2}],
    ),
    (
        {"group_by": "free", "order_by": "free desc"},
        [{"free": True}, {"free": False}, {"free": None}],
    ),
    (
        {"group_by": "themes", "select": "count(*) as n", "order_by": "n desc, themes"},
        [
            {"themes": "histoire", "n": 2},
            {"themes": None, "n": 1},
            {"themes": "art", "n": 1},
            {"themes": "documents", "n": 1},
            {"themes": "livres", "n": 1},
        ],
    ),
    (
        {"group_by": "lower(kind)", "select": "max(visitors) as most", "limit": 1},
        [{"lower(kind)": "archive", "most": 12}],
    ),
    (
        {"group_by": "year(opened)", "select": "year(opened), count(*)", "where": "free"},
        [
            {"year(opened)": 1808, "count(*)": 1},
            {"year(opened)": 1995, "count(*)": 1},
        ],
    ),
    # orders: neither case nor accents; missing values last both ways
    (
        {"select": "town", "order_by": "town"},
        [{"town": "Évreux"}, {"town": "evry"}, {"town": "Paris"}, {"town": "Paris"}],
    ),
    ({"select": "ref", "order_by": "price", "offset": 3}, [{"ref": "M4"}]),
    ({"select": "ref", "order_by": "price desc", "offset": 3}, [{"ref": "M4"}]),
    ({"select": "price as p", "order_by": "p desc", "limit": 1}, [{"p": 22.2}]),
    (
        {"select": "ref", "order_by": "town desc, length(name)", "limit": 2},
        [{"ref": "M1"}, {"ref": "M3"}],
    ),
    (
        {
            "select": "ref",
            "order_by": "distance(place, geom'POINT(2.3582 48.8603)')",
            "limit": 2,
        },
        [{"ref": "M3"}, {"ref": "M1"}],
    ),
    # a number alone orders nothing: it is no place of a column
    ({"select": "ref", "order_by": "10, ref desc", "limit": 1}, [{"ref": "M4"}]),
    ({"group_by": "kind", "order_by": "-10, kind desc", "limit": 1}, [{"kind": "museum"}]),
    ({"select": "ref", "limit": 0}, []),
]


@pytest.mark.parametrize(("asked", "expected"), SHOWN, ids=[str(asked) for asked, _ in SHOWN])
def test_what_is_shown_of_records(desk, asked, expected):
    assert desk.records(**asked) == expected


def test_every_field_is_present_in_the_order_of_the_schema(desk):
    found = desk.records(where='ref = "M4"')[0]

    assert list(found) == list(desk.snapshot.schema.names)
    assert found["price"] is None


def test_groups_carry_no_count(desk):
    assert desk.ask(group_by="town").total_count is None


def test_a_page_past_the_end_is_empty_and_still_counts(desk):
    found = desk.ask(where="visitors > 0", offset=50)

    assert (found.rows, found.total_count) == ([], 3)


def test_limit_minus_one_is_the_longest_page(desk):
    assert len(desk.ask(limit=-1).rows) == 4
