"""Columns as formats with types hold them: GeoPackage, FlatGeobuf, Shapefile."""

from collections.abc import Sequence

from cimaise.engine.exports.cells import Cell, call, is_list, literal, plain
from cimaise.engine.query.plan import Column

SEPARATOR = ","  # between the values of a list in a cell


def is_daily(column: Column) -> bool:
    """Whether a date is told to the day, rather than to the month or the year."""
    precision = column.field.annotations.timeserie_precision if column.field else None
    return column.type == "date" and precision not in ("year", "month")


def attribute(column: Column, value: Cell, timezone: str) -> Cell:
    """A number, a boolean or an instant as it is; anything else as text, days too.

    GDAL as DuckDB carries it writes every day before 1970 as `1900-01-00`.
    """
    if is_list(column) or column.type not in ("int", "double", "boolean", "datetime"):
        return plain(column, value, timezone=timezone, separator=SEPARATOR)
    if column.type == "datetime":
        return call("timezone", literal("UTC"), value)
    return value


def without_places(columns: Sequence[Column]) -> list[int]:
    """The positions of the columns that hold no place."""
    return [
        position
        for position, column in enumerate(columns)
        if column.type not in ("geo_shape", "geo_point_2d")
    ]
