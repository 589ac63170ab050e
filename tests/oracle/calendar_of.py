"""Moments in time zones, plainly: date parts, patterns, literals, periods, `now()`."""

import calendar
from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

EPOCH = datetime.fromisoformat("1970-01-01")
MONTHS = {
    "fr": "janvier février mars avril mai juin juillet août septembre octobre novembre décembre",
    "en": "January February March April May June July August September October November December",
}
SHORT_MONTHS = {
    "fr": "janv. févr. mars avr. mai juin juil. août sept. oct. nov. déc.",
    "en": "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec",
}
DAYS = {
    "fr": "lundi mardi mercredi jeudi vendredi samedi dimanche",
    "en": "Monday Tuesday Wednesday Thursday Friday Saturday Sunday",
}
SHORT_DAYS = {"fr": "lun. mar. mer. jeu. ven. sam. dim.", "en": "Mon Tue Wed Thu Fri Sat Sun"}
Moment = date | datetime


def local(value: Any, zone: ZoneInfo) -> Any:
    """What the clocks of the zone show of a moment of UTC; a date is the same day everywhere."""
    if not isinstance(value, datetime):
        return value
    return value.replace(tzinfo=UTC).astimezone(zone).replace(tzinfo=None)


def utc(shown: datetime, zone: ZoneInfo) -> datetime:
    """The moment of UTC when the clocks of the zone show this, the first time they do."""
    return shown.replace(tzinfo=zone).astimezone(UTC).replace(tzinfo=None)


def part(name: str, value: Any, zone: ZoneInfo) -> int | None:
    """A date part; the hours of a date are 0."""
    if value is None:
        return None
    shown = local(value, zone)
    if name == "quarter":
        return (int(shown.month) + 2) // 3
    if name == "dayofweek":
        return int(shown.isoweekday())
    if name == "millisecond":
        return int(getattr(shown, "microsecond", 0)) // 1000
    return int(getattr(shown, name, 0))


def said(name: str, shown: Any, lang: str) -> str:
    """A run of letters of a date pattern."""
    week_year, week, weekday = shown.isocalendar()
    hour, minute, second = (getattr(shown, unit, 0) for unit in ("hour", "minute", "second"))
    return {
        "yyyy": f"{shown.year:04d}",
        "YYYY": f"{shown.year:04d}",
        "yy": f"{shown.year % 100:02d}",
        "xxxx": f"{week_year:04d}",
        "xx": f"{week_year % 100:02d}",
        "w": str(week),
        "ww": f"{week:02d}",
        "e": str(weekday),
        "E": SHORT_DAYS[lang].split()[weekday - 1],
        "EEEE": DAYS[lang].split()[weekday - 1],
        "D": str(shown.timetuple().tm_yday),
        "DDD": f"{shown.timetuple().tm_yday:03d}",
        "M": str(shown.month),
        "MM": f"{shown.month:02d}",
        "MMM": SHORT_MONTHS[lang].split()[shown.month - 1],
        "MMMM": MONTHS[lang].split()[shown.month - 1],
        "d": str(shown.day),
        "dd": f"{shown.day:02d}",
        "H": str(hour),
        "HH": f"{hour:02d}",
        "m": str(minute),
        "mm": f"{minute:02d}",
        "s": str(second),
        "ss": f"{second:02d}",
    }[name]


def written(value: Any, pieces: Sequence[tuple[str, bool]], zone: ZoneInfo, lang: str) -> Any:
    """`date_format` by pieces: letters (True), or a text between them."""
    if value is None:
        return None
    shown = local(value, zone)
    return "".join(said(text, shown, lang) if letters else text for text, letters in pieces)


def rendered(value: Any, zone: ZoneInfo) -> str:
    """A date or a moment in JSON."""
    if not isinstance(value, datetime):
        return str(value.isoformat())
    return value.replace(tzinfo=UTC).astimezone(zone).isoformat()


# -- periods --------------------------------------------------------------------------------------

SECONDS = {"s": 1, "m": 60, "h": 3600, "d": 86400}


def period(value: Any, count: int, unit: str, zone: ZoneInfo) -> tuple[datetime, str] | None:
    """The period a value is in: its first moment of UTC, and its label."""
    if value is None:
        return None
    if not isinstance(value, datetime):
        value, zone = datetime(value.year, value.month, value.day), ZoneInfo("UTC")  # noqa: DTZ001 # naive by nature
    shown = local(value, zone)
    first, after = _ends(shown, count, unit)
    if unit in SECONDS and count * SECONDS[unit] <= 3600:
        # Of the clock: the hour that autumn repeats is two.
        ahead = shown - value
        ends = first - ahead, after - ahead
    else:
        ends = utc(first, zone), utc(after, zone)
    return ends[0], f"[{_instant(ends[0], zone)}, {_instant(ends[1], zone)}["


def _ends(shown: datetime, count: int, unit: str) -> tuple[datetime, datetime]:
    day = shown.replace(hour=0, minute=0, second=0, microsecond=0)
    if unit in SECONDS:
        length = timedelta(seconds=count * SECONDS[unit])
        first = EPOCH + (shown - EPOCH) // length * length
        return first, first + length
    if unit == "w":
        first = day - timedelta(days=day.weekday())
        return first, first + timedelta(days=7)
    months = {"M": 1, "q": 3, "y": 12}[unit]
    first = day.replace(day=1, month=(day.month - 1) // months * months + 1)
    return first, months_later(first, months)


def months_later(moment: datetime, months: int) -> datetime:
    """So many months later, the last day of a shorter month."""
    year, month = divmod(moment.year * 12 + moment.month - 1 + months, 12)
    last = calendar.monthrange(year, month + 1)[1]
    return moment.replace(year=year, month=month + 1, day=min(moment.day, last))


def _instant(moment: datetime, zone: ZoneInfo) -> str:
    if zone.key == "UTC":
        return f"{moment.isoformat(timespec='milliseconds')}Z"
    return moment.replace(tzinfo=UTC).astimezone(zone).isoformat(timespec="seconds")


# -- now ------------------------------------------------------------------------------------------

WEEKDAYS = ("mondays", "tuesdays", "wednesdays", "thursdays", "fridays", "saturdays", "sundays")


def moved(now: datetime, settings: Sequence[tuple[str, int]]) -> datetime:
    """`now(…)`: a singular sets, a plural adds, from left to right."""
    for name, number in settings:
        now = _moved(now, name, number)
    return now


def _moved(now: datetime, name: str, number: int) -> datetime:
    if name == "weekday":
        return now + timedelta(days=(number - now.weekday()) % 7)
    if name in WEEKDAYS:
        wanted = WEEKDAYS.index(name)
        if number > 0:
            return now + timedelta(days=(wanted - now.weekday()) % 7 + 7 * (number - 1))
        return now - timedelta(days=(now.weekday() - wanted) % 7 + 7 * (-number - 1))
    if name in ("years", "months"):
        return months_later(now, number * (12 if name == "years" else 1))
    if name.endswith("s"):
        return now + timedelta(**{name: number})
    if name == "year":
        return months_later(now, (number - now.year) * 12)
    if name == "month":
        return months_later(now, number - now.month)
    if name == "day":
        return now.replace(day=min(number, calendar.monthrange(now.year, now.month)[1]))
    return now.replace(**{name: number})
