"""What a reader is: bytes in, one table of verbatim cells in the workspace out."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from sqlglot import exp

from cimaise.engine.duck import Workspace
from cimaise.engine.messages import Message
from cimaise.engine.metadata.description import ReadingWishes
from cimaise.engine.progress import Progress
from cimaise.engine.sources.base import Source


@dataclass(frozen=True, slots=True)
class RawColumn:
    """A column as it was found: `column` in the raw table, `header` as written.

    `storage` is the DuckDB type of the raw column: VARCHAR for formats without types.
    """

    column: str
    header: str
    storage: str = "VARCHAR"


@dataclass(frozen=True, slots=True)
class RawTable:
    """Every row of a source, verbatim, in the workspace.

    `table` has the columns of `columns` and `_line` (BIGINT, the line or row number people know,
    1-based, header included). `refused` names a table (`_line` BIGINT, `content` VARCHAR,
    `reason` VARCHAR) of rows that could not be told apart into cells, None when there is none.
    `reading` says how it was read (format, delimiter, encoding, sheet …) for people and manifest.
    `notes` are things the producer should know (a header completed, an empty column …).
    """

    table: str
    columns: tuple[RawColumn, ...]
    rows: int
    refused: str | None = None
    reading: Mapping[str, str] = field(default_factory=dict)
    notes: tuple[Message, ...] = ()

    @property
    def tree(self) -> exp.Table:
        """The table in the workspace's `raw` catalogue."""
        return exp.table_(self.table, db="main", catalog="raw", quoted=True)

    @property
    def refused_tree(self) -> exp.Table | None:
        """The table of refused rows, if any."""
        if self.refused is None:
            return None
        return exp.table_(self.refused, db="main", catalog="raw", quoted=True)


@dataclass(frozen=True, slots=True)
class ReaderCard:
    """One format: how to recognise it and how to read it.

    `recognises(head, filename)` sees the first 64 KiB, decompressed. `read` raises Refusal.
    `examples` are pairs of bytes and the rows they hold; tests and docs are made of them.
    """

    name: str
    label: str
    extensions: tuple[str, ...]
    media_types: tuple[str, ...]
    recognises: Callable[[bytes, str], bool]
    read: Callable[[Source, ReadingWishes, Workspace, Progress], RawTable]
    examples: tuple[tuple[bytes, tuple[Mapping[str, object], ...]], ...] = ()
