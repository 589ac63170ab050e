"""Exports: answers to files, one file a format; the table of them all is EXPORTS."""

import zlib
from collections.abc import Generator, Mapping
from contextlib import closing
from itertools import islice

from cimaise.engine.duck import ReadingRoom
from cimaise.engine.exports.arrow import ARROW
from cimaise.engine.exports.base import NOWHERE, ExportCard, Provenance, Rendition
from cimaise.engine.exports.csv import CSV
from cimaise.engine.exports.fgb import FGB
from cimaise.engine.exports.geojson import GEOJSON
from cimaise.engine.exports.gpkg import GPKG
from cimaise.engine.exports.gpx import GPX
from cimaise.engine.exports.ical import ICAL
from cimaise.engine.exports.json import JSON
from cimaise.engine.exports.jsonl import JSONL
from cimaise.engine.exports.jsonld import JSONLD
from cimaise.engine.exports.kml import KML
from cimaise.engine.exports.n3 import N3
from cimaise.engine.exports.parquet import PARQUET
from cimaise.engine.exports.places import WGS84, reprojected
from cimaise.engine.exports.rdfxml import RDFXML
from cimaise.engine.exports.shp import SHP
from cimaise.engine.exports.turtle import TURTLE
from cimaise.engine.exports.xlsx import XLSX
from cimaise.engine.messages import Refusal, say
from cimaise.engine.query.plan import Plan
from cimaise.engine.schema.schema import Schema

EXPORTS: Mapping[str, ExportCard] = {
    card.name: card
    for card in (
        *(CSV, JSON, JSONL, XLSX, PARQUET, ARROW),
        *(GEOJSON, SHP, GPKG, FGB, KML, GPX),
        *(JSONLD, TURTLE, RDFXML, N3),
        ICAL,
    )
}

# What a file ends with that could not be finished. Whoever serves it should break the transfer, but
# some servers (granian) end it as if it were whole: then no reader must take it for a whole one.
# To a CSV it is a quote that nothing closes, to anything else it is not of the language.
BROKEN = b'\r\n"THIS FILE IS NOT COMPLETE: its making was interrupted.'


def formats_for(schema: Schema) -> tuple[ExportCard, ...]:
    """The formats offered for a dataset of this schema, in the order people see them."""
    return tuple(card for card in EXPORTS.values() if card.offered(schema))


def export_card(name: str) -> ExportCard:
    """The format of that name; raises Refusal `unknown_export_format`."""
    if name not in EXPORTS:
        raise Refusal(
            "unknown_export_format",
            say("“{name}” is not an export format.", name=name),
            remedy=say("Write one of: {names}.", names=", ".join(EXPORTS)),
        )
    return EXPORTS[name]


def export(
    plan: Plan,
    format_name: str,
    room: ReadingRoom,
    parameters: Mapping[str, object],
    provenance: Provenance = NOWHERE,
) -> Generator[bytes]:
    """The rows of a plan as a file of that format, in pieces, in bounded memory.

    `parameters` are as clients send them; those the format does not have are ignored. Whatever
    is wrong is raised here, before the first piece: Refusal, TooLong, DuckFailure.
    """
    card = export_card(format_name)
    settled = card.settled(parameters)
    epsg = settled.get("epsg", WGS84)
    moved = plan if epsg == WGS84 else reprojected(plan, int(epsg), room)
    pieces = card.write(Rendition(moved, settled, provenance), room)
    if settled.get("compressed"):
        pieces = _compressed(pieces)
    first = tuple(islice(pieces, 2))  # two: the first may be a header, made without any row
    return _resumed(first, pieces)


def _resumed(first: tuple[bytes, ...], pieces: Generator[bytes]) -> Generator[bytes]:
    """All pieces; closing this iterator half-way lets go of the engine at once."""
    with closing(pieces):
        yield from first
        try:
            yield from pieces
        except Exception:
            yield BROKEN
            raise


def _compressed(pieces: Generator[bytes]) -> Generator[bytes]:
    """The same pieces as a gzip file, without a date in it: same rows, same bytes."""
    press = zlib.compressobj(level=4, wbits=zlib.MAX_WBITS | 16)
    for piece in pieces:
        if pressed := press.compress(piece):
            yield pressed
    yield press.flush()
