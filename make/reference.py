"""Write docs/reference/odsql.md from the table of functions and the tables of tests/spec.

What the page says is what the tests hold: an example that is answered otherwise fails there first.
"""

import importlib.util
import json
import sys
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime
from pathlib import Path
from types import ModuleType
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
PAGE = ROOT / "docs" / "reference" / "odsql.md"
sys.path[:0] = [str(place) for place in (ROOT, ROOT / "tests") if str(place) not in sys.path]

from cimaise.engine.odsql.functions import FUNCTIONS  # noqa: E402 # the path comes first
from cimaise.engine.odsql.functions.base import Function  # noqa: E402 # the path comes first

# What the documents of the Explore API do not have: ours, added beside.
OURS = frozenset({"cast", "phrase", "geo_digest", "upper", "quarter", "dayofweek", "millisecond"})
ADDED = (
    ("`having`", "Keeps groups by a condition on their keys, aliases and aggregates."),
    ("`not in`, `not like`, `not ilike`", "The complement: records without a value are kept."),
    ("`ilike`", "The whole text, `%` and `_` as in SQL, whatever the case."),
    ("`cast(value as type)`", "A value as another type; missing where it cannot be read so."),
    (
        "`phrase`, `geo_digest`, `upper`, `quarter`, `dayofweek`, `millisecond`",
        "See the functions.",
    ),
    ("`join=`", "Brings the fields of another dataset beside those of each record."),
    ("`as_of=`, `version=`", "Asks the records as they were on a day, or in a version."),
    ("`after=`", 'The next page by a cursor, without ceiling; `Link: rel="next"` gives it.'),
    ("`explain=true`", "The meaning of the question in one sentence, and its cost."),
    ("`strict=true`", "Refuses parameters that are unknown instead of a warning."),
)
# The forms of a condition: explore-api §2.6. Whether a form is ours stands last.
PREDICATES = (
    ('`"words"`', "A text alone: every word is in some text field.", ""),
    ("`flag`", "A boolean field alone: is true.", ""),
    ("`a = b`, `a : b`, `a == b`", "Equal, to the letter; of a list any element.", ""),
    ("`a != b`, `a <> b`", "Different; a missing value is neither equal nor different.", ""),
    ("`a < b`, `<=`, `>`, `>=`", "In the order of numbers, dates, letters.", ""),
    (
        "`a is [not] null`, `true`, `false`",
        "Whether there is a value; which one a boolean has.",
        "",
    ),
    ('`a like "…"`', "`%` any letters, `word*` a beginning, else whole words.", ""),
    ('`a ilike "…"`', "The whole text, `%` and `_` as in SQL.", "addition"),
    ("`a in (x, y)`", "One of the values.", ""),
    ("`a not in (x, y)`, `a not like …`", "The complement.", "addition"),
    ("`a in [x .. y]`, `]x .. y[`, `[x TO y]`", "Between, ends inside or outside.", ""),
    ("`x in list`", "An element of a multivalued field.", ""),
    (
        "`not p`, `p and q`, `p or q`, `(p)`",
        "`not` keeps what is unknown; `and` binds tighter.",
        "",
    ),
)


def spec(name: str) -> ModuleType:
    """A module of tests/spec."""
    found = importlib.util.spec_from_file_location(f"spec_{name}", ROOT / f"tests/spec/{name}.py")
    if found is None or found.loader is None:
        raise ImportError(name)
    module = importlib.util.module_from_spec(found)
    found.loader.exec_module(module)
    return module


# -- Markdown -------------------------------------------------------------------------------------


def code(text: object) -> str:
    """A text as code in a cell of a table."""
    shown = str(text).replace("\n", "␤").replace("|", "\\|")
    if not shown.strip():
        return "(nothing)" if not shown else f"`` {shown} ``"
    return f"`` {shown} ``" if "`" in shown else f"`{shown}`"


def table(heads: Sequence[str], rows: Sequence[Sequence[str]]) -> Iterator[str]:
    """The lines of a table."""
    yield "| " + " | ".join(heads) + " |"
    yield "|" + "---|" * len(heads)
    for row in rows:
        yield "| " + " | ".join(row) + " |"
    yield ""


