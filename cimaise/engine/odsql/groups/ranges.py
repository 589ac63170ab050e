"""`range(field, *, b1, …, bn, *)`: ranges between bounds written out, shown even when empty."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import pairwise

from sqlglot import exp

from cimaise.engine.odsql import dialect
from cimaise.engine.odsql.groups.base import Tree, Way, literal

Bound = int | float | date | datetime
OUTSIDE = -1  # the key of values that lie in no range


@dataclass(frozen=True, slots=True)
class Bounds:
    """Bounds in growing order; `below` and `above` say whether all that lies beyond is a range."""

    values: tuple[Bound, ...]
    below: bool
    above: bool

    def labels(self, kind: str) -> tuple[str, ...]:
        """What the ranges of a field of that kind are called, from the lowest."""
        whole = kind == "int" and all(isinstance(value, int) for value in self.values)
        name = _inclusive if whole else _half_open
        ends: list[Bound | None] = [*self.values]
        ends = [None, *ends] if self.below else ends
        ends = [*ends, None] if self.above else ends
        return tuple(name(low, high) for low, high in pairwise(ends))


def ranges(value: Tree, kind: str, bounds: Bounds, lower: Callable[[Bound], Tree]) -> Way:
    """The ranges between bounds, whose trees `lower` gives; only the lower bound is inside."""
    names = bounds.labels(kind)
    steps = [lower(bound) for bound in bounds.values]
    # How many bounds a value has reached is the number of its range, when one lies below them all.
    first = 0 if bounds.below else 1
    numbers = [rank - first for rank in range(len(steps) + 1)]
    numbers = [number if number < len(names) else OUTSIDE for number in numbers]
    return Way(
        _found(exp.Paren(this=value), steps, numbers),
        lambda key: _label(key, names),
        every=len(names),
    )


def _found(
    value: Tree, steps: Sequence[Tree], numbers: Sequence[int], *, last: bool = True
) -> Tree:
    """The number of the range of a value, sought by halves: a hundred bounds cost seven tests.

    What is missing is under no bound: it comes to the `last` range, and must be kept out there.
    """
    if not steps:
        return dialect.number(numbers[0])
    half = len(steps) // 2
    under = exp.LT(this=value.copy(), expression=steps[half])
    below = _found(value, steps[:half], numbers[: half + 1], last=False)
    choices = [exp.If(this=under, true=below)]
    if last and half + 1 == len(steps):
        over = exp.GTE(this=value, expression=steps[half].copy())
        return exp.Case(ifs=[*choices, exp.If(this=over, true=dialect.number(numbers[-1]))])
    above = _found(value, steps[half + 1 :], numbers[half + 1 :], last=last)
    return exp.Case(ifs=choices, default=above)


def _label(key: Tree, names: Sequence[str]) -> Tree:
    """The label of a range by its number; null for the records without a value."""
    listed = exp.Array(expressions=[literal(name) for name in names])
    return dialect.element(listed, exp.Add(this=key, expression=exp.Literal.number(1)))


def _inclusive(low: Bound | None, high: Bound | None) -> str:
    last = high - 1 if isinstance(high, int) else "*"
    return f"[{'*' if low is None else low}, {last}]"


def _half_open(low: Bound | None, high: Bound | None) -> str:
    return f"[{_said(low)}, {_said(high)}["


def _said(bound: Bound | None) -> str:
    """A bound as people read it: 20.0 of decimals, an instant in UTC of dates."""
    if bound is None:
        return "*"
    if isinstance(bound, datetime):
        return f"{bound.isoformat(timespec='milliseconds')}Z"
    if isinstance(bound, date):
        return f"{bound.isoformat()}T00:00:00.000Z"
    return repr(float(bound))
