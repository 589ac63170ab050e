"""Dates as people write them in a question, turned to dates and moments."""

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone, tzinfo

_WRITTEN = re.compile(
    r"""\s*(?P<year>[0-9]{4})
    (?:[-/](?P<month>[0-9]{1,2})(?:[-/](?P<day>[0-9]{1,2})
      (?:[T ]+(?P<hour>[0-9]{1,2}):(?P<minute>[0-9]{2})
        (?::(?P<second>[0-9]{2})(?:[.,](?P<fraction>[0-9]{1,9}))?)?
        \s*(?P<zone>Z|z|[+-][0-9]{2}(?::?[0-9]{2})?)?)?)?)?\s*""",
    re.VERBOSE,
)


@dataclass(frozen=True, slots=True)
class Moment:
    """The first instant of what was written; `timed` when hours were; aware when a zone was."""

    value: datetime
    timed: bool

    def in_utc(self, zone: tzinfo) -> datetime:
        """The moment in UTC without zone, a zone-less one read in `zone`; may OverflowError."""
        placed = self.value if self.value.tzinfo else self.value.replace(tzinfo=zone)
        return placed.astimezone(UTC).replace(tzinfo=None)


def _zone(written: str | None) -> tzinfo | None:
    if written is None:
        return None
    if written in "Zz":
        return UTC
    sign = -1 if written[0] == "-" else 1
    shift = timedelta(hours=int(written[1:3]), minutes=int(written[3:].lstrip(":") or 0))
    return timezone(sign * shift)


def read_moment(text: str) -> Moment | None:
    """What a date text means (explore-api §2.1: ISO 8601, or YYYY/MM/DD unpadded), if it is one."""
    match = _WRITTEN.fullmatch(text)
    if match is None:
        return None
    fraction = (match["fraction"] or "").ljust(6, "0")[:6]
    try:
        value = datetime(
            int(match["year"]),
            int(match["month"] or 1),
            int(match["day"] or 1),
            int(match["hour"] or 0),
            int(match["minute"] or 0),
            int(match["second"] or 0),
            int(fraction or 0),
            tzinfo=_zone(match["zone"]),
        )
    except ValueError:
        return None
    return Moment(value, timed=match["hour"] is not None)