def data(rows: Sequence[Mapping[str, Any]], names: Sequence[str] = ()) -> Iterator[str]:
    """The records that examples are about."""
    heads = names or list(dict.fromkeys(name for row in rows for name in row))
    yield from table(heads, [[cell(row.get(name)) for name in heads] for row in rows])


def cell(value: object) -> str:
    """A value of a record."""
    if value is None:
        return ""
    if isinstance(value, datetime):
        return value.isoformat(sep=" ")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, list | dict):
        return code(json.dumps(value, ensure_ascii=False))
    return str(value).replace("|", "\\|")


def asked(question: Mapping[str, Any]) -> str:
    """A question in the words of the API."""
    parts = []
    for name, value in question.items():
        values = value if isinstance(value, tuple | list) else (value,)
        parts += [f"{name}={each}" for each in values]
    return code(" & ".join(parts) or " ")


def answered(value: object) -> str:
    """An answer as JSON."""
    return code(json.dumps(value, ensure_ascii=False, default=str))


# -- sections -------------------------------------------------------------------------------------


def functions(*roles: str) -> Iterator[str]:
    """The functions of some roles."""
    rows = []
    for name, signatures in FUNCTIONS.items():
        for card in signatures:
            if card.role in roles:
                mark = " *(addition)*" if name in OURS else ""
                rows.append([code(card.signature) + mark, told(card), code(card.example)])
    yield from table(("function", "what it gives", "example"), rows)


def told(card: Function) -> str:
    """What a function promises, and where it stands when that is not everywhere."""
    clauses = ", ".join(f"`{clause}`" for clause in card.clauses)
    return card.promise if len(card.clauses) > 4 else f"{card.promise} In {clauses}."


def head() -> Iterator[str]:
    """What the page is, and the records of most examples."""
    houses = spec("conftest")
    yield "# ODSQL"
    yield ""
    yield "The language of `select`, `where`, `group_by`, `having` and `order_by`. This page is"
    yield "made by `make reference` from the table of functions and the tables of `tests/spec`:"
    yield "every example is a test. What the Explore API does not have is marked *addition*."
    yield ""
    yield "Most examples are about these records:"
    yield ""
    yield from data(houses.ROWS, houses.SCHEMA.names)


def words() -> Iterator[str]:
    """How things are written."""
    yield "## Words"
    yield ""
    rows = [
        ["a name", code("visitors"), "between back quotes where it is a word of the language,"
         " begins with a digit or holds other letters: `` `1_uai` ``"],
        ["a text", code('"Paris"') + " " + code("'Paris'"), "a backslash before a quote"],
        ["a number", code("12") + " " + code("-3.5"), ""],
        ["a date", code("date'2020-11-05'"), "ISO 8601 or `2020/11/5`, down to the second and its"
         " zone, else that of `timezone`. A bare text beside a date is a date."],
        ["a place", code("geom'POINT(2.35 48.85)'"), "WKT, longitude first, or GeoJSON"],
        ["a length", code("10km"), "mi yd ft m cm km mm; metres alone"],
        ["a period", code("1 day"), "ms s m h d w M q y, or their names"],
    ]  # fmt: skip
    yield from table(("", "", ""), rows)
    yield "## Additions"
    yield ""
    yield from table(("addition", ""), [list(row) for row in ADDED])


def where() -> Iterator[str]:
    """Conditions."""
    yield "## Conditions: `where`"
    yield ""
    yield from table(
        ("form", "", ""),
        [[form, what, f"*{mark}*" if mark else ""] for form, what, mark in PREDICATES],
    )
    yield from functions("condition", "text")
    yield "Conditions, and the records that each keeps:"
    yield ""
    rows = [[code(asked_), refs or "none"] for asked_, refs in spec("test_where").FOUND]
    yield from table(("where", "keeps"), rows)
    places = spec("test_places")
    yield "### Places"
    yield ""
    yield from data(places.ROWS)
    rows = [[why, code(condition), ids or "none"] for why, condition, ids in places.KEPT]
    yield from table(("", "where", "keeps"), rows)


