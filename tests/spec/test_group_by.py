"""Groups: their keys, their order, what is counted of them, and which of them are kept."""

from datetime import date, datetime

import pytest
from served import Desk, a_field

from cimaise.engine.odsql.errors import ODSQLError
from cimaise.engine.query.limits import WHOLE
from cimaise.engine.schema.schema import Schema

SCHEMA = Schema(
    (
        a_field("city", "text"),
        a_field("kind", "text"),
        a_field("tags", "text", multivalued=";"),
        a_field("langs", "text", multivalued=";"),
        a_field("seats", "int"),
        a_field("price", "double"),
        a_field("open", "boolean"),
        a_field("built", "date"),
        a_field("seen", "datetime"),
        a_field("count", "int"),
    )
)
ROWS = [
    {
        "city": "Lyon",
        "kind": "a",
        "tags": ["x", "y"],
        "langs": ["fr", "en"],
        "seats": 10,
        "price": 1.5,
        "open": True,
        "built": date(1990, 5, 1),
        "seen": datetime.fromisoformat("2024-03-31T00:30"),
        "count": 7,
    },
    {
        "city": "lyon",
        "kind": "b",
        "tags": ["x"],
        "langs": ["fr"],
        "seats": 20,
        "price": 2.5,
        "open": False,
        "built": date(1990, 7, 1),
        "seen": datetime.fromisoformat("2024-03-31T01:30"),
        "count": 7,
    },
    {"city": "Évian", "kind": "a", "tags": ["y", "y"], "seats": 30, "price": 4.0, "count": 1},
    {"city": "Lyon", "kind": "a", "seats": None, "built": date(2000, 1, 1), "open": True},
    {"kind": "b", "tags": ["z"], "seats": 5},
]
N = "count(*) as n"


@pytest.fixture(scope="module")
def halls(tmp_path_factory):
    opened = Desk(tmp_path_factory.mktemp("halls"), SCHEMA, ROWS)
    yield opened
    opened.close()


