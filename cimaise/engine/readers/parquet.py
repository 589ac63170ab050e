"""Parquet and GeoParquet: columns that already have types."""

from sqlglot import exp

from cimaise.engine.duck import DuckFailure, Workspace
from cimaise.engine.messages import Refusal, say
from cimaise.engine.metadata.description import ReadingWishes
from cimaise.engine.progress import Progress, Waypoint
from cimaise.engine.readers.base import RawColumn, RawTable, ReaderCard
from cimaise.engine.readers.delimited import create, row_count
from cimaise.engine.readers.headers import columns_of
from cimaise.engine.sources.base import Source
from cimaise.engine.sources.opened import plain_file


def _recognises(start: bytes, filename: str) -> bool:
    return start.startswith(b"PAR1")


def _read(
    source: Source, wishes: ReadingWishes, workspace: Workspace, progress: Progress
) -> RawTable:
    path = str(plain_file(source, workspace.directory))
    size = source.path.stat().st_size
    progress(Waypoint("read", 0, size))
    found = exp.select("*").from_(
        exp.Table(this=exp.Anonymous(this="read_parquet", expressions=[exp.Placeholder()]))
    )
    try:
        described = workspace.rows(exp.Describe(this=found.copy()), [path])
        columns, notes = columns_of(
            [row[0] for row in described], len(described), [row[1] for row in described]
        )
        _load(columns, [row[0] for row in described], found, path, workspace)
    except DuckFailure as error:
        raise Refusal(
            "damaged_parquet",
            say("“{name}” cannot be read as Parquet.", name=source.filename),
            where=say("{detail}.", detail=str(error).splitlines()[0]),
            remedy=say(
                "It may have been cut while it was copied: write it again, and send it again."
            ),
        ) from error
    progress(Waypoint("read", size, size))
    rows = row_count(workspace, "cells")
    if not rows:
        raise Refusal(
            "header_only",
            say("“{name}” has columns and no row.", name=source.filename),
            remedy=say("Export it again with its rows."),
        )
    return RawTable("cells", columns, rows, None, {"format": "parquet"}, notes)


def _load(
    columns: tuple[RawColumn, ...],
    names: list[str],
    found: exp.Select,
    path: str,
    workspace: Workspace,
) -> None:
    line = exp.Window(this=exp.RowNumber())
    cells = [
        exp.alias_(exp.column(name, quoted=True), column.column)
        for name, column in zip(names, columns, strict=True)
    ]
    numbered = exp.select(exp.alias_(line, "_line"), *cells).from_(found.subquery("found"))
    create(workspace, "cells", "TABLE", numbered, path)


PARQUET = ReaderCard(
    name="parquet",
    label="Parquet",
    extensions=("parquet", "geoparquet"),
    media_types=("application/vnd.apache.parquet",),
    recognises=_recognises,
    read=_read,
)
