"""Groups of ranges: of one width, of the calendar and the clock, between bounds."""

from datetime import date, datetime

import pytest
from served import Desk, a_field

from cimaise.engine.odsql.errors import ODSQLError
from cimaise.engine.schema.schema import Schema

SCHEMA = Schema(
    (
        a_field("kind", "text"),
        a_field("tags", "text", multivalued=";"),
        a_field("nb", "int"),
        a_field("price", "double"),
        a_field("day", "date"),
        a_field("at", "datetime"),
    )
)
ROWS = [
    {"kind": "a", "tags": ["x", "y"], "nb": -5, "price": 0.3, "day": date(2019, 12, 31),
     "at": datetime.fromisoformat("2017-10-09T22:30")},
    {"kind": "a", "tags": ["x"], "nb": 0, "price": 0.7, "day": date(2020, 1, 1),
     "at": datetime.fromisoformat("2017-10-10T21:59:59")},
    {"kind": "b", "nb": 9, "price": 11.0, "day": date(2020, 2, 29),
     "at": datetime.fromisoformat("2023-10-29T00:10")},
    {"kind": "b", "nb": 10, "price": 22.2, "day": date(2021, 6, 15),
     "at": datetime.fromisoformat("2023-10-29T01:10")},
    {"kind": "c", "nb": 120, "price": -0.0, "day": date(808, 3, 6),
     "at": datetime.fromisoformat("1890-06-01T12:00")},
    {"kind": "c"},
]  # fmt: skip


@pytest.fixture(scope="module")
def desk(tmp_path_factory):
    opened = Desk(tmp_path_factory.mktemp("ranges"), SCHEMA, ROWS)
    yield opened
    opened.close()


