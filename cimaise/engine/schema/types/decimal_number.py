"""double: numbers with decimals, after a point or a comma."""

import re

from sqlglot import exp

from cimaise.engine.schema.types.base import (
    BLANKS,
    Form,
    TypeCard,
    called,
    literal,
    matches,
    try_cast,
    when,
)

_GENEROUS = r"[+-]?([0-9]+([.,][0-9]*)?|[.,][0-9]+)([eE][+-]?[0-9]{1,2})?"
_SPACES = r"[ \x{00A0}\x{202F}\x{2009}\t\r\n\x{FEFF}]"


def _read(text: str) -> float:
    compact = "".join(letter for letter in text if letter not in BLANKS)
    if not re.fullmatch(_GENEROUS, compact):
        raise ValueError(text)
    return float(compact.replace(",", "."))


def _sql(text: exp.Expression) -> exp.Expression:
    compact = called("regexp_replace", text, literal(_SPACES), literal(""), literal("g"))
    return when((matches(compact, _GENEROUS), _comma(compact.copy())))


def _point(text: exp.Expression) -> exp.Expression:
    return try_cast(text, "DOUBLE")


def _comma(text: exp.Expression) -> exp.Expression:
    return try_cast(called("replace", text, literal(","), literal(".")), "DOUBLE")


DOUBLE = TypeCard(
    name="double",
    label="Decimal number",
    storage="DOUBLE",
    json_schema={"type": "number", "format": "double"},
    description="A number with decimals, written with a point or with a comma.",
    read=_read,
    sql=_sql,
    forms=(
        Form(
            "point",
            r"-?(0|[1-9][0-9]{0,14})?\.[0-9]+|-?(0|[1-9][0-9]{0,14})(\.[0-9]+)?([eE][+-]?[0-9]{1,2})?",
            _point,
        ),
        Form("comma", r"-?(0|[1-9][0-9]{0,14})(,[0-9]+)?", _comma),
        Form("mixed", r"-?(0|[1-9][0-9]{0,14})([.,][0-9]+)?", _comma),
    ),
    examples=(("1.5", 1.5), ("45,930633", 45.930633), ("1 234,5", 1234.5), ("1.2e-05", 1.2e-05)),
    unreadable=("1,234.5", "n.c.", "12 €", "nan", "inf"),
)
