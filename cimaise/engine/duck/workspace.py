"""The writable database in which one publication is made."""

import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Self

import duckdb
from sqlglot import exp

from cimaise.engine.duck.opening import OFFLINE, SPATIAL, Row, failure, load
from cimaise.engine.statements import copy_of, name_of, sql_of, text_of

RAW = "raw"
_SPATIAL_WORDS = re.compile(r"\bst_|geometry|read_parquet", re.IGNORECASE)


class Workspace:
    """A writable database for one publication; whatever it makes lies in `directory`.

    Beside its own database (`name`) it holds a second one, catalogue `raw`, for what the reader
    found: it is thrown away before the first is sealed. `run` and `rows` take sqlglot trees with
    `exp.Placeholder()` for each of `values`; they belong to the thread that made the workspace,
    while `batches` may be read by another one. Use as a context manager; leaving it closes the
    database and flushes it to disk.
    """

    def __init__(
        self, directory: Path, name: str, *, memory_mb: int = 2048, threads: int | None = None
    ) -> None:
        config = {**OFFLINE, "memory_limit": f"{memory_mb}MB", "temp_directory": str(directory)}
        if threads is not None:
            config["threads"] = threads
        self.directory = directory
        self.path = directory / name
        try:
            self._connection = duckdb.connect(str(self.path), config=config)
        except duckdb.Error as error:
            raise failure(error) from error
        self._spatial = False
        self.attach(self._raw_path, RAW, read_only=False)

    @property
    def _raw_path(self) -> Path:
        return self.directory / "raw.duckdb"

    def raw(self, table: str) -> exp.Table:
        """The tree of a table in the database that is thrown away."""
        return exp.table_(table, db="main", catalog=RAW, quoted=True)

    def run(self, tree: exp.Expr, values: Sequence[object] = ()) -> None:
        """Execute a statement for its effect; raises DuckFailure."""
        self._execute(tree, values)

    def rows(self, tree: exp.Expr, values: Sequence[object] = ()) -> list[Row]:
        """Execute and return every row; raises DuckFailure."""
        try:
            return self._execute(tree, values).fetchall()
        except duckdb.Error as error:
            raise failure(error) from error

    def batches(
        self, tree: exp.Expr, values: Sequence[object] = (), size: int = 10_000
    ) -> Iterator[list[Row]]:
        """Execute and return rows in batches, on a cursor of its own; raises DuckFailure."""
        cursor = self._connection.cursor()
        try:
            cursor.execute(self._ready(tree), list(values))
            while batch := cursor.fetchmany(size):
                yield batch
        except duckdb.Error as error:
            raise failure(error) from error
        finally:
            cursor.close()

    def to_parquet(self, select: exp.Query, path: Path) -> int:
        """Write the rows of `select`, in order, to a Parquet file; returns how many."""
        # Level 1: a second of a publication of 1.2 million records, for a twentieth of the size.
        options = {"FORMAT": "PARQUET", "COMPRESSION": "ZSTD", "COMPRESSION_LEVEL": "1"}
        return int(self.rows(copy_of(select, path, options))[0][0])

    def attach(self, path: Path, alias: str, *, read_only: bool) -> None:
        """Make another database file visible as catalogue `alias`; raises DuckFailure."""
        mode = " (READ_ONLY)" if read_only else ""
        try:
            self._connection.execute(f"ATTACH {text_of(path)} AS {name_of(alias)}{mode}")
        except duckdb.Error as error:
            raise failure(error) from error

    def detach(self, alias: str) -> None:
        """Let go of an attached database file."""
        self._connection.execute(f"DETACH {name_of(alias)}")

    def drop_raw(self) -> None:
        """Forget what the reader found, and its file."""
        self.detach(RAW)
        for path in (self._raw_path, self._raw_path.with_suffix(".duckdb.wal")):
            path.unlink(missing_ok=True)

    def interrupt(self) -> None:
        """Stop whatever runs, from another thread."""
        self._connection.interrupt()

    def close(self) -> None:
        """Flush to disk and let go of the file; raises DuckFailure when it cannot be flushed."""
        try:
            self._connection.execute("CHECKPOINT")
        except duckdb.Error as error:
            raise failure(error) from error
        finally:
            self._connection.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        if kind is None:
            self.close()
        else:
            self._connection.close()

    def _execute(self, tree: exp.Expr, values: Sequence[object]) -> duckdb.DuckDBPyConnection:
        try:
            return self._connection.execute(self._ready(tree), list(values))
        except duckdb.Error as error:
            raise failure(error) from error
        except RuntimeError as error:
            if isinstance(error.__cause__, KeyboardInterrupt | SystemExit):
                raise error.__cause__ from None  # a signal came in the middle of the statement
            raise

    def _ready(self, tree: exp.Expr) -> str:
        """The statement; the spatial extension (0.4 s) is loaded by the first that may need it."""
        statement = sql_of(tree)
        if not self._spatial and _SPATIAL_WORDS.search(statement):
            load(self._connection, SPATIAL)
            self._spatial = True
        return statement
