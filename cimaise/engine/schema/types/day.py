"""date: a day, written the ISO way or the French way."""

import re
from datetime import date

from sqlglot import exp

from cimaise.engine.schema.types.base import (
    BLANKS,
    Form,
    TypeCard,
    called,
    literal,
    matches,
    trimmed,
    try_cast,
    when,
)

YEAR = r"(?:[1-9][0-9]{3}|0[1-9][0-9]{2}|00[1-9][0-9]|000[1-9])"  # there is no year 0
_ISO = rf"{YEAR}-[0-9]{{2}}-[0-9]{{2}}"
_SLASHED = rf"{YEAR}/[0-9]{{2}}/[0-9]{{2}}"
_FRENCH = rf"[0-9]{{1,2}}/[0-9]{{1,2}}/{YEAR}"
_DASHED = rf"[0-9]{{1,2}}-[0-9]{{1,2}}-{YEAR}"
_DOTTED = rf"[0-9]{{1,2}}\.[0-9]{{1,2}}\.{YEAR}"
_MIDNIGHT = r"[ T]00:00(?::00(?:\.0{1,6})?)?"


def _read(text: str) -> date:
    word = re.sub(f"{_MIDNIGHT}$", "", text.strip(BLANKS))
    if re.fullmatch(f"{_ISO}|{_SLASHED}", word):
        year, month, day = re.split("[-/]", word)
    elif re.fullmatch(f"{_FRENCH}|{_DASHED}|{_DOTTED}", word):
        day, month, year = re.split(r"[-/.]", word)
    else:
        raise ValueError(text)
    return date(int(year), int(month), int(day))


def _iso(text: exp.Expression) -> exp.Expression:
    return try_cast(text, "DATE")


def _french(text: exp.Expression) -> exp.Expression:
    layouts = exp.Array(
        expressions=[literal(layout) for layout in ("%d/%m/%Y", "%d-%m-%Y", "%d.%m.%Y")]
    )
    return try_cast(called("try_strptime", text, layouts), "DATE")


def _midnight(text: exp.Expression) -> exp.Expression:
    return try_cast(called("left", text, exp.convert(10)), "DATE")


def _sql(text: exp.Expression) -> exp.Expression:
    word = trimmed(text)
    return when(
        (matches(word, f"{_ISO}|{_SLASHED}"), _iso(word.copy())),
        (matches(word.copy(), _ISO + _MIDNIGHT), _midnight(word.copy())),
        (matches(word, f"{_FRENCH}|{_DASHED}|{_DOTTED}"), _french(word.copy())),
    )


DATE = TypeCard(
    name="date",
    label="Date",
    storage="DATE",
    json_schema={"type": "string", "format": "date"},
    description="A day: 2021-11-26, 2021/11/26 or 26/11/2021 (day first, as in France).",
    read=_read,
    sql=_sql,
    forms=(
        Form("iso", f"{_ISO}|{_SLASHED}", _iso),
        Form("french", f"{_FRENCH}|{_DASHED}|{_DOTTED}", _french),
        Form("midnight", _ISO + _MIDNIGHT, _sql),
    ),
    examples=(
        ("2021-11-26", date(2021, 11, 26)),
        ("2021/11/26", date(2021, 11, 26)),
        ("26/11/2021", date(2021, 11, 26)),
        ("1.2.2003", date(2003, 2, 1)),
        ("2003-02-01 00:00:00", date(2003, 2, 1)),
    ),
    unreadable=("25 mars 1305", "30/02/2020", "2021", "0000-01-01", "2003-02-01 10:00"),
)