def select() -> Iterator[str]:
    """What is shown."""
    yield "## Values: `select`"
    yield ""
    yield from functions("scalar", "fields")
    shown = spec("test_functions")
    yield "Values of the first record:"
    yield ""
    yield from table(
        ("", "select", "gives"),
        [[why, code(text), answered(value)] for why, text, value in shown.VALUES],
    )
    yield from table(
        ("", "select", "fields"), [[why, code(text), names] for why, text, names in shown.CHOSEN]
    )
    yield from table(
        ("question", "answer"),
        [[asked(question), answered(rows)] for question, rows in spec("test_select").SHOWN],
    )
    yield from dates()
    sums = spec("test_aggregates")
    yield "## Aggregates"
    yield ""
    yield from functions("aggregate")
    yield from data(sums.ROWS)
    yield from table(
        ("select", "gives"), [[code(text), answered(value)] for text, value in sums.VALUES]
    )


def dates() -> Iterator[str]:
    """now() and the patterns of dates."""
    days = spec("test_dates")
    yield f"### The moment of a question, here {days.NOW.isoformat()}"
    yield ""
    yield from table(
        ("", "", "gives"),
        [[why, code(f"now({settings})"), code(moment)] for why, settings, moment in days.MOMENTS],
    )
    yield f"### Patterns of dates, of {days.ROWS[0]['at'].isoformat()}"
    yield ""
    yield from table(
        ("", "pattern", "gives"),
        [[why, code(pattern), code(text)] for why, pattern, text in days.PATTERNS],
    )


def groups() -> Iterator[str]:
    """Groups."""
    halls, ranges = spec("test_group_by"), spec("test_ranges")
    yield "## Groups: `group_by`"
    yield ""
    yield from functions("group")
    yield from data(halls.ROWS)
    yield from table(
        ("question", "answer"),
        [[asked(question), answered(rows)] for question, rows in halls.GROUPS],
    )
    yield "### Groups that are kept: `having` *(addition)*"
    yield ""
    rows = [
        [asked({"group_by": "city", **question}), ", ".join(map(str, cities)) or "none"]
        for question, cities in halls.HAVING
    ]
    yield from table(("question", "keeps"), rows)
    yield "### Ranges"
    yield ""
    yield from data(ranges.ROWS)
    rows = [
        [
            asked({"group_by": key, **question}),
            ", ".join(f"{code(label)} {number}" for label, number in counts.items()),
        ]
        for key, question, counts in ranges.COUNTED
    ]
    yield from table(("question", "groups and their counts"), rows)


def orders() -> Iterator[str]:
    """Orders, facets, relevance."""
    yield "## Orders: `order_by`"
    yield ""
    yield "Fields, aliases, aggregates, anything worked out; `asc`, `desc`, or `-` before. Texts"
    yield "without case or accents. Missing values are last in both directions; of groups they are"
    yield "the least. `random(seed)` is an order of chance. Without `order_by`, searches are"
    yield "answered best first:"
    yield ""
    sea = spec("test_relevance")
    yield from data(sea.ROWS, ("name", "town", "nb"))
    yield from table(
        ("question", "answer"),
        [[asked(question), ", ".join(names) or "none"] for question, names in sea.ASKED],
    )
    yield "## Facets: `refine`, `exclude`"
    yield ""
    refine = spec("test_refine")
    yield from table(
        ("question", "keeps"),
        [[asked(question), refs or "none"] for question, refs in refine.REFINED],
    )
    rows = [
        [asked({"facet": list(names), **question}), "; ".join(map(code, counts.values())) or "none"]
        for names, question, counts in refine.COUNTED
    ]
    yield "Counts, `*` before a value that is chosen, `!` before one put aside:"
    yield ""
    yield from table(("question", "values"), rows)


def errors() -> Iterator[str]:
    """What is refused."""
    wrong = spec("test_errors")
    yield "## What is refused"
    yield ""
    rows = [
        [clause, code(text.replace("\x00", "␀")), code(message)]
        for clause, text, message, *_ in (*wrong.SENSE, *wrong.SYNTAX)
        if len(text) < 100 and text.isprintable() and isinstance(message, str)
    ]
    yield from table(("clause", "", "message"), rows)


def written() -> str:
    """The whole page."""
    parts = (head, words, where, select, groups, orders, errors)
    return "\n".join(line for part in parts for line in part()).rstrip() + "\n"


if __name__ == "__main__":
    PAGE.write_text(written(), encoding="utf-8")
