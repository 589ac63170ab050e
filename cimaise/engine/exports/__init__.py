"""Exports: answers to files, one file a format; the table of them all is EXPORTS."""

import zlib
from collections.abc import Generator, Mapping
from contextlib import closing
from itertools import islice

from cimaise.engine.duck import ReadingRoom
from cimaise.engine.exports.base import ExportCard
from cimaise.engine.exports.csv import CSV
from cimaise.engine.exports.geojson import GEOJSON
from cimaise.engine.exports.json import JSON
from cimaise.engine.exports.jsonl import JSONL
from cimaise.engine.exports.parquet import PARQUET
from cimaise.engine.exports.xlsx import XLSX
from cimaise.engine.messages import Refusal, say
from cimaise.engine.query.plan import Plan
from cimaise.engine.schema.schema import Schema

EXPORTS: Mapping[str, ExportCard] = {
    card.name: card for card in (CSV, JSON, JSONL, XLSX, PARQUET, GEOJSON)
}


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
    plan: Plan, format_name: str, room: ReadingRoom, parameters: Mapping[str, object]
) -> Generator[bytes]:
    """The rows of a plan as a file of that format, in pieces, in bounded memory.

    `parameters` are as clients send them; those the format does not have are ignored. Whatever
    is wrong is raised here, before the first piece: Refusal, TooLong, DuckFailure.
    """
    card = export_card(format_name)
    settled = card.settled(parameters)
    pieces = card.write(plan, room, settled)
    if settled.get("compressed"):
        pieces = _compressed(pieces)
    first = tuple(islice(pieces, 2))  # two: the first may be a header, made without any row
    return _resumed(first, pieces)


def _resumed(first: tuple[bytes, ...], pieces: Generator[bytes]) -> Generator[bytes]:
    """All pieces; closing this iterator half-way lets go of the engine at once."""
    with closing(pieces):
        yield from first
        yield from pieces


def _compressed(pieces: Generator[bytes]) -> Generator[bytes]:
    """The same pieces as a gzip file, without a date in it: same rows, same bytes."""
    press = zlib.compressobj(level=4, wbits=zlib.MAX_WBITS | 16)
    for piece in pieces:
        if pressed := press.compress(piece):
            yield pressed
    yield press.flush()