# What is grouped by, under which conditions, and each label with its count.
COUNTED = [
    # whole numbers in whole widths: both ends inside; below zero too; in the order of the numbers
    (
        "range(nb, 10)",
        {},
        {None: 1, "[-10, -1]": 1, "[0, 9]": 2, "[10, 19]": 1, "[120, 129]": 1},
    ),
    ("range(nb, 1)", {"where": "nb < 1"}, {"[-5, -5]": 1, "[0, 0]": 1}),
    ("range(nb, 2.5)", {"where": "nb < 10 and nb > 0"}, {"[7.5, 10[": 1}),
    # decimals: the lower end inside, the upper one not
    ("range(price, 10)", {}, {None: 1, "[0, 10[": 3, "[10, 20[": 1, "[20, 30[": 1}),
    # 0.3 is in the range that 0.3 begins, though 0.3 / 0.1 is a hair under 3
    (
        "range(price, 0.1)",
        {"where": "price < 1"},
        {"[0, 0.1[": 1, "[0.3, 0.4[": 1, "[0.7, 0.8[": 1},
    ),
    ("range(nb * 2, 100)", {"where": "nb > 9"}, {"[0, 99]": 1, "[200, 299]": 1}),
    # bounds written out: every range is there, even of no record
    (
        "RANGE(nb,*,10,50,100,*)",
        {},
        {None: 1, "[*, 9]": 3, "[10, 49]": 1, "[50, 99]": 0, "[100, *]": 1},
    ),
    ("range(nb, 0, 10, 11)", {}, {None: 1, "[0, 9]": 2, "[10, 10]": 1}),
    ("RANGE(nb,9,10,11)", {"where": "nb > 0"}, {"[9, 9]": 1, "[10, 10]": 1}),
    ("range(nb, *, 10.5, *)", {"where": "nb > 0"}, {"[*, 10.5[": 2, "[10.5, *[": 1}),
    ("range(nb, -5, 0)", {"where": "nb < 1"}, {"[-5, -1]": 1}),
    ("range(price, *, 20, *)", {"where": "price >= 11"}, {"[*, 20.0[": 1, "[20.0, *[": 1}),
    ("range(price, 20.5, *)", {}, {None: 1, "[20.5, *[": 1}),
    ("range(nb, *, 10, *)", {"where": 'kind = "none"'}, {"[*, 9]": 0, "[10, *]": 0}),
    # days and the calendar
    (
        "range(day, 1 year)",
        {"where": "nb < 120"},
        {
            "[2019-01-01T00:00:00.000Z, 2020-01-01T00:00:00.000Z[": 1,
            "[2020-01-01T00:00:00.000Z, 2021-01-01T00:00:00.000Z[": 2,
            "[2021-01-01T00:00:00.000Z, 2022-01-01T00:00:00.000Z[": 1,
        },
    ),
    (
        "range(day, 1 w)",
        {"where": "day < date'2020-02-01' and nb <= 0"},
        {"[2019-12-30T00:00:00.000Z, 2020-01-06T00:00:00.000Z[": 2},
    ),
    (
        "range(day, 1 quarter)",
        {"where": "year(day) = 2020"},
        {"[2020-01-01T00:00:00.000Z, 2020-04-01T00:00:00.000Z[": 2},
    ),
    (
        "range(day, 1M)",
        {"where": "nb = 120"},
        {"[0808-03-01T00:00:00.000Z, 0808-04-01T00:00:00.000Z[": 1},
    ),
    # a date is the same day everywhere
    (
        "range(day, 1 Day)",
        {"where": "nb = 0", "timezone": "Asia/Tokyo"},
        {"[2020-01-01T00:00:00.000Z, 2020-01-02T00:00:00.000Z[": 1},
    ),
    # moments: by the clocks of the time zone
    (
        "range(at, 1 day)",
        {"where": "year(at) = 2017"},
        {
            "[2017-10-09T00:00:00.000Z, 2017-10-10T00:00:00.000Z[": 1,
            "[2017-10-10T00:00:00.000Z, 2017-10-11T00:00:00.000Z[": 1,
        },
    ),
    (
        "range(at, 1 day)",
        {"where": "year(at) = 2017", "timezone": "Europe/Paris"},
        {"[2017-10-10T00:00:00+02:00, 2017-10-11T00:00:00+02:00[": 2},
    ),
    (
        "range(at, 1 day)",
        {"where": "year(at) = 2023", "timezone": "Europe/Paris"},
        {"[2023-10-29T00:00:00+02:00, 2023-10-30T00:00:00+01:00[": 2},
    ),
    # the hour that autumn repeats is two hours
    (
        "range(at, 1h)",
        {"where": "year(at) = 2023", "timezone": "Europe/Paris"},
        {
            "[2023-10-29T02:00:00+02:00, 2023-10-29T02:00:00+01:00[": 1,
            "[2023-10-29T02:00:00+01:00, 2023-10-29T03:00:00+01:00[": 1,
        },
    ),
    # letters alone keep their case: m is a minute
    (
        "range(at, 15 m)",
        {"where": "year(at) = 2023"},
        {
            "[2023-10-29T00:00:00.000Z, 2023-10-29T00:15:00.000Z[": 1,
            "[2023-10-29T01:00:00.000Z, 2023-10-29T01:15:00.000Z[": 1,
        },
    ),
    (
        "range(at, 6 hours)",
        {"where": "year(at) = 2017", "timezone": "Europe/Paris"},
        {
            "[2017-10-10T00:00:00+02:00, 2017-10-10T06:00:00+02:00[": 1,
            "[2017-10-10T18:00:00+02:00, 2017-10-11T00:00:00+02:00[": 1,
        },
    ),
    (
        "range(at, 500 ms)",
        {"where": "nb = 0", "timezone": "Europe/Paris"},
        {"[2017-10-10T23:59:59.000+02:00, 2017-10-10T23:59:59.500+02:00[": 1},
    ),
    # clocks of before railways have minutes and seconds of their own
    (
        "range(at, 1 y)",
        {"where": "nb = 120", "timezone": "Europe/Paris"},
        {"[1890-01-01T00:00:00+00:09:21, 1891-01-01T00:00:00+00:09:21[": 1},
    ),
    # bounds are read in the time zone, and said in UTC
    (
        "range(at, *, date'2017-10-10', '2020', *)",
        {"timezone": "Europe/Paris", "where": "year(at) > 2000"},
        {
            "[*, 2017-10-09T22:00:00.000Z[": 0,
            "[2017-10-09T22:00:00.000Z, 2019-12-31T23:00:00.000Z[": 2,
            "[2019-12-31T23:00:00.000Z, *[": 2,
        },
    ),
    (
        "range(day, *, date'2020-11-13')",
        {"timezone": "Europe/Paris", "where": "nb = 0"},
        {"[*, 2020-11-13T00:00:00.000Z[": 1},
    ),
]


@pytest.mark.parametrize(("key", "asked", "expected"), COUNTED, ids=[str(c[:2]) for c in COUNTED])
def test_ranges(desk, key, asked, expected):
    found = desk.records(group_by=key, select="count(*) as n", limit=100, **asked)

    assert [(row[key], row["n"]) for row in found] == list(expected.items())


