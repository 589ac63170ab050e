"""The catalogue as a table: a row a dataset, a column a metadata (explore-api §4.4)."""

from collections.abc import Iterator
from typing import Any

import orjson

from cimaise.web.catalog.exports.base import ID, Wanted
from cimaise.web.catalog.projection import projected

GEOMETRY = ("coordinates", "type")  # in the order of the live servers


def rows(wanted: Wanted) -> Iterator[list[Any]]:
    """The values of each row, in the order of the columns; a box is its geometry, not a Feature."""
    if wanted.computed is not None:
        for record in wanted.computed:
            yield list(record.values())
        return
    names = tuple("dataset_id" if name == ID else name for name in wanted.columns())
    for body in wanted.described():
        yield [_value(value) for value in projected(body, names).values()]


def _value(value: Any) -> Any:
    if isinstance(value, dict) and value.get("type") == "Feature":
        return {name: value["geometry"][name] for name in GEOMETRY}
    return value


def text(value: Any, separator: str = ",") -> str:
    """A cell: True and False, lists joined without escaping, objects as JSON, null as nothing."""
    if value is None:
        return ""
    if isinstance(value, list) and not any(isinstance(each, dict) for each in value):
        return separator.join(text(each) for each in value)
    if isinstance(value, dict | list):
        return _spaced(value)
    return str(value)


def _spaced(value: Any) -> str:
    """JSON with a space after each comma and colon, as live servers write it."""
    if isinstance(value, dict):
        inside = ", ".join(f"{_spaced(str(key))}: {_spaced(each)}" for key, each in value.items())
        return f"{{{inside}}}"
    if isinstance(value, list):
        return f"[{', '.join(_spaced(each) for each in value)}]"
    return orjson.dumps(value).decode()
