"""How many records have each value of a field: what a reader filters by."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from sqlglot import exp

from cimaise.engine.duck import ReadingRoom
from cimaise.engine.odsql import dialect
from cimaise.engine.odsql.errors import Source
from cimaise.engine.odsql.kinds import kind_of_field
from cimaise.engine.odsql.to_sql import Lowering, fold
from cimaise.engine.query.answer import ask
from cimaise.engine.query.facet_request import FacetRequest, read_requests
from cimaise.engine.query.facet_scan import counts_of, is_plain
from cimaise.engine.query.fulltext import Finder
from cimaise.engine.query.planner import field_column, records_table
from cimaise.engine.query.question import Question
from cimaise.engine.query.refinements import Refinement, day_parts, read_refinements
from cimaise.engine.query.refinements import refined as refined_by
from cimaise.engine.query.understanding import Reader, reader
from cimaise.engine.schema.field import Field
from cimaise.engine.snapshots.manifest import Snapshot

_PERIODS = ("%Y", "%Y/%m", "%Y/%m/%d")
_DATES = ("date", "datetime")


@dataclass(frozen=True, slots=True)
class FacetValue:
    """`value` is what refine takes, `name` what people read; excluded values have no count.

    `values` are those of the level below, known only under a refined value.
    """

    name: str
    value: str
    count: int | None
    state: str  # displayed, refined or excluded
    values: tuple["FacetValue", ...] = ()


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
    stay in view. Groups without values are left out.
    """
    requests = read_requests(requested, snapshot.schema)
    disjunctive = {request.field.name for request in requests if request.disjunctive}
    asked = reader(question, snapshot.schema, disjunctive)
    counting = _Counting(question, snapshot, room, asked)
    counting.count_together(requests)
    groups = (counting.group(request) for request in requests)
    return tuple(group for group in groups if group.values)


@dataclass(slots=True)
class _Counting:
    question: Question
    snapshot: Snapshot
    room: ReadingRoom
    asked: Reader
    known: dict[str, list[tuple[str, int]]] = field(default_factory=dict)

    def count_together(self, requests: Sequence[FacetRequest]) -> None:
        """Count the plain facets that nothing is refined by, in one pass."""
        chosen = {each.field.name for each in self.asked.refinements()}
        plain = [each for each in requests if is_plain(each) and each.field.name not in chosen]
        if len({each.field.name for each in plain}) < max(len(plain), 2):
            return  # a pass of its own costs a single facet less
        finder = Finder(self.snapshot)
        lower = Lowering(finder, str(self.asked.zone), column=field_column)
        condition = self.asked.condition(None)
        tree = counts_of(
            plain,
            records_table(self.room, self.snapshot),
            None if condition is None else lower(condition),
        )
        self.known = {each.field.name: [] for each in plain}
        for which, key, count in ask(self.room, tree, tuple(finder.values)):
            self.known[plain[which].field.name].append((str(key), int(count)))

    def group(self, request: FacetRequest) -> FacetGroup:
        chosen = _of_field(self.asked.refinements(), request.field)
        excluded = _of_field(
            read_refinements(self.question.exclude, "exclude", self.snapshot.schema), request.field
        )
        values, truncated = self._level(request, "", 0, [each.value for each in chosen])
        gone = tuple(
            FacetValue(_last_name(each.value, request), each.value, None, "excluded")
            for each in excluded
        )
        return FacetGroup(
            request.field.name,
            request.field.label,
            (*values, *gone),
            truncated,
            request.disjunctive,
        )

    def _level(
        self, request: FacetRequest, parent: str, depth: int, chosen: list[str]
    ) -> tuple[tuple[FacetValue, ...], bool]:
        """The values of one level below `parent`, and whether some were left out."""
        paths = {path for value in chosen if (path := _prefix(value, depth, request))}
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
        below = [each for each in chosen if _prefix(each, depth, request) == value]
        state = "refined" if below else "displayed"
        found = FacetValue(_last_name(value, request), value, count, state)
        if not below or not _has_levels(request, depth):
            return found
        return replace(found, values=self._level(request, value, depth + 1, below)[0])

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
        ranks = _ranking(request, key)
        for rank in [_refined_first(key, refined), *ranks] if refined else ranks:
            tree = tree.order_by(rank, copy=False)
        rows = ask(self.room, tree.limit(request.limit + 1), tuple(finder.values))
        return [(_text(row[0], request), int(row[1])) for row in rows]

    def _elements(
        self, request: FacetRequest, parent: str, depth: int, finder: Finder
    ) -> exp.Select:
        """Each record's value at this level, one row an element when it has several."""
        lower = Lowering(finder, str(self.asked.zone), column=field_column)
        conditions = [self.asked.condition(request.field.name if request.disjunctive else None)]
        if parent and request.field.type in _DATES:
            here = Refinement(request.field, parent, Source(parent, "refine"))
            conditions.append(refined_by(here, self.asked.zone))
        item = field_column(request.field)
        if kind_of_field(request.field) == "texts":
            item = dialect.unnested(item)
        items = exp.select(exp.alias_(item, "item", quoted=True)).from_(
            records_table(self.room, self.snapshot)
        )
        for condition in conditions:
            if condition is not None:
                items = items.where(lower(condition))
        key = exp.alias_(_facet_value(request, depth, lower.zone), "key", quoted=True)
        return exp.select(key).from_(items.subquery("items"))


