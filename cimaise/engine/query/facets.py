"""How many records have each value of a field: what a reader filters by."""

import time
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from sqlglot import exp

from cimaise.engine.duck import ReadingRoom, Row, TooLong
from cimaise.engine.odsql import dialect
from cimaise.engine.odsql.errors import Source
from cimaise.engine.odsql.to_sql import Lowering, fold, order_key
from cimaise.engine.query.answer import ask
from cimaise.engine.query.facet_levels import (
    DATES,
    at_level,
    has_more,
    last_name,
    spelled,
    text,
    values_of,
)
from cimaise.engine.query.facet_request import FacetRequest, read_requests
from cimaise.engine.query.facet_scan import AT_ONCE, counts_of, is_plain
from cimaise.engine.query.fulltext import Finder
from cimaise.engine.query.planner import field_column, records_table
from cimaise.engine.query.question import Question
from cimaise.engine.query.refinements import Refinement, read_refinements
from cimaise.engine.query.refinements import refined as refined_by
from cimaise.engine.query.understanding import Reader, reader
from cimaise.engine.schema.field import Field
from cimaise.engine.schema.schema import Schema
from cimaise.engine.snapshots.manifest import Snapshot
from cimaise.engine.trees import cast


@dataclass(frozen=True, slots=True)
class FacetValue:
    """`value` is what refine takes, `name` what people read; excluded values have no count.

    `values` are those of the level below, known only under a refined value; `truncated` when
    there are more of them.
    """

    name: str
    value: str
    count: int | None
    state: str  # displayed, refined or excluded
    values: tuple["FacetValue", ...] = ()
    truncated: bool = False


@dataclass(frozen=True, slots=True)
class FacetGroup:
    """The values of one field; `truncated` when there are more than were asked for."""

    name: str
    label: str
    values: tuple[FacetValue, ...]
    truncated: bool = False
    disjunctive: bool = False


def facets(
    question: Question, requested: Sequence[str], snapshot: Snapshot, room: ReadingRoom
) -> tuple[FacetGroup, ...]:
    """The facets of the records a question matches (explore-api §6); raises AskingError.

    A disjunctive facet is counted without its own refinement, so that the values not chosen
    stay in view. Groups without values are left out. All facets together may take twice the time
    that the room gives to one question; TooLong after that.
    """
    requests = read_requests(requested, snapshot.schema)
    requests = tuple(
        replace(each, disjunctive=each.disjunctive or each.field.name in question.disjunctive)
        for each in requests
    )
    schema = _as_requested(snapshot.schema, requests)
    counting = _Counting(
        question, schema, snapshot, room, reader(question, schema), time.monotonic() + room.seconds
    )
    counting.count_together(requests)
    groups = (counting.group(request) for request in requests)
    return tuple(group for group in groups if group.values)


def _as_requested(schema: Schema, requests: Sequence[FacetRequest]) -> Schema:
    """The schema with what `facet(…)` says of fields: refinements must be read the same way."""
    told = {each.field.name: each for each in requests}
    return Schema(
        tuple(
            field.annotated(
                disjunctive=told[field.name].disjunctive, hierarchical=told[field.name].separator
            )
            if field.name in told
            else field
            for field in schema
        )
    )


