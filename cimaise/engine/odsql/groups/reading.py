"""`range()` and `geo_cluster()` read and checked: what is counted, between what, how near."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import NoReturn, Protocol

from cimaise.engine.messages import Message, say
from cimaise.engine.odsql.functions.base import DATES, NUMBERS
from cimaise.engine.odsql.groups.clusters import Nearness
from cimaise.engine.odsql.groups.periods import CALENDAR, LASTING, LONGEST, Period, unit_of_time
from cimaise.engine.odsql.groups.ranges import Bound, Bounds
from cimaise.engine.odsql.nodes import (
    Call,
    Column,
    DateText,
    Instant,
    Measure,
    Node,
    Number,
    Star,
    Text,
)

MOST_BOUNDS = 1_000
CLOSEST = 25  # the deepest zoom
RADIUS = 40  # pixels
WIDEST = 1_000  # pixels


class Asker(Protocol):
    """What the check lends: refusing with a place, and turning literals to a kind."""

    def refuse(self, what: Message, node: Node, hint: Message | None = None) -> NoReturn:
        """Raise the error of a node."""

    def turned(self, node: Node, kind: str) -> Node:
        """A literal comparable with a kind; raises as `refuse`."""


def read_range(call: Call, kind: str, asker: Asker) -> Call:
    """A call of range() whose first argument is checked and of `kind`; its bounds become values."""
    if kind not in NUMBERS | DATES:
        what = say("range() is of numbers or dates")
        asker.refuse(what, call.arguments[0])
    if width_of(call) is not None:
        _check_width(call, kind, asker)
        return call
    bounds = tuple(_read_bound(bound, kind, asker) for bound in call.arguments[1:])
    whole = replace(call, arguments=(call.arguments[0], *bounds))
    _check_bounds(whole, asker)
    return whole


def width_of(call: Call) -> Number | Measure | None:
    """The width of a range() that has but one; None for one with bounds."""
    if len(call.arguments) == 2 and isinstance(call.arguments[1], Number | Measure):
        return call.arguments[1]
    return None


def period_of(measure: Measure) -> Period:
    """The period that a measure of time stands for."""
    return Period(int(measure.value), unit_of_time(measure.unit) or "d")


def bounds_of(call: Call) -> Bounds:
    """The bounds of a checked range()."""
    ends = call.arguments[1:]
    values = tuple(each.value for each in ends if isinstance(each, Number | Instant))
    return Bounds(values, isinstance(ends[0], Star), isinstance(ends[-1], Star))


def _check_width(call: Call, kind: str, asker: Asker) -> None:
    width = width_of(call)
    if isinstance(width, Measure):
        _check_period(width, kind, asker)
        return
    if width is None or kind in DATES:
        hint = say("Write range(date, 1 day): ms s m h d w M q y, or their names.")
        asker.refuse(say("The width of a range of dates has a unit"), call.arguments[1], hint)
    if not 0 < width.value < 1e15 or width.value < 1e-9:
        asker.refuse(say("The width of a range is a positive number"), width)


def _check_period(width: Measure, kind: str, asker: Asker) -> None:
    unit = unit_of_time(width.unit)
    if kind not in DATES or unit is None:
        what = say("{unit} is no unit of this field", unit=width.unit)
        hint = say("Write range(number, 10), or range(date, 1 day).")
        asker.refuse(what, width, hint)
    if unit in CALENDAR and width.value != 1:
        asker.refuse(say("Weeks, months, quarters and years come one at a time"), width)
    whole = isinstance(width.value, int) and width.value >= 1
    if not whole or width.value * LASTING.get(unit, 0) > LONGEST:
        asker.refuse(
            say("The width of a range of dates is a whole number, a century at most"), width
        )


def _read_bound(node: Node, kind: str, asker: Asker) -> Node:
    if isinstance(node, Star):
        return node
    if not isinstance(node, Number | DateText | Text | Instant):
        hint = say("Write range(field, 10), or range(field, *, 10, 50, *).")
        asker.refuse(say("A bound of range() is a value or *"), node, hint)
    return asker.turned(node, kind)


def _check_bounds(call: Call, asker: Asker) -> None:
    ends = call.arguments[1:]
    inner: Sequence[Node] = [end for end in ends if not isinstance(end, Star)]
    hint = say("Write range(field, *, 10, 50, *).")
    if not inner or len(ends) < 2 or any(isinstance(end, Star) for end in ends[1:-1]):
        asker.refuse(say("range() has two bounds or more, * only at the ends"), call, hint)
    if len(inner) > MOST_BOUNDS:
        asker.refuse(say("range() has {most} bounds at most", most=MOST_BOUNDS), call)
    values = bounds_of(call).values
    for low, high, node in zip(values, values[1:], inner[1:], strict=False):
        if not _before(low, high):
            asker.refuse(say("The bounds of range() grow from the first to the last"), node, hint)


def _before(low: Bound, high: Bound) -> bool:
    if isinstance(low, date) and isinstance(high, date):
        return _moment(low) < _moment(high)
    return isinstance(low, int | float) and isinstance(high, int | float) and low < high


def _moment(value: date) -> datetime:
    if isinstance(value, datetime):
        return value.replace(tzinfo=UTC)
    return datetime(value.year, value.month, value.day, tzinfo=UTC)


def read_cluster(call: Call, kind: str, asker: Asker) -> Call:
    """A call of geo_cluster() whose first argument is checked and of `kind`."""
    if kind != "geo_point_2d" or not isinstance(call.arguments[0], Column):
        asker.refuse(say("geo_cluster() is of a field of points"), call.arguments[0])
    zoom = call.arguments[1]
    deep = isinstance(zoom, Number) and isinstance(zoom.value, int) and 0 <= zoom.value <= CLOSEST
    if not deep:
        what = say("The zoom of geo_cluster() is a whole number from 0 to {most}", most=CLOSEST)
        asker.refuse(what, zoom)
    if len(call.arguments) > 2:
        radius = call.arguments[2]
        if not (isinstance(radius, Number) and 1 <= radius.value <= WIDEST):
            what = say("The radius of geo_cluster() is from 1 to {most} pixels", most=WIDEST)
            asker.refuse(what, radius)
    return call


def nearness_of(call: Call) -> Nearness:
    """The zoom and the radius of a checked geo_cluster()."""
    numbers = [each.value for each in call.arguments[1:] if isinstance(each, Number)]
    return Nearness(int(numbers[0]), float(numbers[1]) if len(numbers) > 1 else RADIUS)
