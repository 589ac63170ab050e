"""Functions of dates and moments: what time it is, and the parts of a date."""

from datetime import UTC, datetime

from sqlglot import exp

from cimaise.engine.messages import Message, say
from cimaise.engine.odsql import dialect
from cimaise.engine.odsql.functions.base import (
    DATES,
    WRITTEN,
    Clock,
    Function,
    Lowering,
    Operand,
    Parameter,
    one,
)
from cimaise.engine.odsql.functions.patterns import PatternTrouble, formatted, read_pattern
from cimaise.engine.odsql.nodes import Node, Setting, Text
from cimaise.engine.odsql.shifts import NoMoment, moved
from cimaise.engine.trees import cast

WEEKDAYS = ("mondays", "tuesdays", "wednesdays", "thursdays", "fridays", "saturdays", "sundays")
_DAYS = dict(zip(WEEKDAYS, ("MO", "TU", "WE", "TH", "FR", "SA", "SU"), strict=True))
_UNITS = ("year", "month", "day", "hour", "minute", "second", "microsecond")
SETTINGS = frozenset({*_UNITS, *(f"{unit}s" for unit in _UNITS), *WEEKDAYS, "weekday"})


def local(operand: Operand, clock: Clock) -> exp.Expr:
    """A moment as the reader's clocks show it; a date as it is."""
    if operand.kind == "datetime":
        return dialect.local_time(operand.tree, clock.zone)
    return operand.tree


def _part(unit: str) -> Lowering:
    def lowered(operands: tuple[Operand, ...], clock: Clock) -> exp.Expr:
        if operands[0].kind == "date" and unit in ("HOUR", "MINUTE", "SECOND"):
            # A date has no hours: the start of its day, and null where it is null.
            zero = exp.Literal.number(0)
            return exp.Mul(this=zero, expression=_extracted("DAY", operands[0].tree))
        return _extracted(unit, local(operands[0], clock))

    return lowered


def _extracted(unit: str, moment: exp.Expr) -> exp.Expr:
    return exp.Extract(this=exp.var(unit), expression=moment)


def _millisecond(operands: tuple[Operand, ...], _: Clock) -> exp.Expr:
    timestamp = cast(operands[0].tree, "TIMESTAMP")
    return exp.Mod(this=_extracted("MILLISECOND", timestamp), expression=dialect.number(1000))


def _date_part(name: str, promise: str, lowering: Lowering | None = None) -> Function:
    return Function(
        name,
        "scalar",
        one("date", DATES),
        "int",
        promise,
        f"{name}(opened)",
        lowering or _part(name.upper()),
    )


# -- now ------------------------------------------------------------------------------------------


def moment_of(settings: tuple[Node, ...], now: datetime) -> datetime:
    """The moment of `now(…)` in UTC without zone; raises NoMoment beyond the calendar.

    Settings follow one another from left to right; of those of one name the last alone counts.
    """
    said: dict[str, int] = {}
    for each in settings:
        if isinstance(each, Setting):
            said.pop(each.name, None)
            said[each.name] = each.value
    changes = [
        ("weekday", f"{_DAYS[name]}({value:+d})") if name in _DAYS else (name, str(value))
        for name, value in said.items()
    ]
    return moved(now.replace(tzinfo=UTC), changes)


def _now(operands: tuple[Operand, ...], clock: Clock) -> exp.Expr:
    try:
        moment = moment_of(tuple(each.node for each in operands), clock.now)
    except NoMoment:  # no such moment from today, as there was none from the first of 2000
        return cast(exp.null(), "TIMESTAMP")
    return cast(exp.Literal.string(moment.isoformat(sep=" ")), "TIMESTAMP")


def _trouble_of_now(settings: tuple[Node, ...]) -> Message | None:
    try:
        moment_of(settings, datetime(2000, 1, 1, tzinfo=UTC).replace(tzinfo=None))
    except NoMoment as error:
        return say("now(): there is no moment of {setting}", setting=str(error))
    return None


# -- date_format ----------------------------------------------------------------------------------


def _date_format(operands: tuple[Operand, ...], clock: Clock) -> exp.Expr:
    pattern = operands[1].node
    written = pattern.value if isinstance(pattern, Text) else ""
    return formatted(operands[0].tree, operands[0].kind, read_pattern(written), clock)


def _trouble_of_pattern(arguments: tuple[Node, ...]) -> Message | None:
    pattern = arguments[1]
    try:
        read_pattern(pattern.value if isinstance(pattern, Text) else "")
    except PatternTrouble as error:
        return error.what
    return None


ALL = (
    Function(
        "now",
        "scalar",
        (Parameter("setting", frozenset(), named=SETTINGS),),
        "datetime",
        "The moment of the question; then, from left to right, year=2000 sets and years=-1 adds, "
        "weekday=0 goes on to the next Monday, mondays=-1 back to the last.",
        "now(years=-1, month=1, day=1)",
        _now,
        repeats=True,
        trouble=_trouble_of_now,
        calling="now(year=…, months=…, weekday=…, …)",
    ),
    _date_part("year", "The year, in the time zone of the question."),
    _date_part("quarter", "The quarter, 1 to 4."),
    _date_part("month", "The month, 1 to 12."),
    _date_part("day", "The day of the month."),
    _date_part("dayofweek", "The day of the week, 1 (Monday) to 7 (Sunday).", _part("ISODOW")),
    _date_part("hour", "The hour, 0 to 23; 0 for a date."),
    _date_part("minute", "The minute."),
    _date_part("second", "The whole second."),
    _date_part("millisecond", "The thousandths of the second, 0 to 999.", _millisecond),
    Function(
        "date_format",
        "scalar",
        (Parameter("date", DATES), Parameter("pattern", WRITTEN)),
        "text",
        "The date as text, by a pattern (yyyy-MM-dd, EEEE d MMMM), in the language of the answer.",
        'date_format(opened, "EEEE d MMMM yyyy")',
        _date_format,
        trouble=_trouble_of_pattern,
    ),
)
