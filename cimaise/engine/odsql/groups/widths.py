"""`range(field, width)`: numbers in buckets of one width, the first of which starts at zero."""

from decimal import Decimal

from sqlglot import exp

from cimaise.engine.odsql import dialect
from cimaise.engine.odsql.groups.base import Tree, Way, as_text, literal, written
from cimaise.engine.trees import cast

_WHOLE = 1e15  # beyond, a double has no digit left after the point and is written with an exponent


def widths(value: Tree, kind: str, width: int | float) -> Way:
    """The buckets of a width: `[10, 19]` of whole numbers, `[10, 20[` of others."""
    if kind == "int" and isinstance(width, int):
        return Way(_start(value, width), lambda key: _inclusive(key, width))
    places = _places(width)
    return Way(_start_of_decimals(value, width, places), lambda key: _open(key, width, places))


def _start(value: Tree, width: int) -> Tree:
    """The start of the bucket of a whole number: also below zero, where `%` is negative."""
    step = dialect.number(width)
    rest = exp.Paren(this=exp.Mod(this=exp.Paren(this=value.copy()), expression=step))
    above = exp.Paren(this=exp.Add(this=rest, expression=step.copy()))
    within = exp.Paren(this=exp.Mod(this=above, expression=step.copy()))
    return exp.Sub(this=exp.Paren(this=value), expression=within)


def _inclusive(key: Tree, width: int) -> Tree:
    last = dialect.attempted(exp.Add(this=key.copy(), expression=dialect.number(width - 1)))
    return written(literal("["), as_text(key), literal(", "), as_text(last), literal("]"))


def _places(width: int | float) -> int:
    """How many decimals a width is written with."""
    return max(0, -int(Decimal(repr(width)).as_tuple().exponent))


def _start_of_decimals(value: Tree, width: int | float, places: int) -> Tree:
    """The start of the bucket of a number, as the decimal that it is written as.

    0.3 / 0.1 is a hair under 3: where the width has decimals the quotient is put right by
    comparing with the bounds themselves.
    """
    step = dialect.number(float(width))
    number = cast(value, "DOUBLE")
    rank: Tree = exp.Floor(this=exp.Div(this=number, expression=step))
    if places:
        after = exp.Paren(this=exp.Add(this=rank.copy(), expression=exp.Literal.number(1)))
        up = exp.GTE(this=number.copy(), expression=_bound(after, width, places))
        down = exp.LT(this=number.copy(), expression=_bound(rank.copy(), width, places))
        rank = exp.Add(this=rank, expression=cast(exp.Paren(this=up), "INT"))
        rank = exp.Paren(this=exp.Sub(this=rank, expression=cast(exp.Paren(this=down), "INT")))
    # Adding zero makes one zero of the two that doubles have.
    return exp.Add(this=_bound(rank, width, places), expression=exp.Literal.number(0))


def _bound(rank: Tree, width: int | float, places: int) -> Tree:
    product = exp.Mul(this=rank, expression=dialect.number(float(width)))
    return exp.Round(this=product, decimals=exp.Literal.number(places)) if places else product


def _open(key: Tree, width: int | float, places: int) -> Tree:
    end: Tree = exp.Add(this=key.copy(), expression=dialect.number(float(width)))
    if places:
        end = exp.Round(this=end, decimals=exp.Literal.number(places))
    return written(literal("["), _plain(key), literal(", "), _plain(end), literal("["))


def _plain(number: Tree) -> Tree:
    """A double as the live server writes it here: 10 rather than 10.0."""
    whole = exp.and_(
        exp.EQ(this=number.copy(), expression=exp.Floor(this=number.copy())),
        exp.LT(this=exp.Abs(this=number.copy()), expression=dialect.number(_WHOLE)),
    )
    short = as_text(cast(number.copy(), "BIGINT"))
    return exp.Case(ifs=[exp.If(this=whole, true=short)], default=as_text(number.copy()))
