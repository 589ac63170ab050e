"""Values of an answer as JSON has them (specs: explore-api §3)."""

import json
import math
from collections.abc import Callable
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from cimaise.engine.query.plan import Column

Rendering = Callable[[Any], Any]


def renderings(columns: tuple[Column, ...], timezone: str) -> tuple[Rendering, ...]:
    """For each column what turns a value as the engine gives it (a shape as GeoJSON text)."""
    zone = ZoneInfo(timezone)
    return tuple(_rendering(column, zone) for column in columns)


def _rendering(column: Column, zone: ZoneInfo) -> Rendering:
    if column.type == "date":
        precision = column.field.annotations.timeserie_precision if column.field else None
        return lambda value: None if value is None else _date(value, precision)
    if column.type == "datetime":
        return lambda value: None if value is None else _moment(value, zone)
    if column.type == "geo_shape":
        return _feature
    if column.type == "json":
        return _parsed
    if column.type in ("int", "double"):
        return _number
    return _as_it_is


def _as_it_is(value: Any) -> Any:
    return value


def _date(value: date, precision: str | None) -> str:
    if precision == "year":
        return f"{value.year:04d}"
    if precision == "month":
        return f"{value.year:04d}-{value.month:02d}"
    return value.isoformat()


def _moment(value: datetime, zone: ZoneInfo) -> str:
    try:
        return value.replace(tzinfo=UTC).astimezone(zone).isoformat()
    except OverflowError:
        return value.replace(tzinfo=UTC).isoformat()  # the first or last day of the calendar


def _number(value: Any) -> Any:
    if isinstance(value, Decimal):
        value = float(value)
    if isinstance(value, float) and not math.isfinite(value):
        return None  # JSON has no infinity
    return value


def _feature(value: str | None) -> dict[str, Any] | None:
    if value is None:
        return None
    return {"type": "Feature", "geometry": json.loads(value), "properties": {}}


def _parsed(value: str | None) -> Any:
    if value is None:
        return None
    try:
        return json.loads(value)
    except ValueError:
        return value
