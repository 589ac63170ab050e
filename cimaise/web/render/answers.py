"""What pages ask the engine: pages of records, counts, groups, single records, first examples."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

from sqlglot import exp

from cimaise.engine.duck import Row
from cimaise.engine.odsql.dialect import edge_of, number
from cimaise.engine.query.answer import answer, ask, carry_out, stored
from cimaise.engine.query.bounds import Bounds, bounds
from cimaise.engine.query.charts import Series, series
from cimaise.engine.query.facets import FacetGroup, FacetValue, facets
from cimaise.engine.query.places import Places, latitude, longitude, places
from cimaise.engine.query.planner import plan
from cimaise.engine.query.question import Question
from cimaise.engine.query.tiles import tile
from cimaise.engine.snapshots.manifest import Snapshot
from cimaise.web.catalog.shelf import reading_room
from cimaise.web.render.charts import Chart
from cimaise.web.render.dots import Dot
from cimaise.web.render.facets import Value
from cimaise.web.render.filters import Filters, quoted

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
    planned = plan(asked, snapshot, reading_room()).with_id()
    answered = carry_out(planned, reading_room())
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
    """The values of each facet under the filters, in the order of the schema's annotations.

    Where the address asks for alternatives (`disjunctive.F=true`), F is counted without its own
    refinements, so that the values not chosen stay in view.
    """
    together = [name for name in names if name not in filters.disjunctive]
    groups = list(_groups(snapshot, filters, together, limit))
    for name in names:
        if name in filters.disjunctive:
            rest = tuple(pair for pair in filters.refine if pair[0] != name)
            groups += _groups(snapshot, replace(filters, refine=rest), [name], limit)
    return {group.name: list(_flat(group.values)) for group in groups}


def _groups(
    snapshot: Snapshot, filters: Filters, names: Sequence[str], limit: int
) -> Sequence[FacetGroup]:
    asked = [f"facet(name={quoted(name)}, limit={limit})" for name in names]
    return facets(filters.question(), asked, snapshot, reading_room()) if asked else ()


def _flat(values: Sequence[FacetValue], above: str = "") -> Iterator[Value]:
    """The values of all levels, each named with what is above it; excluded ones left out."""
    for value in values:
        if value.count is not None:
            name = f"{above} › {value.name}" if above else value.name
            yield Value(value.value, name, value.count)
            yield from _flat(value.values, name)


def on_map(snapshot: Snapshot, question: Question) -> Bounds:
    """How many records of a question have a place, and the box around them."""
    return bounds(question, snapshot, reading_room())


def dots_of(snapshot: Snapshot, question: Question, step: float) -> list[Dot]:
    """Where the records of a question are, gathered in cells of `step` degrees."""
    there = places(question, snapshot, reading_room())
    cells = [_cell(middle, step) for middle in _middle(there)]
    tree = there.select(*cells, exp.Count(this=exp.Star()))
    tree = tree.group_by(*(cell.copy() for cell in cells))
    rows = ask(reading_room(), tree, there.values)
    return [(float(lon), float(lat), int(n)) for lon, lat, n in rows if lon is not None]


def _middle(there: Places) -> tuple[exp.Expr, exp.Expr]:
    """The longitude and latitude of a point, or of the middle of a shape's box."""
    if there.field.type == "geo_point_2d":
        return longitude(there.drawn), latitude(there.drawn)
    west, south, east, north = (
        edge_of(there.drawn, side) for side in ("xmin", "ymin", "xmax", "ymax")
    )
    half = exp.Literal.number("0.5")
    return (
        exp.Mul(this=exp.paren(exp.Add(this=west, expression=east)), expression=half),
        exp.Mul(this=exp.paren(exp.Add(this=south, expression=north)), expression=half.copy()),
    )


def _cell(degrees: exp.Expr, step: float) -> exp.Expr:
    size = number(step)
    ratio = exp.Anonymous(this="round", expressions=[exp.Div(this=degrees, expression=size)])
    return exp.Mul(this=ratio, expression=size.copy())


def tile_of(snapshot: Snapshot, question: Question, place: tuple[int, int, int]) -> bytes:
    """The vector tile of the records of a question; nothing where none is."""
    return tile(question, snapshot, reading_room(), *place)


def series_of(snapshot: Snapshot, question: Question, chart: Chart) -> Series:
    """The numbers of a chart of the records of a question."""
    return series(
        question,
        chart.x,
        snapshot,
        reading_room(),
        aggregate=chart.aggregate,
        measured=chart.y or None,
        most=chart.most,
        order=chart.order,
    )


def record_of(snapshot: Snapshot, record_id: str) -> dict[str, Any] | None:
    """The values of a record by field, as the engine stores them; None when it is not there."""
    return stored(snapshot, reading_room(), record_id)


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
