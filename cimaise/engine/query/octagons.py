"""The octagon around places: it holds them all, and eight figures of them are enough to draw it.

A convex hull would need every place at once, a million of them; this needs a pass.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

Position = tuple[float, float]
DIGITS = 9  # a tenth of a millimetre


@dataclass(frozen=True, slots=True)
class Sides:
    """The least and greatest longitude, latitude, their sum and their difference."""

    west: float
    east: float
    south: float
    north: float
    least_sum: float
    greatest_sum: float
    least_difference: float
    greatest_difference: float


def outline(sides: Sides, *, corners_only: bool = False) -> dict[str, Any]:
    """The octagon as a GeoJSON geometry: a line or a point where the places are in line or one.

    With `corners_only`, the rectangle around them.
    """
    corners = [
        (sides.west, sides.south),
        (sides.east, sides.south),
        (sides.east, sides.north),
        (sides.west, sides.north),
    ]
    beyond: list[Callable[[Position], float]] = [
        lambda place: sides.least_sum - (place[0] + place[1]),
        lambda place: place[0] + place[1] - sides.greatest_sum,
        lambda place: sides.least_difference - (place[0] - place[1]),
        lambda place: place[0] - place[1] - sides.greatest_difference,
    ]
    for edge in () if corners_only else beyond:
        corners = _cut(corners, edge)
    kept = list(dict.fromkeys((round(lon, DIGITS), round(lat, DIGITS)) for lon, lat in corners))
    if len(kept) == 1:
        return {"type": "Point", "coordinates": list(kept[0])}
    if len(kept) == 2:
        return {"type": "LineString", "coordinates": [list(place) for place in kept]}
    return {"type": "Polygon", "coordinates": [[list(place) for place in [*kept, kept[0]]]]}


def _cut(corners: list[Position], beyond: Callable[[Position], float]) -> list[Position]:
    """What of a polygon is not beyond an edge (Sutherland and Hodgman)."""
    kept: list[Position] = []
    for here, after in zip(corners, [*corners[1:], *corners[:1]], strict=True):
        this, that = beyond(here), beyond(after)
        if this <= 0:
            kept.append(here)
        if (this < 0 < that) or (that < 0 < this):
            share = this / (this - that)
            kept.append(
                (here[0] + share * (after[0] - here[0]), here[1] + share * (after[1] - here[1]))
            )
    return kept or corners  # rounding may put every corner a hair beyond
