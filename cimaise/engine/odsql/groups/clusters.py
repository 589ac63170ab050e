"""`geo_cluster(place, zoom, radius)`: points of a map gathered, a cell of a grid at a time.

Points of one cell of `radius` pixels are together; then a cell whose centroid is closer than half
of that to the centroid of a fuller neighbour joins the fullest of them, unless that one joins
another. Sums are of whole numbers, which doubles add up exactly in any order (up to five million
records a cell): the same points make the same clusters, to the last digit.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass

from sqlglot import exp

from cimaise.engine.odsql import dialect
from cimaise.engine.odsql.groups.base import Tree, Way
from cimaise.engine.trees import cast, joined

TILE = 256  # pixels that show the world at zoom 0
_ROW = 2**31  # cells of a row of the grid: the number of a cell is x * _ROW + y
_DECIMALS = 7  # of a degree, in centroids: a centimetre
_FINE = 10.0**_DECIMALS


@dataclass(frozen=True, slots=True)
class Nearness:
    """What is near: a radius in pixels, of a map at a zoom."""

    zoom: int
    radius: float

    @property
    def cells(self) -> float:
        """How many cells the world is wide."""
        return float(min(TILE * 2**self.zoom / self.radius, _ROW))


@dataclass(frozen=True, slots=True)
class Clusters:
    """The tables that gather points; `name` tells them from those of another key.

    `homes` has the `cluster` of each `cell`; `clusters` has `cluster`, `number` of records, `lon`
    and `lat`. Null is the cell and the cluster of records without a place.
    """

    name: str
    nearness: Nearness

    def table(self, name: str) -> str:
        """The name of one of the tables."""
        return f"{name} {self.name}"

    def cell(self, point: Tree) -> Tree:
        """The number of the cell of a point; null where there is none."""
        column = _whole(self._x(dialect.part_of(point.copy(), "lon")))
        row = _whole(self._y(dialect.part_of(point, "lat")))
        return _sum(exp.Mul(this=column, expression=dialect.number(_ROW)), row)

    def tables(self, points: exp.Select, point: Tree) -> Mapping[str, exp.Select]:
        """The tables by name, each made from those before; `points` is FROM and WHERE of records.

        `point` is the place of a record.
        """
        made = {
            "cells": self._cells(points, point),
            "placed": self._placed(),
            "near": self._near(),
            "homes": self._homes(),
            "clusters": self._clusters(),
        }
        return {self.table(name): tree for name, tree in made.items()}

    def way(self, table: str) -> Way:
        """The key as it is shown from the clusters read as `table`: the fullest first."""

        def shown(_: Tree) -> Tree:
            centroid = dialect.struct({"lat": _c("lat", table), "lon": _c("lon", table)})
            known = exp.Not(this=exp.Is(this=_c("lat", table), expression=exp.null()))
            value = dialect.json_text(dialect.struct({"cluster_centroid": centroid}))
            return exp.Case(ifs=[exp.If(this=known, true=value)])

        own = _c("cluster", table)
        known = exp.Not(this=exp.Is(this=own.copy(), expression=exp.null()))
        # Records of nowhere stay the lowest, however many they are.
        fullest = exp.Case(ifs=[exp.If(this=known, true=exp.Neg(this=_c("number", table)))])
        return Way(own, shown, lambda _: (fullest.copy(), own.copy()))

    # -- the map --------------------------------------------------------------------------------

    def _x(self, lon: Tree) -> Tree:
        """Cells from the west."""
        scale = dialect.number(self.nearness.cells / 360)
        return exp.Mul(this=_sum(lon, dialect.number(180.0)), expression=scale)

    def _y(self, lat: Tree) -> Tree:
        """Cells from the north, in Web Mercator; the poles are on its edges."""
        edge = dialect.LAST_LATITUDE
        kept = dialect.clamped(lat, -edge, edge)
        # The greater of nothing and an edge is the edge: what is nowhere stays so by its longitude.
        half = exp.Mul(this=exp.Radians(this=kept), expression=dialect.number(0.5))
        slope = dialect.call("tan", exp.Add(this=half, expression=dialect.number(math.pi / 4)))
        up = exp.Mul(this=exp.Ln(this=slope), expression=dialect.number(1 / (2 * math.pi)))
        down = exp.Paren(this=exp.Sub(this=dialect.number(0.5), expression=up))
        return exp.Mul(this=down, expression=dialect.number(self.nearness.cells))

    # -- the tables -----------------------------------------------------------------------------

    def _cells(self, points: exp.Select, point: Tree) -> exp.Select:
        """Each cell, how many records it has, and the sums of their coordinates."""
        sums = [
            exp.Sum(this=_whole_part(dialect.part_of(point.copy(), axis)))
            for axis in ("lon", "lat")
        ]
        return points.select(
            _as(self.cell(point.copy()), "cell"),
            _as(exp.Count(this=exp.Star()), "number"),
            *(_as(tree, name) for tree, name in zip(sums, ("lon", "lat"), strict=True)),
            copy=False,
        ).group_by(exp.Literal.number(1), copy=False)

    def _placed(self) -> exp.Select:
        """Each cell with its centroid on the map, in cells."""
        lon, lat = (_mean(_c(axis), _c("number")) for axis in ("lon", "lat"))
        items = [_c("cell"), _c("number"), _as(self._x(lon), "x"), _as(self._y(lat), "y")]
        return _from(items, self._read("cells"))

    def _near(self) -> exp.Select:
        """The fullest near neighbour of each cell that has a fuller one near.

        A centroid in the west of its cell has near ones in the west only: three cells to look at.
        """
        beside = _side(_c("x"), _ROW)
        above = _side(_c("y"), 1)
        corners = [_sum(_c("cell"), beside), _sum(_c("cell"), above)]
        corners.append(_sum(_c("cell"), _sum(beside.copy(), above.copy())))
        others = dialect.call("unnest", exp.Array(expressions=corners))
        items = [_c("cell"), _c("number"), _c("x"), _c("y"), _as(others, "other")]
        looks = _from(items, self._read("placed")).subquery("a", copy=False)
        there = _c("cell", "b").eq(_c("other", "a"))
        tree = _from([_c("cell", "a"), _as(_fullest(), "home")], looks)
        tree = tree.join(self._read("placed", "b"), on=there, copy=False)
        return tree.where(_closer(), _fuller(), copy=False).group_by(_c("cell", "a"), copy=False)

    def _homes(self) -> exp.Select:
        """The cluster of each cell: itself, or the near one that stays itself."""
        stays = exp.And(
            this=exp.Not(this=exp.Is(this=_c("home", "t"), expression=exp.null())),
            expression=exp.Is(this=_c("home", "u"), expression=exp.null()),
        )
        home = exp.Case(ifs=[exp.If(this=stays, true=_c("home", "t"))], default=_c("cell", "c"))
        items = [_c(name, "c") for name in ("cell", "number", "lon", "lat")]
        tree = _from([*items, _as(home, "cluster")], self._read("cells", "c"))
        for name, other in (("t", _c("cell", "c")), ("u", _c("home", "t"))):
            same = _c("cell", name).eq(other)
            tree = joined(tree, self._read("near", name), same)
        return tree

    def _clusters(self) -> exp.Select:
        """Each cluster and its centroid, the mean of its points."""
        number = cast(exp.Sum(this=_c("number")), "BIGINT")
        lon, lat = (
            exp.Round(
                this=_mean(exp.Sum(this=_c(axis)), number.copy()),
                decimals=exp.Literal.number(_DECIMALS),
            )
            for axis in ("lon", "lat")
        )
        items = [_c("cluster"), _as(number, "number"), _as(lon, "lon"), _as(lat, "lat")]
        return _from(items, self._read("homes")).group_by(_c("cluster"), copy=False)

    def _read(self, name: str, alias: str | None = None) -> Tree:
        """One of the tables, to be read."""
        table = exp.table_(self.table(name), quoted=True)
        return exp.alias_(table, alias, table=True) if alias else table


def _c(name: str, table: str | None = None) -> exp.Column:
    return exp.column(name, table=table, quoted=True)


def _as(tree: Tree, name: str) -> Tree:
    return exp.alias_(tree, name, quoted=True, copy=False)


def _from(items: list[Tree], source: Tree) -> exp.Select:
    return exp.select(*items, copy=False).from_(source, copy=False)


def _sum(left: Tree, right: Tree) -> Tree:
    return exp.Paren(this=exp.Add(this=left, expression=right))


def _difference(name: str) -> Tree:
    return exp.Paren(this=exp.Sub(this=_c(name, "a"), expression=_c(name, "b")))


def _whole(number: Tree) -> Tree:
    return cast(exp.Floor(this=number), "BIGINT")


def _whole_part(degrees: Tree) -> Tree:
    return exp.Round(this=exp.Mul(this=degrees, expression=dialect.number(_FINE)))


def _mean(total: Tree, number: Tree) -> Tree:
    """Degrees, from a sum of whole parts."""
    parts = exp.Paren(this=exp.Mul(this=number, expression=dialect.number(_FINE)))
    return exp.Paren(this=exp.Div(this=total, expression=parts))


def _side(place: Tree, step: int) -> Tree:
    """One cell back or on, to the side where the centroid lies in its own."""
    inside = exp.Sub(this=place, expression=exp.Floor(this=place.copy()))
    first = exp.LT(this=inside, expression=dialect.number(0.5))
    back, on = dialect.number(-step), dialect.number(step)
    return exp.Paren(this=exp.Case(ifs=[exp.If(this=first, true=back)], default=on))


def _closer() -> Tree:
    """Whether cells `a` and `b` have centroids less than half a cell apart."""
    east, south = _difference("x"), _difference("y")
    squares = (
        exp.Mul(this=east, expression=east.copy()),
        exp.Mul(this=south, expression=south.copy()),
    )
    return exp.LT(this=_sum(*squares), expression=dialect.number(0.25))


def _fuller() -> Tree:
    """Whether `b` has more records than `a`; of equals the western one counts as fuller."""
    more = exp.GT(this=_c("number", "b"), expression=_c("number", "a"))
    equal = _c("number", "b").eq(_c("number", "a"))
    before = exp.LT(this=_c("cell", "b"), expression=_c("cell", "a"))
    return exp.Paren(
        this=exp.Or(this=more, expression=exp.Paren(this=exp.And(this=equal, expression=before)))
    )


def _fullest() -> Tree:
    """The fullest `b`, the western one of equals."""
    rank = dialect.struct({"n": _c("number", "b"), "c": exp.Neg(this=_c("cell", "b"))})
    return dialect.call("arg_max", _c("cell", "b"), rank)
