"""What an address asks of a dataset: one reading of `request.GET` for table, map, chart and export.

Accepted, from explore-api §7.1 and §5.1: `q`, `refine.F=value`, `exclude.F=value`,
`disjunctive.F=true`, `sort=F` (descending, as the old portal meant it) and `sort=-F` (ascending);
besides, the API's own `where=…` and `refine=F:value`. Of old addresses: `q` in the language of the
v1 API, `q.NAME`, and `geofilter.…`. Whatever else an address holds is left alone.
"""

import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Any, Self
from urllib.parse import quote, urlencode

from django.http import QueryDict

from cimaise.engine.odsql.errors import AskingError
from cimaise.engine.odsql.v1.geofilters import GEOFILTERS, geofilter
from cimaise.engine.odsql.v1.parser import parse_v1
from cimaise.engine.query.question import Question
from cimaise.engine.schema.schema import Schema

Refinement = tuple[str, str]
# What tells a query of the v1 API from words: a field compared, an operator, a function.
QUERY = re.compile(r"[\w`\"]\s*(?:[:=<>]|!=)|\b(?:AND|OR|NOT)\b|#\s*\w+\s*\(")
LONGEST_SEARCH = 500  # characters; a longer search is cut, not refused


@dataclass(frozen=True, slots=True)
class Filters:
    """Which records are looked at, and in which order; the same everywhere for the same address.

    `sort` holds (field, descending); `disjunctive` names the facets whose values are alternatives;
    `v1` holds parameters of old addresses, each with its value: queries and places;
    `version` is the number of a past version, None for the current one.
    """

    q: str = ""
    where: tuple[str, ...] = ()
    refine: tuple[Refinement, ...] = ()
    exclude: tuple[Refinement, ...] = ()
    disjunctive: tuple[str, ...] = ()
    sort: tuple[str, bool] | None = None
    v1: tuple[Refinement, ...] = ()
    version: int | None = None

    @property
    def any(self) -> bool:
        """Whether fewer records than the whole may be meant."""
        return bool(self.q or self.v1 or self.where or self.refine or self.exclude)

    def pairs(self) -> Iterator[tuple[str, str]]:
        """The parameters of an address that says the same, always in the same order."""
        if self.version is not None:
            yield "version", str(self.version)
        if self.q:
            yield "q", self.q
        yield from self.v1
        yield from (("where", clause) for clause in self.where)
        yield from ((f"disjunctive.{name}", "true") for name in self.disjunctive)
        yield from ((f"refine.{name}", value) for name, value in self.refine)
        yield from ((f"exclude.{name}", value) for name, value in self.exclude)
        if self.sort is not None:
            name, descending = self.sort
            yield "sort", name if descending else f"-{name}"

    def address(self, **more: object) -> str:
        """`?…` for a link relative to the page, with `more` parameters where they say something."""
        added = [(name, str(value)) for name, value in more.items() if value not in (None, "")]
        return "?" + urlencode([*self.pairs(), *added], quote_via=quote)

    def refined(self, name: str, value: str) -> Self:
        """The same with one more value asked of facet `name`."""
        return replace(self, refine=(*self.refine, (name, value)))

    def without(self, name: str, value: str) -> Self:
        """The same without that value, whether it was asked for or excluded."""
        gone = (name, value)
        return replace(
            self,
            refine=tuple(pair for pair in self.refine if pair != gone),
            exclude=tuple(pair for pair in self.exclude if pair != gone),
        )

    def sorted_by(self, name: str) -> Self:
        """The same sorted by `name`: ascending first, the other way when it already was."""
        return replace(self, sort=(name, self.sort == (name, False)))

    def question(self, *, limit: int | None = 20, offset: int = 0, **more: Any) -> Question:
        """What to ask the engine; `more` are other parts of a Question (select, lang…)."""
        parts = {"order_by": self.order_by(), **more}
        plain = [pair for pair in self.refine if pair[0] not in self.disjunctive]
        return Question(
            where=self.clauses(),
            qv1=self.queries(),
            refine=tuple(f"{name}:{quoted(value)}" for name, value in plain),
            exclude=tuple(f"{name}:{quoted(value)}" for name, value in self.exclude),
            limit=limit,
            offset=offset,
            **parts,
        )

    def clauses(self) -> tuple[str, ...]:
        """The ODSQL conditions: the search, what was written as such, then alternatives."""
        search = (quoted(self.q),) if self.q else ()
        return (*search, *self.where, *self._alternatives())

    def queries(self) -> tuple[str, ...]:
        """What old addresses ask, in the language of the v1 API; raises AskingError."""
        return tuple(
            geofilter(name, value) if name in GEOFILTERS else value for name, value in self.v1
        )

    def _alternatives(self) -> Iterator[str]:
        """One condition for each facet whose chosen values are alternatives."""
        for name in self.disjunctive:
            values = [value for facet, value in self.refine if facet == name]
            if values:
                field = back_quoted(name)
                yield "(" + " or ".join(f"{field} = {quoted(value)}" for value in values) + ")"

    def order_by(self) -> str:
        """The ODSQL order, empty when none was asked."""
        if self.sort is None:
            return ""
        name, descending = self.sort
        return f"{back_quoted(name)} {'desc' if descending else 'asc'}"

    def api_pairs(self) -> list[tuple[str, str]]:
        """The same filters as parameters of the Explore API, for links, exports and examples."""
        asked = self.question()
        return [
            *(("where", clause) for clause in asked.where),
            *(("qv1", query) for query in asked.qv1),
            *(("refine", item) for item in asked.refine),
            *(("exclude", item) for item in asked.exclude),
            *((("order_by", asked.order_by),) if asked.order_by else ()),
        ]


