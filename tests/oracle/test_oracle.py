"""Random datasets and random questions: the engine answers what plain Python answers."""

import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from oracle.plain import folded, holds, value
from served import Desk, a_field, question

from cimaise.engine.odsql.errors import AskingError
from cimaise.engine.query.facets import facets
from cimaise.engine.query.understanding import understand
from cimaise.engine.schema.schema import Schema

WORDS = ["alpha", "bêta", "Gamma", "delta-1", "DELTA", "é", "x_y", "50%", "l'eau", "ZZ top"]
SCHEMA = Schema(
    (
        a_field("t", "text", facet=True),
        a_field("u", "text"),
        a_field("m", "text", multivalued=";", facet=True),
        a_field("i", "int"),
        a_field("j", "int"),
        a_field("d", "double"),
        a_field("b", "boolean", facet=True),
        a_field("day", "date", facet=True),
        a_field("at", "datetime"),
    )
)
texts = st.sampled_from(WORDS) | st.text(alphabet="abÉé _-%'\"\\;", min_size=1, max_size=4)
whole = st.integers(-5, 5) | st.sampled_from([2**62, -(2**62), 10**6])
decimals = st.sampled_from([-2.5, -1.0, 0.0, 0.5, 1.0, 3.25, 1e10])
days = st.dates(date(1999, 12, 30), date(2001, 1, 3))
moments = st.datetimes(
    datetime.fromisoformat("1999-12-30"), datetime.fromisoformat("2001-01-03")
).map(lambda at: at.replace(fold=0))
rows = st.lists(
    st.fixed_dictionaries(
        {
            "t": st.none() | texts,
            "u": st.none() | texts,
            "m": st.none() | st.lists(texts, min_size=1, max_size=3),
            "i": st.none() | whole,
            "j": st.none() | st.integers(-3, 3),
            "d": st.none() | decimals,
            "b": st.none() | st.booleans(),
            "day": st.none() | days,
            "at": st.none() | moments,
        }
    ),
    max_size=8,
)


