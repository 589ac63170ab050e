"""Bare DuckDB: loading the file as DuckDB alone would, and the same questions without a portal."""

import time
from collections.abc import Sequence
from pathlib import Path

import duckdb

from bench.places import KEPT


def load(file: Path, *, times: int = 3) -> tuple[float, list[float]]:
    """Seconds that a plain load into a DuckDB table takes: the median, and each.

    `sample_size=-1`: with the head of the file alone DuckDB takes a column for a number and fails.
    """
    taken = []
    for number in range(times):
        target = KEPT / f"bare-{number}.duckdb"
        target.unlink(missing_ok=True)
        began = time.perf_counter()
        with duckdb.connect(str(target)) as connection:
            connection.execute(
                "CREATE TABLE records AS SELECT * FROM read_csv(?, sample_size=-1)", [str(file)]
            )
        taken.append(time.perf_counter() - began)
        if number:
            target.unlink()
    return sorted(taken)[len(taken) // 2], taken


def loaded() -> Path:
    """The table that `load` left."""
    return KEPT / "bare-0.duckdb"


class Bare:
    """The questions in SQL, over a table of DuckDB, in this very process."""

    def __init__(self, file: Path, spatial: Path) -> None:
        self._connection = duckdb.connect(str(file), read_only=True)
        self._connection.load_extension(str(spatial))
        self.columns = {
            str(name): str(kind)
            for name, kind, *_ in self._connection.execute("DESCRIBE records").fetchall()
        }

    def rows(self, sql: str, values: Sequence[object] = ()) -> list[tuple[object, ...]]:
        """Every row of an answer."""
        return self._connection.execute(sql, list(values)).fetchall()

    def point(self) -> tuple[str, str]:
        """The SQL of latitude and longitude: of the point that publishing made of them, if any."""
        for name, kind in self.columns.items():
            if kind.startswith("STRUCT"):
                return f'"{name}".lat', f'"{name}".lon'
        return "latitude", "longitude"

    def csv(self, _number: int) -> int:
        """Every row to a CSV file; returns its size."""
        target = KEPT / "bare.csv"
        self._connection.execute(
            f"COPY (SELECT * EXCLUDE (_id) FROM records) TO '{target}' (HEADER, DELIMITER ';')"
        )
        size = target.stat().st_size
        target.unlink()
        return size

    def close(self) -> None:
        """Let go of the file."""
        self._connection.close()
