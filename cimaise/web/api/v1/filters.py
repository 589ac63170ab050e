"""The parameters that every v1 address shares, turned to a question (explore-api §5.3)."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from django.http import QueryDict

from cimaise.engine.odsql.v1.geofilters import GEOFILTERS, geofilter, quoted
from cimaise.engine.query.limits import Limits
from cimaise.engine.query.question import Question
from cimaise.web.api.parameters import LANG, TIMEZONE, read, whole_number
from cimaise.web.api.problems import Problem, bad_parameter
from cimaise.web.api.v1.envelope import YES

MOST = 10_000  # rows of a page, and how far pages reach (§1.4)
V1 = Limits(page=MOST, window=MOST, groups=None)
ROWS = 10

Pairs = list[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Filters:
    """Which records are asked for, whatever is done with them."""

    q: tuple[str, ...]
    refine: Pairs
    exclude: Pairs
    disjunctive: tuple[str, ...]
    places: tuple[str, ...]
    lang: str
    timezone: str

    def question(self, **more: Any) -> Question:
        """What to ask the engine; `more` are other parts of a Question."""
        return Question(
            qv1=(*self.q, *self.places),
            refine=tuple(refinement(*pair) for pair in self.refine),
            exclude=tuple(refinement(*pair) for pair in self.exclude),
            disjunctive=self.disjunctive,
            lang=self.lang,
            timezone=self.timezone,
            **more,
        )

    def echo(self) -> dict[str, Any]:
        """What `parameters` of an answer says of them."""
        told: dict[str, Any] = {}
        if self.q:
            told["q"] = self.q[0] if len(self.q) == 1 else list(self.q)
        for word, pairs in (("refine", self.refine), ("exclude", self.exclude)):
            chosen: dict[str, list[str]] = {}
            for name, value in pairs:
                chosen.setdefault(name, []).append(value)
            told |= {word: chosen} if chosen else {}
        if self.disjunctive:
            told["disjunctive"] = dict.fromkeys(self.disjunctive, True)
        return told


def read_filters(asked: QueryDict) -> Filters:
    """The filters of a request; raises Problem."""
    for name, values in asked.lists():
        if "\x00" in name or any("\x00" in value for value in values):
            raise bad_parameter(name.replace("\x00", "\\0"), "\\0", "a text without NUL")
    shaping = read(asked, (LANG, TIMEZONE))
    return Filters(
        q=tuple(text for name, text in named(asked, "q", bare=True) if text.strip()),
        refine=named(asked, "refine"),
        exclude=named(asked, "exclude"),
        disjunctive=tuple(
            sorted({name for name, said in named(asked, "disjunctive") if said.lower() in YES})
        ),
        places=tuple(places(asked)),
        lang=shaping.text("lang"),
        timezone=shaping.text("timezone"),
    )


def named(asked: QueryDict, word: str, *, bare: bool = False) -> Pairs:
    """The pairs of `word.NAME=value`; with `bare`, `word=value` too, under an empty name."""
    dot = f"{word}."
    return [
        (key.removeprefix(dot) if key.startswith(dot) else "", value)
        for key, values in asked.lists()
        if key.startswith(dot) or (bare and key == word)
        for value in values
        if value and (bare or len(key) > len(dot))
    ]


def refinement(name: str, value: str) -> str:
    """A facet and its value as v2 writes them."""
    return f"{back_quoted(name)}:{quoted(value)}"


def back_quoted(name: str) -> str:
    """A field name as ODSQL reads it, whatever word it is."""
    return "`" + name.replace("\\", "\\\\").replace("`", "\\`") + "`"


# -- places ---------------------------------------------------------------------------------------


def places(asked: QueryDict) -> Iterator[str]:
    """The `geofilter.…` and `geo_digest` of a request, as queries of the v1 language."""
    for name in GEOFILTERS:
        yield from (geofilter(name, text) for text in asked.getlist(name) if text.strip())
    for name, digest in named(asked, "geo_digest", bare=True):
        field = f"{quoted(name)}, " if name else ""
        yield f"#digest({field}{quoted(digest)})"


# -- pages ----------------------------------------------------------------------------------------


def order_by(asked: QueryDict) -> str:
    """The ODSQL order of `sort`."""
    return ordered(sorts(asked))


def sorts(asked: QueryDict) -> list[tuple[str, bool]]:
    """The fields of `sort` and whether each goes down: it does unless a minus stands before."""
    names = [name.strip() for said in asked.getlist("sort") for name in said.split(",")]
    return [(name.removeprefix("-"), not name.startswith("-")) for name in names if name.strip("-")]


def ordered(pairs: Sequence[tuple[str, bool]]) -> str:
    """Fields and directions as ODSQL."""
    return ", ".join(
        f"{back_quoted(name)} {'desc' if descending else 'asc'}" for name, descending in pairs
    )


def window(asked: QueryDict) -> tuple[int, int]:
    """`rows` and `start` of a page; raises Problem beyond the limits (§1.4)."""
    rows, start = number(asked, "rows", ROWS), number(asked, "start", 0)
    if not 0 <= rows <= MOST:
        raise bad_parameter("rows", str(rows), f"0 <= rows <= {MOST}")
    if start < 0 or start + rows > MOST:
        raise bad_parameter("start", str(start), f"0 <= start <= {MOST - rows}")
    return rows, start


def number(asked: QueryDict, name: str, otherwise: int) -> int:
    """A whole number."""
    said = asked.get(name, "")
    return whole_number(name, said) if said.strip() else otherwise


def chosen_fields(asked: QueryDict) -> str:
    """The ODSQL select of `fields`; empty for every field."""
    names = [name.strip() for said in asked.getlist("fields") for name in said.split(",")]
    return ", ".join(back_quoted(name) for name in names if name)


def the_dataset(asked: QueryDict) -> str:
    """The identifier of the dataset asked about, its `@source` left out; raises Problem."""
    said = {name.partition("@")[0] for name in asked.getlist("dataset") if name.strip()}
    if not said:
        raise Problem(400, "", "The parameter dataset is missing: write dataset=identifier.")
    if len(said) > 1:
        raise Problem(400, "", "One dataset at a time: the parameter dataset is repeated.")
    return said.pop()


def chosen(asked: QueryDict, name: str, choices: tuple[str, ...]) -> str:
    """One of a few words, the first when none is said; raises Problem for another."""
    said = asked.get(name, "").strip().lower()
    if said and said not in choices:
        raise bad_parameter(name, said, f"one of {', '.join(choices)}")
    return said or choices[0]
