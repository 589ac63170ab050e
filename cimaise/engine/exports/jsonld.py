"""JSON-LD, expanded: linked data for programs that read JSON."""

from pyoxigraph import RdfFormat

from cimaise.engine.exports.base import COMPRESSED, ExportCard
from cimaise.engine.exports.graphs import Syntax, writer


def _after_bracket(document: bytes) -> tuple[bytes, bytes]:
    return document[:1], document[1:]


JSONLD = ExportCard(
    name="jsonld",
    label="JSON-LD",
    extension="jsonld",
    media_type="application/ld+json",
    write=writer(Syntax(RdfFormat.JSON_LD, _after_bracket, b"]", between=b",\n")),
    parameters=(COMPRESSED,),
    family="linked",
    identifies=True,
)
