"""Where the records of a snapshot lie on Earth, as the Explore API tells it."""

from collections.abc import Sequence


def feature(box: Sequence[float] | None) -> dict[str, object] | None:
    """A box (west, south, east, north) as a Feature whose ring goes NE, NW, SW, SE, NE (§1.6)."""
    if box is None:
        return None
    west, south, east, north = box
    ring = [[east, north], [west, north], [west, south], [east, south], [east, north]]
    return {
        "type": "Feature",
        "geometry": {"coordinates": [ring], "type": "Polygon"},
        "properties": {},
    }
