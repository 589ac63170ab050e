"""Points of a tile counted by the cells of a grid: from the aid, or else by the engine."""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from sqlglot import exp

from cimaise.engine.duck import ReadingRoom
from cimaise.engine.odsql import dialect
from cimaise.engine.odsql.functions.places import in_box
from cimaise.engine.query.answer import ask
from cimaise.engine.query.places import Places, latitude
from cimaise.engine.query.plan import RECORDS
from cimaise.engine.snapshots.aids import aids_of
from cimaise.engine.snapshots.grid import (
    GRID,
    Cluster,
    Grid,
    across,
    latitudes,
    longitudes,
    on_map,
)
from cimaise.engine.snapshots.manifest import Snapshot

DEPTH = 4  # of the quadtree below a tile
SIDE = 1 << DEPTH  # cells along a tile's side


@dataclass(frozen=True, slots=True)
class Square:
    """A square of the web's map, cut into SIDE × SIDE cells."""

    z: int
    x: int
    y: int

    @property
    def world(self) -> int:
        """Cells along the side of the world."""
        return SIDE << self.z

    @property
    def rows(self) -> range:
        """Rows of cells: those of the square and one on either side."""
        return range(max(0, self.y * SIDE - 1), min(self.world, (self.y + 1) * SIDE + 1))

    @property
    def columns(self) -> range:
        """Columns of cells: those of the square and one on either side."""
        return range(max(0, self.x * SIDE - 1), min(self.world, (self.x + 1) * SIDE + 1))


def latitude_at(share: float) -> float:
    """The latitude at a share of the height of Web Mercator's world, from the north."""
    return math.degrees(math.atan(math.sinh(math.pi * (1 - 2 * share))))


def clusters(
    found: Places, square: Square, snapshot: Snapshot, room: ReadingRoom
) -> Sequence[Cluster]:
    """The cells with points, of the square and of the ring of cells around it.

    Cells are the same whatever square they are asked for, and never cut: what is drawn on both
    sides of an edge is the same.
    """
    grid = aids_of(room).find(snapshot, GRID) if found.where is None else None
    return _counted(found, square, room) if grid is None else [*_looked_up(grid, square)]


def _looked_up(grid: Grid, square: Square) -> Iterator[Cluster]:
    yield from grid.clusters(square.z, square.x, square.y, DEPTH)
    inside_x = range(square.x * SIDE, (square.x + 1) * SIDE)
    inside_y = range(square.y * SIDE, (square.y + 1) * SIDE)
    for y in square.rows:
        for x in square.columns:
            if x not in inside_x or y not in inside_y:
                yield from grid.clusters(square.z + DEPTH, x, y, 0)


def _counted(found: Places, square: Square, room: ReadingRoom) -> list[Cluster]:
    rows, columns, world = square.rows, square.columns, square.world
    edges = [latitude_at(row / world) for row in (*rows, rows.stop)]
    box = (
        columns.start / world * 360 - 180,
        edges[-1],
        columns.stop / world * 360 - 180,
        edges[0],
    )
    row = exp.column("rowid", table=RECORDS)
    tree = found.select(
        exp.Sum(this=longitudes(found.drawn)),
        exp.Sum(this=latitudes(found.drawn)),
        exp.Count(this=exp.Star()),
        exp.Min(this=row),
    )
    tree = tree.where(in_box(found.drawn, found.field.type, box), on_map(found.drawn))
    tree = tree.group_by(across(found.drawn, world), _band(latitude(found.drawn), edges))
    return [Cluster.of(*map(int, counted)) for counted in ask(room, tree, found.values)]


def _band(lat: exp.Expr, edges: Sequence[float]) -> exp.Expr:
    """Between which of the edges, from the north, a latitude lies.

    A few comparisons spare a logarithm of every point; a northern edge belongs to its band.
    """

    def between(first: int, last: int) -> exp.Expr:
        if last - first == 1:
            return exp.Literal.number(first)
        middle = (first + last) // 2
        south = exp.LTE(this=lat.copy(), expression=dialect.number(edges[middle]))
        return exp.Case(
            ifs=[exp.If(this=south, true=between(middle, last))], default=between(first, middle)
        )

    return between(0, len(edges) - 1)
