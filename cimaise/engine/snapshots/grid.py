"""The grid of a snapshot: its points in the order of a quadtree, to be counted without being read.

A square of the web's map, and each quarter of it down to four metres, is one stretch of the
grid: two look-ups tell how many points it holds, and their sums where they are on average.
Counting the points of a tile in the columns took 10 ms of 1.2 million records.
"""

import math
from array import array
from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Self

from sqlglot import exp

from cimaise.engine.duck import ReadingRoom
from cimaise.engine.snapshots.aids import AidFile, Kind, Unsuitable
from cimaise.engine.snapshots.manifest import Snapshot
from cimaise.engine.snapshots.trees import call, column, number

BITS = 26  # of a place along either side of the world
LAST_LATITUDE = 85.0511287798066  # degrees: where the square of Web Mercator ends
LARGEST = 5_000_000  # points, 32 bytes each
SECONDS = 120.0
FINE = 10_000_000  # parts of a degree: sums of whole numbers are exact
_SPREAD = (
    (16, 0x0000FFFF0000FFFF),
    (8, 0x00FF00FF00FF00FF),
    (4, 0x0F0F0F0F0F0F0F0F),
    (2, 0x3333333333333333),
    (1, 0x5555555555555555),
)
_ENTRY = 4  # numbers: code, row, sum of longitudes and of latitudes before it


@dataclass(frozen=True, slots=True)
class Cluster:
    """The points of a cell: where on average, how many, the row of one (the first as they lie)."""

    lon: float
    lat: float
    count: int
    row: int

    @classmethod
    def of(cls, lons: int, lats: int, count: int, row: int) -> Self:
        """From the sums of `longitudes` and `latitudes`."""
        parts = count * FINE
        return cls(lons / parts - 180, lats / parts - 90, count, row)


class Grid:
    """Counts of points by the cells of a quadtree; may be shared by threads."""

    def __init__(self, file: AidFile, _: Snapshot) -> None:
        numbers = file.numbers("Q")
        self._codes = numbers[0::_ENTRY]
        self._rows = numbers[1::_ENTRY]
        self._lons = numbers[2::_ENTRY]
        self._lats = numbers[3::_ENTRY]
        self._end = len(self._codes) - 1  # the last entry only closes the sums

    def clusters(self, zoom: int, x: int, y: int, depth: int) -> Iterator[Cluster]:
        """The cells with points in square `x`, `y` of a zoom, each 2**-`depth` of its side."""
        bits = 2 * (BITS - zoom)
        code = interleaved(x, y) << bits
        start = bisect_left(self._codes, code, 0, self._end)
        end = bisect_left(self._codes, code + (1 << bits), start, self._end)
        yield from self._within(start, end, code, bits, depth)

    def _within(self, start: int, end: int, code: int, bits: int, depth: int) -> Iterator[Cluster]:
        if start == end:
            return
        if depth == 0:
            yield self._cluster(start, end)
            return
        bits -= 2
        for quarter in range(1, 5):
            after = code + (quarter << bits)
            here = end if quarter == 4 else bisect_left(self._codes, after, start, end)
            yield from self._within(start, here, after - (1 << bits), bits, depth - 1)
            start = here

    def _cluster(self, start: int, end: int) -> Cluster:
        lons, lats = self._lons[end] - self._lons[start], self._lats[end] - self._lats[start]
        return Cluster.of(lons, lats, end - start, self._rows[start])


def interleaved(x: int, y: int) -> int:
    """The bits of x and y in turn, those of y first: the code of a cell of a quadtree."""
    return _spread(x) | _spread(y) << 1


def _spread(value: int) -> int:
    for shift, mask in _SPREAD:
        value = (value | value << shift) & mask
    return value


def on_map(point: exp.Expr) -> exp.Expr:
    """The condition that a geo_point_2d lies in the square of Web Mercator."""
    lon, lat = _part(point, "lon"), _part(point, "lat")
    limit = exp.Literal.number(LAST_LATITUDE)
    return exp.and_(
        lon.between(exp.Neg(this=number(180)), number(180)),
        lat.between(exp.Neg(this=limit), limit.copy()),
    )


