"""Points counted by squares of a map, and records by shape: what maps of the v1 API draw."""

import json
import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlglot import exp

from cimaise.engine.duck import ReadingRoom
from cimaise.engine.odsql import dialect
from cimaise.engine.odsql.to_sql import Lowering
from cimaise.engine.query.answer import ask
from cimaise.engine.query.fulltext import Finder
from cimaise.engine.query.octagons import Sides, outline
from cimaise.engine.query.planner import field_column, records_table
from cimaise.engine.query.question import Question
from cimaise.engine.query.series import aggregates, measured, values_of
from cimaise.engine.query.series_request import Measure
from cimaise.engine.query.understanding import reader
from cimaise.engine.schema.field import Field
from cimaise.engine.snapshots.manifest import Snapshot
from cimaise.engine.trees import cast

MOST = 10_000  # clusters or shapes of one answer: the fullest
TILE = 256  # pixels of a map's square at zoom 0, the whole world
Tree = exp.Expr


@dataclass(frozen=True, slots=True)
class Cluster:
    """Records that stand together: their mean place (lon, lat), how many, and where they all are.

    `shape` is a GeoJSON geometry; `series` holds the measures that have a value; `digest` names
    the shape when the records have the very same.
    """

    centre: tuple[float, float]
    count: int
    shape: dict[str, Any]
    series: dict[str, Any]
    digest: str | None = None


@dataclass(frozen=True, slots=True)
class Grid:
    """Squares of `distance` pixels on a map at a zoom.

    `outlined` draws around the records of each: an octagon, or a rectangle where `boxes` will do.
    """

    zoom: int
    distance: int
    outlined: bool = True
    boxes: bool = False


def clusters(
    question: Question,
    field: Field,
    grid: Grid,
    measures: Sequence[Measure],
    snapshot: Snapshot,
    room: ReadingRoom,
) -> list[Cluster]:
    """The records of a question by squares, the fullest first; raises AskingError, TooLong."""
    asking = _Asking(question, field, measures, snapshot, room)
    lon, lat = asking.position()
    width = 360 / (TILE * 2 ** max(grid.zoom, 0)) * max(grid.distance, 1)
    # Web Mercator, in degrees: squares on the map are squares.
    bounded = dialect.clamped(lat.copy(), -dialect.LAST_LATITUDE, dialect.LAST_LATITUDE)
    flat = exp.Mul(
        this=dialect.call("asinh", exp.Tan(this=exp.Radians(this=bounded))),
        expression=dialect.number(180 / math.pi),
    )
    keys = [_square(lon, width), _square(flat, width)]
    both = exp.Add(this=lon.copy(), expression=lat.copy())
    apart = exp.Sub(this=lon.copy(), expression=lat.copy())
    ends = [
        kind(this=tree.copy()) for tree in (lon, lat, both, apart) for kind in (exp.Min, exp.Max)
    ]
    columns = [exp.Avg(this=lon.copy()), exp.Avg(this=lat.copy()), exp.Count(this=exp.Star())]
    tree = asking.select([*columns, *ends, *asking.aggregates()], lon).group_by(*keys)
    found = []
    for row in ask(room, _fullest(tree, keys), asking.values):
        centre, count = (float(row[0]), float(row[1])), int(row[2])
        alone = count == 1 or not grid.outlined
        sides = Sides(*map(float, row[3:11]))
        shape = _point(centre) if alone else outline(sides, corners_only=grid.boxes)
        found.append(Cluster(centre, count, shape, asking.series(row[11:])))
    return found


