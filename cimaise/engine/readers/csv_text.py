"""CSV: cells between commas, semicolons, tabs or bars, in any usual encoding."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from sqlglot import exp

from cimaise.engine.duck import DuckFailure, Workspace
from cimaise.engine.messages import Message, Refusal, say
from cimaise.engine.metadata.description import ReadingWishes
from cimaise.engine.progress import Progress, Waypoint
from cimaise.engine.readers.base import RawColumn, RawTable, ReaderCard
from cimaise.engine.readers.careful import CarefulReader
from cimaise.engine.readers.delimited import (
    canonical_rows,
    create,
    raw_table,
    read_csv,
    row_count,
)
from cimaise.engine.readers.dialect import Dialect, sniff
from cimaise.engine.readers.headers import columns_of
from cimaise.engine.sources.base import Source
from cimaise.engine.sources.opened import HEAD_BYTES, compression, head, opened, plain_name

_SPOKEN = {",": "comma", ";": "semicolon", "\t": "tab", "|": "bar", None: "none"}
_EVERY = 20_000


def _recognises(start: bytes, filename: str) -> bool:
    """Anything that reads as lines of text and is no markup."""
    if start.startswith((b"\xff\xfe", b"\xfe\xff")):
        return True
    body = start.lstrip(b"\xef\xbb\xbf").lstrip()
    controls = sum(byte < 9 or 13 < byte < 32 for byte in start)
    return not body.startswith((b"<", b"%PDF", b"PK\x03\x04")) and controls <= len(start) // 1000


def _read(
    source: Source, wishes: ReadingWishes, workspace: Workspace, progress: Progress
) -> RawTable:
    dialect = _dialect(source, wishes)
    size = source.path.stat().st_size
    progress(Waypoint("read", 0, size))
    columns, notes = columns_of(dialect.header, dialect.width)
    table = None
    if _engine_can(dialect):
        table = _by_engine(source, dialect, columns, workspace)
    if table is None:
        table = _row_by_row(source, dialect, columns, workspace, progress)
    progress(Waypoint("read", size, size))
    if table.rows == 0 and table.refused is None:
        raise Refusal(
            "header_only",
            say("“{name}” has a header and no row under it.", name=source.filename),
            remedy=say("Export it again with its rows."),
        )
    reading = {
        "format": "csv",
        "encoding": dialect.encoding.removesuffix("-sig"),
        "delimiter": _SPOKEN.get(dialect.delimiter, str(dialect.delimiter)),
    }
    return RawTable(table.name, columns, table.rows, table.refused, reading, (*notes, *table.notes))


@dataclass(slots=True)
class _Table:
    name: str
    rows: int
    refused: str | None = None
    notes: list[Message] = field(default_factory=list)


def _check_wishes(wishes: ReadingWishes) -> None:
    """Refuse an encoding that is none and a delimiter that cannot be one."""
    try:
        "".encode(wishes.encoding or "utf-8")
    except (LookupError, ValueError) as error:
        raise Refusal(
            "unknown_encoding",
            say("“{name}” is no encoding of text.", name=wishes.encoding),
            remedy=say("Use utf-8, cp1252, iso-8859-15, mac_roman, cp850 or utf-16."),
        ) from error
    delimiter = wishes.delimiter
    if delimiter is not None and (len(delimiter) != 1 or delimiter in '"\r\n\0\x1f'):
        raise Refusal(
            "bad_delimiter",
            say("“{delimiter}” cannot part cells.", delimiter=delimiter),
            remedy=say("Give one character: a comma, a semicolon, a tab or a bar."),
        )


def _dialect(source: Source, wishes: ReadingWishes) -> Dialect:
    _check_wishes(wishes)
    start = head(source)
    try:
        dialect = sniff(
            start,
            whole=len(start) < HEAD_BYTES,
            encoding=wishes.encoding,
            delimiter=wishes.delimiter,
        )
    except (ValueError, LookupError, TypeError) as error:
        raise Refusal(
            "no_rows",
            say("No row can be seen in “{name}”.", name=source.filename),
            remedy=say("Check that it is a table, its encoding and its delimiter."),
        ) from error
    if dialect.delimiter is None and not plain_name(source).lower().endswith((".csv", ".tsv")):
        raise Refusal(
            "not_a_table",
            say("“{name}” is text, but not cut into columns.", name=source.filename),
            remedy=say("Send a table: CSV, Excel, JSON, GeoJSON or Parquet."),
        )
    return dialect


def _engine_can(dialect: Dialect) -> bool:
    """The engine reads UTF-8 with a delimiter, under a header as wide as its rows."""
    return (
        dialect.encoding in ("utf-8", "utf-8-sig")
        and dialect.delimiter is not None
        and len(dialect.header) == dialect.width
    )


def _by_engine(
    source: Source, dialect: Dialect, columns: Sequence[RawColumn], workspace: Workspace
) -> _Table | None:
    """The whole file by DuckDB's strict parser; None when one row does not hold."""
    tree = read_csv(
        [column.column for column in columns],
        delimiter=dialect.delimiter or ",",
        compression=compression(source) or "none",
        header=False,
    )
    try:
        create(workspace, "cells_read", "TABLE", tree, str(source.path))
    except DuckFailure:
        return None
    # Row numbers are made when asked for: numbering while reading costs as much as reading.
    place = exp.column("rowid")
    line = exp.alias_(place + exp.convert(1), "_line")
    view = exp.select(line, exp.Star()).from_(raw_table("cells_read"))
    create(workspace, "cells", "VIEW", view.where(place.copy() > exp.convert(0)))
    rows = row_count(workspace, "cells_read")
    if not _all_there(source, columns, rows, workspace):
        return None
    return _Table("cells", rows - 1)