WITH_OTHERS = [
    # the same range under two names is one key
    (
        {"group_by": "range(nb, *, 10, *) as r, range(nb, *, 10, *) as s", "where": "nb > 0"},
        [("[*, 9]", "[*, 9]"), ("[10, *]", "[10, *]")],
    ),
    # each other key has every range written out
    (
        {"group_by": "kind, range(nb, *, 10, *) as r", "select": "count(*) as n, sum(nb) as s"},
        [
            ("a", "[*, 9]", 2, -5),
            ("a", "[10, *]", 0, None),
            ("b", "[*, 9]", 1, 9),
            ("b", "[10, *]", 1, 10),
            ("c", None, 1, None),
            ("c", "[*, 9]", 0, None),
            ("c", "[10, *]", 1, 120),
        ],
    ),
    (
        {
            "group_by": "range(nb, 0, 10) as r, range(price, *, 1) as p",
            "select": "count(*) as n",
            "where": "nb is not null and price is not null",
        },
        [("[0, 9]", "[*, 1.0[", 1)],
    ),
    (
        {
            "group_by": "tags, range(nb, *, 0, *) as r",
            "select": "count(*) as n",
            "where": "tags is not null",
        },
        [("x", "[*, -1]", 1), ("x", "[0, *]", 1), ("y", "[*, -1]", 1), ("y", "[0, *]", 0)],
    ),
    # ranges in the order of their bounds, down as well as up, the missing ones the least
    (
        {"group_by": "range(nb, 10) as r", "order_by": "r desc"},
        [("[120, 129]",), ("[10, 19]",), ("[0, 9]",), ("[-10, -1]",), (None,)],
    ),
    (
        {"group_by": "range(nb, 10)", "order_by": "range(nb, 10) desc", "limit": 1},
        [("[120, 129]",)],
    ),
    (
        {"group_by": "range(nb, *, 20, 50, *) as r", "select": "count(*) as n", "having": "n = 0"},
        [("[20, 49]", 0)],
    ),
    (
        {"group_by": "range(nb, 10)", "having": 'range(nb, 10) = "[10, 19]"'},
        [("[10, 19]",)],
    ),
    (
        {
            "group_by": "range(nb, 10), kind",
            "select": "kind, max(price) as p",
            "limit": 1,
            "offset": 1,
        },
        [("[-10, -1]", "a", 0.3)],
    ),
]


@pytest.mark.parametrize(("asked", "expected"), WITH_OTHERS, ids=[str(a) for a, _ in WITH_OTHERS])
def test_ranges_beside_other_keys_and_orders(desk, asked, expected):
    assert [tuple(row.values()) for row in desk.records(**asked)] == expected


REFUSED = [
    ("range(kind, 10)", "range() is of numbers or dates"),
    ("range(nb, 0)", "is a positive number"),
    ("range(nb, -1)", "is a positive number"),
    ("range(nb, 1 day)", "day is no unit of this field"),
    ("range(day, 10)", "has a unit"),
    ("range(day, 10 km)", "km is no unit of this field"),
    ("range(day, 2 weeks)", "come one at a time"),
    ("range(day, 3M)", "come one at a time"),
    ("range(day, 1.5 day)", "is a whole number"),
    ("range(day, 99999999999 d)", "is a whole number, a century at most"),
    ("range(nb)", "two bounds or more"),
    ("range(nb, *)", "two bounds or more"),
    ("range(nb, *, *)", "two bounds or more"),
    ("range(nb, 1, *, 2)", "two bounds or more"),
    ("range(nb, 10, 5)", "grow from the first to the last"),
    ("range(nb, 10, 10)", "grow from the first to the last"),
    ("range(nb, 1, 'x')", "cannot be compared"),
    ("range(nb, price, 3)", "A bound of range() is a value or *"),
    ("range(day, 'x', 'y')", "Invalid date: x"),
    ("range(nb, " + ", ".join(map(str, range(2_000))) + ")", "1000 bounds at most"),
    ("lower(range(nb, 10))", "Records cannot be grouped by lower(range(nb, 10))"),
]


@pytest.mark.parametrize(("key", "said"), REFUSED, ids=[key[:40] for key, _ in REFUSED])
def test_ranges_that_make_no_sense(desk, key, said):
    with pytest.raises(ODSQLError) as refused:
        desk.ask(group_by=key)

    assert said in refused.value.message
    assert refused.value.clause == "group_by"
    assert refused.value.drawn


@pytest.mark.parametrize(
    "asked",
    [
        {"select": "range(nb, 10)"},
        {"select": "count(range(nb, 10))"},
        {"where": 'range(nb, 10) = "[0, 9]"'},
        {"order_by": "range(nb, 10)"},
        {"group_by": "kind", "select": "range(nb, 10)"},
        {"group_by": "kind", "select": "count(range(nb, 10))"},
        {"group_by": "range(nb, 10)", "select": "range(nb, 20)"},
    ],
    ids=str,
)
def test_ranges_stand_where_groups_are_made(desk, asked):
    with pytest.raises(ODSQLError):
        desk.ask(**asked)


# The recorded vectors of explore-api §2.10 that are about ranges.
VECTORS = [
    ("range(nb, 10)", [("[10, 20[", 1), ("[20, 30[", 1)]),
    ("range(nb, *, 20, *)", [("[*, 20.0[", 1), ("[20.0, *[", 1)]),
]


def test_recorded_ranges_of_the_explore_api(tmp_path):
    schema = Schema((a_field("id", "text"), a_field("nb", "double")))
    d1 = Desk(tmp_path, schema, [{"id": "koumoul", "nb": 11.0}, {"id": "bidule", "nb": 22.2}])
    try:
        found = [d1.records(group_by=key, select="count(*)") for key, _ in VECTORS]
    finally:
        d1.close()

    for (key, expected), rows in zip(VECTORS, found, strict=True):
        assert [(row[key], row["count(*)"]) for row in rows] == expected
