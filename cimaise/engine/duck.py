"""The only door to DuckDB: a workspace that writes one snapshot, a reading room that answers."""

import importlib.util
import re
import shutil
import tempfile
import threading
import time
import weakref
from collections import Counter, OrderedDict
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, Self

import duckdb
from sqlglot import exp

from cimaise.engine.statements import copy_of, name_of, sql_of, text_of
from cimaise.engine.watchdog import Watchdog

Row = tuple[Any, ...]
SPATIAL = "duckdb_extension_spatial"
EXCEL = "duckdb_extension_excel"
RAW = "raw"
_SPATIAL_WORDS = re.compile(r"\bst_|geometry|read_parquet", re.IGNORECASE)
COPY_MEMORY_MB = 200  # of the instance that writes one file, beside the room's own


class DuckFailure(Exception):
    """DuckDB refused a statement; `str()` is its own message, first line."""


class TooLong(Exception):
    """A question took longer than its time and was interrupted."""


def extension_file(package: str) -> Path:
    """Where the wheel of a DuckDB extension put its binary, so that nothing is ever downloaded."""
    spec = importlib.util.find_spec(package)
    if spec is None or not spec.submodule_search_locations:
        raise DuckFailure(f"the Python package {package} is not installed")
    home = Path(next(iter(spec.submodule_search_locations)))
    return next(home.rglob("*.duckdb_extension"))


def _failure(error: duckdb.Error) -> DuckFailure:
    return DuckFailure(str(error).strip().partition("\n")[0])


def _load(connection: duckdb.DuckDBPyConnection, package: str) -> None:
    connection.execute(f"LOAD {text_of(extension_file(package))}")


_OFFLINE: dict[str, str | bool | int | float | list[str]] = {
    "autoinstall_known_extensions": False,
    "autoload_known_extensions": False,
}


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
        config = {**_OFFLINE, "memory_limit": f"{memory_mb}MB", "temp_directory": str(directory)}
        if threads is not None:
            config["threads"] = threads
        self.directory = directory
        self.path = directory / name
        try:
            self._connection = duckdb.connect(str(self.path), config=config)
        except duckdb.Error as error:
            raise _failure(error) from error
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
            raise _failure(error) from error

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
            raise _failure(error) from error
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
            raise _failure(error) from error

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
            raise _failure(error) from error
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
            raise _failure(error) from error
        except RuntimeError as error:
            if isinstance(error.__cause__, KeyboardInterrupt | SystemExit):
                raise error.__cause__ from None  # a signal came in the middle of the statement
            raise

    def _ready(self, tree: exp.Expr) -> str:
        """The statement; the spatial extension (0.4 s) is loaded by the first that may need it."""
        statement = sql_of(tree)
        if not self._spatial and _SPATIAL_WORDS.search(statement):
            _load(self._connection, SPATIAL)
            self._spatial = True
        return statement


