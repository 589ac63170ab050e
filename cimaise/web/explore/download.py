"""Taking the data away: every format with its size, and the calls that give the same."""

from collections.abc import Sequence
from typing import Any

from django.http import HttpResponse
from django.utils.translation import gettext as _

from cimaise.engine.exports import formats_for
from cimaise.engine.exports.base import ExportCard
from cimaise.engine.snapshots.manifest import Snapshot
from cimaise.web.explore.addresses import CONSOLE, export_address, records_address
from cimaise.web.explore.calls import calls, query_of
from cimaise.web.explore.visit import Visit, page, visited
from cimaise.web.render.answers import counted
from cimaise.web.render.values import file_size
from cimaise.web.theme.pieces import Cell, Column, Link

IN_EXAMPLES = "20"  # records that the examples of the API tab ask for
Pairs = Sequence[tuple[str, str]]


@visited("export")
def export(visit: Visit) -> HttpResponse:
    """Formats for the filtered records and for the whole."""
    return page(visit, "explore/export.html", lambda: _matter(visit))


def _matter(visit: Visit) -> dict[str, Any]:
    cards = formats_for(visit.schema)
    asked = [*_of_version(visit), *visit.filters.api_pairs()]
    total = counted(visit.snapshot, visit.filters.question(limit=0, lang=visit.language))
    share = total / visit.version.records if visit.version.records else 0.0
    links = [(card, _file(visit, card, asked)) for card in cards]
    return {
        "total": total,
        "format_columns": (
            Column(_("Format")),
            Column(_("Good for")),
            Column(_("Size"), number=True),
        ),
        "whole_formats": [
            _row(card, _file(visit, card, _of_version(visit)), _size(visit.snapshot, card))
            for card in cards
        ],
        "filtered_formats": [
            _row(card, address, _size(visit.snapshot, card, share)) for card, address in links
        ],
        "addresses": [Link(card.label, address) for card, address in links],
    }


def _of_version(visit: Visit) -> list[tuple[str, str]]:
    """What keeps an address on a past version; the current one is what addresses give."""
    return [] if visit.is_current else [("version", str(visit.version.number))]


def _file(visit: Visit, card: ExportCard, pairs: Pairs) -> str:
    return export_address(visit.request, visit.dataset.slug, card.name) + query_of(pairs)


def _row(card: ExportCard, address: str, size: str) -> list[Cell]:
    return [
        Cell(card.label, address, head=True),
        Cell(_good_for(card.name)),
        Cell(size, number=True),
    ]


def _good_for(name: str) -> str:
    """What each format is good for, in a few words; nothing for one that is new here."""
    said = {
        "csv": _("spreadsheets and statistics; separated by semicolons"),
        "json": _("programs; one list of records"),
        "jsonl": _("programs; one record a line"),
        "xlsx": _("Excel and LibreOffice"),
        "parquet": _("data analysis; the most compact"),
        "geojson": _("maps; QGIS and web maps"),
    }
    return said.get(name, "")


# Bytes of a format for one byte of the Parquet file: the medians of the demonstration's datasets,
# of which some are twice as far off; the size is exact once the file is made.
BESIDE_PARQUET = {
    "csv": 2.3,
    "json": 4.9,
    "jsonl": 4.9,
    "xlsx": 1.2,
    "parquet": 1.0,
    "geojson": 5.1,
}


def _size(snapshot: Snapshot, card: ExportCard, share: float = 1.0) -> str:
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


@visited("api")
def api(visit: Visit) -> HttpResponse:
    """The exact call for what the filters say, in four languages."""
    return page(visit, "explore/api.html", lambda: _calls(visit))


def _calls(visit: Visit) -> dict[str, Any]:
    pairs = [*_of_version(visit), *visit.filters.api_pairs(), ("limit", IN_EXAMPLES)]
    address = records_address(visit.request, visit.dataset.slug)
    return {
        "address": address + query_of(pairs),
        "calls": calls(address, pairs),
        "console": CONSOLE,
    }
