"""What is said of each export format: its group, what it is good for, how large it will be."""

from dataclasses import dataclass

from django.utils.translation import gettext as _

from cimaise.engine.exports.base import ExportCard
from cimaise.engine.snapshots.manifest import Snapshot
from cimaise.web.render.values import file_size
from cimaise.web.theme.pieces import Cell

# Bytes of a format for one byte of the Parquet file: the medians of the demonstration's datasets,
# of which some are twice as far off; the size is exact once the file is made.
BESIDE_PARQUET = {
    "csv": 2.3,
    "json": 4.9,
    "jsonl": 4.9,
    "xlsx": 1.2,
    "parquet": 1.0,
    "arrow": 3.3,
    "geojson": 5.1,
    "shp": 1.0,
    "gpkg": 3.2,
    "fgb": 4.0,
    "kml": 14.0,
    "gpx": 12.0,
    "jsonld": 32.0,
    "turtle": 10.0,
    "rdfxml": 20.0,
    "n3": 10.0,
    "ical": 8.0,
}


@dataclass(frozen=True, slots=True)
class Group:
    """Formats that serve the same end, as rows of a table."""

    title: str
    rows: list[list[Cell]]


def groups(listed: list[tuple[ExportCard, str]], snapshot: Snapshot, share: float) -> list[Group]:
    """Formats with their addresses, grouped; `share` of the records is asked for."""
    found: dict[str, list[list[Cell]]] = {}
    for card, address in listed:
        row = [
            Cell(card.label, address, head=True),
            Cell(good_for(card.name)),
            Cell(size(snapshot, card, share), number=True),
        ]
        found.setdefault(card.family, []).append(row)
    return [Group(title_of(family), rows) for family, rows in found.items()]


def title_of(family: str) -> str:
    """What a group of formats is called."""
    said = {
        "tables": _("Tables"),
        "maps": _("Maps"),
        "linked": _("Linked data"),
        "agenda": _("Agenda"),
    }
    return said.get(family, family)


def good_for(name: str) -> str:
    """What each format is good for, in a few words; nothing for one that is new here."""
    return _tables(name) or _maps(name) or _others(name)


def _tables(name: str) -> str:
    said = {
        "csv": _("spreadsheets and statistics; separated by semicolons"),
        "json": _("programs; one list of records"),
        "jsonl": _("programs; one record a line"),
        "xlsx": _("Excel and LibreOffice"),
        "parquet": _("data analysis; the most compact"),
        "arrow": _("data analysis without any parsing: pandas, Polars, R"),
    }
    return said.get(name, "")


def _maps(name: str) -> str:
    said = {
        "geojson": _("maps; QGIS and web maps"),
        "shp": _("older geographic software; short names, one kind of shapes"),
        "gpkg": _("QGIS and ArcGIS; one file with everything"),
        "fgb": _("large maps; read quickly by QGIS and R"),
        "kml": _("Google Earth and other globes"),
        "gpx": _("GPS devices and hiking applications"),
    }
    return said.get(name, "")


def _others(name: str) -> str:
    said = {
        "jsonld": _("linked data for web developers"),
        "turtle": _("linked data that people can read"),
        "rdfxml": _("linked data for XML tools"),
        "n3": _("linked data, as Turtle under another name"),
        "ical": _("calendars: events to import or to subscribe to"),
    }
    return said.get(name, "")


def size(snapshot: Snapshot, card: ExportCard, share: float = 1.0) -> str:
    """The size of a file that is made, else what it will be about."""
    made = snapshot.directory / "exports" / f"records.{card.extension}"
    if share == 1.0 and made.is_file():
        return file_size(made.stat().st_size)
    try:
        compact = (snapshot.directory / "records.parquet").stat().st_size
    except OSError:
        return ""
    octets = int(compact * BESIDE_PARQUET.get(card.name, 5.0) * share)
    return _("about %(size)s") % {"size": file_size(octets)}
