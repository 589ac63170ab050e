"""Places as v1 writes them, latitude first: `lat,lon` and `(lat,lon),(lat,lon),…`."""

import math
import re
from collections.abc import Sequence

from cimaise.engine.odsql.distance import EARTH
from cimaise.engine.odsql.nodes import Shape, Span
from cimaise.engine.odsql.shapes import NoShape, read_shape

_NUMBER = r"\s*([-+]?[0-9]+(?:\.[0-9]*)?(?:[eE][-+]?[0-9]+)?)\s*"
_PAIR = re.compile(rf"\(?{_NUMBER},{_NUMBER}\)?")
_POINTS = re.compile(rf"\({_NUMBER},{_NUMBER}\)")
_CORNERS = 64  # of the polygon that stands for a circle

Position = tuple[float, float]


def read_point(text: str) -> Position:
    """Longitude and latitude of `lat,lon`; raises NoShape."""
    found = _PAIR.fullmatch(text.strip())
    if found is None:
        raise NoShape("a place is a latitude, a comma and a longitude")
    return _checked(float(found[1]), float(found[2]))


def point_of(position: Position, span: Span) -> Shape:
    """A place as a node."""
    lon, lat = position
    return Shape(span, f"POINT ({lon!r} {lat!r})", position)


def read_area(text: str, span: Span) -> Shape:
    """The area of `(lat,lon),(lat,lon),…`, closed by itself; WKT and GeoJSON do as well."""
    if text.lstrip()[:1] != "(":
        return read_shape(text, span)
    # Matching the whole first would be slow on a long text that is no ring.
    points = [_checked(float(lat), float(lon)) for lat, lon in _POINTS.findall(text)]
    rest = _POINTS.sub("", text)
    if len(points) < 3 or rest.strip(" ,()\t\r\n"):
        raise NoShape("an area is (lat,lon),(lat,lon),(lat,lon): three places or more")
    return ring_of(points, span)


def ring_of(points: Sequence[Position], span: Span) -> Shape:
    """The polygon with these corners."""
    closed = [*points, points[0]] if points[0] != points[-1] else list(points)
    if len(closed) < 4:
        raise NoShape("an area has three different corners or more")
    written = ", ".join(f"{lon!r} {lat!r}" for lon, lat in closed)
    return Shape(span, f"POLYGON (({written}))", None)


def circle_of(centre: Position, metres: float, span: Span) -> Shape:
    """A polygon that stands for a circle, to be compared with shapes."""
    lon, lat = centre
    high = math.degrees(metres / EARTH)
    wide = high / max(math.cos(math.radians(lat)), 1e-6)
    corners = [
        (
            max(-180.0, min(180.0, lon + wide * math.cos(2 * math.pi * step / _CORNERS))),
            max(-90.0, min(90.0, lat + high * math.sin(2 * math.pi * step / _CORNERS))),
        )
        for step in range(_CORNERS)
    ]
    return ring_of(corners, span)


def _checked(lat: float, lon: float) -> Position:
    if not (abs(lat) <= 90 and abs(lon) <= 1e6):
        raise NoShape("a latitude goes from -90 to 90")
    return lon, lat