def _all_there(
    source: Source, columns: Sequence[RawColumn], rows: int, workspace: Workspace
) -> bool:
    """Whether the line breaks of the file are those between and within the rows that were read.

    The engine's parser was seen to drop rows without a word (a header with line breaks in a file
    of mixed line ends): what it read is believed only when this count, made apart, agrees.
    """
    breaks, last = 0, b""
    with opened(source) as stream:
        while part := stream.read(1 << 20):
            breaks += part.count(b"\n")
            last = part[-1:]
    between = breaks + (last != b"\n")
    return between == rows or between == rows + _breaks_within(columns, workspace)


def _breaks_within(columns: Sequence[RawColumn], workspace: Workspace) -> int:
    counts = []
    for column in columns:
        cell = exp.column(column.column)
        bare = exp.func("replace", cell.copy(), exp.Literal.string("\n"), exp.Literal.string(""))
        breaks = exp.func("length", cell) - exp.func("length", bare)
        counts.append(exp.func("coalesce", exp.Sum(this=breaks), exp.convert(0)))
    found = workspace.rows(exp.select(*counts).from_(raw_table("cells_read")))
    return int(sum(found[0]))


def _row_by_row(
    source: Source,
    dialect: Dialect,
    columns: Sequence[RawColumn],
    workspace: Workspace,
    progress: Progress,
) -> _Table:
    refused: list[int] = []
    names = [column.column for column in columns]
    with (
        canonical_rows(workspace, "refused_cells", ("content", "reason")) as refuse,
        canonical_rows(workspace, "cells_kept", names) as keep,
        opened(source) as stream,
    ):

        def put_aside(line: int, content: str, reason: str) -> None:
            refused.append(line)
            refuse(line, (content, reason))

        careful = CarefulReader(dialect, put_aside)
        for line, cells in careful.rows(stream):
            if line == 1:
                continue
            fitted = _fitted(cells, dialect, len(names))
            if fitted is None:
                reason = f"{len(cells)} cells instead of {dialect.width}"
                put_aside(line, careful.verbatim.rstrip("\r\n"), reason)
            else:
                keep(line, fitted)
            if line % _EVERY == 0:
                progress(Waypoint("read", line))
    table = _Table("cells_kept", row_count(workspace, "cells_kept"))
    if refused:
        table.refused = "refused_cells"
        _check_worth(table.rows, refused, source)
    if careful.repaired:
        table.notes.append(
            say(
                "{count} lines are not valid UTF-8 and were read as Windows-1252, first line "
                "{line}.",
                count=len(careful.repaired),
                line=careful.repaired[0],
            )
        )
    return table


def _fitted(cells: list[str], dialect: Dialect, width: int) -> list[str] | None:
    """The cells as one row of `width`, or None when it would be a guess.

    A row is completed or cut only where nothing can be lost or shifted: it is as wide as most
    rows, what it has too much is empty, or what it lacks has no header.
    """
    if len(cells) == width:
        return cells
    if len(cells) > width:
        return None if any(cells[width:]) else cells[:width]
    nameless = not any(header.strip() for header in dialect.header[len(cells) :])
    if len(cells) == dialect.width or (nameless and len(cells) >= len(dialect.header)):
        return cells + [""] * (width - len(cells))
    return None


def _check_worth(kept: int, refused: Sequence[int], source: Source) -> None:
    if len(refused) <= kept:
        return
    raise Refusal(
        "rows_do_not_hold",
        say(
            "“{name}” does not hold as a table: {refused} rows out of {rows} cannot be cut into "
            "its columns.",
            name=source.filename,
            refused=len(refused),
            rows=kept + len(refused),
        ),
        where=say("The first is row {line}.", line=refused[0]),
        remedy=say("Check the delimiter and the quotation marks, then export it again."),
    )


CSV = ReaderCard(
    name="csv",
    label="CSV",
    extensions=("csv", "tsv", "txt"),
    media_types=("text/csv", "text/tab-separated-values"),
    recognises=_recognises,
    read=_read,
    examples=(
        (b"nom;cp\n\xc9vreux;27000\n", ({"nom": "Évreux", "cp": "27000"},)),
        (b'a,b\r\n"x, y","z\nt"\r\n', ({"a": "x, y", "b": "z\nt"},)),
        (b"a|b\n01|\n", ({"a": "01", "b": None},)),
    ),
)
