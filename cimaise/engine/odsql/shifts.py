"""`now(…)`: the moment of a question, moved by its parameters from left to right."""

import calendar
import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

_UNITS = {
    "weeks": timedelta(weeks=1),
    "days": timedelta(days=1),
    "hours": timedelta(hours=1),
    "minutes": timedelta(minutes=1),
    "seconds": timedelta(seconds=1),
    "microseconds": timedelta(microseconds=1),
}
_PARTS = ("year", "month", "day", "hour", "minute", "second", "microsecond")
_DAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
_DAY = re.compile(r"(MO|TU|WE|TH|FR|SA|SU)(?:\(([+-]?[0-9]{1,4})\))?", re.IGNORECASE)
_NUMBER = re.compile(r"[+-]?[0-9]{1,6}")


class NoMoment(ValueError):
    """A parameter of `now` that moves nothing; `str()` is the parameter."""


def moved(now: datetime, changes: list[tuple[str, str]]) -> datetime:
    """`now` after every change, in UTC without zone; raises NoMoment.

    A plural adds, a singular sets; `weekday` goes on to the next such day (today counts), as a
    number from 0 (Monday) or as `MO(2)`, the second Monday from now.
    """
    moment = now.astimezone(UTC).replace(tzinfo=None)
    for name, value in changes:
        try:
            moment = _changed(moment, name.lower(), value)
        except (ValueError, OverflowError) as error:
            raise NoMoment(f"{name}={value}") from error
    return moment


def _changed(moment: datetime, name: str, value: str) -> datetime:
    if name == "weekday":
        return _weekday(moment, value)
    if not _NUMBER.fullmatch(value):
        raise ValueError(value)
    number = int(value)
    if name in _UNITS:
        return moment + number * _UNITS[name]
    if name in ("years", "months"):
        return _shifted(moment, number * (12 if name == "years" else 1))
    if name not in _PARTS:
        raise ValueError(name)
    return _set(moment, name, number)


def _shifted(moment: datetime, months: int) -> datetime:
    """So many months later, the day kept or the last one of a shorter month."""
    year, month = divmod(moment.year * 12 + moment.month - 1 + months, 12)
    if not 1 <= year <= 9999:
        raise ValueError(year)
    last = calendar.monthrange(year, month + 1)[1]
    return moment.replace(year=year, month=month + 1, day=min(moment.day, last))


_CLOCK: dict[str, Callable[[datetime, int], datetime]] = {
    "hour": lambda moment, number: moment.replace(hour=number),
    "minute": lambda moment, number: moment.replace(minute=number),
    "second": lambda moment, number: moment.replace(second=number),
    "microsecond": lambda moment, number: moment.replace(microsecond=number),
}


def _set(moment: datetime, name: str, number: int) -> datetime:
    if name in ("year", "month"):
        year = number if name == "year" else moment.year
        month = number if name == "month" else moment.month
        if not (1 <= year <= 9999 and 1 <= month <= 12):
            raise ValueError(number)
        last = calendar.monthrange(year, month)[1]
        return moment.replace(year=year, month=month, day=min(moment.day, last))
    if name == "day":
        last = calendar.monthrange(moment.year, moment.month)[1]
        return moment.replace(day=min(number, last))
    return _CLOCK[name](moment, number)


def _weekday(moment: datetime, value: str) -> datetime:
    named = _DAY.fullmatch(value)
    rank = 1
    if named is not None:
        day, rank = _DAYS.index(named[1].upper()), int(named[2] or 1)
    else:
        day = int(value)
    if not 0 <= day <= 6 or rank == 0:
        raise ValueError(value)
    if rank > 0:
        return moment + timedelta(days=(day - moment.weekday()) % 7 + 7 * (rank - 1))
    return moment - timedelta(days=(moment.weekday() - day) % 7 + 7 * (-rank - 1))
