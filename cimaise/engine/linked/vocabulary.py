"""What the fields of a dataset are called in linked data, and how their values are said.

The rule, in one place. A record is named by the address of its page. Each dataset has an ontology,
`{portal}/ld/ontologies/{dataset}`; a field is its `#{field}`, records are of its class `#Record`.
A value is a typed literal (xsd), a text has no language; a place is well-known text (GeoSPARQL),
and the first point of a record is also its `geo:lat` and `geo:long` (WGS 84); a code of an official
list is a link to what its authority calls it, a file to where it is. Null says nothing.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from pyoxigraph import BlankNode, Literal, NamedNode, Triple

from cimaise.engine.linked import AUTHORITIES

XSD = "http://www.w3.org/2001/XMLSchema#"
RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
RDFS = "http://www.w3.org/2000/01/rdf-schema#"
GEOSPARQL = "http://www.opengis.net/ont/geosparql#"
WGS84 = "http://www.w3.org/2003/01/geo/wgs84_pos#"

_TYPE = NamedNode(f"{RDF}type")
_LABEL = NamedNode(f"{RDFS}label")
_COMMENT = NamedNode(f"{RDFS}comment")
_PROPERTY = NamedNode(f"{RDF}Property")
_LATITUDE = NamedNode(f"{WGS84}lat")
_LONGITUDE = NamedNode(f"{WGS84}long")
_DECIMAL = NamedNode(f"{XSD}double")

_LITERALS = {
    "int": f"{XSD}integer",
    "double": f"{XSD}double",
    "boolean": f"{XSD}boolean",
    "datetime": f"{XSD}dateTime",
    "geo_point_2d": f"{GEOSPARQL}wktLiteral",
    "geo_shape": f"{GEOSPARQL}wktLiteral",
}
_DATES = (
    (re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}"), f"{XSD}date"),
    (re.compile(r"[0-9]{4}-[0-9]{2}"), f"{XSD}gYearMonth"),
    (re.compile(r"[0-9]{4}"), f"{XSD}gYear"),
)
_ODD_NUMBERS = {"inf": "INF", "-inf": "-INF", "nan": "NaN"}
_LINK = re.compile(r"https?://[^\x00-\x20<>\"{}|\\^`]+")
_POINT = re.compile(r"POINT \((\S+) (\S+)\)")

Said = str | Sequence[str | None] | None  # a value as text, a list of texts, or nothing
Node = NamedNode | Literal


@dataclass(frozen=True, slots=True)
class Term:
    """A field in linked data: the last part of its name, unique, and what it is."""

    name: str
    label: str
    type: str
    description: str | None = None
    referentiel: str | None = None


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """The fields of a dataset under the address of its ontology."""

    ontology: str
    terms: tuple[Term, ...]

    @property
    def prefixes(self) -> Mapping[str, str]:
        """Short names for what the graph speaks of."""
        return {
            "": f"{self.ontology}#",
            "geo": GEOSPARQL,
            "rdf": RDF,
            "rdfs": RDFS,
            "wgs84": WGS84,
            "xsd": XSD,
        }

    def predicate(self, term: Term) -> NamedNode:
        """The name of a field."""
        return NamedNode(f"{self.ontology}#{term.name}")

    def declared(self) -> Iterator[Triple]:
        """What the fields are called by people."""
        for term in self.terms:
            predicate = self.predicate(term)
            yield Triple(predicate, _TYPE, _PROPERTY)
            yield Triple(predicate, _LABEL, Literal(term.label))
            if term.description:
                yield Triple(predicate, _COMMENT, Literal(term.description))


@dataclass(frozen=True, slots=True)
class Teller:
    """Turns rows into triples."""

    vocabulary: Vocabulary

    def record(self, address: str, values: Sequence[Said]) -> Iterator[Triple]:
        """What a record says of itself; values in the order of the terms."""
        subject = NamedNode(address)
        yield Triple(subject, _TYPE, NamedNode(f"{self.vocabulary.ontology}#Record"))
        yield from self._told(subject, values)
        yield from self._located(subject, values)

    def group(self, number: int, values: Sequence[Said]) -> Iterator[Triple]:
        """What a group of records says: it has no name."""
        return self._told(BlankNode(f"row{number}"), values)

    def _told(self, subject: NamedNode | BlankNode, values: Sequence[Said]) -> Iterator[Triple]:
        for term, said in zip(self.vocabulary.terms, values, strict=True):
            predicate = self.vocabulary.predicate(term)
            for each in (said,) if isinstance(said, str) else said or ():
                if each is not None:
                    yield Triple(subject, predicate, node_of(term, each))

    def _located(self, subject: NamedNode, values: Sequence[Said]) -> Iterator[Triple]:
        for term, said in zip(self.vocabulary.terms, values, strict=True):
            if term.type == "geo_point_2d":
                found = _POINT.fullmatch(said) if isinstance(said, str) else None
                if found:
                    yield Triple(subject, _LONGITUDE, Literal(found[1], datatype=_DECIMAL))
                    yield Triple(subject, _LATITUDE, Literal(found[2], datatype=_DECIMAL))
                return


def node_of(term: Term, said: str) -> Node:
    """A value as a link or a literal."""
    authority = AUTHORITIES.get(term.referentiel or "")
    address = authority.named(said) if authority else None
    if address is None and term.type == "file" and _LINK.fullmatch(said):
        address = said
    if address is not None:
        return NamedNode(address)
    datatype = _datatype(term.type, said)
    if datatype == f"{XSD}double":
        said = _ODD_NUMBERS.get(said, said)
    return Literal(said) if datatype is None else Literal(said, datatype=NamedNode(datatype))


def _datatype(kind: str, said: str) -> str | None:
    if kind == "date":
        return next((name for form, name in _DATES if form.fullmatch(said)), None)
    if kind == "datetime" and not said[:4].isdigit():
        return None  # before our era
    return _LITERALS.get(kind)
