"""Which reader a file is for: by its content first, its name is only a hint."""

from collections.abc import Mapping

from cimaise.engine.messages import Message, Refusal, say
from cimaise.engine.metadata.description import ReadingWishes
from cimaise.engine.readers.base import ReaderCard
from cimaise.engine.sources.base import Source
from cimaise.engine.sources.local import empty_file
from cimaise.engine.sources.opened import head, plain_name

_FOREIGN: tuple[tuple[bytes, Message], ...] = (
    (b"PK\x03\x04", say("It is a ZIP archive: take the table out of it, or export it as GeoJSON.")),
    (b"%PDF", say("It is a PDF document: ask for the table it was made of.")),
    (b"<!doctype html", say("It is a web page: copy the address of the file itself.")),
    (b"<html", say("It is a web page: copy the address of the file itself.")),
    (b"<?xml", say("It is XML (RDF, EAD …): export it as CSV or JSON.")),
    (b"<rdf", say("It is RDF: export it as CSV or JSON.")),
    (b"\x1f\x8b", say("It is compressed twice: decompress it once.")),
    (b"7z\xbc\xaf", say("It is a 7-Zip archive: take the table out of it.")),
)


def reader_for(
    source: Source, wishes: ReadingWishes, readers: Mapping[str, ReaderCard]
) -> ReaderCard:
    """The reader that the producer names, else the first one that recognises the content.

    Raises Refusal `unknown_format` (the producer's word), `empty_file` or `not_a_table`.
    """
    if wishes.format is not None:
        if wishes.format in readers:
            return readers[wishes.format]
        raise Refusal(
            "unknown_format",
            say("“{format}” is not a format that can be read.", format=wishes.format),
            remedy=say("Choose one of: {formats}.", formats=", ".join(readers)),
        )
    start = head(source)
    if not start.strip(b"\x00\r\n\t \xef\xbb\xbf"):
        raise empty_file(source.filename)
    for card in readers.values():
        if card.recognises(start, plain_name(source)):
            return card
    lowered = start.removeprefix(b"\xef\xbb\xbf").lstrip().lower()
    remedy = next((words for mark, words in _FOREIGN if lowered.startswith(mark.lower())), None)
    labels = ", ".join(card.label for card in readers.values())
    raise Refusal(
        "not_a_table",
        say("“{name}” is not a table in a format that can be read.", name=source.filename),
        remedy=remedy or say("Send one of: {formats}.", formats=labels),
    )
