"""Delimited text into the raw table by DuckDB, with a dialect that was decided beforehand."""

import csv
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Protocol

from sqlglot import exp

from cimaise.engine.duck import RAW, Workspace

LONGEST_LINE = 16 * 1024 * 1024
_BUFFER = 64 * 1024 * 1024


def raw_table(name: str) -> exp.Table:
    """The tree of a table in the raw catalogue of the workspace."""
    return exp.table_(name, db="main", catalog=RAW, quoted=True)


def cell_columns(count: int) -> tuple[str, ...]:
    """Names of raw columns: c0, c1 and so on."""
    return tuple(f"c{number}" for number in range(count))


def create(
    workspace: Workspace, name: str, kind: str, tree: exp.Expression, *values: object
) -> None:
    """Make a raw table or view of a query, in place of what had this name."""
    workspace.run(
        exp.Create(this=raw_table(name), kind=kind, expression=tree, replace=True), list(values)
    )


def read_csv(
    columns: Sequence[str],
    *,
    delimiter: str,
    compression: str,
    header: bool,
    numbered: bool = False,
) -> exp.Select:
    """`SELECT *` from a delimited file whose path is the only placeholder.

    The dialect is strict (RFC 4180, UTF-8): what does not hold raises DuckFailure. Columns are
    VARCHAR, after a BIGINT `_line` when `numbered`. One thread reads, so that a line break in a
    quoted cell is never taken for the end of a row.
    """
    storage = {"_line": "BIGINT"} if numbered else {}
    storage |= dict.fromkeys(columns, "VARCHAR")
    shape = exp.Struct(
        expressions=[
            exp.PropertyEQ(this=exp.to_identifier(name), expression=exp.Literal.string(kind))
            for name, kind in storage.items()
        ]
    )
    options = {
        "auto_detect": exp.false(),
        "columns": shape,
        "delim": exp.Literal.string(delimiter),
        "quote": exp.Literal.string('"'),
        "escape": exp.Literal.string('"'),
        "header": exp.convert(header),
        "strict_mode": exp.true(),
        "compression": exp.Literal.string(compression),
        "parallel": exp.false(),
        "max_line_size": exp.convert(LONGEST_LINE),
        "buffer_size": exp.convert(_BUFFER),
    }
    call = exp.Anonymous(
        this="read_csv",
        expressions=[
            exp.Placeholder(),
            *(
                exp.EQ(this=exp.to_identifier(name), expression=value)
                for name, value in options.items()
            ),
        ],
    )
    return exp.select("*").from_(exp.Table(this=call))


class RowSink(Protocol):
    """Takes one row: its number, then its cells."""

    def __call__(self, line: int, cells: Iterable[str | None]) -> None:
        """Keep the row."""


@contextmanager
def canonical_rows(workspace: Workspace, name: str, columns: Sequence[str]) -> Iterator[RowSink]:
    """Write rows to a clean scratch file; on leaving, the raw table `name` holds them.

    Every format whose rows pass through Python comes in by this door: one copy on disk, loaded
    at the engine's speed, and no row in memory.
    """
    scratch = workspace.directory / f"{name}.rows"
    with scratch.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream, quoting=csv.QUOTE_ALL, lineterminator="\n")
        yield lambda line, cells: writer.writerow([line, *cells])
    try:
        load_canonical(workspace, name, columns, scratch)
    finally:
        scratch.unlink()


def load_canonical(workspace: Workspace, name: str, columns: Sequence[str], scratch: Path) -> None:
    """The raw table `name` from a file written by `canonical_rows`."""
    tree = read_csv(columns, delimiter=",", compression="none", header=False, numbered=True)
    create(workspace, name, "TABLE", tree, str(scratch))


def row_count(workspace: Workspace, name: str) -> int:
    """How many rows a raw table has."""
    counted = workspace.rows(exp.select(exp.Count(this=exp.Star())).from_(raw_table(name)))
    return int(counted[0][0])
