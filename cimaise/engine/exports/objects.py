"""Rows as JSON objects: one text a row, the same values as `/records` answers."""

import json
from collections.abc import Sequence

from cimaise.engine.exports.cells import Cell, as_json, call, joined, literal
from cimaise.engine.query.plan import Column


def record(cells: Sequence[tuple[Column, Cell]], timezone: str) -> Cell:
    """`{"name": value, …}`: every column present, in order, null where there is no value."""
    parts: list[Cell] = []
    lead = "{"
    for column, value in cells:
        key = json.dumps(column.name, ensure_ascii=False)
        said = as_json(column, value, timezone=timezone)
        parts += [literal(f"{lead}{key}: "), call("coalesce", said, literal("null"))]
        lead = ", "
    return joined(*parts, literal("}" if cells else "{}"))
