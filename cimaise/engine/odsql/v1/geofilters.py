"""The `geofilter.…` parameters of old addresses, as queries of the v1 language."""

import json

from cimaise.engine.odsql.errors import InvalidParameterError
from cimaise.engine.odsql.nodes import NOWHERE
from cimaise.engine.odsql.shapes import NoShape
from cimaise.engine.odsql.v1.places import read_area, read_point

GEOFILTERS = {
    "geofilter.distance": "lat,lon,metres",
    "geofilter.polygon": "(lat,lon),(lat,lon),(lat,lon)",
    "geofilter.bbox": "lat,lon,lat,lon",
}


def geofilter(name: str, text: str) -> str:
    """The query that a geofilter stands for; raises InvalidParameterError."""
    readers = {"distance": _circle, "polygon": _area, "bbox": _box}
    try:
        return readers[name.removeprefix("geofilter.")](text)
    except ValueError as error:
        shown = text if len(text) <= 60 else f"{text[:60]}…"
        raise InvalidParameterError.out_of_bounds(name, shown, GEOFILTERS[name]) from error


def _circle(text: str) -> str:
    """A place and metres; without metres, the very place."""
    parts = text.split(",")
    read_point(",".join(parts[:2]))
    metres = float(parts[2]) if len(parts) == 3 else 0.0
    if len(parts) not in (2, 3) or not 0 <= metres <= 1e9:
        raise NoShape("a place and metres")
    return f"#distance({quoted(','.join(parts[:2]))},{metres!r})"


def _area(text: str) -> str:
    read_area(text, NOWHERE)
    return f"#polygon({quoted(text)})"


def _box(text: str) -> str:
    """Two corners; a map that shows the world twice goes beyond 180 degrees, and the poles."""
    corners = [float(part) for part in text.split(",")]
    if len(corners) != 4 or not all(abs(corner) <= 1e6 for corner in corners):
        raise NoShape("four numbers")
    lats = [max(-90.0, min(90.0, corner)) for corner in corners[::2]]
    return f'#bbox("{lats[0]!r},{corners[1]!r},{lats[1]!r},{corners[3]!r}")'


def quoted(text: str) -> str:
    """A text as both languages read it: JSON's escapes are theirs."""
    return json.dumps(text, ensure_ascii=False)