def across(point: exp.Expr, cells: int) -> exp.Expr:
    """The column, from the west, of a point in a world that is `cells` wide."""
    share = exp.Div(
        this=exp.paren(exp.Add(this=_part(point, "lon"), expression=exp.Literal.number("180.0"))),
        expression=exp.Literal.number("360.0"),
    )
    return _cell(share, cells)


def _down(point: exp.Expr, cells: int) -> exp.Expr:
    """The row, from the north."""
    sine = exp.Sin(this=exp.Radians(this=_part(point, "lat")))
    turned = exp.Div(this=call("atanh", sine), expression=exp.Literal.number(2 * math.pi))
    return _cell(exp.paren(exp.Sub(this=exp.Literal.number("0.5"), expression=turned)), cells)


def _cell(share: exp.Expr, cells: int) -> exp.Expr:
    place = exp.Floor(this=exp.Mul(this=share, expression=exp.Literal.number(float(cells))))
    inside = call("greatest", call("least", place, number(cells - 1)), number(0))
    return exp.cast(inside, "BIGINT")


def _part(point: exp.Expr, name: str) -> exp.Expr:
    return call("struct_extract", point.copy(), exp.Literal.string(name))


def _made(snapshot: Snapshot, room: ReadingRoom) -> Iterator[bytes]:
    field = snapshot.schema.point
    if field is None or int(snapshot.manifest.counts["records"]) > LARGEST:
        raise Unsuitable("no points, or too many")
    lons = lats = 0
    for batch in room.batches(_coded(snapshot, room, field.name), size=2_000, seconds=SECONDS):
        entries = array("Q")
        for code, row, lon, lat in batch:
            entries.extend((code, row, lons, lats))
            lons += lon
            lats += lat
        yield entries.tobytes()
    yield array("Q", (1 << 2 * BITS, 0, lons, lats)).tobytes()


def _coded(snapshot: Snapshot, room: ReadingRoom, name: str) -> exp.Select:
    """Code, row, longitude and latitude of each point, in the order of codes."""
    point = column(name)
    world = 1 << BITS
    tree = (
        exp.select(
            exp.alias_(across(point, world), "x"),
            exp.alias_(_down(point, world), "y"),
            exp.alias_(exp.column("rowid"), "place"),
            exp.alias_(longitudes(point), "lon"),
            exp.alias_(latitudes(point), "lat"),
        )
        .from_(room.table(snapshot.serve_file))
        .where(on_map(point))
    )
    for shift, mask in _SPREAD:
        spread = [exp.alias_(_spread_column(axis, shift, mask), axis) for axis in ("x", "y")]
        tree = exp.select(*spread, "place", "lon", "lat").from_(tree.subquery("coded"))
    code = exp.Add(
        this=exp.column("x"), expression=exp.Mul(this=exp.column("y"), expression=number(2))
    )
    return (
        exp.select(exp.alias_(code, "code"), "place", "lon", "lat")
        .from_(tree.subquery("coded"))
        .order_by("code", "place")
    )


def _spread_column(axis: str, shift: int, mask: int) -> exp.Expr:
    value = exp.column(axis)
    doubled = exp.BitwiseOr(
        this=value, expression=exp.paren(exp.Mul(this=value.copy(), expression=number(1 << shift)))
    )
    return exp.BitwiseAnd(this=exp.paren(doubled), expression=number(mask))


def longitudes(point: exp.Expr) -> exp.Expr:
    """The longitude of a point in parts of a degree from 180° west, a whole number."""
    return _fine(point, "lon", 180)


def latitudes(point: exp.Expr) -> exp.Expr:
    """The latitude of a point in parts of a degree from the south pole, a whole number."""
    return _fine(point, "lat", 90)


def _fine(point: exp.Expr, part: str, add: int) -> exp.Expr:
    shifted = exp.paren(exp.Add(this=_part(point, part), expression=number(add)))
    parts = exp.Mul(this=shifted, expression=exp.Literal.number(float(FINE)))
    return exp.cast(call("round", parts), "BIGINT")


GRID = Kind("points.grid", _made, Grid)
