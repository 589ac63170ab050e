"""Measures of groups of records: the points of charts, as the v1 API gives them."""

import math
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from sqlglot import exp

from cimaise.engine.duck import ReadingRoom, Row
from cimaise.engine.odsql import dialect
from cimaise.engine.odsql.kinds import kind_of_field
from cimaise.engine.odsql.to_sql import Lowering
from cimaise.engine.odsql.v1.arithmetic import arithmetic
from cimaise.engine.query.answer import ask
from cimaise.engine.query.fulltext import Finder
from cimaise.engine.query.planner import field_column, records_table
from cimaise.engine.query.question import Question
from cimaise.engine.query.series_request import Analysis, Axis, Measure, Sort
from cimaise.engine.query.understanding import reader
from cimaise.engine.schema.schema import Schema
from cimaise.engine.snapshots.manifest import Snapshot
from cimaise.engine.trees import cast

MOST_POINTS = 20_000  # groups of one answer; beyond, it says that it was cut
Tree = exp.Expr
_EXTRACTED = {"week": "WEEK", "weekday": "ISODOW", "yearday": "DOY"}


@dataclass(frozen=True, slots=True)
class Point:
    """A group: the value of each axis (a date as its parts), and of each measure that has one."""

    x: tuple[Any, ...]
    y: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Points:
    """The points in the order asked; `truncated` when there were more than one answer holds."""

    points: list[Point]
    truncated: bool


def analysed(
    analysis: Analysis, question: Question, snapshot: Snapshot, room: ReadingRoom
) -> Points:
    """The groups of a question's records; raises AskingError, TooLong.

    Records without a value on an axis are in no group; one with several values is in several.
    """
    asking = _Asking(analysis, question, snapshot, room)
    most = min(analysis.most or MOST_POINTS, MOST_POINTS)
    rows = ask(room, asking.tree().limit(most + 1), asking.values)
    cut = len(rows) > most and most == MOST_POINTS
    points = [asking.point(row) for row in rows[:most]]
    return Points(cumulated(points, analysis), cut)


class _Asking:
    """The tree of an analysis and how its rows are read."""

    def __init__(
        self, analysis: Analysis, question: Question, snapshot: Snapshot, room: ReadingRoom
    ) -> None:
        self.analysis = analysis
        self.schema = snapshot.schema
        self.table = records_table(room, snapshot)
        asked = reader(question, snapshot.schema)
        finder = Finder(snapshot)
        self.zone = str(asked.zone)
        condition = asked.condition()
        lower = Lowering(finder, asked.clock, column=field_column)
        self.where = None if condition is None else lower(condition)
        self.values = tuple(finder.values)
        self.keys = [f"k{rank}" for rank in range(sum(len(a.parts) or 1 for a in analysis.axes))]
        self.whole: set[str] = set()

    def tree(self) -> exp.Select:
        """One row a group: its keys, then its measures."""
        measures = [
            tree
            for rank, each in enumerate(self.analysis.measures)
            for tree in aggregates(each, exp.column(f"v{rank}"))
        ]
        columns = [exp.alias_(tree, f"m{rank}") for rank, tree in enumerate(measures)]
        keys = [exp.column(key) for key in self.keys]
        tree = exp.select(*keys, *columns).from_(self.rows().subquery("rows"))
        for key in keys:
            tree = tree.where(exp.Not(this=exp.Is(this=key.copy(), expression=exp.null())))
        if keys:
            tree = tree.group_by(*(key.copy() for key in keys))
        return tree.order_by(*self.orders()) if keys else tree

    def rows(self) -> exp.Select:
        """One row a record, or an element of its lists: keys, and what is measured."""
        items: list[Tree] = []
        lists: list[str] = []
        keys = iter(self.keys)
        for axis in self.analysis.axes:
            for tree in self.key_trees(axis):
                key = next(keys)
                items.append(exp.alias_(tree, key))
                lists += [key] if kind_of_field(axis.field) == "texts" else []
        names = list(self.keys)
        for rank, each in enumerate(self.analysis.measures):
            if each.function != "COUNT":
                tree, whole = measured(each, self.schema)
                self.whole |= {each.name} if whole else set()
                items.append(exp.alias_(tree, f"v{rank}"))
                names.append(f"v{rank}")
        tree = exp.select(*(items or [exp.alias_(exp.null(), "nothing")])).from_(self.table)
        tree = tree if self.where is None else tree.where(self.where)
        for spread in lists:  # one after the other: side by side they would be paired
            columns = [
                exp.alias_(dialect.unnested(exp.column(name)), name)
                if name == spread
                else exp.column(name)
                for name in names
            ]
            tree = exp.select(*columns).from_(tree.subquery("lists"))
        return tree

    def key_trees(self, axis: Axis) -> Iterator[Tree]:
        column = field_column(axis.field)
        if not axis.parts:
            yield column
            return
        timed = axis.field.type == "datetime"
        local = dialect.local_time(column, self.zone) if timed else cast(column, "TIMESTAMP")
        for part in axis.parts:
            # The year that a week belongs to is not always that of its days.
            name = "ISOYEAR" if part == "year" and "week" in axis.parts else part.upper()
            name = _EXTRACTED.get(part, name)
            number = exp.Extract(this=exp.var(name), expression=local.copy())
            yield number - 1 if part == "weekday" else number

    # -- orders ---------------------------------------------------------------------------------

    def orders(self) -> list[Tree]:
        """As asked, then along the axes: the same groups always come in the same order."""
        asked = [tree for sort in self.analysis.sorts for tree in self.order(sort)]
        rest = [self.ordered(key, descending=False) for key in self.keys]
        return [*asked, *rest]

    def order(self, sort: Sort) -> Iterator[Tree]:
        if sort.measure is not None:
            yield exp.Ordered(
                this=exp.column(self.column_of(sort.measure)),
                desc=sort.descending,
                nulls_first=False,
            )
            return
        first = 0
        for axis in self.analysis.axes:
            width = len(axis.parts) or 1
            if axis is sort.axis:
                for key, part in zip(self.keys[first : first + width], axis.parts or (None,),
                                     strict=True):  # fmt: skip
                    if sort.part in (None, part):
                        yield self.ordered(key, descending=sort.descending)
            first += width

    def ordered(self, key: str, *, descending: bool) -> Tree:
        tree: Tree = exp.column(key)
        if self.is_text(key):
            tree = dialect.folded(tree)
        return exp.Ordered(this=tree, desc=descending, nulls_first=False)

    def is_text(self, key: str) -> bool:
        kinds = [
            axis.field.type for axis in self.analysis.axes for _ in range(len(axis.parts) or 1)
        ]
        return kinds[self.keys.index(key)] in ("text", "file")

    def column_of(self, measure: Measure) -> str:
        """The first column of a measure."""
        before = self.analysis.measures[: self.analysis.measures.index(measure)]
        return f"m{sum(len(each.subsets) or 1 for each in before)}"

    # -- answers --------------------------------------------------------------------------------

    def point(self, row: Row) -> Point:
        keys, measures = row[: len(self.keys)], list(row[len(self.keys) :])
        x: list[Any] = []
        for axis in self.analysis.axes:
            width = len(axis.parts) or 1
            here, keys = keys[:width], keys[width:]
            parts = dict(zip(axis.parts, map(int, here), strict=True)) if axis.parts else None
            x.append(parts if parts is not None else _value(here[0]))
        return Point(tuple(x), values_of(self.analysis.measures, measures, self.whole))


