"""RDF/XML: linked data for tools that read XML only."""

from pyoxigraph import RdfFormat

from cimaise.engine.exports.base import COMPRESSED, ExportCard
from cimaise.engine.exports.graphs import Syntax, writer
from cimaise.engine.exports.markup import holdable


def _after_root(document: bytes) -> tuple[bytes, bytes]:
    end = document.index(b">", document.index(b"<rdf:RDF")) + 1
    return document[:end], document[end:]


def _with_returns(written: bytes) -> bytes:
    """Carriage returns as readers keep them: bare, XML makes them line feeds."""
    return written.replace(b"\r", b"&#13;")


RDFXML = ExportCard(
    name="rdfxml",
    label="RDF/XML",
    extension="rdf",
    media_type="application/rdf+xml",
    write=writer(
        Syntax(
            RdfFormat.RDF_XML,
            _after_root,
            b"\n</rdf:RDF>",
            between=b"",
            refit=holdable,
            mended=_with_returns,
        )
    ),
    parameters=(COMPRESSED,),
    family="linked",
    identifies=True,
)
