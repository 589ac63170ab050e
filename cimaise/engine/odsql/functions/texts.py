"""Functions of texts, and what stands for a missing value."""

from sqlglot import exp

from cimaise.engine.odsql import dialect
from cimaise.engine.odsql.functions.base import (
    SCALARS,
    TEXTS,
    WRITTEN,
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


def _json_format(operands: tuple[Operand, ...], _: Clock) -> exp.Expr:
    text = operands[0].tree
    otherwise = operands[1].tree if len(operands) > 1 else text.copy()
    return exp.Case(ifs=[exp.If(this=dialect.is_json(text.copy()), true=text)], default=otherwise)


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

JSON_FORMAT = Function(
    "json_format",
    "scalar",
    (Parameter("text", TEXTS), Parameter("otherwise", WRITTEN | {"null"})),
    "json",
    "The text as the JSON it holds, in answers that are JSON; "
    "where it holds none, what is said instead, or the text itself.",
    "json_format(name, null)",
    _json_format,
    optional=1,
    clauses=("select",),
)

ALL = (LENGTH, LOWER, UPPER, IFNULL, JSON_FORMAT)
