"""The closed-in, read-only DuckDB that answers every question."""

import shutil
import tempfile
import threading
import time
import weakref
from collections import Counter, OrderedDict
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

import duckdb
from sqlglot import exp

from cimaise.engine.duck.opening import (
    OFFLINE,
    SPATIAL,
    ArrowRows,
    Row,
    TooLong,
    failure,
    load,
)
from cimaise.engine.statements import copy_of, name_of, sql_of, text_of
from cimaise.engine.watchdog import Watchdog

COPY_MEMORY_MB = 200  # of the instance that writes one file, beside the room's own
# Of one that keeps rows to be read in pieces: what does not fit goes to disk, hardly slower, and
# a million rows would fill whatever it is given.
TABLE_MEMORY_MB = 100


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
        self.spill_mb = spill_mb
        self._lock = threading.Lock()
        self._names: dict[Path, str] = {}
        self._files: dict[str, Path] = {}
        self._attached: OrderedDict[str, None] = OrderedDict()
        self._in_use: Counter[str] = Counter()
        self._watchdog = Watchdog()
        self.spill = Path(tempfile.mkdtemp(prefix="cimaise-spill-"))
        self._clear_spill = weakref.finalize(self, shutil.rmtree, self.spill, ignore_errors=True)
        config = {**OFFLINE, "memory_limit": f"{memory_mb}MB", "threads": threads}
        self._connection = duckdb.connect(config=config)
        load(self._connection, SPATIAL)
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
        with self._lock:
            alias = self._names.get(serve_file)
            if alias is None:
                path = serve_file.resolve()
                alias = self._names.get(path, f"snapshot_{len(self._names)}")
                # Under both names: resolving asks the disk about every directory on the way.
                self._names[path] = self._names[serve_file] = alias
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
        options: Mapping[str, str | Sequence[str]],
        *,
        seconds: float,
    ) -> None:
        """Write an answer to the file `target` as DuckDB's COPY does, options included.

        A second, short-lived instance over the same read-only files does it, within
        COPY_MEMORY_MB: the connection that answers questions never writes, and this one reads
        and writes nothing else than those files and the directory of `target`. Raises as `rows`.
        """
        statement = sql_of(copy_of(tree, target, options))
        with (
            self._writing(tree, target.parent) as writer,
            self._limit(self._allowed(seconds), writer),
        ):
            writer.execute(statement, list(values))

    def arrow(
        self,
        tree: exp.Query,
        values: Sequence[object],
        directory: Path,
        size: int,
        *,
        seconds: float,
    ) -> Iterator[ArrowRows]:
        """The rows of an answer as Arrow streams of `size` rows, in order; one if there is none.

        DuckDB's own stream of a whole answer holds a million rows at once, whatever their size:
        here they lie in `directory` meanwhile, but for TABLE_MEMORY_MB. Time and errors are those
        of `copy`.
        """
        with self._writing(tree, directory, TABLE_MEMORY_MB) as writer:
            with self._limit(self._allowed(seconds), writer):
                writer.execute(f"CREATE TABLE answer AS {sql_of(tree)}", list(values))
                found = writer.execute("SELECT count(*) FROM answer").fetchone()
            rows = found[0] if found else 0
            for first in range(0, max(rows, 1), size):
                row = exp.column("rowid")
                here = (row >= first, row.copy() < first + size)
                yield writer.sql(sql_of(exp.select("*").from_("answer").where(*here)))

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
    def _writing(
        self, tree: exp.Query, directory: Path, memory_mb: int = COPY_MEMORY_MB
    ) -> Iterator[duckdb.DuckDBPyConnection]:
        """A second instance that reads what `tree` names and writes in `directory`, no more."""
        aliases = {table.catalog for table in tree.find_all(exp.Table)} & self._files.keys()
        config = {
            **OFFLINE,
            "memory_limit": f"{memory_mb}MB",
            "threads": 1,
            "temp_directory": str(directory),
            "max_temp_directory_size": f"{self.spill_mb}MB",
        }
        with self._reading(aliases), duckdb.connect(config=config) as writer:
            load(writer, SPATIAL)
            for alias in aliases:
                path = text_of(self._files[alias])
                writer.execute(f"ATTACH {path} AS {name_of(alias)} (READ_ONLY)")
            for setting, value in (
                ("TimeZone", "UTC"),  # the clock of the machine is nobody's business
                ("python_enable_replacements", False),
                ("allowed_directories", [str(directory)]),
                ("enable_external_access", False),
            ):
                writer.execute(f"SET {setting} = ?", [value])
            yield writer

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
                raise failure(error) from error

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
                raise failure(error) from error
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