@dataclass(slots=True)
class _Counting:
    question: Question
    schema: Schema
    snapshot: Snapshot
    room: ReadingRoom
    asked: Reader
    deadline: float
    known: dict[str, list[tuple[str, int]]] = field(default_factory=dict)

    def count_together(self, requests: Sequence[FacetRequest]) -> None:
        """Count the plain facets that nothing is refined by, several in a pass."""
        chosen = {each.field.name for each in self.asked.refinements()}
        plain = [each for each in requests if is_plain(each) and each.field.name not in chosen]
        if len({each.field.name for each in plain}) < max(len(plain), 2):
            return  # a pass of its own costs a single facet less
        for first in range(0, len(plain), AT_ONCE):
            self._count_at_once(plain[first : first + AT_ONCE])

    def _count_at_once(self, plain: Sequence[FacetRequest]) -> None:
        finder = Finder(self.snapshot)
        lower = Lowering(finder, self.asked.clock, column=field_column)
        condition = self.asked.condition(None)
        tree = counts_of(
            plain,
            records_table(self.room, self.snapshot),
            None if condition is None else lower(condition),
        )
        self.known |= {each.field.name: [] for each in plain}
        for which, key, count in self._ask(tree, finder):
            self.known[plain[which].field.name].append((str(key), int(count)))

    def _ask(self, tree: exp.Select, finder: Finder) -> list[Row]:
        if time.monotonic() > self.deadline:
            raise TooLong("counting the facets took too long")
        return ask(self.room, tree, tuple(finder.values))

    def group(self, request: FacetRequest) -> FacetGroup:
        chosen = _of_field(self.asked.refinements(), request.field)
        excluded = _of_field(
            read_refinements(self.question.exclude, "exclude", self.schema), request.field
        )
        values, truncated = self._level(request, "", 0, [each.value for each in chosen])
        gone = dict.fromkeys(spelled(each.value, request) for each in excluded)
        return FacetGroup(
            request.field.name,
            request.field.label,
            (
                *values,
                *(FacetValue(last_name(each, request), each, None, "excluded") for each in gone),
            ),
            truncated,
            request.disjunctive,
        )

    def _level(
        self, request: FacetRequest, parent: str, depth: int, chosen: list[str]
    ) -> tuple[tuple[FacetValue, ...], bool]:
        """The values of one level below `parent`, and whether some were left out."""
        paths = {path for value in chosen if (path := at_level(value, depth, request))}
        counted = self._counted(request, parent, depth, paths)
        truncated = len(counted) > request.limit
        found = [
            self._value(request, value, count, depth, chosen)
            for value, count in counted[: request.limit]
        ]
        return tuple(_sorted(found, request)), truncated

    def _value(
        self, request: FacetRequest, value: str, count: int, depth: int, chosen: list[str]
    ) -> FacetValue:
        below = [each for each in chosen if at_level(each, depth, request) == value]
        state = "refined" if below else "displayed"
        found = FacetValue(last_name(value, request), value, count, state)
        if not below or not has_more(request, depth):
            return found
        values, truncated = self._level(request, value, depth + 1, below)
        return replace(found, values=values, truncated=truncated)

    def _counted(
        self, request: FacetRequest, parent: str, depth: int, refined: set[str]
    ) -> list[tuple[str, int]]:
        if not parent and request.field.name in self.known:
            return self.known[request.field.name]
        finder = Finder(self.snapshot)
        elements = self._elements(request, parent, depth, finder)
        key = exp.column("key", quoted=True)
        tree = (
            exp.select(key, exp.alias_(exp.Count(this=exp.Star()), "count", quoted=True))
            .from_(elements.subquery("elements"))
            .where(exp.Not(this=exp.Is(this=key, expression=exp.null())))
            .group_by(key)
        )
        if parent and request.separator is not None:
            below = exp.Literal.string(parent + request.separator)
            tree = tree.where(dialect.starts_with(key, below))
        ranks = _ranking(request, key, depth)
        for rank in [_refined_first(key, refined), *ranks] if refined else ranks:
            tree = tree.order_by(rank, copy=False)
        rows = self._ask(tree.limit(request.limit + 1), finder)
        return [(text(row[0], request), int(row[1])) for row in rows]

    def _elements(
        self, request: FacetRequest, parent: str, depth: int, finder: Finder
    ) -> exp.Select:
        """Each record's value at this level, one row a different one when it has several."""
        lower = Lowering(finder, self.asked.clock, column=field_column)
        conditions = [self.asked.condition(request.field.name if request.disjunctive else None)]
        if parent and request.field.type in DATES:
            here = Refinement(request.field, parent, Source(parent, "refine"))
            conditions.append(refined_by(here, self.asked.zone))
        key = exp.alias_(values_of(request, depth, lower.zone), "key", quoted=True)
        items = exp.select(key).from_(records_table(self.room, self.snapshot))
        for condition in conditions:
            if condition is not None:
                items = items.where(lower(condition))
        return items


def _refined_first(key: exp.Expr, refined: set[str]) -> exp.Expr:
    """Chosen values come before the cut, however rare."""
    chosen = [exp.Literal.string(value) for value in sorted(refined)]
    found = exp.In(this=cast(key.copy(), "VARCHAR"), expressions=chosen)
    return exp.Ordered(this=found, desc=True)


def _ranking(request: FacetRequest, key: exp.Expr, depth: int) -> list[exp.Expr]:
    """Which values come before the cut; their order among themselves is `_sorted`'s."""
    backwards = request.sort in ("-alphanum", "-num")
    count = exp.column("count", quoted=True)
    by_count = exp.Ordered(this=count, desc=request.sort != "count")
    kind = "text" if request.field.type == "text" or depth else request.field.type
    by_word = exp.Ordered(this=order_key(key.copy(), kind), desc=backwards)
    by_key = exp.Ordered(this=key.copy(), desc=backwards)
    return [by_count, by_key] if request.sort.endswith("count") else [by_word, by_key]


def _sorted(values: list[FacetValue], request: FacetRequest) -> list[FacetValue]:
    """In the order asked for; equal counts by name."""
    if request.field.type in ("int", "double") and not request.sort.endswith("count"):
        backwards = request.sort.startswith("-")
        return sorted(values, key=lambda each: float(each.value), reverse=backwards)
    by_name = sorted(values, key=lambda each: (fold(each.value), each.value))
    if not request.sort.endswith("count"):
        return by_name[::-1] if request.sort.startswith("-") else by_name
    return sorted(by_name, key=lambda each: each.count or 0, reverse=request.sort == "-count")


def _of_field(refinements: Sequence[Refinement], asked: Field) -> list[Refinement]:
    return [each for each in refinements if each.field.name == asked.name]
