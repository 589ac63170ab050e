"""int: whole numbers that fit in 64 bits."""

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

_INT64 = range(-(2**63), 2**63)
_GENEROUS = r"[+-]?[0-9]+([.,]0*)?"
_SPACES = r"[ \x{00A0}\x{202F}\x{2009}\t\r\n\x{FEFF}]"


def _read(text: str) -> int:
    compact = "".join(letter for letter in text if letter not in BLANKS)
    if not re.fullmatch(_GENEROUS, compact):
        raise ValueError(text)
    value = int(re.split("[.,]", compact)[0])
    if value not in _INT64:
        raise ValueError(text)
    return value


def _sql(text: exp.Expression) -> exp.Expression:
    compact = called("regexp_replace", text, literal(_SPACES), literal(""), literal("g"))
    digits = called("regexp_extract", compact, literal("^[+-]?[0-9]+"))
    return when((matches(compact.copy(), _GENEROUS), try_cast(digits, "BIGINT")))


def _plain(text: exp.Expression) -> exp.Expression:
    return try_cast(text, "BIGINT")


def _with_zero(text: exp.Expression) -> exp.Expression:
    return try_cast(called("regexp_extract", text, literal("-?[0-9]+")), "BIGINT")


INT = TypeCard(
    name="int",
    label="Whole number",
    storage="BIGINT",
    json_schema={"type": "integer", "format": "int64"},
    description=(
        "A whole number. A column written '12.0' throughout is one too; '01' never is, since its "
        "zero would be lost."
    ),
    read=_read,
    sql=_sql,
    forms=(
        Form("plain", r"0|-?[1-9][0-9]{0,18}", _plain),
        Form("point_zero", r"(0|-?[1-9][0-9]{0,14})\.0", _with_zero),
    ),
    examples=(("12", 12), ("-7", -7), ("1 234", 1234), ("12.0", 12), ("+5", 5)),
    unreadable=("12.5", "douze", "99999999999999999999", "0x1F", "1_000"),
)
