"""Circles on the earth as polygons in longitude and latitude, to be compared with shapes."""

import math
from collections.abc import Sequence

from cimaise.engine.odsql.distance import EARTH

CORNERS = 180  # a corner lies on the circle, the middle of a side 0.015 % of the radius inside
WIDEST = EARTH * math.pi / 2  # metres: half of the earth

Position = tuple[float, float]


def circle(lon: float, lat: float, metres: float) -> str:
    """The WKT of what is nearer to a place than `metres`, half of the earth at most.

    Where it goes beyond 180 degrees, what is there is told from the other side too.
    """
    angle = min(metres, WIDEST) / EARTH
    turn = 2 * math.pi / CORNERS
    corners = [_corner(lon, lat, angle, step * turn) for step in range(CORNERS)]
    if angle >= math.radians(90 - abs(lat)):
        return f"POLYGON ({_written(_cap(corners, 90.0 if lat >= 0 else -90.0))})"
    # Longitudes that do not jump where the date changes.
    ring = [((x - lon + 180) % 360 - 180 + lon, y) for x, y in corners]
    rings = [ring]
    for shift in (360.0, -360.0):
        moved = [(x + shift, y) for x, y in ring]
        if min(x for x, _ in moved) < 180 and max(x for x, _ in moved) > -180:
            rings.append(moved)
    return f"MULTIPOLYGON ({', '.join(f'({_written(each)})' for each in rings)})"


def opposite(lon: float, lat: float, metres: float) -> tuple[float, float, float]:
    """The circle of all that is not nearer to a place than `metres`."""
    return lon - 180 if lon > 0 else lon + 180, -lat, EARTH * math.pi - metres


def _corner(lon: float, lat: float, angle: float, bearing: float) -> Position:
    """The place at an angle from another, seen from the centre of the earth."""
    here = math.radians(lat)
    up = math.sin(here) * math.cos(angle) + math.cos(here) * math.sin(angle) * math.cos(bearing)
    there = math.asin(max(-1.0, min(1.0, up)))
    east = math.atan2(
        math.sin(bearing) * math.sin(angle) * math.cos(here),
        math.cos(angle) - math.sin(here) * math.sin(there),
    )
    return (lon + math.degrees(east) + 180) % 360 - 180, math.degrees(there)


def _cap(corners: Sequence[Position], pole: float) -> list[Position]:
    """From the circle to the pole that it holds, over the whole width of the map."""
    edge = sorted(corners)
    first, last = edge[0], edge[-1]
    # Where the edge meets the ends of the map, between its last corner and its first.
    rest = (180 - last[0]) + (first[0] + 180)
    seam = last[1] + (first[1] - last[1]) * ((180 - last[0]) / rest if rest else 0.0)
    return [(-180.0, seam), *edge, (180.0, seam), (180.0, pole), (-180.0, pole)]


def _written(ring: Sequence[Position]) -> str:
    return "(" + ", ".join(f"{x!r} {y!r}" for x, y in [*ring, ring[0]]) + ")"
