"""Every type reads its examples, in Python and in DuckDB alike."""

import math
import re
from collections.abc import Iterator

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlglot import exp

from cimaise.engine.duck import Workspace
from cimaise.engine.schema.types import TYPES
from cimaise.engine.schema.types.base import BLANKS, surrounded

EXAMPLES = [(card.name, text, value) for card in TYPES.values() for text, value in card.examples]
UNREADABLE = [(card.name, text) for card in TYPES.values() for text in card.unreadable]
ORDINARY = [name for name in TYPES if name not in ("text", "geo_shape", "json")]

# Texts that look like values of some type, so that chance meets the edges of all of them.
TEXTS = st.one_of(
    st.text(alphabet="0123456789+-., eE\u00a0/:TZ", max_size=24),
    st.from_regex(
        r"[0-9]{4}[-/][0-1][0-9][-/][0-3][0-9]([T ][0-2][0-9]:[0-5][0-9])?", fullmatch=True
    ),
    st.from_regex(r"[0-3]?[0-9]/[0-1]?[0-9]/[0-9]{4}( [0-2][0-9]:[0-5][0-9])?", fullmatch=True),
    st.from_regex(r"-?[0-9]{1,3}\.[0-9]{0,5} ?, ?-?[0-9]{1,3}\.[0-9]{0,5}", fullmatch=True),
    st.sampled_from(["true", "FAUX", "oui", "https://a.fr/b.png", "0", "1", " ", "\u202f12"]),
)


@pytest.fixture(scope="module")
def workspace(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Workspace]:
    with Workspace(tmp_path_factory.mktemp("types"), "types.duckdb") as opened:
        yield opened


def in_duckdb(workspace: Workspace, name: str, text: str) -> object:
    cell = exp.column("cell")
    value = TYPES[name].sql(cell)
    if name == "geo_shape":
        value = exp.func("ST_AsText", value)
    one = exp.select(exp.alias_(exp.Placeholder(), "cell"))
    return workspace.rows(exp.select(value).from_(one.subquery("one")), [text])[0][0]


def in_python(name: str, text: str) -> object:
    """The value, None where the reference says that there is none."""
    try:
        return TYPES[name].read(text)
    except ValueError:
        return None


@pytest.mark.parametrize(("name", "text", "value"), EXAMPLES)
def test_python_reads_the_examples(name, text, value):
    assert TYPES[name].read(text) == value


@pytest.mark.parametrize(("name", "text", "value"), EXAMPLES)
def test_duckdb_reads_the_examples(workspace, name, text, value):
    found = in_duckdb(workspace, name, text)
    if name == "geo_shape":
        assert found == "POINT (1.5 43.5)"
    elif name == "json":
        assert found == text
    else:
        assert found == value


@pytest.mark.parametrize(("name", "text"), UNREADABLE)
def test_what_is_no_value_is_refused_by_both(workspace, name, text):
    assert in_python(name, text) is None
    assert in_duckdb(workspace, name, text) is None


@settings(max_examples=200, deadline=None)
@given(name=st.sampled_from(ORDINARY), text=TEXTS)
def test_duckdb_and_python_read_alike(workspace, name, text):
    expected = in_python(name, text)
    found = in_duckdb(workspace, name, text)
    if isinstance(expected, float) and isinstance(found, float):
        assert math.isclose(found, expected, rel_tol=1e-15)
    else:
        assert found == expected


@settings(max_examples=100, deadline=None)
@given(text=TEXTS)
def test_a_form_promises_what_its_type_reads(workspace, text):
    """A text that inference takes for a value without being asked is that value."""
    for name in ORDINARY:
        for form in TYPES[name].forms:
            if not re.fullmatch(form.pattern, text.strip(BLANKS)):
                continue
            cell = exp.column("cell")
            matched = exp.func(
                "regexp_full_match", cell, exp.Literal.string(surrounded(form.pattern))
            )
            one = exp.select(exp.alias_(exp.Placeholder(), "cell")).subquery("one")
            same, found = workspace.rows(
                exp.select(matched, form.sql(cell.copy())).from_(one), [text]
            )[0]
            assert same
            assert found is None or found == TYPES[name].read(text)