def measured(measure: Measure, schema: Schema) -> tuple[Tree, bool]:
    """What is measured of each record, and whether it is a whole number; raises ODSQLError."""
    clause = f"y.{measure.name}.expr"
    tree, field = arithmetic(measure.expression, clause, schema, field_column)
    return tree, field is not None and field.type == "int"


def aggregates(measure: Measure, value: Tree) -> list[Tree]:
    """The aggregates that a measure asks of what is measured: one, or one a percentile."""
    if measure.function == "QUANTILES":
        return [dialect.percentile(value.copy(), share / 100) for share in measure.subsets]
    trees: dict[str, Callable[[], Tree]] = {
        "COUNT": lambda: exp.Count(this=exp.Star()),
        "AVG": lambda: exp.Avg(this=value),
        "SUM": lambda: exp.Sum(this=value),
        "MIN": lambda: exp.Min(this=value),
        "MAX": lambda: exp.Max(this=value),
        "STDDEV": lambda: exp.StddevPop(this=value),
        "SUMSQUARES": lambda: exp.Sum(this=exp.Mul(this=value, expression=value.copy())),
    }
    return [trees[measure.function]()]


def values_of(
    measures: Sequence[Measure], found: Sequence[Any], whole: Collection[str]
) -> dict[str, Any]:
    """The values of the aggregates of measures, by series; those that are missing have no key."""
    values: dict[str, Any] = {}
    rest = list(found)
    for each in measures:
        width = len(each.subsets) or 1
        numbers = [_number(each, value, each.name in whole) for value in rest[:width]]
        del rest[:width]
        if each.subsets:
            shares = zip(each.subsets, numbers, strict=True)
            values[each.name] = {str(share): v for share, v in shares if v is not None}
        elif numbers[0] is not None:
            values[each.name] = numbers[0]
    return values


def _number(measure: Measure, value: Any, whole: bool) -> Any:
    """A number that JSON has; whole ones as such where only whole ones went in."""
    if value is None or (isinstance(value, float) and not math.isfinite(value)):
        return None
    if whole and measure.function in ("SUM", "MIN", "MAX") and abs(value) < 2**53:
        return int(value)
    return float(value) if isinstance(value, Decimal) else value


def _value(value: Any) -> Any:
    if isinstance(value, bool):
        return "True" if value else "False"
    return value


def cumulated(points: list[Point], analysis: Analysis) -> list[Point]:
    """Cumulative series summed up along the first axis, apart for each value of the others."""
    running = [each.name for each in analysis.measures if each.cumulative]
    if not running:
        return points
    first = analysis.axes[0].field.name if analysis.axes else ""
    sums: dict[tuple[str, str], float] = {}
    found: list[Point] = []
    for point in points:
        apart = repr([value for axis, value in zip(analysis.axes, point.x, strict=True)
                      if axis.field.name != first])  # fmt: skip
        y = dict(point.y)
        for name in running:
            sums[name, apart] = sums.get((name, apart), 0) + y.get(name, 0)
            y[name] = sums[name, apart]
        found.append(Point(point.x, y))
    return found


def x_of(axes: Sequence[Axis], values: Sequence[Any]) -> Any:
    """What `x` says of a point: a value, the parts of a date, or an object by field."""
    by_field: dict[str, Any] = {}
    for axis, value in zip(axes, values, strict=True):
        known = by_field.get(axis.field.name)
        merged = {**known, **value} if isinstance(known, dict) else value
        by_field[axis.field.name] = merged
    return next(iter(by_field.values())) if len(by_field) == 1 else by_field
