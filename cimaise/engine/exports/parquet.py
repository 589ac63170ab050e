"""Parquet: typed columns, the open form for analysis; written by DuckDB itself.

Python has no part in it: the reading room lets a second, short-lived DuckDB instance COPY the
answer to a temporary file (a stream of bytes is not to be had from COPY, and pyarrow would be a
heavy dependency for one format). A snapshot's own records.parquet holds `_id` and is not what was
asked for.
"""

import tempfile
from collections.abc import Generator, Mapping, Sequence
from pathlib import Path

from sqlglot import exp

from cimaise.engine.duck import ReadingRoom
from cimaise.engine.exports.base import PIECE, SECONDS, ExportCard, ExportParameter, Value
from cimaise.engine.exports.cells import Cell, call, literal
from cimaise.engine.exports.lines import wrapped
from cimaise.engine.query.plan import Column, Plan


def write(plan: Plan, room: ReadingRoom, parameters: Mapping[str, Value]) -> Generator[bytes]:
    """The file, made in a temporary directory and then sent."""
    options = {"FORMAT": "parquet", "COMPRESSION": str(parameters["parquet_compression"])}
    with tempfile.TemporaryDirectory(prefix="cimaise-") as directory:
        target = Path(directory) / "records.parquet"
        room.copy(wrapped(plan, _columns), plan.values, target, options, seconds=SECONDS)
        with target.open("rb") as file:
            while piece := file.read(PIECE):
                yield piece


def _columns(cells: Sequence[tuple[Column, Cell]]) -> list[Cell]:
    return [exp.alias_(_stored(*cell), cell[0].name, quoted=True) for cell in cells]


def _stored(column: Column, value: Cell) -> Cell:
    """The value as it is stored; a datetime says that it is an instant, not a wall clock."""
    return call("timezone", literal("UTC"), value) if column.type == "datetime" else value


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
    ),
)
