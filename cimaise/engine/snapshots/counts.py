"""Figures of a version: how full each field is, between what bounds, and where on the map."""

import math
from collections.abc import Iterator
from datetime import date, datetime
from typing import Any

from sqlglot import exp

from cimaise.engine.duck import Workspace
from cimaise.engine.schema.field import Field
from cimaise.engine.schema.schema import Schema
from cimaise.engine.snapshots.trees import RECORDS, call, column

EXACT_UP_TO = 200_000  # rows; beyond, distinct values are estimated (HyperLogLog, about 2 %)
ORDERED = ("int", "double", "date", "datetime")
SHAPES = ("geo_point_2d", "geo_shape")
GEOJSON = {
    name.upper(): name
    for name in (
        "Point", "LineString", "Polygon", "MultiPoint", "MultiLineString", "MultiPolygon",
        "GeometryCollection",
    )
}  # fmt: skip


def count(schema: Schema, records: int, workspace: Workspace) -> dict[str, Any]:
    """`fields`: nulls, distinct, approximate, min, max of each; `located` and `bbox` of the map.

    `min` and `max` are given for numbers and dates (ISO 8601). `distinct` is null for shapes,
    and `approximate` says that it is an estimate. `bbox` is [west, south, east, north] in
    degrees, or null. `geometry_types` are those of a dataset drawn by a geo_shape.
    """
    exact = records <= EXACT_UP_TO
    asked = [list(_of_field(field, exact)) for field in schema]
    place = schema.point or next(iter(schema.of_type("geo_shape")), None)
    asked.append(list(_of_place(place)) if place else [])
    flat = [expression for expressions in asked for expression in expressions]
    row = iter(workspace.rows(exp.select(*flat).from_(RECORDS))[0] if flat else ())
    fields = {field.name: _figures(field, row, records, exact) for field in schema}
    west, south, east, north = (next(row) for _ in range(4)) if place else (None,) * 4
    located = records - fields[place.name]["nulls"] if place else 0
    bbox = None if west is None else [west, south, east, north]
    figures = {"records": records, "located": located, "bbox": bbox, "fields": fields}
    if place and place.type == "geo_shape":
        figures["geometry_types"] = sorted(_kinds_of_shapes(place, workspace))
    return figures


def _kinds_of_shapes(field: Field, workspace: Workspace) -> Iterator[str]:
    """The GeoJSON names of the kinds of geometry in a field."""
    kind = exp.cast(call("st_geometrytype", column(field.name)), "VARCHAR")
    for (found,) in workspace.rows(exp.select(kind).distinct().from_(RECORDS)):
        if found in GEOJSON:
            yield GEOJSON[found]


def _of_field(field: Field, exact: bool) -> Iterator[exp.Expr]:
    value = column(field.name)
    yield exp.Count(this=value)
    if field.type not in SHAPES:
        yield (
            exp.Count(this=exp.Distinct(expressions=[value.copy()]))
            if exact
            else call("approx_count_distinct", value.copy())
        )
    if field.type in ORDERED:
        yield exp.Min(this=value.copy())
        yield exp.Max(this=value.copy())


def _of_place(field: Field) -> Iterator[exp.Expr]:
    value = column(field.name)
    if field.type == "geo_shape":
        sides = [call(f"st_{side}", value.copy()) for side in ("xmin", "ymin", "xmax", "ymax")]
    else:
        lon, lat = (call("struct_extract", value, exp.Literal.string(n)) for n in ("lon", "lat"))
        sides = [lon, lat, lon.copy(), lat.copy()]
    yield exp.Min(this=sides[0])
    yield exp.Min(this=sides[1])
    yield exp.Max(this=sides[2])
    yield exp.Max(this=sides[3])


def _figures(field: Field, row: Iterator[Any], records: int, exact: bool) -> dict[str, Any]:
    figures: dict[str, Any] = {"nulls": records - next(row), "distinct": None}
    if field.type not in SHAPES:
        figures["distinct"] = next(row)
        if not exact:
            figures["approximate"] = True
    if field.type in ORDERED:
        figures["min"] = _plain(next(row))
        figures["max"] = _plain(next(row))
    return figures


def _plain(value: object) -> object:
    if isinstance(value, date | datetime):
        return value.isoformat()
    if isinstance(value, float) and not math.isfinite(value):
        return None
    return value
