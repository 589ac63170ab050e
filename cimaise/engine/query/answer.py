"""A plan carried out: the rows, how many there are in all, and their JSON."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, TypeVar

from sqlglot import exp

from cimaise.engine.duck import DuckFailure, ReadingRoom, Row
from cimaise.engine.messages import say
from cimaise.engine.odsql import dialect
from cimaise.engine.odsql.errors import ODSQLError
from cimaise.engine.query.gather import gathered, row_of
from cimaise.engine.query.limits import PAGE, Limits
from cimaise.engine.query.plan import RECORDS, Column, Plan
from cimaise.engine.query.planner import plan, records_table
from cimaise.engine.query.question import Question
from cimaise.engine.query.rendering import renderings
from cimaise.engine.snapshots.heads import places_of
from cimaise.engine.snapshots.manifest import Snapshot

T = TypeVar("T")
_ID = re.compile(r"[0-9a-f]{40}")


@dataclass(frozen=True, slots=True)
class Answer:
    """Rows as the engine gives them, shapes as GeoJSON text; `total_count` None when grouped."""

    columns: tuple[Column, ...]
    total_count: int | None
    rows: list[Row]
    timezone: str = "UTC"

    def records(self) -> list[dict[str, Any]]:
        """Each row as a JSON object, as explore-api §3 writes values; missing ones are None."""
        return list(self.each_record())

    def each_record(self) -> Iterator[dict[str, Any]]:
        """The same one by one."""
        names = [column.name for column in self.columns]
        turns = renderings(self.columns, self.timezone)
        for row in self.rows:
            yield {name: turn(value) for name, turn, value in zip(names, turns, row, strict=True)}


def answer(
    question: Question, snapshot: Snapshot, room: ReadingRoom, limits: Limits = PAGE
) -> Answer:
    """The answer of a question; raises AskingError, or TooLong past the time of the room."""
    planned = plan(question, snapshot, room, limits)
    return carry_out(planned, room)


def carry_out(planned: Plan, room: ReadingRoom) -> Answer:
    """The answer of a plan; the count is asked only where the page does not tell it."""
    found = _asked(lambda: gathered(planned, room))
    rows = ask(room, readable(planned), planned.values) if found.rows is None else found.rows
    total = _total(planned, room, rows) if found.total is None else found.total
    return Answer(planned.columns, total, rows, planned.timezone)


def identified(planned: Plan, snapshot: Snapshot, room: ReadingRoom, record_id: str) -> Answer:
    """The answer of a plan of records for the one of that id: one row, or none."""
    short = planned.shortcut
    rows = row_of(record_id, snapshot, room, short.names) if short else None
    if rows is None:
        here = found_at(record_id, snapshot, room)
        rows = ask(room, readable(planned).where(*here), planned.values)
    return Answer(planned.columns, len(rows), rows, planned.timezone)


def readable(planned: Plan) -> exp.Select:
    """The tree of a plan with shapes turned to GeoJSON text."""
    tree = planned.tree.copy()
    for column, item in zip(planned.columns, tree.expressions, strict=True):
        if column.type == "geo_shape":
            item.replace(exp.alias_(dialect.geojson(item.this), column.name, quoted=True))
    return tree


def ask(room: ReadingRoom, tree: exp.Select, values: tuple[object, ...]) -> list[Row]:
    """Rows of a question; what only shows while calculating is an ODSQLError too."""
    return _asked(lambda: room.rows(tree, values))


def _asked(question: Callable[[], T]) -> T:
    try:
        return question()
    except DuckFailure as failure:
        message = str(failure)
        if not message.startswith(("Out of Range Error", "Conversion Error", "Invalid Input")):
            raise
        what = say("A number or a date in this question leaves the range of what can be computed")
        text = f"ODSQL query is malformed: {what}."
        raise ODSQLError(text, what) from failure


def _total(planned: Plan, room: ReadingRoom, rows: list[Row]) -> int | None:
    if planned.known_total is not None or planned.total is None:
        return planned.known_total
    last_page = planned.page is None or len(rows) < planned.page
    if last_page and (rows or planned.offset == 0):
        return planned.offset + len(rows)
    return int(ask(room, planned.total, planned.total_values)[0][0])


def record(
    snapshot: Snapshot,
    room: ReadingRoom,
    record_id: str,
    *,
    lang: str = "fr",
    timezone: str = "UTC",
) -> dict[str, Any] | None:
    """One record as `records()` gives it, by its `_id`; None when there is none."""
    if not _ID.fullmatch(record_id):
        return None
    rows = row_of(record_id, snapshot, room, snapshot.schema.names)
    if rows is None:
        question = Question(where=(), limit=1, lang=lang, timezone=timezone)
        found = identified(plan(question, snapshot, room), snapshot, room, record_id)
    else:
        columns = (Column(each.name, each.type, each.label, each) for each in snapshot.schema)
        found = Answer(tuple(columns), None, rows, timezone)
    return next(found.each_record(), None)


def stored(snapshot: Snapshot, room: ReadingRoom, record_id: str) -> dict[str, Any] | None:
    """The values of one record by field, as the engine stores them; None when there is none."""
    if not _ID.fullmatch(record_id):
        return None
    names = snapshot.schema.names
    rows = row_of(record_id, snapshot, room, names)
    if rows is None:
        columns = [exp.column(name, table=RECORDS, quoted=True) for name in names]
        tree = exp.select(*columns, copy=False).from_(records_table(room, snapshot), copy=False)
        rows = room.rows(tree.where(*found_at(record_id, snapshot, room), copy=False))
    return dict(zip(names, rows[0], strict=True)) if rows else None


def found_at(record_id: str, snapshot: Snapshot, room: ReadingRoom) -> tuple[exp.Expr, exp.Expr]:
    """The conditions that a row of the records is the one of that id, found without a scan."""
    places = places_of(record_id, room.table(snapshot.serve_file, "heads"))
    there = exp.In(this=exp.column("rowid", table=RECORDS), query=places.subquery())
    here = exp.column("_id", table=RECORDS, quoted=True).eq(exp.Literal.string(record_id))
    return there, here