def by_shape(
    question: Question,
    field: Field,
    measures: Sequence[Measure],
    snapshot: Snapshot,
    room: ReadingRoom,
    *,
    zoom: int | None = None,
    most: int = MOST,
) -> list[Cluster]:
    """The records of a question by the very place or shape they have, the fullest first.

    Shapes are simplified to what is seen at `zoom`; their centres are those of gravity.
    """
    asking = _Asking(question, field, measures, snapshot, room)
    shape = asking.geometry()
    digest = dialect.digest(shape.copy())
    one = dialect.call("any_value", shape.copy())
    centre = dialect.call("st_centroid", one.copy())
    drawn = one.copy()
    if zoom is not None and field.type == "geo_shape":
        drawn = dialect.call("st_simplifypreservetopology", drawn, dialect.number(pixel(zoom)))
    columns = [
        digest,
        exp.Count(this=exp.Star()),
        dialect.geojson(drawn),
        dialect.call("st_x", centre),
        dialect.call("st_y", centre.copy()),
    ]
    tree = asking.select([*columns, *asking.aggregates()], field_column(field))
    rows = ask(room, _fullest(tree.group_by(digest.copy()), [digest], most), asking.values)
    return [
        Cluster(
            (float(row[3]), float(row[4])),
            int(row[1]),
            json.loads(row[2]),
            asking.series(row[5:]),
            str(row[0]),
        )
        for row in rows
        if None not in row[2:5]
    ]


def pixel(zoom: int) -> float:
    """Degrees of half a pixel of a map: nothing that is seen is smaller."""
    return math.ldexp(180 / TILE, -max(0, min(zoom, 30)))


class _Asking:
    """The records of a question that are somewhere, and what is measured of them."""

    def __init__(
        self,
        question: Question,
        field: Field,
        measures: Sequence[Measure],
        snapshot: Snapshot,
        room: ReadingRoom,
    ) -> None:
        self.field = field
        self.measures = measures
        self.schema = snapshot.schema
        self.table = records_table(room, snapshot)
        self.whole: set[str] = set()
        asked = reader(question, snapshot.schema)
        finder = Finder(snapshot)
        condition = asked.condition()
        lower = Lowering(finder, asked.clock, column=field_column)
        self.where = None if condition is None else lower(condition)
        self.values = tuple(finder.values)

    def geometry(self) -> Tree:
        """Where a record is, as GEOMETRY."""
        column = field_column(self.field)
        return dialect.point(column) if self.field.type == "geo_point_2d" else column

    def position(self) -> tuple[Tree, Tree]:
        """Longitude and latitude of a record; of a shape, those of its centre of gravity."""
        column = field_column(self.field)
        if self.field.type == "geo_point_2d":
            return dialect.part_of(column, "lon"), dialect.part_of(column.copy(), "lat")
        centre = dialect.call("st_centroid", column)
        return dialect.call("st_x", centre), dialect.call("st_y", centre.copy())

    def aggregates(self) -> list[Tree]:
        """Those of every measure."""
        found: list[Tree] = []
        for each in self.measures:
            if each.function == "COUNT":
                found += aggregates(each, exp.null())
                continue
            tree, whole = measured(each, self.schema)
            self.whole |= {each.name} if whole else set()
            found += aggregates(each, tree)
        return found

    def series(self, found: Sequence[Any]) -> dict[str, Any]:
        """The measures of a row that have a value."""
        return values_of(self.measures, found, self.whole)

    def select(self, columns: Sequence[Tree], place: Tree) -> exp.Select:
        """Columns of the records that have a place."""
        there = exp.Not(this=exp.Is(this=place.copy(), expression=exp.null()))
        tree = exp.select(*columns).from_(self.table).where(there)
        return tree if self.where is None else tree.where(self.where)


def _fullest(tree: exp.Select, keys: Sequence[Tree], most: int = MOST) -> exp.Select:
    """The groups of most records first; equal ones always in the same order."""
    by_count = exp.Ordered(this=exp.Count(this=exp.Star()), desc=True)
    return tree.order_by(by_count, *(exp.Ordered(this=key.copy()) for key in keys)).limit(most)


def _square(degrees: Tree, width: float) -> Tree:
    share = exp.Div(this=degrees.copy(), expression=dialect.number(width))
    return cast(exp.Floor(this=share), "BIGINT")


def _point(position: tuple[float, float]) -> dict[str, Any]:
    return {"type": "Point", "coordinates": list(position)}
