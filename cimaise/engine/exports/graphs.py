"""Linked data in any syntax: the engine's rows as triples, written by pyoxigraph batch by batch."""

from collections.abc import Callable, Generator, Iterator, Sequence
from dataclasses import dataclass

from pyoxigraph import RdfFormat, Triple, serialize

from cimaise.engine.duck import ReadingRoom
from cimaise.engine.exports.base import SECONDS, Provenance, Rendition, Writer
from cimaise.engine.exports.cells import (
    Cell,
    call,
    coordinate,
    day,
    instant,
    is_list,
    joined,
    known,
    literal,
    text,
    when,
)
from cimaise.engine.exports.headers import xml_headers
from cimaise.engine.exports.lines import BATCH, Cells, wrapped
from cimaise.engine.linked.vocabulary import Teller, Term, Vocabulary
from cimaise.engine.query.plan import Column
from cimaise.engine.snapshots.trees import ID

Refit = Callable[[Cell], Cell]


@dataclass(frozen=True, slots=True)
class Syntax:
    """A way of writing graphs, and how documents of it are made one.

    `parted` gives what pyoxigraph writes before the first triple, and the rest; `closing` is what
    it writes after the last. `refit` changes texts that the syntax cannot hold, `mended` what
    pyoxigraph writes wrongly.
    """

    format: RdfFormat
    parted: Callable[[bytes], tuple[bytes, bytes]]
    closing: bytes = b""
    between: bytes = b"\n"
    refit: Refit = lambda said: said
    mended: Callable[[bytes], bytes] = lambda written: written


def writer(syntax: Syntax) -> Writer:
    """What writes rows in a syntax."""

    def write(rendition: Rendition, room: ReadingRoom) -> Generator[bytes]:
        yield from _document(syntax, *_graph(rendition, room, syntax.refit))

    return write


def _document(
    syntax: Syntax, vocabulary: Vocabulary, batches: Iterator[list[Triple]]
) -> Generator[bytes]:
    """One document of many: each batch is written alone and loses its opening and closing."""
    prefixes = dict(vocabulary.prefixes)
    lead: bytes | None = None
    for triples in batches:
        whole = serialize(triples, format=syntax.format, prefixes=prefixes)
        if whole is None or not whole.endswith(syntax.closing):
            raise RuntimeError("the graph was not written as expected")
        opening, body = syntax.parted(whole.removesuffix(syntax.closing))
        yield (opening if lead is None else lead) + syntax.mended(body)
        lead = syntax.between
    yield syntax.closing


def _graph(
    rendition: Rendition, room: ReadingRoom, refit: Refit
) -> tuple[Vocabulary, Iterator[list[Triple]]]:
    columns = rendition.plan.columns
    identified = bool(columns) and columns[-1].name == ID
    told = columns[:-1] if identified else columns
    vocabulary = vocabulary_of(told, rendition.provenance)
    return vocabulary, _batches(rendition, room, Teller.of(vocabulary), refit, identified)


def vocabulary_of(columns: Sequence[Column], provenance: Provenance) -> Vocabulary:
    """What the columns of an answer are called."""
    terms = tuple(
        Term(
            name,
            column.label,
            column.type,
            column.field.description if column.field else None,
            column.field.referentiel if column.field else None,
        )
        for name, column in zip(xml_headers(columns), columns, strict=True)
    )
    return Vocabulary(f"{provenance.address}/ld/ontologies/{provenance.dataset}", terms)


def _batches(
    rendition: Rendition, room: ReadingRoom, teller: Teller, refit: Refit, identified: bool
) -> Iterator[list[Triple]]:
    plan = rendition.plan
    yield list(teller.vocabulary.declared())

    def said(cells: Cells) -> list[Cell]:
        return [_said(column, value, refit) for column, value in cells]

    number = 0
    for rows in room.batches(wrapped(plan, said), plan.values, BATCH, seconds=SECONDS):
        triples: list[Triple] = []
        for row in rows:
            number += 1
            triples += (
                teller.record(rendition.provenance.record(row[-1]), row[:-1])
                if identified
                else teller.group(number, row)
            )
        if triples:
            yield triples


def _said(column: Column, value: Cell, refit: Refit) -> Cell:
    """A value as the text of its literal; a list stays one."""
    if is_list(column):
        return value
    match column.type:
        case "int" | "double" | "boolean":
            return text(value)
        case "date":
            return day(column, value)
        case "datetime":
            return instant(value, "UTC")
        case "geo_point_2d":
            places = (text(coordinate(value, name)) for name in ("lon", "lat"))
            longitude, latitude = places
            point = joined(literal("POINT ("), longitude, literal(" "), latitude, literal(")"))
            return when(known(value), point)
        case "geo_shape":
            return call("ST_AsText", value.copy())
        case _:
            return refit(text(value))
