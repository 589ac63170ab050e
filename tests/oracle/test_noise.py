"""Whatever is written is answered or refused with its place: never anything else."""

from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from served import Desk, a_field, question

from cimaise.engine.odsql.errors import AskingError
from cimaise.engine.query.facets import facets
from cimaise.engine.schema.schema import Schema

SCHEMA = Schema(
    (
        a_field("t", "text", facet=True),
        a_field("m", "text", multivalued=";", facet=True),
        a_field("i", "int"),
        a_field("d", "double"),
        a_field("b", "boolean", facet=True),
        a_field("day", "date", facet=True),
        a_field("at", "datetime"),
    )
)


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