class ReadingRoom:
    """One sandboxed, read-only DuckDB in which every served snapshot is attached on demand.

    It can open files below `root` only, cannot write there, cannot reach the network, and its
    configuration is locked. At most `open_snapshots` files stay attached: the one unused for
    longest is let go, and comes back by itself when a tree names it again. What does not fit in
    `memory_mb` spills to a private temporary directory of at most `spill_mb`. No statement works
    for longer than `ceiling` seconds, whatever its caller allows it. All methods may be called
    from any thread.
    """

    def __init__(
        self,
        root: Path,
        *,
        memory_mb: int = 256,
        threads: int = 2,
        seconds: float = 10.0,
        open_snapshots: int = 64,
        spill_mb: int = 4096,
        ceiling: float | None = None,
    ) -> None:
        self.root = root.resolve()
        self.seconds = seconds
        self.ceiling = ceiling
        self.open_snapshots = open_snapshots
        self._lock = threading.Lock()
        self._names: dict[Path, str] = {}
        self._files: dict[str, Path] = {}
        self._attached: OrderedDict[str, None] = OrderedDict()
        self._in_use: Counter[str] = Counter()
        self._watchdog = Watchdog()
        self.spill = Path(tempfile.mkdtemp(prefix="cimaise-spill-"))
        self._clear_spill = weakref.finalize(self, shutil.rmtree, self.spill, ignore_errors=True)
        config = {**_OFFLINE, "memory_limit": f"{memory_mb}MB", "threads": threads}
        self._connection = duckdb.connect(config=config)
        _load(self._connection, SPATIAL)
        for setting, value in (
            ("temp_directory", str(self.spill)),
            ("max_temp_directory_size", f"{spill_mb}MB"),
            # The optimiser of the spatial extension fails on a filter that reads `rowid` alone
            # ("optional_idx cannot be initialized"); it serves R-trees, and snapshots have none.
            ("disabled_optimizers", "extension"),
            ("allowed_directories", [str(self.root)]),
            ("python_enable_replacements", False),  # a name is a table, never a Python variable
            ("enable_external_access", False),
            ("lock_configuration", True),
        ):
            self._connection.execute(f"SET {setting} = ?", [value])

    def table(self, serve_file: Path, name: str = "records") -> exp.Table:
        """The tree of a table in a snapshot's `serve.duckdb`; the file is opened when it is read.

        The name of its catalogue stands for that file as long as the room is open.
        """
        path = serve_file.resolve()
        with self._lock:
            alias = self._names.get(path)
            if alias is None:
                alias = f"snapshot_{len(self._names)}"
                self._names[path] = alias
                self._files[alias] = path
        return exp.table_(name, db="main", catalog=alias, quoted=True)

    def rows(
        self, tree: exp.Expr, values: Sequence[object] = (), *, seconds: float | None = None
    ) -> list[Row]:
        """Every row of an answer; raises TooLong after `seconds`, DuckFailure otherwise."""
        return [row for batch in self.batches(tree, values, seconds=seconds) for row in batch]

    def batches(
        self,
        tree: exp.Expr,
        values: Sequence[object] = (),
        size: int = 10_000,
        *,
        seconds: float | None = None,
    ) -> Iterator[list[Row]]:
        """Rows of an answer in batches of `size`, in bounded memory; raises as `rows`.

        Only the time that DuckDB works is counted: a slow client does not exhaust it.
        """
        left = self._allowed(seconds)
        aliases = {table.catalog for table in tree.find_all(exp.Table)} & self._files.keys()
        statement = sql_of(tree)
        with self._reading(aliases):
            cursor = self._connection.cursor()
            try:
                started = time.monotonic()
                with self._limit(left, cursor):
                    cursor.execute(statement, list(values))
                    batch = cursor.fetchmany(size)
                left -= time.monotonic() - started
                while batch:
                    yield batch
                    if len(batch) < size:
                        break
                    started = time.monotonic()
                    with self._limit(left, cursor):
                        batch = cursor.fetchmany(size)
                    left -= time.monotonic() - started
            finally:
                cursor.close()

    def copy(
        self,
        tree: exp.Query,
        values: Sequence[object],
        target: Path,
        options: Mapping[str, str],
        *,
        seconds: float,
    ) -> None:
        """Write an answer to the file `target` as DuckDB's COPY does, options included.

        A second, short-lived instance over the same read-only files does it, within
        COPY_MEMORY_MB: the connection that answers questions never writes, and this one reads
        and writes nothing else than those files and the directory of `target`. Raises as `rows`.
        """
        aliases = {table.catalog for table in tree.find_all(exp.Table)} & self._files.keys()
        config = {
            **_OFFLINE,
            "memory_limit": f"{COPY_MEMORY_MB}MB",
            "threads": 1,
            "temp_directory": str(target.parent),
        }
        statement = sql_of(copy_of(tree, target, options))
        with self._reading(aliases), duckdb.connect(config=config) as writer:
            _load(writer, SPATIAL)
            with self._limit(self._allowed(seconds), writer):
                for alias in aliases:
                    path = text_of(self._files[alias])
                    writer.execute(f"ATTACH {path} AS {name_of(alias)} (READ_ONLY)")
                for setting, value in (
                    ("python_enable_replacements", False),
                    ("allowed_directories", [str(target.parent)]),
                    ("enable_external_access", False),
                ):
                    writer.execute(f"SET {setting} = ?", [value])
                writer.execute(statement, list(values))

    def columns(self, tree: exp.Query, values: Sequence[object] = ()) -> list[tuple[str, str]]:
        """The names and DuckDB types of the columns of an answer, without working it out.

        Raises as `rows`.
        """
        aliases = {table.catalog for table in tree.find_all(exp.Table)} & self._files.keys()
        statement = f"DESCRIBE {sql_of(tree)}"
        with (
            self._reading(aliases),
            self._connection.cursor() as cursor,
            self._limit(self._allowed(None), cursor),
        ):
            found = cursor.execute(statement, list(values)).fetchall()
        return [(str(row[0]), str(row[1])) for row in found]

    def forget(self, directory: Path) -> None:
        """Let go of the files of a snapshot that is about to be deleted, unless someone reads."""
        gone = directory.resolve()
        with self._lock:
            for alias in [a for a in self._attached if self._files[a].is_relative_to(gone)]:
                if not self._in_use[alias]:
                    self._detach(alias)

    def close(self) -> None:
        """Let go of every file."""
        self._watchdog.close()
        self._connection.close()
        self._clear_spill()

    def _allowed(self, seconds: float | None) -> float:
        """How long a statement may work."""
        wished = self.seconds if seconds is None else seconds
        return wished if self.ceiling is None else min(wished, self.ceiling)

    @contextmanager
    def _limit(self, seconds: float, cursor: duckdb.DuckDBPyConnection) -> Iterator[None]:
        if seconds <= 0:
            raise TooLong("no time is left")
        with self._watchdog.watch(seconds, cursor.interrupt) as watch:
            try:
                yield
            except duckdb.Error as error:
                if watch.struck:
                    raise TooLong("stopped: the question took too long") from error
                raise _failure(error) from error

    @contextmanager
    def _reading(self, aliases: set[str]) -> Iterator[None]:
        """Hold the files of `aliases` open while a statement reads them."""
        with self._lock:
            self._in_use.update(aliases)
            try:
                for alias in aliases:
                    self._attach(alias)
            except duckdb.Error as error:
                self._in_use.subtract(aliases)
                raise _failure(error) from error
        try:
            yield
        finally:
            with self._lock:
                self._in_use.subtract(aliases)

    def _attach(self, alias: str) -> None:
        if alias not in self._attached:
            path = self._files[alias]
            self._connection.execute(f"ATTACH {text_of(path)} AS {name_of(alias)} (READ_ONLY)")
            self._attached[alias] = None
        self._attached.move_to_end(alias)
        idle = [name for name in self._attached if not self._in_use[name]]
        for name in idle[: max(0, len(self._attached) - self.open_snapshots)]:
            self._detach(name)

    def _detach(self, alias: str) -> None:
        with suppress(duckdb.Error):  # still read by a statement that is ending: next time
            self._connection.execute(f"DETACH {name_of(alias)}")
            del self._attached[alias]
