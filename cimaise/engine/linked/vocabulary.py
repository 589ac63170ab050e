"""What the fields of a dataset are called in linked data, and how their values are said.

The rule, in one place. A record is named by the address of its page. Each dataset has an ontology,
`{portal}/ld/ontologies/{dataset}`; a field is its `#{field}`, records are of its class `#Record`.
A value is a typed literal (xsd), a text has no language; a place is well-known text (GeoSPARQL),
and the first point of a record is also its `geo:lat` and `geo:long` (WGS 84); a code of an official
list is a link to what its authority calls it, a file to where it is. Null says nothing.
"""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Self

from pyoxigraph import BlankNode, Literal, NamedNode, Triple

from cimaise.engine.linked import AUTHORITIES
from cimaise.engine.linked.base import Authority

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
_DOUBLE = NamedNode(f"{XSD}double")
_INSTANT = NamedNode(f"{XSD}dateTime")

_LITERALS = {
    "int": f"{XSD}integer",
    "boolean": f"{XSD}boolean",
    "geo_point_2d": f"{GEOSPARQL}wktLiteral",
    "geo_shape": f"{GEOSPARQL}wktLiteral",
}
_DATES = (
    (re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}"), NamedNode(f"{XSD}date")),
    (re.compile(r"[0-9]{4}-[0-9]{2}"), NamedNode(f"{XSD}gYearMonth")),
    (re.compile(r"[0-9]{4}"), NamedNode(f"{XSD}gYear")),
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


Noder = Callable[[str], Node]


@dataclass(frozen=True, slots=True)
class Teller:
    """Turns rows into triples; values come in the order of the terms."""

    vocabulary: Vocabulary
    known: tuple[tuple[NamedNode, Noder], ...]
    point: int | None

    @classmethod
    def of(cls, vocabulary: Vocabulary) -> Self:
        """What tells the rows of an answer whose columns are these terms."""
        terms = vocabulary.terms
        known = tuple((vocabulary.predicate(term), noder(term)) for term in terms)
        points = (rank for rank, term in enumerate(terms) if term.type == "geo_point_2d")
        return cls(vocabulary, known, next(points, None))

    def record(self, address: str, values: Sequence[Said]) -> Iterator[Triple]:
        """What a record says of itself."""
        subject = NamedNode(address)
        yield Triple(subject, _TYPE, NamedNode(f"{self.vocabulary.ontology}#Record"))
        yield from self._told(subject, values)
        said = None if self.point is None else values[self.point]
        found = _POINT.fullmatch(said) if isinstance(said, str) else None
        if found:
            yield Triple(subject, _LONGITUDE, Literal(found[1], datatype=_DOUBLE))
            yield Triple(subject, _LATITUDE, Literal(found[2], datatype=_DOUBLE))

    def group(self, number: int, values: Sequence[Said]) -> Iterator[Triple]:
        """What a group of records says: it has no name."""
        return self._told(BlankNode(f"row{number}"), values)

    def _told(self, subject: NamedNode | BlankNode, values: Sequence[Said]) -> Iterator[Triple]:
        for (predicate, node_of), said in zip(self.known, values, strict=True):
            if isinstance(said, str):
                yield Triple(subject, predicate, node_of(said))
            else:
                for each in said or ():
                    if each is not None:
                        yield Triple(subject, predicate, node_of(each))


def noder(term: Term) -> Noder:
    """What makes a link or a literal of a value of a field."""
    authority = AUTHORITIES.get(term.referentiel or "")
    if authority is not None:
        return partial(_code, authority)
    if term.type == "datetime":
        return _instant
    plain: dict[str, Noder] = {"date": _day, "double": _number, "file": _file}
    if term.type in plain:
        return plain[term.type]
    datatype = _LITERALS.get(term.type)
    return Literal if datatype is None else partial(Literal, datatype=NamedNode(datatype))


def _code(authority: Authority, said: str) -> Node:
    address = authority.named(said)
    return Literal(said) if address is None else NamedNode(address)


def _file(said: str) -> Node:
    return NamedNode(said) if _LINK.fullmatch(said) else Literal(said)


def _number(said: str) -> Node:
    return Literal(_ODD_NUMBERS.get(said, said), datatype=_DOUBLE)


def _day(said: str) -> Node:
    """A day, a month or a year; what is before our era is a text."""
    for form, datatype in _DATES:
        if form.fullmatch(said):
            return Literal(said, datatype=datatype)
    return Literal(said)


def _instant(said: str) -> Node:
    return Literal(said, datatype=_INSTANT) if said[:4].isdigit() else Literal(said)
