"""GeoPackage: a database of one table, which every GIS opens with its types and its system."""

import sqlite3
from collections.abc import Generator, Iterable
from contextlib import closing
from pathlib import Path

from sqlglot import exp

from cimaise.engine.duck import ReadingRoom
from cimaise.engine.exports.base import COMPRESSED, EPSG, USE_LABELS, ExportCard, Rendition
from cimaise.engine.exports.cells import Cell
from cimaise.engine.exports.columns import attribute, is_daily
from cimaise.engine.exports.gdal import GEOMETRY, copied, pieces_of, place_of, scratch
from cimaise.engine.exports.headers import headers
from cimaise.engine.exports.lines import Cells, wrapped
from cimaise.engine.exports.places import has_places, placed
from cimaise.engine.schema.names import unique_name

LAYER = "records"


def write(rendition: Rendition, room: ReadingRoom) -> Generator[bytes]:
    """The table with every field; a second place is told as text."""
    plan = rendition.plan
    names = headers(plan.columns, labels=bool(rendition.parameters["use_labels"]))
    drawn = placed(plan.columns)
    told = [position for position in range(len(names)) if position != drawn]
    taken = [name.casefold() for name in names]
    options = (f"FID={unique_name('fid', taken)}", f"GEOMETRY_NAME={unique_name('geom', taken)}")

    def columns(cells: Cells) -> list[Cell]:
        attributes = [
            exp.alias_(attribute(*cells[position], plan.timezone), names[position], quoted=True)
            for position in told
        ]
        return [*attributes, exp.alias_(place_of(cells), GEOMETRY, quoted=True)]

    with scratch() as directory:
        target = directory / "records.gpkg"
        tree = wrapped(plan, columns)
        copied(rendition, room, target, tree, driver="GPKG", layer=LAYER, options=options)
        _declare_days(target, (names[each] for each in told if is_daily(plan.columns[each])))
        yield from pieces_of(target)


def _declare_days(target: Path, names: Iterable[str]) -> None:
    """Say that columns hold days: a GeoPackage keeps them as the very texts that were written.

    Declaring a column anew without touching the rows is what SQLite's manual says
    writable_schema is for (ALTER TABLE, §7).
    """
    with closing(sqlite3.connect(target)) as file, file:
        (made,) = file.execute(
            "SELECT sql FROM sqlite_schema WHERE type = 'table' AND name = ?", [LAYER]
        ).fetchone()
        declared = made
        for name in names:
            quoted = '"' + name.replace('"', '""') + '"'
            declared = declared.replace(f"{quoted} TEXT", f"{quoted} DATE")
        if declared != made:
            (version,) = file.execute("PRAGMA schema_version").fetchone()
            file.execute("PRAGMA writable_schema = ON")
            file.execute(
                "UPDATE sqlite_schema SET sql = ? WHERE type = 'table' AND name = ?",
                [declared, LAYER],
            )
            file.execute(f"PRAGMA schema_version = {int(version) + 1}")
            file.execute("PRAGMA writable_schema = OFF")


GPKG = ExportCard(
    name="gpkg",
    label="GeoPackage",
    extension="gpkg",
    media_type="application/geopackage+sqlite3",
    write=write,
    offered=has_places,
    parameters=(EPSG, USE_LABELS, COMPRESSED),
    family="maps",
)
