"""datetime: a moment, kept in universal time."""

import re
from datetime import UTC, datetime

from sqlglot import exp

from cimaise.engine.schema.types import day
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

_CLOCK = r"[0-9]{2}:[0-9]{2}(:[0-9]{2}(\.[0-9]{1,6})?)?"
_LOCAL = rf"{day.YEAR}-[0-9]{{2}}-[0-9]{{2}}[T ]{_CLOCK}"
_ZONED = rf"{_LOCAL}(Z|[+-][0-9]{{2}}:[0-9]{{2}})"
_FRENCH = rf"[0-9]{{1,2}}/[0-9]{{1,2}}/{day.YEAR} [0-9]{{2}}:[0-9]{{2}}(:[0-9]{{2}})?"


def _read(text: str) -> datetime:
    word = text.strip(BLANKS)
    if re.fullmatch(f"{_LOCAL}|{_ZONED}", word):
        moment = datetime.fromisoformat(word)
        return moment.astimezone(UTC).replace(tzinfo=None) if moment.tzinfo else moment
    if re.fullmatch(_FRENCH, word):
        layout = "%d/%m/%Y %H:%M:%S" if word.count(":") == 2 else "%d/%m/%Y %H:%M"
        return datetime.strptime(word, layout)  # noqa: DTZ007  the text has no zone to keep
    known = day.DATE.read(word)
    return datetime.fromisoformat(str(known))


def _zoned(text: exp.Expression) -> exp.Expression:
    # A cast to TIMESTAMP would drop the offset without a word: go through the zoned type.
    return called("make_timestamp", called("epoch_us", try_cast(trimmed(text), "TIMESTAMPTZ")))


def _french(text: exp.Expression) -> exp.Expression:
    layouts = exp.Array(
        expressions=[literal(layout) for layout in ("%d/%m/%Y %H:%M:%S", "%d/%m/%Y %H:%M")]
    )
    return called("try_strptime", trimmed(text), layouts)


def _sql(text: exp.Expression) -> exp.Expression:
    word = trimmed(text)
    return when(
        (matches(word, _ZONED), _zoned(text)),
        (matches(word, _LOCAL), try_cast(word, "TIMESTAMP")),
        (matches(word, _FRENCH), _french(text)),
        (exp.true(), try_cast(day.DATE.sql(text), "TIMESTAMP")),
    )


DATETIME = TypeCard(
    name="datetime",
    label="Date and time",
    storage="TIMESTAMP",
    json_schema={"type": "string", "format": "date-time"},
    description=(
        "A moment, turned to universal time when it has an offset; one without offset is taken "
        "as universal time already."
    ),
    read=_read,
    sql=_sql,
    forms=(
        Form("iso", f"{_LOCAL}|{_ZONED}", _sql),
        Form("french", _FRENCH, _sql),
    ),
    examples=(
        ("2020-03-29T18:34:57+02:00", datetime(2020, 3, 29, 16, 34, 57)),  # noqa: DTZ001  UTC
        ("2020-03-29 18:34", datetime(2020, 3, 29, 18, 34)),  # noqa: DTZ001  UTC
        ("29/03/2020 18:34", datetime(2020, 3, 29, 18, 34)),  # noqa: DTZ001  UTC
        ("2020-03-29", datetime(2020, 3, 29)),  # noqa: DTZ001  UTC
    ),
    unreadable=("2020-03-29T25:00", "hier soir", "18:34"),
)
