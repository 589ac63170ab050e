"""Arrow: typed columns as an IPC stream, read without parsing by pandas, Polars, R or DuckDB.

The stream rather than the file: it is sent as it is made, and every reader of the one reads the
other. DuckDB makes the columns, nanoarrow (Apache's own, 3 MB) the messages; pyarrow would do
the same for 165 MB.
"""

import io
from collections.abc import Generator

from nanoarrow.ipc import StreamWriter
from sqlglot import exp

from cimaise.engine.duck import ReadingRoom
from cimaise.engine.exports.base import (
    COMPRESSED,
    EPSG,
    SECONDS,
    USE_LABELS,
    ExportCard,
    Rendition,
)
from cimaise.engine.exports.cells import Cell, call, literal
from cimaise.engine.exports.gdal import scratch
from cimaise.engine.exports.headers import headers
from cimaise.engine.exports.lines import Cells, wrapped
from cimaise.engine.query.plan import Column

_ROWS = 5_000  # of a batch: few enough for long texts and polygons


def write(rendition: Rendition, room: ReadingRoom) -> Generator[bytes]:
    """A batch for so many rows; instants bear UTC, shapes are WKB by the name geoarrow.wkb."""
    plan = rendition.plan
    names = headers(plan.columns, labels=bool(rendition.parameters["use_labels"]))

    def columns(cells: Cells) -> list[Cell]:
        return [
            exp.alias_(stored(*cell), name, quoted=True)
            for cell, name in zip(cells, names, strict=True)
        ]

    tree = wrapped(plan, columns)
    held = io.BytesIO()
    with scratch() as directory, StreamWriter.from_writable(held) as stream:
        for rows in room.arrow(tree, plan.values, directory, _ROWS, seconds=SECONDS):
            stream.write_stream(rows)
            yield held.getvalue()
            held.seek(0)
            held.truncate()
    yield held.getvalue()


def stored(column: Column, value: Cell) -> Cell:
    """The value as it is stored; a datetime says that it is an instant, not a wall clock."""
    return call("timezone", literal("UTC"), value) if column.type == "datetime" else value


ARROW = ExportCard(
    name="arrow",
    label="Arrow",
    extension="arrows",
    media_type="application/vnd.apache.arrow.stream",
    write=write,
    parameters=(EPSG, USE_LABELS, COMPRESSED),
)