GROUPS = [
    # the group of what is missing comes first; words in other letters are other groups
    (
        {"group_by": "city", "select": N},
        [
            {"city": None, "n": 1},
            {"city": "Évian", "n": 1},
            {"city": "Lyon", "n": 2},
            {"city": "lyon", "n": 1},
        ],
    ),
    # and last of a descending order: it is the least
    (
        {"group_by": "city", "order_by": "city desc"},
        [{"city": "lyon"}, {"city": "Lyon"}, {"city": "Évian"}, {"city": None}],
    ),
    (
        {"group_by": "city", "select": "avg(price) as p", "order_by": "p desc, city"},
        [
            {"city": "Évian", "p": 4.0},
            {"city": "lyon", "p": 2.5},
            {"city": "Lyon", "p": 1.5},
            {"city": None, "p": None},
        ],
    ),
    # equals of an order follow by their keys
    (
        {"group_by": "kind, city", "select": N, "order_by": "n desc", "limit": 3},
        [
            {"kind": "a", "city": "Lyon", "n": 2},
            {"kind": "a", "city": "Évian", "n": 1},
            {"kind": "b", "city": None, "n": 1},
        ],
    ),
    # an aggregate that is not shown, before and after a key
    (
        {"group_by": "kind", "order_by": "count(distinct city), kind"},
        [{"kind": "b"}, {"kind": "a"}],
    ),
    ({"group_by": "kind", "order_by": "kind desc, avg(seats)"}, [{"kind": "b"}, {"kind": "a"}]),
    # keys that select leaves out come first; those it says stay where it says
    (
        {"group_by": "kind, open", "select": f"{N}, open", "limit": 1},
        [{"kind": "a", "n": 1, "open": None}],
    ),
    ({"group_by": "kind", "select": f"*, {N}", "limit": 1}, [{"kind": "a", "n": 3}]),
    ({"group_by": "kind", "select": "kind as sort", "limit": 1}, [{"sort": "a"}]),
    # the name of a key is its text, with its case and spaces
    ({"group_by": "YEAR( built )", "limit": 2}, [{"YEAR( built )": None}, {"YEAR( built )": 1990}]),
    (
        {"group_by": "year(built) as `année de bâti`", "order_by": "`année de bâti` desc"},
        [{"année de bâti": 2000}, {"année de bâti": 1990}, {"année de bâti": None}],
    ),
    ({"group_by": "kind, kind", "limit": 1}, [{"kind": "a"}]),
    ({"group_by": "kind, kind as k", "limit": 1}, [{"kind": "a", "k": "a"}]),
    # kinds of keys
    (
        {"group_by": "open", "select": N},
        [{"open": None, "n": 2}, {"open": False, "n": 1}, {"open": True, "n": 2}],
    ),
    (
        {"group_by": "built", "order_by": "built desc", "limit": 2},
        [{"built": "2000-01-01"}, {"built": "1990-07-01"}],
    ),
    (
        {"group_by": "seen", "timezone": "Europe/Paris", "offset": 1},
        [{"seen": "2024-03-31T01:30:00+01:00"}, {"seen": "2024-03-31T03:30:00+02:00"}],
    ),
    (
        {"group_by": "hour(seen)", "timezone": "Europe/Paris", "offset": 1},
        [{"hour(seen)": 1}, {"hour(seen)": 3}],
    ),
    (
        {"group_by": "lower(city) as c", "select": N, "where": "city is not null"},
        [{"c": "évian", "n": 1}, {"c": "lyon", "n": 3}],
    ),
    (
        {"group_by": 'ifnull(city, "nowhere")', "select": N, "order_by": "n", "limit": 2},
        [
            {'ifnull(city, "nowhere")': "lyon", "n": 1},
            {'ifnull(city, "nowhere")': "nowhere", "n": 1},
        ],
    ),
    # a record counts in the group of each of its elements, once in each
    (
        {"group_by": "tags", "select": f"{N}, sum(seats) as s"},
        [
            {"tags": None, "n": 1, "s": None},
            {"tags": "x", "n": 2, "s": 30},
            {"tags": "y", "n": 2, "s": 40},
            {"tags": "z", "n": 1, "s": 5},
        ],
    ),
    (
        {"group_by": "tags, langs", "select": N, "where": "seats >= 10"},
        [
            {"tags": "x", "langs": "en", "n": 1},
            {"tags": "x", "langs": "fr", "n": 2},
            {"tags": "y", "langs": None, "n": 1},
            {"tags": "y", "langs": "en", "n": 1},
            {"tags": "y", "langs": "fr", "n": 1},
        ],
    ),
    (
        {"group_by": "upper(tags)", "select": N, "order_by": "n desc, upper(tags)", "limit": 1},
        [{"upper(tags)": "X", "n": 2}],
    ),
    (
        {"group_by": 'ifnull(tags, "-") as t', "select": "count(distinct tags) as d", "limit": 2},
        [{"t": "-", "d": 0}, {"t": "x", "d": 1}],
    ),
    # nothing matches: no group
    ({"group_by": "kind", "where": 'kind = "none"'}, []),
    ({"group_by": "kind", "limit": 0}, []),
    # a field called as a function
    ({"group_by": "count", "select": N, "offset": 1}, [{"count": 1, "n": 1}, {"count": 7, "n": 2}]),
    # one aggregate with another, and with a key
    (
        {"group_by": "seats", "select": "seats * count(*) as x", "order_by": "x desc", "limit": 1},
        [{"seats": 30, "x": 30}],
    ),
    # of two items of one name the last is kept
    ({"group_by": "kind", "select": f"{N}, max(seats) as n", "limit": 1}, [{"kind": "a", "n": 30}]),
    # an alias comes before a field of that name, once grouped
    (
        {"group_by": "kind", "select": "count(*) as price", "order_by": "price desc"},
        [{"kind": "a", "price": 3}, {"kind": "b", "price": 2}],
    ),
]


