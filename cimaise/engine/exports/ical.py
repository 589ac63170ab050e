"""iCalendar (RFC 5545): an event a record, for calendars to subscribe to.

The rule: the first date or datetime is when an event starts; the second is when it ends, if its
name says so; its title is the text that names records on maps, too; everything else is its
description, a line a field. A day of end is the last day of the event (a calendar wants the day
after). Records without a start are left out.
"""

import re
from collections.abc import Generator, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from hashlib import blake2b
from urllib.parse import urlsplit

from icalendar import Calendar, Event

from cimaise.engine.duck import ReadingRoom
from cimaise.engine.exports.base import (
    COMPRESSED,
    SECONDS,
    ExportCard,
    Provenance,
    Rendition,
)
from cimaise.engine.exports.cells import Cell, call, instant, literal, plain
from cimaise.engine.exports.columns import SEPARATOR, is_daily
from cimaise.engine.exports.headers import titled
from cimaise.engine.exports.lines import BATCH, Cells, wrapped
from cimaise.engine.messages import Refusal, say
from cimaise.engine.query.plan import Column
from cimaise.engine.schema.schema import Schema
from cimaise.engine.snapshots.trees import ID

_ENDS = re.compile(r"(^|_)(fin|end|ends|cloture|fermeture|jusqu|jusque|until|stop)(_|$)")
_CLOSING = b"END:VCALENDAR\r\n"
_CONTROLS = r"[\x00-\x08\x0B\x0C\x0E-\x1F\x7F]"  # none may stand in a calendar

Moment = date | datetime


@dataclass(frozen=True, slots=True)
class _Reading:
    """Which columns say what, by position."""

    start: int
    end: int | None
    title: int | None
    point: int | None
    others: tuple[int, ...]
    identified: bool


def write(rendition: Rendition, room: ReadingRoom) -> Generator[bytes]:
    """The calendar, event by event; raises Refusal when nothing that was selected is a date."""
    reading = _read(rendition.plan.columns)
    return _events(rendition, room, reading)


def _read(columns: Sequence[Column]) -> _Reading:
    identified = bool(columns) and columns[-1].name == ID
    told = range(len(columns) - identified)
    dates = [each for each in told if _is_moment(columns[each])]
    if not dates:
        raise Refusal(
            "no_date_for_calendar",
            say("Nothing that was selected is a date or a time."),
            remedy=say("Select a date field, or take another format."),
        )
    end = next((each for each in dates[1:2] if _ENDS.search(columns[each].name)), None)
    title = titled(columns[: len(told)])
    point = next((each for each in told if columns[each].type == "geo_point_2d"), None)
    said = {dates[0], end, title, point}
    others = tuple(each for each in told if each not in said)
    return _Reading(dates[0], end, title, point, others, identified)


def _is_moment(column: Column) -> bool:
    return column.type == "datetime" or is_daily(column)


def _events(rendition: Rendition, room: ReadingRoom, reading: _Reading) -> Generator[bytes]:
    plan = rendition.plan

    def said(cells: Cells) -> list[Cell]:
        return [_said(column, value, plan.timezone) for column, value in cells]

    calendar = Calendar()
    calendar.add("version", "2.0")
    calendar.add("prodid", "-//Cimaise//Cimaise//FR")
    calendar.add("name", rendition.provenance.dataset)
    calendar.add("x-wr-calname", rendition.provenance.dataset)  # what most calendars read
    yield calendar.to_ical().removesuffix(_CLOSING)
    for rows in room.batches(wrapped(plan, said), plan.values, BATCH, seconds=SECONDS):
        yield b"".join(_written(plan.columns, rows, reading, rendition.provenance))
    yield _CLOSING


def _said(column: Column, value: Cell, timezone: str) -> Cell:
    if column.type == "datetime":
        return instant(value, "UTC")
    found = plain(column, value, timezone=timezone, separator=f"{SEPARATOR} ")
    return call("regexp_replace", found, literal(_CONTROLS), literal(" "), literal("g"))


def _written(
    columns: Sequence[Column],
    rows: Sequence[Sequence[str | None]],
    reading: _Reading,
    provenance: Provenance,
) -> Iterator[bytes]:
    for row in rows:
        start = _moment(row[reading.start])
        if start is not None:
            event = _event(columns, row, reading, start)
            _identify(event, row, reading, provenance)
            yield event.to_ical()


def _event(
    columns: Sequence[Column], row: Sequence[str | None], reading: _Reading, start: Moment
) -> Event:
    event = Event()
    event.add("dtstart", start)
    end = None if reading.end is None else _end(start, _moment(row[reading.end]))
    if end is not None:
        event.add("dtend", end)
    if reading.title is not None and (title := row[reading.title]):
        event.add("summary", title)
    if reading.point is not None and (point := row[reading.point]):
        event.add("geo", tuple(float(part) for part in point.split(", ")))
    told = [f"{columns[each].label}: {row[each]}" for each in reading.others if row[each]]
    if told:
        event.add("description", "\n".join(told))
    return event


def _identify(
    event: Event, row: Sequence[str | None], reading: _Reading, provenance: Provenance
) -> None:
    host = urlsplit(provenance.address).hostname or "localhost"
    if reading.identified:
        record = str(row[-1])
        event.add("url", provenance.record(record))
    else:
        record = blake2b(repr(row).encode(), digest_size=20).hexdigest()
    event.add("uid", f"{record}@{host}")
    event.add("dtstamp", provenance.made)


def _moment(said: str | None) -> Moment | None:
    """A day or an instant; None for what is before year 1 or beyond 9999."""
    try:
        if said is None or len(said) > len("2024-02-29"):
            return None if said is None else datetime.fromisoformat(said)
        return date.fromisoformat(said)
    except ValueError:
        return None


def _end(start: Moment, end: Moment | None) -> Moment | None:
    """The moment an event is over, of the same kind as its start; None if it is not after it."""
    if end is None:
        return None
    if isinstance(end, datetime) and not isinstance(start, datetime):
        end = end.date()
    if not isinstance(end, datetime):
        if end == date.max:
            return None
        end = end + timedelta(days=1)
        if isinstance(start, datetime):
            end = datetime.combine(end, time(), start.tzinfo)
    return end if end > start else None


def _has_moments(schema: Schema) -> bool:
    return any(_is_moment(Column(field.name, field.type, field.label, field)) for field in schema)


ICAL = ExportCard(
    name="ical",
    label="iCalendar",
    extension="ics",
    media_type="text/calendar",
    write=write,
    offered=_has_moments,
    parameters=(COMPRESSED,),
    family="agenda",
    identifies=True,
)
