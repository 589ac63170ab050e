"""Parquet: typed columns, the open form for analysis; written by DuckDB itself.

Python has no part in it: the reading room lets a second, short-lived DuckDB instance COPY the
answer to a temporary file (a stream of bytes is not to be had from COPY, and pyarrow would be a
heavy dependency for one format). A snapshot's own records.parquet holds `_id` and is not what was
asked for.
"""

from collections.abc import Generator

from sqlglot import exp

from cimaise.engine.duck import ReadingRoom
from cimaise.engine.exports.arrow import stored
from cimaise.engine.exports.base import (
    EPSG,
    SECONDS,
    USE_LABELS,
    ExportCard,
    ExportParameter,
    Rendition,
)
from cimaise.engine.exports.cells import Cell
from cimaise.engine.exports.gdal import pieces_of, scratch
from cimaise.engine.exports.headers import headers
from cimaise.engine.exports.lines import Cells, wrapped


def write(rendition: Rendition, room: ReadingRoom) -> Generator[bytes]:
    """The file, made in a private directory and then sent; shapes as GeoParquet says."""
    plan, parameters = rendition.plan, rendition.parameters
    names = headers(plan.columns, labels=bool(parameters["use_labels"]))

    def columns(cells: Cells) -> list[Cell]:
        return [
            exp.alias_(stored(*cell), name, quoted=True)
            for cell, name in zip(cells, names, strict=True)
        ]

    options = {"FORMAT": "parquet", "COMPRESSION": str(parameters["parquet_compression"])}
    with scratch() as directory:
        target = directory / "records.parquet"
        room.copy(wrapped(plan, columns), plan.values, target, options, seconds=SECONDS)
        yield from pieces_of(target)


PARQUET = ExportCard(
    name="parquet",
    label="Parquet",
    extension="parquet",
    media_type="application/vnd.apache.parquet",
    write=write,
    parameters=(
        ExportParameter(
            "parquet_compression", "snappy", "How columns are compressed.", ("snappy", "zstd")
        ),
        EPSG,
        USE_LABELS,
    ),
)
