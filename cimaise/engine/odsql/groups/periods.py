"""`range(field, 1 day)`: dates and moments in periods of the calendar or of the clock."""

from dataclasses import dataclass

from sqlglot import exp

from cimaise.engine.odsql import dialect
from cimaise.engine.odsql.functions.base import METRES
from cimaise.engine.odsql.groups.base import Tree, Way, literal, written
from cimaise.engine.trees import cast

# Milliseconds of the units that always last as long; the others have the length of the calendar.
LASTING = {"ms": 1, "s": 1_000, "m": 60_000, "h": 3_600_000, "d": 86_400_000}
CALENDAR = {"w": "WEEK", "M": "MONTH", "q": "QUARTER", "y": "YEAR"}
_NAMES = {
    "ms": ("millisecond", "milliseconds"),
    "s": ("second", "seconds"),
    "m": ("minute", "minutes"),
    "h": ("hour", "hours"),
    "d": ("day", "days"),
    "w": ("week", "weeks"),
    "M": ("month", "months"),
    "q": ("quarter", "quarters"),
    "y": ("year", "years"),
}
_UNITS = {name: unit for unit, names in _NAMES.items() for name in (unit, *names)}
LONGEST = 36_525 * LASTING["d"]  # a century
UTC = "UTC"


def unit_of_time(word: str) -> str | None:
    """`M` of `M`, `month`, `Months`: letters alone keep their case; None for no unit of time."""
    return _UNITS.get(word) or (_UNITS.get(word.lower()) if len(word) > 2 else None)


def is_unit(word: str) -> bool:
    """Whether a word after a number is a unit, of length or of time."""
    return word in METRES or unit_of_time(word) is not None


@dataclass(frozen=True, slots=True)
class Period:
    """So many of a unit: ms s m h d w M q y; the last four one at a time."""

    count: int
    unit: str

    @property
    def lasting(self) -> int | None:
        """Its milliseconds; None for a week and what the calendar makes longer or shorter."""
        length = LASTING.get(self.unit)
        return None if length is None else length * self.count

    @property
    def short(self) -> bool:
        """Whether it is of the clock: an hour at most, so that the hour that autumn repeats is two.

        Longer ones are of the calendar: a day is one whether it has 23, 24 or 25 hours.
        """
        return self.lasting is not None and self.lasting <= LASTING["h"]

    @property
    def interval(self) -> Tree:
        """The same as an INTERVAL."""
        if self.lasting is None:
            return dialect.interval(1, CALENDAR[self.unit])
        if self.unit == "d":
            return dialect.interval(self.count, "DAY")
        return dialect.interval(self.lasting, "MILLISECOND")


def periods(value: Tree, kind: str, period: Period, zone: str) -> Way:
    """The periods of a date or a moment: by the clocks of `zone`, which do not move dates."""
    if kind == "date":
        value, zone = cast(value, "TIMESTAMP"), UTC
    local = dialect.local_time(value, zone)
    if period.short and zone != UTC:
        # What the clocks are ahead of UTC at that very moment.
        ahead = exp.Paren(this=exp.Sub(this=local.copy(), expression=value.copy()))
        instant = exp.Sub(this=_start(local, period), expression=ahead)
        return Way(instant, lambda key: _label(key, _after(key, period), period, zone))
    if zone == UTC:
        return Way(
            _start(local, period), lambda key: _label(key, _after(key, period), period, zone)
        )
    return Way(
        _start(local, period),
        lambda key: _label(
            dialect.utc_time(key.copy(), zone),
            dialect.utc_time(_after(key, period), zone),
            period,
            zone,
        ),
    )


def _start(local: Tree, period: Period) -> Tree:
    if period.lasting is None:
        return dialect.truncated(local, CALENDAR[period.unit])
    if period.count == 1 and period.unit != "ms":
        words = {"s": "SECOND", "m": "MINUTE", "h": "HOUR", "d": "DAY"}
        return dialect.truncated(local, words[period.unit])
    return dialect.stepped(local, period.interval)


def _after(start: Tree, period: Period) -> Tree:
    return exp.Paren(this=exp.Add(this=start.copy(), expression=period.interval))


def _label(start: Tree, end: Tree, period: Period, zone: str) -> Tree:
    """`[start, end[`, as instants of the zone."""
    fine = period.unit == "ms"
    first, last = _instant(start, zone, fine=fine), _instant(end, zone, fine=fine)
    return written(literal("["), first, literal(", "), last, literal("["))


def _instant(moment: Tree, zone: str, *, fine: bool) -> Tree:
    """A moment of UTC as text: `…00.000Z`, or `…00+02:00` by the clocks of another zone."""
    if zone == UTC:
        return dialect.formatted(moment.copy(), "%Y-%m-%dT%H:%M:%S.%gZ")
    local = dialect.local_time(moment.copy(), zone)
    shown = dialect.formatted(local, "%Y-%m-%dT%H:%M:%S.%g" if fine else "%Y-%m-%dT%H:%M:%S")
    return written(shown, dialect.offset_text(moment.copy(), local.copy()))
