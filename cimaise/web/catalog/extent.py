"""Where the records of a snapshot lie on Earth: the box around their points, measured once."""

from functools import lru_cache
from pathlib import Path

from sqlglot import exp

from cimaise.engine.snapshots.manifest import Snapshot
from cimaise.web.catalog.shelf import reading_room

Box = tuple[float, float, float, float]


def extent(snapshot: Snapshot) -> Box | None:
    """West, south, east and north of the points of a snapshot in degrees; None without a point."""
    point = snapshot.schema.point
    if point is None or not snapshot.manifest.counts.get("records"):
        return None
    return _measured(snapshot.serve_file, point.name)


@lru_cache(maxsize=4096)
def _measured(serve_file: Path, point: str) -> Box | None:
    room = reading_room()
    lon, lat = (exp.Dot(this=exp.column(point, quoted=True), expression=exp.to_identifier(axis))
                for axis in ("lon", "lat"))  # fmt: skip
    sides = exp.select(
        exp.Min(this=lon.copy()), exp.Min(this=lat.copy()),
        exp.Max(this=lon.copy()), exp.Max(this=lat.copy()),
    )  # fmt: skip
    west, south, east, north = room.rows(sides.from_(room.table(serve_file)))[0]
    return None if west is None else (west, south, east, north)


def feature(box: Box | None) -> dict[str, object] | None:
    """The box as the Explore API gives it: a Feature whose ring goes NE, NW, SW, SE, NE (§1.6)."""
    if box is None:
        return None
    west, south, east, north = box
    ring = [[east, north], [west, north], [west, south], [east, south], [east, north]]
    return {
        "type": "Feature",
        "geometry": {"coordinates": [ring], "type": "Polygon"},
        "properties": {},
    }
