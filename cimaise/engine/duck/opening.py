"""What every connection to DuckDB shares: its extensions, its failures, no network."""

import importlib.util
from pathlib import Path
from typing import Any, Protocol

import duckdb

from cimaise.engine.statements import text_of

Row = tuple[Any, ...]
SPATIAL = "duckdb_extension_spatial"
EXCEL = "duckdb_extension_excel"

OFFLINE: dict[str, str | bool | int | float | list[str]] = {
    "autoinstall_known_extensions": False,
    "autoload_known_extensions": False,
}


class ArrowRows(Protocol):
    """Rows that any reader of Arrow's C stream takes."""

    def __arrow_c_stream__(self, requested_schema: object | None = None) -> object:
        """The capsule of the stream."""
        ...


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


def failure(error: duckdb.Error) -> DuckFailure:
    """What DuckDB said, first line."""
    return DuckFailure(str(error).strip().partition("\n")[0])


def load(connection: duckdb.DuckDBPyConnection, package: str) -> None:
    """Give a connection an extension."""
    connection.execute(f"LOAD {text_of(extension_file(package))}")