def quoted(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


literals = {
    "text": texts.map(quoted),
    "number": st.sampled_from(["0", "1", "-2", "3", "0.5", "-1.0", "4611686018427387904"]),
    "date": st.one_of(
        days.map(lambda day: f"date'{day}'"),
        days.map(lambda day: f"'{day}'"),
        moments.map(lambda at: f"date'{at.isoformat()}'"),
        st.sampled_from(["date'2000'", "date'2000/3'", "date'2000-01-01T00:30+02:00'"]),
    ),
    "truth": st.sampled_from(["true", "false"]),
}
numbers = st.recursive(
    st.sampled_from(
        ["i", "j", "d", "length(t)", "year(day)", "month(at)", "hour(at)", "quarter(day)"]
    )
    | literals["number"],
    lambda inner: (
        st.builds("({} {} {})".format, inner, st.sampled_from("+-*/"), inner)
        | st.builds("ifnull({}, 1)".format, st.sampled_from(["i", "d"]))
        | st.builds("-{}".format, inner)
    ),
    max_leaves=3,
)
words = st.sampled_from(["t", "u", "lower(t)", "ifnull(u, t)"])
ops = st.sampled_from(["=", "!=", "<", "<=", ">", ">=", ":"])
opens, closes = st.sampled_from("[]"), st.sampled_from("[]")


def ranged(field: st.SearchStrategy[str], bound: st.SearchStrategy[str]) -> Any:
    return st.builds("{} in {}{} .. {}{}".format, field, opens, bound, bound, closes)


def listed(field: st.SearchStrategy[str], item: st.SearchStrategy[str]) -> Any:
    several = st.lists(item, min_size=1, max_size=3).map(", ".join)
    return st.builds("{} in ({})".format, field, several)


times = st.sampled_from(["day", "at"])
lists = st.just("m")
predicates = st.one_of(
    st.builds("{} {} {}".format, numbers, ops, numbers),
    st.builds("{} {} {}".format, words | lists, ops, literals["text"]),
    st.builds("{} {} {}".format, literals["text"], ops, words | lists),
    st.builds("{} {} {}".format, times, ops, literals["date"] | times),
    st.builds("b {} {}".format, st.sampled_from(["=", "!="]), literals["truth"]),
    st.builds("{} is {}null".format, st.sampled_from(SCHEMA.names), st.sampled_from(["", "not "])),
    st.builds("b is {}{}".format, st.sampled_from(["", "not "]), literals["truth"]),
    st.just("b"),
    st.builds("{} like {}".format, words | lists, literals["text"]),
    st.builds("{} in m".format, literals["text"]),
    st.builds("startswith({}, {})".format, st.sampled_from(["t", "t, u", "m"]), literals["text"]),
    st.sampled_from(['"alpha"', '"delta"', 'search(t, "gamma")', '"beta"']),
    listed(words | lists, literals["text"]),
    listed(numbers, literals["number"]),
    listed(times, literals["date"]),
    ranged(words | lists, literals["text"]),
    ranged(numbers, literals["number"]),
    ranged(times, literals["date"]),
)
conditions = st.recursive(
    predicates,
    lambda inner: (
        st.builds("({} and {})".format, inner, inner)
        | st.builds("{} or {}".format, inner, inner)
        | st.builds("not ({})".format, inner)
    ),
    max_leaves=4,
)
orders = st.lists(
    st.builds(
        "{}{}".format,
        st.sampled_from(["t", "i", "d", "day", "at", "b", "lower(u)", "i + j"]),
        st.sampled_from(["", " asc", " desc"]),
    ),
    max_size=2,
).map(", ".join)
calm = settings(
    phases=[Phase.generate],
    max_examples=15,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)


@contextmanager
def opened(found: list[dict[str, Any]]) -> Iterator[Desk]:
    with tempfile.TemporaryDirectory() as folder:
        desk = Desk(Path(folder), SCHEMA, found)
        try:
            yield desk
        finally:
            desk.close()


@calm
@given(found=rows, asked=st.lists(conditions, min_size=8, max_size=20))
def test_a_condition_keeps_the_same_records(found, asked):
    with opened(found) as desk:
        for where in asked:
            condition = understand(question(where=where), SCHEMA).condition
            expected = [row for row in found if holds(condition, row)]
            answered = desk.ask(where=where, limit=100)
            records = [dict(zip(SCHEMA.names, row, strict=True)) for row in answered.rows]
            assert by_text(records) == by_text(expected), where
            assert answered.total_count == len(expected), where


def by_text(records: list[dict[str, Any]]) -> list[str]:
    return sorted(repr({name: row.get(name) for name in SCHEMA.names}) for row in records)


@calm
@given(found=rows, asked=st.lists(orders, min_size=4, max_size=8))
def test_an_order_is_the_same_and_pages_never_overlap(found, asked):
    with opened(found) as desk:
        for order_by in asked:
            orderings = understand(question(order_by=order_by), SCHEMA).orders
            expected = list(found)
            for each in reversed(orderings):
                expected = sorted_by(each, expected)
            pages = [
                row
                for offset in range(0, len(found) + 1, 3)
                for row in desk.ask(order_by=order_by, limit=3, offset=offset).rows
            ]
            assert [dict(zip(SCHEMA.names, row, strict=True)) for row in pages] == expected, (
                order_by
            )


def sorted_by(ordering: Any, records: list[dict[str, Any]]) -> list[dict[str, Any]]:
    def key(row: dict[str, Any]) -> Any:
        found = value(ordering.expression, row)
        return folded(found).encode() if isinstance(found, str) else found

    known = [row for row in records if key(row) is not None]
    unknown = [row for row in records if key(row) is None]
    return [*sorted(known, key=key, reverse=ordering.descending), *unknown]


@calm
@given(found=rows, where=conditions)
def test_facets_count_what_refining_finds(found, where):
    with opened(found) as desk:
        for group in facets(question(where=where), [], desk.snapshot, desk.room):
            for counted in group.values:
                refine = f"{group.name}:{quoted(counted.value)}"
                asked = desk.ask(where=where, refine=refine, limit=0)
                assert asked.total_count == counted.count, refine


@calm
@given(found=rows, where=conditions)
def test_groups_sum_up_to_the_whole(found, where):
    with opened(found) as desk:
        matching = desk.ask(where=where, limit=0).total_count
        for key in ("t", "b", "year(day)", "month(at)", "ifnull(u, t)"):
            groups = desk.ask(
                where=where, group_by=key, select="count(*) as n", limit=100
            ).records()
            assert sum(group["n"] for group in groups) == matching, key


@pytest.fixture(scope="module")
def some(tmp_path_factory):
    row = {"t": "alpha", "m": ["a"], "i": 1, "at": datetime.now(UTC).replace(tzinfo=None)}
    desk = Desk(tmp_path_factory.mktemp("some"), SCHEMA, [row, {}])
    yield desk
    desk.close()


pieces = st.sampled_from(
    [
        "t",
        "m",
        "i",
        "d",
        "b",
        "day",
        "at",
        "(",
        ")",
        "[",
        "]",
        ",",
        "..",
        "=",
        "!=",
        "<",
        ":",
        "+",
        "-",
        "*",
        "/",
        "and",
        "or",
        "not",
        "in",
        "is",
        "like",
        "null",
        "true",
        "as",
        "asc",
        "desc",
        "distinct",
        "count(",
        "sum(",
        "year(",
        "search(",
        "within_distance(",
        "geom'POINT(1",
        "2)'",
        "date'2020'",
        '"a"',
        "'b'",
        "`",
        "12",
        "1.5",
        "9999999999999999999",
        "10km",
        "select",
        "from",
        "drop",
        ";",
        "--",
        "/*",
        "\x00",
        "�",
        "é",
    ]
)
noise = st.text(max_size=30) | st.lists(pieces, max_size=12).map(" ".join)


def refusal(ask: Callable[[], object]) -> AskingError | None:
    """What was refused, if it was; any other exception is a failure."""
    try:
        ask()
    except AskingError as refused:
        return refused
    return None


@settings(max_examples=200, deadline=None, derandomize=True)
@given(
    clause=st.sampled_from(["where", "select", "order_by", "group_by", "refine", "exclude"]),
    text=noise,
)
def test_whatever_is_written_is_answered_or_refused_with_its_place(some, clause, text):
    refused = refusal(lambda: some.ask(**{clause: text}).records())

    assert refused is None or (refused.message and refused.drawn)


@settings(max_examples=80, deadline=None, derandomize=True)
@given(text=noise)
def test_whatever_is_asked_of_facets_is_answered_or_refused(some, text):
    refused = refusal(lambda: facets(question(), [text], some.snapshot, some.room))

    assert refused is None or refused.message
