"""The only door to DuckDB: a workspace that writes one snapshot, a reading room that answers."""

import importlib.util
import threading
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Self

import duckdb
from sqlglot import exp

Row = tuple[Any, ...]
SPATIAL = "duckdb_extension_spatial"
EXCEL = "duckdb_extension_excel"
COPY_MEMORY_MB = 200  # of the instance that writes one file, beside the room's own


class DuckFailure(Exception):
    """DuckDB refused a statement; `str()` is its own message, first line."""


class TooLong(Exception):
    """A question took longer than its time and was interrupted."""


def sql_of(tree: exp.Expression) -> str:
    """The tree in DuckDB's dialect; every value in it is a quoted literal or a placeholder."""
    return tree.sql(dialect="duckdb")


def _copy_tree(tree: exp.Query, target: Path, options: Mapping[str, str]) -> exp.Copy:
    return exp.Copy(
        this=tree.subquery(),
        kind=False,
        files=[exp.Literal.string(str(target))],
        params=[
            exp.CopyParameter(this=exp.var(name), expression=exp.Literal.string(value))
            for name, value in options.items()
        ],
    )


def extension_file(package: str) -> Path:
    """Where the wheel of a DuckDB extension put its binary, so that nothing is ever downloaded."""
    spec = importlib.util.find_spec(package)
    if spec is None or not spec.submodule_search_locations:
        raise DuckFailure(f"the Python package {package} is not installed")
    home = Path(next(iter(spec.submodule_search_locations)))
    return next(home.rglob("*.duckdb_extension"))


def _load(connection: duckdb.DuckDBPyConnection, package: str) -> None:
    path = exp.Literal.string(str(extension_file(package))).sql(dialect="duckdb")
    connection.execute(f"LOAD {path}")


_OFFLINE: dict[str, str | bool | int | float | list[str]] = {
    "autoinstall_known_extensions": False,
    "autoload_known_extensions": False,
}


class Workspace:
    """A writable database for one publication; whatever it makes lies in `directory`.

    `run` and `rows` take sqlglot trees with `exp.Placeholder()` for each of `values`.
    Use as a context manager; leaving it closes the database and flushes it to disk.
    """

    def __init__(self, directory: Path, name: str, *, memory_mb: int = 2048) -> None:
        config = {**_OFFLINE, "memory_limit": f"{memory_mb}MB", "temp_directory": str(directory)}
        self.directory = directory
        self.path = directory / name
        self._connection = duckdb.connect(str(self.path), config=config)
        _load(self._connection, SPATIAL)

    def run(self, tree: exp.Expression, values: Sequence[object] = ()) -> None:
        """Execute a statement for its effect; raises DuckFailure."""
        self._execute(tree, values)

    def rows(self, tree: exp.Expression, values: Sequence[object] = ()) -> list[Row]:
        """Execute and return every row; raises DuckFailure."""
        return self._execute(tree, values).fetchall()

    def batches(
        self, tree: exp.Expression, values: Sequence[object] = (), size: int = 10_000
    ) -> Iterator[list[Row]]:
        """Execute and return rows in batches, on a cursor of its own."""
        cursor = self._connection.cursor()
        cursor.execute(sql_of(tree), list(values))
        while batch := cursor.fetchmany(size):
            yield batch

    def attach(self, path: Path, alias: str, *, read_only: bool) -> None:
        """Make another database file visible as catalogue `alias`."""
        target = exp.Literal.string(str(path)).sql(dialect="duckdb")
        name = exp.to_identifier(alias, quoted=True).sql(dialect="duckdb")
        self._connection.execute(f"ATTACH {target} AS {name}{' (READ_ONLY)' if read_only else ''}")

    def detach(self, alias: str) -> None:
        """Let go of an attached database file."""
        name = exp.to_identifier(alias, quoted=True).sql(dialect="duckdb")
        self._connection.execute(f"DETACH {name}")

    def interrupt(self) -> None:
        """Stop whatever runs, from another thread."""
        self._connection.interrupt()

    def close(self) -> None:
        """Flush to disk and let go of the file."""
        self._connection.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _execute(self, tree: exp.Expression, values: Sequence[object]) -> duckdb.DuckDBPyConnection:
        try:
            return self._connection.execute(sql_of(tree), list(values))
        except duckdb.Error as error:
            raise DuckFailure(str(error)) from error


