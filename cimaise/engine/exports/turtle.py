"""Turtle: linked data that people read, too."""

import re

from pyoxigraph import RdfFormat

from cimaise.engine.exports.base import COMPRESSED, ExportCard
from cimaise.engine.exports.graphs import Syntax, writer

_PREFIXES = re.compile(rb"(?:@prefix [^\n]*\n)*")


def after_prefixes(document: bytes) -> tuple[bytes, bytes]:
    """The prefixes, always in the same order, and the triples."""
    found = _PREFIXES.match(document)
    end = found.end() if found else 0
    return b"".join(sorted(document[:end].splitlines(keepends=True))), document[end:]


TURTLE = ExportCard(
    name="turtle",
    label="Turtle",
    extension="ttl",
    media_type="text/turtle",
    write=writer(Syntax(RdfFormat.TURTLE, after_prefixes)),
    parameters=(COMPRESSED,),
    family="linked",
    identifies=True,
)
