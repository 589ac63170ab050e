"""Labelled numbers for a chart: an aggregate of the records of a question, by a field."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal

from cimaise.engine.duck import ReadingRoom
from cimaise.engine.messages import say
from cimaise.engine.odsql.errors import ODSQLError
from cimaise.engine.odsql.to_sql import fold
from cimaise.engine.query.answer import answer
from cimaise.engine.query.limits import WHOLE
from cimaise.engine.query.question import Question
from cimaise.engine.schema.field import Field
from cimaise.engine.schema.schema import Schema
from cimaise.engine.snapshots.manifest import Snapshot

Aggregate = Literal["count", "sum", "avg", "min", "max", "median"]
Step = Literal["value", "year", "month"]
Order = Literal["largest", "label"]

AGGREGATES: tuple[Aggregate, ...] = ("count", "sum", "avg", "min", "max", "median")
_CHARTED = ("text", "int", "double", "boolean", "date", "datetime", "file")
_DATES = ("date", "datetime")


@dataclass(frozen=True, slots=True)
class Series:
    """`points` are labels and numbers in the order they are drawn; a None label is no value.

    `rest` is how many values were left out, as far as they are counted; `step` is what became
    of a date.
    """

    field: Field
    aggregate: Aggregate
    measured: Field | None
    step: Step
    points: tuple[tuple[str | None, float | None], ...]
    rest: int


def chart_fields(schema: Schema) -> tuple[Field, ...]:
    """The fields a chart can be made by: facets and dates first, long texts never."""
    able = [each for each in schema if each.type in _CHARTED and not each.annotations.id]
    first = [each for each in able if each.annotations.facet or each.type in _DATES]
    return tuple(first or able)


def series(
    question: Question,
    field: str,
    snapshot: Snapshot,
    room: ReadingRoom,
    *,
    aggregate: Aggregate = "count",
    measured: str | None = None,
    step: Step | None = None,
    most: int = 20,
    order: Order | None = None,
) -> Series:
    """The `most` largest groups of a field (or all periods of a date, oldest first).

    `measured` is the number that sum, avg, min, max and median are taken of. `step` groups
    dates by year (when None) or month. Raises ODSQLError for fields that cannot be so used.
    """
    by = _known(snapshot.schema, field, _CHARTED)
    of = (
        None if aggregate == "count" else _known(snapshot.schema, measured or "", ("int", "double"))
    )
    taken: Step = (step or "year") if by.type in _DATES else "value"
    periods = taken != "value"
    asked = replace(
        question,
        select=f"{_measure(aggregate, of)} as `measure`",
        group_by=_key(by, taken),
        order_by="" if periods else "`measure` desc",
        limit=None if periods else most,
        offset=0,
    )
    found = answer(asked, snapshot, room, WHOLE)
    points = [(_label(row[:-1]), _number(row[-1])) for row in found.rows]
    if order == "label" and not periods:
        points.sort(key=lambda point: (point[0] is None, fold(point[0] or "")))
    if order == "largest" and periods:
        points.sort(key=lambda point: (point[1] is None, -(point[1] or 0)))
    full = not periods and len(points) == most
    rest = _groups(question, by, snapshot, room) - most if full else 0
    return Series(by, aggregate, of, taken, tuple(points), max(0, rest))


def _groups(question: Question, by: Field, snapshot: Snapshot, room: ReadingRoom) -> int:
    """How many different values a field has among the records of a question."""
    if by.annotations.multivalued is not None:
        return 0  # lists differ otherwise than their elements: not worth unnesting twice
    asked = replace(
        question, select=f"count(distinct `{by.name}`)", group_by="", order_by="", limit=1
    )
    rows = answer(replace(asked, offset=0), snapshot, room, WHOLE).rows
    return int(rows[0][0]) if rows else 0


def _known(schema: Schema, name: str, types: Sequence[str]) -> Field:
    found = next((each for each in schema if each.name == name and each.type in types), None)
    if found is None:
        what = say("{field} cannot be drawn here", field=name[:100])
        raise ODSQLError(f"ODSQL query is malformed: {what}.", what)
    return found


def _measure(aggregate: Aggregate, of: Field | None) -> str:
    return "count(*)" if of is None else f"{aggregate}(`{of.name}`)"


def _key(by: Field, step: Step) -> str:
    if step == "value":
        return f"`{by.name}`"
    year = f"year(`{by.name}`) as `1`"
    return year if step == "year" else f"{year}, month(`{by.name}`) as `2`"


def _label(key: Sequence[object]) -> str | None:
    if key[0] is None:
        return None
    if len(key) == 2:
        return f"{key[0]}-{int(str(key[1])):02d}"
    if isinstance(key[0], bool):
        return "true" if key[0] else "false"
    return str(key[0])


def _number(value: object) -> float | None:
    return None if value is None else float(str(value))