def _facet_value(request: FacetRequest, depth: int, zone: str) -> exp.Expr:
    """The value of an item at a level: a period of a date, the start of a path, itself."""
    item = exp.column("item", quoted=True)
    if request.field.type in _DATES:
        local = dialect.local_time(item, zone) if request.field.type == "datetime" else item
        if depth == 0:
            return exp.Extract(this=exp.var("YEAR"), expression=local)
        return dialect.formatted(local, _PERIODS[depth])
    if request.separator is not None:
        return dialect.path_start(item, request.separator, depth + 1)
    return item


def _has_levels(request: FacetRequest, depth: int) -> bool:
    if request.field.type in _DATES:
        return depth + 1 < len(_PERIODS)
    return request.separator is not None and depth < 20


def _prefix(value: str, depth: int, request: FacetRequest) -> str | None:
    """What a refined value is at a level; None when it is less deep."""
    if request.field.type in _DATES:
        parts = day_parts(value)
        if parts is None or len(parts) <= depth:
            return None
        written = (f"{parts[0]:04d}", *(f"{part:02d}" for part in parts[1:]))
        return "/".join(written[: depth + 1])
    if request.separator is None:
        return value
    steps = value.split(request.separator)
    return request.separator.join(steps[: depth + 1]) if len(steps) > depth else None


def _last_name(value: str, request: FacetRequest) -> str:
    if request.field.type in _DATES:
        return value.rsplit("/", 1)[-1]
    return value.rsplit(request.separator, 1)[-1] if request.separator else value


def _text(value: object, request: FacetRequest) -> str:
    if request.field.type in _DATES and isinstance(value, int):
        return f"{value:04d}"
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value)


def _refined_first(key: exp.Expr, refined: set[str]) -> exp.Expr:
    """Chosen values come before the cut, however rare."""
    chosen = [exp.Literal.string(value) for value in sorted(refined)]
    found = exp.In(this=exp.cast(key.copy(), "VARCHAR"), expressions=chosen)
    return exp.Ordered(this=found, desc=True)


def _ranking(request: FacetRequest, key: exp.Expr) -> list[exp.Expr]:
    count = exp.column("count", quoted=True)
    by_count = exp.Ordered(this=count, desc=request.sort != "count")
    by_key = exp.Ordered(this=key.copy(), desc=request.sort in ("-alphanum", "-num"))
    return [by_count, by_key] if request.sort.endswith("count") else [by_key]


def _sorted(values: list[FacetValue], request: FacetRequest) -> list[FacetValue]:
    """In the order asked for; equal counts by name."""
    if request.sort in ("num", "-num") and request.field.type in ("int", "double"):
        return sorted(values, key=lambda each: float(each.value), reverse=request.sort == "-num")
    by_name = sorted(values, key=lambda each: (fold(each.value), each.value))
    if not request.sort.endswith("count"):
        return by_name[::-1] if request.sort.startswith("-") else by_name
    return sorted(by_name, key=lambda each: each.count or 0, reverse=request.sort == "-count")


def _of_field(refinements: Sequence[Refinement], asked: Field) -> list[Refinement]:
    return [each for each in refinements if each.field.name == asked.name]