@pytest.mark.parametrize(("asked", "expected"), GROUPS, ids=[str(asked) for asked, _ in GROUPS])
def test_groups(halls, asked, expected):
    found = halls.records(**asked)

    assert found == expected
    assert [list(row) for row in found] == [list(row) for row in expected]


HAVING = [
    ({"having": "count(*) > 1"}, ["Lyon"]),
    ({"having": "n > 1", "select": N}, ["Lyon"]),
    ({"having": "n > 1 or city is null", "select": N}, [None, "Lyon"]),
    ({"having": 'city like "lyon"'}, ["Lyon", "lyon"]),
    ({"having": "not (count(seats) = 1)"}, []),
    ({"having": "sum(seats) / count(*) >= 20"}, ["Évian", "lyon"]),
    ({"having": "max(price) > 2 and city is not null", "limit": 1}, ["Évian"]),
    ({"having": ("n < 2", "city is not null"), "select": N}, ["Évian", "lyon"]),
    ({"having": "count(*) in [1 .. 1]", "order_by": "city desc"}, ["lyon", "Évian", None]),
    ({"having": "  "}, [None, "Évian", "Lyon", "lyon"]),
]


@pytest.mark.parametrize(("asked", "cities"), HAVING, ids=[str(asked) for asked, _ in HAVING])
def test_groups_that_are_kept(halls, asked, cities):
    assert [row["city"] for row in halls.records(group_by="city", **asked)] == cities


REFUSED = [
    ({"group_by": "kind", "select": "seats"}, "seats is not in group_by", "select"),
    ({"group_by": "kind", "select": "seats + count(*)"}, "is not in group_by", "select"),
    ({"group_by": "city as x, kind as x"}, "x is the name of two keys", "group_by"),
    ({"group_by": "city", "select": "count(*) as city"}, "city is the name of a key", "select"),
    ({"group_by": "count(*)"}, "count() cannot stand here", "group_by"),
    ({"group_by": "3"}, "Records cannot be grouped by 3", "group_by"),
    ({"group_by": "*"}, "Records cannot be grouped by *", "group_by"),
    ({"group_by": "seats > 3"}, "Records cannot be grouped by seats > 3", "group_by"),
    ({"group_by": "city", "order_by": "seats"}, "cannot be sorted", "order_by"),
    ({"group_by": "city", "where": "n > 1", "select": N}, "Unknown field: n", "where"),
    ({"group_by": "city", "having": "seats > 1"}, "keys of groups and aggregates", "having"),
    ({"group_by": "city", "having": '"lyon"'}, "having searches no texts", "having"),
    ({"group_by": "city", "having": "m > 1"}, "Unknown field: m", "having"),
    ({"group_by": "city", "having": "count(*)"}, "is not a condition", "having"),
    ({"having": "count(*) > 1"}, "needs group_by", "having"),
]


@pytest.mark.parametrize(("asked", "said", "clause"), REFUSED, ids=[str(r[0]) for r in REFUSED])
def test_groups_that_make_no_sense(halls, asked, said, clause):
    with pytest.raises(ODSQLError) as refused:
        halls.ask(**asked)

    assert said in refused.value.message
    assert refused.value.message.endswith(f"Clause(s) containing the error(s): {clause}.")
    assert refused.value.drawn


def test_groups_are_sorted_beyond_twenty_thousand(tmp_path):
    """The live server sorts the first 20 000 groups only, and is wrong of the rest."""
    words = [f"{number:05d}" for number in range(25_000)]
    schema = Schema((a_field("ref", "text", multivalued=";"),))
    desk = Desk(tmp_path, schema, [{"ref": words}, {"ref": words[:3]}])
    try:
        most = desk.records(group_by="ref", select=N, order_by="n desc, ref desc", limit=4)
        last = desk.ask(WHOLE, group_by="ref", order_by="ref", limit=None).rows[-1]
    finally:
        desk.close()

    assert [row["ref"] for row in most] == ["00002", "00001", "00000", "24999"]
    assert last == ("24999",)
