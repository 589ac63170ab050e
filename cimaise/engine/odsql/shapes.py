"""Geometries written in a question, WKT, GeoJSON or WKB, read and written again as sound WKT."""

import json
import math
import re
from collections.abc import Sequence
from typing import Any

from cimaise.engine.odsql.nodes import Shape, Span
from cimaise.engine.odsql.wkb import read_wkb

_LAST_LONGITUDE = 1080  # a map that was turned round still says where it looks

_DEPTHS = {
    "POINT": 0,
    "LINESTRING": 1,
    "MULTIPOINT": 1,
    "POLYGON": 2,
    "MULTILINESTRING": 2,
    "MULTIPOLYGON": 3,
}
# Heights and measures (Z, M) say nothing here.
_WKT = re.compile(
    r"\s*(?:SRID=4326;)?\s*([A-Za-z]+?)(?:\s+Z|\s+M|\s+ZM)?\s*(\(.*\))\s*",
    re.DOTALL | re.IGNORECASE,
)
_HEX = re.compile(r"0[01](?:[0-9a-fA-F]{2}){4,}")
_EMPTY = re.compile(r"[A-Za-z]+\s+EMPTY", re.IGNORECASE)
_NUMBER = r"[-+]?[0-9]+(?:\.[0-9]*)?(?:[eE][-+]?[0-9]+)?"
_POSITION = re.compile(rf"\s*({_NUMBER})\s+({_NUMBER})(?:\s+{_NUMBER})*\s*")


class NoShape(ValueError):
    """The text is no geometry that can be compared with; `str()` says why."""


def read_shape(text: str, span: Span) -> Shape:
    """The geometry of a `geom'…'` literal in longitude and latitude; raises NoShape."""
    kind, coordinates = _read(text.strip())
    body = _written(coordinates, _DEPTHS[kind])
    point = (coordinates[0], coordinates[1]) if kind == "POINT" else None
    return Shape(span, f"{kind} {body if kind != 'POINT' else f'({body})'}", point)


def _read(text: str) -> tuple[str, Any]:
    if text.startswith("{"):
        return _geojson(text)
    if _HEX.fullmatch(text):
        try:
            kind, said = read_wkb(bytes.fromhex(text))
        except ValueError as error:
            raise NoShape(str(error)) from error
        return kind, _checked(said, _DEPTHS[kind], kind)
    return _wkt(text)


def _geojson(text: str) -> tuple[str, Any]:
    try:
        said = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise NoShape("not JSON") from error
    if isinstance(said, dict) and said.get("type") == "Feature":
        said = said.get("geometry")
    if not isinstance(said, dict) or str(said.get("type")).upper() not in _DEPTHS:
        raise NoShape("not a GeoJSON geometry")
    kind = str(said["type"]).upper()
    return kind, _checked(said.get("coordinates"), _DEPTHS[kind], kind)


def _wkt(text: str) -> tuple[str, Any]:
    match = _WKT.fullmatch(text)
    if match is None or match[1].upper() not in _DEPTHS:
        empty = _EMPTY.fullmatch(text)
        raise NoShape("nothing is in an empty shape" if empty else "not WKT")
    kind = match[1].upper()
    depth = _DEPTHS[kind]
    if depth == 0:
        return kind, _checked(_position(match[2].strip()[1:-1]), 0, kind)
    return kind, _checked(_nested(match[2].strip(), depth), depth, kind)


def _nested(text: str, depth: int) -> list[Any]:
    if not (text.startswith("(") and text.endswith(")")):
        raise NoShape("parentheses do not match")
    parts = _split(text[1:-1])
    if depth == 1:
        return [_position(part.strip().removeprefix("(").removesuffix(")")) for part in parts]
    return [_nested(part.strip(), depth - 1) for part in parts]


def _split(text: str) -> list[str]:
    parts, level, start = [], 0, 0
    for index, letter in enumerate(text):
        level += (letter == "(") - (letter == ")")
        if level < 0:
            raise NoShape("parentheses do not match")
        if letter == "," and level == 0:
            parts.append(text[start:index])
            start = index + 1
    if level:
        raise NoShape("parentheses do not match")
    return [*parts, text[start:]]


def _position(text: str) -> tuple[float, float]:
    match = _POSITION.fullmatch(text)
    if match is None:
        raise NoShape("a position is a longitude, a space and a latitude")
    return float(match[1]), float(match[2])


def _checked(said: Any, depth: int, kind: str) -> Any:
    if not isinstance(said, list | tuple) or not said:
        raise NoShape("coordinates are missing")
    if depth:
        parts = [_checked(part, depth - 1, kind) for part in said]
        if depth == 1 and "POLYGON" in kind and (len(parts) < 4 or parts[0] != parts[-1]):
            raise NoShape("a ring has four positions or more and ends where it starts")
        if kind.endswith("LINESTRING") and depth == 1 and len(parts) < 2:
            raise NoShape("a line has two positions or more")
        return parts
    if len(said) < 2 or not all(_is_degree(number) for number in said[:2]):
        raise NoShape("a position is two finite numbers")
    if abs(said[0]) > _LAST_LONGITUDE or abs(said[1]) > 90:
        raise NoShape("a longitude goes from -180 to 180, then a latitude from -90 to 90")
    return float(said[0]), float(said[1])


def _is_degree(number: object) -> bool:
    if isinstance(number, bool) or not isinstance(number, int | float):
        return False
    return math.isfinite(number)


def _written(coordinates: Sequence[Any], depth: int) -> str:
    if depth == 0:
        return f"{coordinates[0]!r} {coordinates[1]!r}"
    return "(" + ", ".join(_written(part, depth - 1) for part in coordinates) + ")"
