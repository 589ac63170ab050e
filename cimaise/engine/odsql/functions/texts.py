"""Functions of texts, and what stands for a missing value."""

from sqlglot import exp

from cimaise.engine.odsql.functions.base import (
    SCALARS,
    TEXTS,
    Clock,
    Function,
    Operand,
    Parameter,
    one,
    same,
)


def _length(operands: tuple[Operand, ...], _: Clock) -> exp.Expr:
    return exp.Length(this=operands[0].tree)


def _lower(operands: tuple[Operand, ...], _: Clock) -> exp.Expr:
    return exp.Lower(this=operands[0].tree)


def _upper(operands: tuple[Operand, ...], _: Clock) -> exp.Expr:
    return exp.Upper(this=operands[0].tree)


def _ifnull(operands: tuple[Operand, ...], _: Clock) -> exp.Expr:
    return exp.Coalesce(this=operands[0].tree, expressions=[operands[1].tree])


LENGTH = Function(
    "length",
    "scalar",
    one("text", TEXTS),
    "int",
    "The number of characters.",
    "length(name)",
    _length,
)
LOWER = Function(
    "lower",
    "scalar",
    one("text", TEXTS),
    "text",
    "The text in small letters.",
    "lower(name)",
    _lower,
)
UPPER = Function(
    "upper",
    "scalar",
    one("text", TEXTS),
    "text",
    "The text in capitals.",
    "upper(name)",
    _upper,
)
IFNULL = Function(
    "ifnull",
    "scalar",
    (Parameter("value", SCALARS), Parameter("otherwise", SCALARS)),
    same,
    "The value, or another one where it is missing.",
    "ifnull(visitors, 0)",
    _ifnull,
)

ALL = (LENGTH, LOWER, UPPER, IFNULL)
