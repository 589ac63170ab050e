"""The rival: Datasette, in an environment of its own, over the same rows in SQLite."""

import shutil
import sqlite3
import subprocess
import sys
import venv
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import duckdb

from bench.places import COLUMNS, KEPT
from bench.server import Memory, free_port, serving

VERSION = "0.65.5"
HOME = KEPT / f"datasette-{VERSION}"
DATABASE = KEPT / "geonames.db"
TABLE = "records"
INDEXED = ("country_code", "state", "province_code", "latitude", "longitude")
SEARCHED = COLUMNS[:9]

# Everything that would make an answer refuse or wait is set out of the way.
SETTINGS = {
    "suggest_facets": "off",
    "facet_time_limit_ms": "60000",
    "sql_time_limit_ms": "60000",
    "max_returned_rows": "20000",
    "max_csv_mb": "0",
    "default_cache_ttl": "0",
}


def installed() -> Path:
    """Datasette's command, installed now if it was not yet."""
    command = HOME / "bin" / "datasette"
    if command.exists():
        return command
    uv = shutil.which("uv")
    wanted = f"datasette=={VERSION}"
    if uv:
        subprocess.run([uv, "venv", "--quiet", "--python", sys.executable, HOME], check=True)
        asked: list[str | Path] = [
            uv,
            "pip",
            "install",
            "--quiet",
            "--python",
            HOME / "bin" / "python",
            wanted,
        ]
    else:
        venv.create(HOME, with_pip=True)
        asked = [HOME / "bin" / "python", "-m", "pip", "install", "-qqq", wanted]
    subprocess.run(asked, check=True)
    return command


def filled(source: Path) -> Path:
    """The rows of a DuckDB table in SQLite: indexes on what is filtered, full text, statistics."""
    if DATABASE.exists():
        return DATABASE
    part = DATABASE.with_suffix(".part")
    part.unlink(missing_ok=True)
    names = ", ".join(COLUMNS)
    with sqlite3.connect(part) as target, duckdb.connect(str(source), read_only=True) as bare:
        target.execute("PRAGMA journal_mode = OFF")
        numbers = {"latitude", "longitude"}
        kinds = (f"{name} {'REAL' if name in numbers else 'TEXT'}" for name in COLUMNS)
        target.execute(f"CREATE TABLE {TABLE} ({', '.join(kinds)})")
        rows = bare.execute(f"SELECT {names} FROM records")
        marks = ", ".join("?" * len(COLUMNS))
        while batch := rows.fetchmany(20_000):
            target.executemany(f"INSERT INTO {TABLE} VALUES ({marks})", batch)
        for name in INDEXED:
            target.execute(f"CREATE INDEX {TABLE}_{name} ON {TABLE} ({name})")
        searched = ", ".join(SEARCHED)
        target.execute(
            f"CREATE VIRTUAL TABLE {TABLE}_fts USING fts5 ({searched}, "
            # in double quotes: so Datasette recognises the full text of a table
            f'content="{TABLE}", tokenize="unicode61 remove_diacritics 2")'
        )
        target.execute(
            f"INSERT INTO {TABLE}_fts (rowid, {searched}) SELECT rowid, {searched} FROM {TABLE}"
        )
        target.execute("ANALYZE")
    target.close()
    part.rename(DATABASE)
    return DATABASE


@contextmanager
def running(database: Path, *, counted: bool) -> Iterator[tuple[int, Memory]]:
    """Datasette over the database; `counted`: one it takes as immutable, counted beforehand."""
    command = installed()
    port = free_port()
    settings = [word for pair in SETTINGS.items() for word in ("--setting", *pair)]
    opened = ["-i", database, "--inspect-file", _inspected(command, database)]
    served = [command, "serve", *(opened if counted else [database]), "--port", str(port)]
    log = KEPT / "datasette.log"
    with serving([*served, *settings], port, "/-/versions.json", log, {}) as memory:
        yield port, memory


def _inspected(command: Path, database: Path) -> Path:
    counts = KEPT / "inspected.json"
    said = subprocess.run(
        [command, "inspect", database], check=True, capture_output=True, text=True
    )
    counts.write_text(said.stdout)
    return counts
