"""How much may be asked at once: the limits of the Explore API, which a caller may widen."""

from dataclasses import dataclass
from datetime import UTC, datetime
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from cimaise.engine.messages import say
from cimaise.engine.odsql.errors import InvalidParameterError
from cimaise.engine.odsql.functions.base import Clock
from cimaise.engine.query.question import Question


@dataclass(frozen=True, slots=True)
class Limits:
    """Most rows of a page and of `offset + limit`, ungrouped and grouped; None: no limit."""

    page: int | None = 100
    window: int | None = 10_000
    groups: int | None = 20_000


PAGE = Limits()  # records and datasets (explore-api §1.4)
WHOLE = Limits(page=None, window=None, groups=None)  # exports and the command line


def page_of(question: Question, limits: Limits, grouped: bool) -> tuple[int | None, int]:
    """How many rows after how many; raises InvalidParameterError."""
    most = limits.groups if grouped else limits.page
    window = limits.groups if grouped else limits.window
    limit = question.limit
    if limit is not None and (limit < -1 or (most is not None and limit > most)):
        bounds = "-1 <= limit" if most is None else f"-1 <= limit <= {most}"
        raise InvalidParameterError.out_of_bounds("limit", limit, bounds)
    if limit == -1:
        limit = most
    if question.offset < 0 or question.offset >= 2**62:
        raise InvalidParameterError.out_of_bounds("offset", question.offset, "0 <= offset")
    if window is not None and question.offset + (limit or 0) > window:
        raise InvalidParameterError.out_of_bounds(
            "offset + limit", question.offset + (limit or 0), f"0 <= offset + limit <= {window}"
        )
    return limit, question.offset


def clock_of(question: Question) -> Clock:
    """What time it is for the asker, read once; raises as `zone_of`."""
    zone, now = str(zone_of(question)), question.asked_at or datetime.now(UTC)
    return Clock(zone, question.lang, now.astimezone(UTC).replace(tzinfo=None))


def zone_of(question: Question) -> ZoneInfo:
    """The time zone of a question; raises InvalidParameterError for a name that is none."""
    try:
        return ZoneInfo(question.timezone)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        what = say(
            "Invalid value for timezone API parameter: {found} is not a time zone.",
            found=question.timezone[:60],
        )
        raise InvalidParameterError(str(what), what) from error
