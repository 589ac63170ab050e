"""As many moments as there are places: rows with dates, which those of GeoNames have not."""

from pathlib import Path

import duckdb

from bench.places import KEPT, ROWS

DATASET = "moments"
FILE = KEPT / "moments.parquet"
DESCRIPTION = KEPT / "moments.toml"


def written() -> tuple[Path, Path]:
    """The file and its description, made the first time: forty years of them, in no order."""
    if not FILE.exists():
        part = FILE.with_suffix(".part")
        with duckdb.connect() as connection:
            connection.execute(
                "COPY (SELECT i AS number, TIMESTAMP '1985-01-01'"
                " + INTERVAL (hash(i) % 1262304000) SECOND AS seen,"
                " (hash(i, 1) % 1000000) / 100 AS value"
                f" FROM range({ROWS}) r(i)) TO '{part}' (FORMAT parquet)"
            )
        part.rename(FILE)
    DESCRIPTION.write_text(
        f'id = "{DATASET}"\ntitle = "Instants"\nproducer = "Cimaise"\nlicence = "CC0"\n'
    )
    return FILE, DESCRIPTION