def quoted(value: str) -> str:
    """A value as an ODSQL string: JSON's escapes are ODSQL's (explore-api §2.1)."""
    return json.dumps(value, ensure_ascii=False)


def back_quoted(name: str) -> str:
    """A field name as ODSQL reads it, whatever word it is."""
    return "`" + name.replace("`", "\\`") + "`"


def read_filters(given: QueryDict, schema: Schema | None = None) -> Filters:
    """The filters an address asks for; with a `schema`, a sort by an unknown field is let go."""
    words = " ".join(given.get("q", "").split())
    asks = is_query(words, schema)
    return Filters(
        q="" if asks else words[:LONGEST_SEARCH],
        v1=(*((("q", words),) if asks else ()), *_of_old(given)),
        where=tuple(clause for clause in given.getlist("where") if clause.strip()),
        refine=_refinements(given, "refine"),
        exclude=_refinements(given, "exclude"),
        disjunctive=tuple(_named(given, "disjunctive")),
        sort=_sort(given.get("sort", ""), schema),
        version=_number(given.get("version", "")),
    )


def is_query(text: str, schema: Schema | None) -> bool:
    """Whether a search is a query of the v1 API that makes sense for this dataset."""
    if schema is None or not QUERY.search(text):
        return False
    try:
        return parse_v1(text, schema) is not None
    except AskingError:
        return False


def _of_old(given: QueryDict) -> Iterator[Refinement]:
    for name, values in given.lists():
        if name.startswith("q.") or name in GEOFILTERS:
            yield from ((name, value) for value in values if value.strip())


def _refinements(given: QueryDict, word: str) -> tuple[Refinement, ...]:
    dotted = [
        (key.removeprefix(f"{word}."), value)
        for key, values in given.lists()
        if key.startswith(f"{word}.")
        for value in values
    ]
    written = [item.partition(":")[::2] for item in given.getlist(word) if ":" in item]
    return tuple(_once([*dotted, *((name, unquoted(value)) for name, value in written)]))


def _once(pairs: Iterable[Refinement]) -> list[Refinement]:
    return list(dict.fromkeys(pair for pair in pairs if pair[0] and pair[1]))


def unquoted(value: str) -> str:
    """The value of `refine=name:"value"`, written with or without quotes."""
    if len(value) >= 2 and value[0] == value[-1] == '"':
        try:
            return str(json.loads(value))
        except ValueError:
            return value[1:-1]
    return value


def _named(given: QueryDict, word: str) -> list[str]:
    return sorted(
        key.removeprefix(f"{word}.")
        for key, value in given.items()
        if key.startswith(f"{word}.") and str(value).lower() in {"true", "1", "on"}
    )


def _sort(said: str, schema: Schema | None) -> tuple[str, bool] | None:
    name = said.split(",")[0].strip()
    descending = not name.startswith("-")
    name = name.removeprefix("-")
    if not name or (schema is not None and name not in schema):
        return None
    return name, descending


def _number(said: str) -> int | None:
    return int(said) if said.isascii() and said.isdigit() and len(said) < 7 else None
