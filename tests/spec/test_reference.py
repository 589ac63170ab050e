"""The page of the language is up to date, and its tables leave no function and no form out."""

import re

import pytest

from cimaise.engine.odsql.functions import FUNCTIONS
from make import reference

# Forms of questions (explore-api §2), each by what a question of the tables must hold.
FORMS = {
    "a text alone": r'^"[^"]+"$',
    "a boolean alone": r"^free$",
    "=": r"town = ",
    ":": r"town: ",
    "==": r" == ",
    "!=": r" != ",
    "<>": r" <> ",
    "<": r" < ",
    "<=": r" <= ",
    ">": r" > ",
    ">=": r" >= ",
    "is null": r" is null",
    "is not null": r" is not null",
    "is true": r" is true",
    "is not true": r" is not true",
    "is false": r" is false",
    "like a word": r' like "\w+"',
    "like a beginning": r' like "\w+\*"',
    "like any letters": r' like "%',
    "ilike": r" ilike ",
    "in a list": r"\w in \(",
    "not in": r" not in \(",
    "closed range": r" in \[.*\.\..*\]",
    "open range": r" in \].*\.\.",
    "range with TO": r" TO ",
    "member of a list": r'^"\w+" in \w+',
    "not": r"^not ",
    "and, or": r" or .* and ",
    "a date": r"date'\d{4}-\d\d-\d\d'",
    "a date with slashes": r"date'\d{4}/",
    "a year": r"date'\d{4}'",
    "a moment of a zone": r"date'.*T.*\+\d\d:\d\d'",
    "WKT": r"geom'POLYGON",
    "GeoJSON": r"geom'\{",
    "a length": r"\d ?km\)",
    "back quotes": r"`and`",
    "arithmetic": r"\(visitors - 2\) \* 3",
    "division": r" / ",
    "an alias": r" as \w",
    "an alias in quotes": r" as [`\"]",
    "distinct": r"distinct ",
    "range of a width": r"range\(\w+, \d+\)",
    "range of bounds": r"range\(\w+, ?\*,",
    "range of a period": r"range\(\w+, 1 \w+\)",
    "desc": r" desc",
    "minus before an order": r"order_by=-",
    "refine": r"refine=",
    "exclude": r"exclude=",
    "having": r"having=",
    "timezone": r"timezone=",
    "limit": r"limit=",
    "offset": r"offset=",
}


@pytest.fixture(scope="module")
def page() -> str:
    return reference.written()


@pytest.fixture(scope="module")
def examples(page: str) -> list[str]:
    """Whatever stands as code in the tables that come after the functions."""
    return [one or two for two, one in re.findall(r"`` (.*?) ``|`([^`\n]+)`", page)]


def test_the_page_is_as_the_tables_say(page):
    kept = reference.PAGE.read_text(encoding="utf-8")

    assert kept == page, "docs/reference/odsql.md is out of date: run `make reference`"


@pytest.mark.parametrize("name", FUNCTIONS)
def test_every_function_is_told_and_stands_in_an_example(page, examples, name):
    calls = [each for each in examples if re.search(rf"\b{name}\s*\(", each, re.IGNORECASE)]
    own = [text for card in FUNCTIONS[name] for text in (card.signature, card.example)]

    assert all(card.signature in page for card in FUNCTIONS[name])
    assert len(calls) > len(own), f"no spec table asks {name}()"


@pytest.mark.parametrize("form", FORMS)
def test_every_form_stands_in_an_example(examples, form):
    assert [each for each in examples if re.search(FORMS[form], each)]


@pytest.mark.parametrize("name", sorted(reference.OURS))
def test_what_is_ours_is_a_function_told_as_an_addition(page, name):
    lines = [line for line in page.splitlines() if line.startswith(f"| `{name}(")]

    assert lines
    assert any("*(addition)*" in line for line in lines)
