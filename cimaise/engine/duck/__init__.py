"""The only door to DuckDB: a workspace writes one snapshot, a reading room answers from many."""

from cimaise.engine.duck.opening import (
    EXCEL,
    SPATIAL,
    ArrowRows,
    DuckFailure,
    Row,
    TooLong,
    extension_file,
)
from cimaise.engine.duck.room import COPY_MEMORY_MB, ReadingRoom
from cimaise.engine.duck.workspace import RAW, Workspace
from cimaise.engine.statements import sql_of

__all__ = [
    "COPY_MEMORY_MB",
    "EXCEL",
    "RAW",
    "SPATIAL",
    "ArrowRows",
    "DuckFailure",
    "ReadingRoom",
    "Row",
    "TooLong",
    "Workspace",
    "extension_file",
    "sql_of",
]
