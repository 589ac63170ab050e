"""What pages ask the engine: pages of records, counts, groups, single records, first examples."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from sqlglot import exp

from cimaise.engine.duck import Row
from cimaise.engine.query.answer import answer, carry_out
from cimaise.engine.query.limits import WHOLE
from cimaise.engine.query.plan import Column
from cimaise.engine.query.planner import RECORDS, plan
from cimaise.engine.query.question import Question
from cimaise.engine.schema.field import Field
from cimaise.engine.snapshots.manifest import Snapshot
from cimaise.web.catalog.shelf import reading_room
from cimaise.web.render.dots import Dot
from cimaise.web.render.facets import Value
from cimaise.web.render.filters import Filters, back_quoted

ID = "_id"
LOOKED_AT = 300  # records among which an example of each field is sought
TOLD = 20  # rejected values that a page shows


@dataclass(frozen=True, slots=True)
class Found:
    """A page of records: (identifier, values in the order asked), and how many there are in all."""

    records: list[tuple[str, Row]]
    total: int


def found(snapshot: Snapshot, question: Question, where: Sequence[str] = ()) -> Found:
    """The records of a question under further conditions; raises as the engine does."""
    asked = replace(question, where=(*question.where, *where))
    planned = plan(asked, snapshot, reading_room())
    with_id = replace(
        planned,
        tree=planned.tree.select(exp.column(ID, table=RECORDS, quoted=True)),
        columns=(*planned.columns, Column(ID, "text", ID)),
    )
    answered = carry_out(with_id, reading_room())
    records = [(str(row[-1]), row[:-1]) for row in answered.rows]
    return Found(records, answered.total_count or 0)


def counted(snapshot: Snapshot, question: Question) -> int:
    """How many records a question is about."""
    return (
        answer(replace(question, limit=0, order_by=""), snapshot, reading_room()).total_count or 0
    )


def facet_values(
    snapshot: Snapshot, filters: Filters, names: Sequence[str], limit: int
) -> dict[str, list[Value]]:
    """The values of each facet under the filters, the most frequent first."""
    return {name: _values(snapshot, filters, name, limit) for name in names}


def _values(snapshot: Snapshot, filters: Filters, name: str, limit: int) -> list[Value]:
    rest = tuple(pair for pair in filters.refine if pair[0] != name)
    question = replace(filters, refine=rest).question(
        limit=limit,
        select="count(*) as n",
        group_by=f"{back_quoted(name)} as v",
        order_by="n desc, v",
    )
    rows = answer(question, snapshot, reading_room()).rows
    return [Value(str(value), str(value), int(count)) for value, count in rows if value is not None]


def places(snapshot: Snapshot, question: Question, field: Field, step: float) -> list[Dot]:
    """Where the records of a question are, gathered in cells of `step` degrees."""
    asked = replace(question, select="", order_by="", limit=None)
    planned = plan(asked, snapshot, reading_room(), WHOLE)
    cells = [_cell(field, axis, step) for axis in ("lon", "lat")]
    tree = planned.tree.select(*cells, exp.Count(this=exp.Star()), append=False).group_by(
        *(cell.copy() for cell in cells)
    )
    rows = reading_room().rows(tree, planned.values)
    return [(float(lon), float(lat), int(n)) for lon, lat, n in rows if lon is not None]


def _cell(field: Field, axis: str, step: float) -> exp.Expression:
    part = exp.Anonymous(
        this="struct_extract",
        expressions=[exp.column(field.name, table=RECORDS, quoted=True), exp.Literal.string(axis)],
    )
    size = exp.Literal.number(repr(step))
    ratio = exp.Anonymous(this="round", expressions=[exp.Div(this=part, expression=size)])
    return exp.Mul(this=ratio, expression=size.copy())


def tile_of(snapshot: Snapshot, question: Question, place: tuple[int, int, int]) -> bytes:
    """The vector tile of the records of a question."""
    raise NotImplementedError


def grouped_values(snapshot: Snapshot, question: Question) -> list[Row]:
    """(position, measure) of each group of a question that selects one measure."""
    return answer(question, snapshot, reading_room()).rows


def record_of(snapshot: Snapshot, record_id: str) -> dict[str, Any] | None:
    """The values of a record by field, as the engine stores them; None when it is not there."""
    schema = snapshot.schema
    columns = [exp.column(field.name, quoted=True) for field in schema]
    tree = (
        exp.select(*columns)
        .from_(reading_room().table(snapshot.serve_file))
        .where(exp.column(ID, quoted=True).eq(exp.Placeholder()))
    )
    rows = reading_room().rows(tree, (record_id,))
    return dict(zip(schema.names, rows[0], strict=True)) if rows else None


def examples(snapshot: Snapshot) -> dict[str, Any]:
    """A value of each field, from the first records that have one."""
    schema = snapshot.schema
    if not len(schema):
        return {}
    head = (
        exp.select("*")
        .from_(reading_room().table(snapshot.serve_file))
        .limit(LOOKED_AT)
        .subquery("head")
    )
    wanted = [
        exp.alias_(
            exp.Anonymous(this="any_value", expressions=[exp.column(field.name, quoted=True)]),
            field.name,
            quoted=True,
        )
        for field in schema
    ]
    rows = reading_room().rows(exp.select(*wanted).from_(head))
    return dict(zip(schema.names, rows[0], strict=True)) if rows else {}


@dataclass(frozen=True, slots=True)
class Reject:
    """A value that could not be read as the type of its field; `line` is that of the source."""

    line: int | None
    field: str
    written: str
    reason: str


def first_rejects(snapshot: Snapshot) -> list[Reject]:
    """The first values of a snapshot that could not be read."""
    file = exp.Literal.string(str(snapshot.directory / "rejects.parquet"))
    tree = (
        exp.select("line", "field", "value", "reason")
        .from_(exp.Table(this=exp.Anonymous(this="read_parquet", expressions=[file])))
        .limit(TOLD)
    )
    return [
        Reject(line, str(field or ""), str(value or ""), str(reason or ""))
        for line, field, value, reason in reading_room().rows(tree)
    ]