class ReadingRoom:
    """One sandboxed, read-only DuckDB in which every served snapshot is attached on demand.

    It can open files below `root` only, cannot write, cannot reach the network, and its
    configuration is locked. All methods may be called from any thread.
    """

    def __init__(
        self, root: Path, *, memory_mb: int = 300, threads: int = 2, seconds: float = 10.0
    ) -> None:
        self.root = root.resolve()
        self.seconds = seconds
        self._lock = threading.Lock()
        self._attached: dict[Path, str] = {}
        self._local = threading.local()
        self._connection = duckdb.connect(
            config={**_OFFLINE, "memory_limit": f"{memory_mb}MB", "threads": threads}
        )
        _load(self._connection, SPATIAL)
        self._connection.execute("SET allowed_directories = [?]", [str(self.root)])
        self._connection.execute("SET enable_external_access = false")
        self._connection.execute("SET lock_configuration = true")

    def table(self, serve_file: Path, name: str = "records") -> exp.Table:
        """The tree of a table in a snapshot's `serve.duckdb`, attached if it was not yet."""
        path = serve_file.resolve()
        with self._lock:
            alias = self._attached.get(path)
            if alias is None:
                alias = f"snapshot_{len(self._attached)}"
                target = exp.Literal.string(str(path)).sql(dialect="duckdb")
                self._connection.execute(f"ATTACH {target} AS {alias} (READ_ONLY)")
                self._attached[path] = alias
        return exp.table_(name, db="main", catalog=alias, quoted=True)

    def rows(self, tree: exp.Expression, values: Sequence[object] = ()) -> list[Row]:
        """Every row of an answer; raises TooLong after `seconds`, DuckFailure otherwise."""
        return [row for batch in self.batches(tree, values) for row in batch]

    def batches(
        self,
        tree: exp.Expression,
        values: Sequence[object] = (),
        size: int = 10_000,
        *,
        seconds: float | None = None,
    ) -> Iterator[list[Row]]:
        """Rows of an answer in batches of `size`, in bounded memory; raises as `rows`.

        `seconds` replaces the room's own time limit: exports read on longer than pages do.
        """
        limit = self.seconds if seconds is None else seconds
        cursor = self._connection.cursor()
        timer = threading.Timer(limit, cursor.interrupt)
        timer.start()
        try:
            cursor.execute(sql_of(tree), list(values))
            while batch := cursor.fetchmany(size):
                yield batch
        except duckdb.InterruptException as error:
            raise TooLong(f"stopped after {limit} s") from error
        except duckdb.Error as error:
            raise DuckFailure(str(error)) from error
        finally:
            timer.cancel()
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

        A second, short-lived instance over the same read-only files does it: whoever asks
        questions in the room never shares a connection that writes. Raises as `rows`.
        """
        used = {table.catalog for table in tree.find_all(exp.Table)}
        with self._lock:
            files = {path: alias for path, alias in self._attached.items() if alias in used}
        config = {
            **_OFFLINE,
            "memory_limit": f"{COPY_MEMORY_MB}MB",
            "threads": 1,
            "temp_directory": str(target.parent),
        }
        with duckdb.connect(config=config) as connection:
            _load(connection, SPATIAL)
            for path, alias in files.items():
                place = exp.Literal.string(str(path)).sql(dialect="duckdb")
                connection.execute(f"ATTACH {place} AS {alias} (READ_ONLY)")
            timer = threading.Timer(seconds, connection.interrupt)
            timer.start()
            try:
                connection.execute(sql_of(_copy_tree(tree, target, options)), list(values))
            except duckdb.InterruptException as error:
                raise TooLong(f"stopped after {seconds} s") from error
            except duckdb.Error as error:
                raise DuckFailure(str(error)) from error
            finally:
                timer.cancel()

    def close(self) -> None:
        """Let go of every file."""
        self._connection.close()
