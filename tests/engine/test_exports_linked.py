"""Linked data and calendars, opened again by rdflib and icalendar, hold the records."""

import warnings
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from icalendar import Calendar
from rdflib import RDF, RDFS, XSD, BNode, Graph, Literal, Namespace, URIRef
from rdflib.compare import isomorphic
from shelf_of_exports import ROWS, SCHEMA, plan_of, record_id, shelve
from sqlglot import exp

from cimaise.engine.duck import ReadingRoom
from cimaise.engine.exports import export, formats_for
from cimaise.engine.exports.base import Provenance
from cimaise.engine.messages import Refusal
from cimaise.engine.query.plan import RECORDS, Column, Plan
from cimaise.engine.schema.field import Annotations, Field
from cimaise.engine.schema.schema import Schema

SYNTAXES = {"turtle": "turtle", "rdfxml": "xml", "n3": "n3", "jsonld": "json-ld"}
HERE = Provenance("musees", "https://data.exemple.fr", datetime(2026, 5, 1, 12, tzinfo=UTC))
TERMS = Namespace("https://data.exemple.fr/ld/ontologies/musees#")
GEO = Namespace("http://www.opengis.net/ont/geosparql#")
WGS84 = Namespace("http://www.w3.org/2003/01/geo/wgs84_pos#")

CODES = Schema(
    (
        Field("commune", "Commune", "text", referentiel="commune"),
        Field("dep", "Département", "text", description="Le sien.", referentiel="departement"),
        Field("reg", "Région", "text", referentiel="region"),
        Field("museo", "Muséofile", "text", referentiel="museofile"),
        Field("siret", "SIRET", "text", referentiel="siret"),
    )
)
CODED = [
    {"commune": "2A004", "dep": "2A", "reg": "94", "museo": "M0123", "siret": "12345678901234"},
    {"commune": "pas un code <", "dep": "750", "museo": "m0123"},
]


@pytest.fixture(scope="module")
def root(tmp_path_factory):
    return tmp_path_factory.mktemp("snapshots")


@pytest.fixture(scope="module")
def room(root):
    room = ReadingRoom(root)
    yield room
    room.close()


@pytest.fixture(scope="module")
def museums(root):
    return shelve(root / "museums", SCHEMA, ROWS)


def identified(room, snapshot, names=None):
    plan = plan_of(room, snapshot, names)
    records = exp.alias_(room.table(snapshot.serve_file), RECORDS, table=True)
    return replace(plan, tree=plan.tree.from_(records)).with_id()


def written(room, snapshot, name, names=None):
    return b"".join(export(identified(room, snapshot, names), name, room, {}, HERE))


def graph_of(body, name):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # rdflib's parsers use its old names
        return Graph().parse(data=body, format=SYNTAXES[name])


def page(number):
    return URIRef(f"https://data.exemple.fr/explore/dataset/musees/record/{record_id(number)}/")


@pytest.fixture(scope="module")
def graphs(room, museums):
    return {name: graph_of(written(room, museums, name), name) for name in SYNTAXES}


def values(graph, number, name):
    return set(graph.objects(page(number), TERMS[name]))


def test_a_record_says_its_values_with_their_types(graphs):
    graph = graphs["turtle"]
    assert values(graph, 0, "ref") == {Literal("00012")}
    assert values(graph, 0, "nom") == {Literal('Musée "Fabre"; annexe\r\nétage')}
    assert values(graph, 0, "themes") == {Literal("peinture"), Literal("arts, décoratifs")}
    assert values(graph, 0, "visites") == {Literal("12345678901234567", datatype=XSD.integer)}
    assert values(graph, 0, "surface") == {Literal("49.27117199821082", datatype=XSD.double)}
    assert values(graph, 0, "ouvert") == {Literal("true", datatype=XSD.boolean)}
    assert values(graph, 0, "cree") == {Literal("1305-03-25", datatype=XSD.date)}
    assert values(graph, 0, "annee") == {Literal("1988", datatype=XSD.gYear)}
    (seen,) = values(graph, 2, "vu")
    assert seen.datatype == XSD.dateTime
    assert seen.toPython() == ROWS[2]["vu"].replace(tzinfo=UTC)
    assert values(graph, 0, "image") == {URIRef("https://exemple.fr/é.jpg")}
    assert values(graph, 0, "notice") == {Literal(ROWS[0]["notice"])}
    assert values(graph, 2, "nom") == {Literal(ROWS[2]["nom"])}


def test_a_null_says_nothing(graphs):
    assert set(graphs["turtle"].predicates(page(1))) == {RDF.type}


def test_places_are_told_to_geosparql_and_to_wgs84(graphs):
    graph = graphs["turtle"]
    point = "POINT (-123.06036999913398 49.27117199821082)"
    assert values(graph, 0, "point") == {Literal(point, datatype=GEO.wktLiteral)}
    (shape,) = values(graph, 0, "contour")
    assert shape.datatype == GEO.wktLiteral
    assert str(shape) == ROWS[0]["contour"]
    assert graph.value(page(0), WGS84.lat).toPython() == 49.27117199821082
    assert graph.value(page(0), WGS84.long).toPython() == -123.06036999913398


def test_fields_and_records_are_declared(graphs):
    graph = graphs["turtle"]
    for field in SCHEMA:
        assert graph.value(TERMS[field.name], RDFS.label) == Literal(field.label)
    assert {page(number) for number in range(3)} == set(graph.subjects(RDF.type, TERMS.Record))


@pytest.mark.parametrize("name", ["n3", "jsonld"])
def test_every_syntax_says_the_same(graphs, name):
    assert isomorphic(graphs[name], graphs["turtle"])


def test_xml_says_the_same_but_for_what_it_cannot_hold(graphs):
    shown = Graph()
    for subject, predicate, said in graphs["turtle"]:
        held = said
        if isinstance(said, Literal):
            held = Literal(str(said).replace("\x01", "\ufffd"), datatype=said.datatype)
        shown.add((subject, predicate, held))
    assert isomorphic(graphs["rdfxml"], shown)


@pytest.mark.parametrize("name", SYNTAXES)
def test_codes_of_official_lists_are_links(room, root, name):
    snapshot = shelve(root / f"codes-{name}", CODES, CODED)
    graph = graph_of(written(room, snapshot, name), name)
    assert values(graph, 0, "commune") == {URIRef("http://id.insee.fr/geo/commune/2A004")}
    assert values(graph, 0, "dep") == {URIRef("http://id.insee.fr/geo/departement/2A")}
    assert values(graph, 0, "reg") == {URIRef("http://id.insee.fr/geo/region/94")}
    assert values(graph, 0, "museo") == {URIRef("https://pop.culture.gouv.fr/notice/museo/M0123")}
    assert values(graph, 0, "siret") == {Literal("12345678901234")}
    assert values(graph, 1, "commune") == {Literal("pas un code <")}
    assert values(graph, 1, "dep") == {Literal("750")}
    assert graph.value(TERMS.dep, RDFS.comment) == Literal("Le sien.")


@pytest.mark.parametrize("name", SYNTAXES)
def test_many_batches_are_one_document(room, root, name):
    schema = Schema((Field("n", "N", "int"), Field("t", "T", "text")))
    rows = [
        {"n": number, "t": f'ligne "{number}" @prefix <a> </rdf:RDF> ]'} for number in range(1203)
    ]
    snapshot = shelve(root / f"many-{name}", schema, rows)
    graph = graph_of(written(room, snapshot, name), name)
    assert {page(number): Literal(number) for number in range(1203)} == dict(
        graph.subject_objects(TERMS.n)
    )
    assert values(graph, 1202, "t") == {Literal(rows[1202]["t"])}


@pytest.mark.parametrize("name", SYNTAXES)
def test_groups_have_no_address_and_any_name_will_do(room, museums, name):
    plan = plan_of(room, museums, ["ref", "visites", "surface"])
    columns = (
        Column("Évé nement/1", "text", "x"),
        Column("1_uai", "int", "y"),
        Column("évé nement/1", "double", "z"),
    )
    body = b"".join(export(Plan(columns, plan.tree), name, room, {}, HERE))
    graph = graph_of(body, name)
    said = list(graph.subject_objects(TERMS["Évé_nement_1"]))
    assert {str(value) for _, value in said} == {"00012", "2"}
    assert all(isinstance(subject, BNode) for subject, _ in said)
    assert {value.toPython() for value in graph.objects(None, TERMS._1_uai)} == {
        -7,
        12345678901234567,
    }
    assert len(set(graph.objects(None, TERMS["évé_nement_1_2"]))) == 2


def test_the_same_rows_are_the_same_bytes(room, museums):
    for name in [*SYNTAXES, "ical"]:
        assert written(room, museums, name) == written(room, museums, name)


# -- calendars ----------------------------------------------------------------------------------

AGENDA = Schema(
    (
        Field("code", "Code", "text", annotations=Annotations(id=True)),
        Field("titre", "Titre", "text"),
        Field("date_debut", "Début", "date"),
        Field("date_fin", "Fin", "date"),
        Field("horaire", "Horaire", "datetime"),
        Field("lieu", "Lieu", "text"),
        Field("ou", "Où", "geo_point_2d"),
    )
)
LONG = "Une très longue présentation ; avec, des signes\\ et des accents : é🏛 " * 8
EVENTS = [
    {
        "code": "1",
        "titre": LONG,
        "date_debut": date(2026, 7, 1),
        "date_fin": date(2026, 7, 3),
        "horaire": datetime(2026, 7, 1, 18, 30),  # noqa: DTZ001 - naive, as stored
        "lieu": "Salle\r\ndes fêtes",
        "ou": {"lon": 2.5, "lat": 48.25},
    },
    {"code": "2", "titre": "Sans fin", "date_debut": date(1889, 3, 31)},
    {"code": "3", "titre": "Sans début", "date_fin": date(2026, 1, 1)},
    {"code": "4", "date_debut": date(2026, 7, 9), "date_fin": date(2026, 7, 8)},
]


@pytest.fixture(scope="module")
def agenda(root):
    return shelve(root / "agenda", AGENDA, EVENTS)


def events(body):
    assert body.endswith(b"END:VCALENDAR\r\n")
    assert max(len(line) for line in body.split(b"\r\n")) <= 75
    calendar = Calendar.from_ical(body)
    assert calendar["VERSION"] == "2.0"
    return calendar.walk("VEVENT")


def test_a_calendar_holds_the_events(room, agenda):
    first, second, fourth = events(written(room, agenda, "ical"))
    assert first["SUMMARY"] == LONG
    assert first.decoded("DTSTART") == date(2026, 7, 1)
    assert first.decoded("DTEND") == date(2026, 7, 3) + timedelta(days=1)
    assert (first["GEO"].latitude, first["GEO"].longitude) == (48.25, 2.5)
    assert first["DESCRIPTION"] == (
        "Code: 1\nHoraire: 2026-07-01T18:30:00+00:00\nLieu: Salle\ndes fêtes"
    )
    assert first["UID"] == f"{record_id(0)}@data.exemple.fr"
    assert first["URL"] == str(page(0))
    assert first.decoded("DTSTAMP") == HERE.made
    assert second.decoded("DTSTART") == date(1889, 3, 31)
    assert "DTEND" not in second
    assert "DTEND" not in fourth


def test_an_hour_is_an_hour_of_the_world(room, agenda):
    (only,) = events(written(room, agenda, "ical", ["titre", "horaire"]))
    assert only.decoded("DTSTART") == datetime(2026, 7, 1, 18, 30, tzinfo=UTC)


def test_a_second_date_is_an_end_only_if_its_name_says_so(room, agenda):
    first, *_ = events(written(room, agenda, "ical", ["titre", "date_fin", "date_debut"]))
    assert "DTEND" not in first
    assert first["DESCRIPTION"] == "Début: 2026-07-01"


def test_a_calendar_is_offered_where_there_is_a_day_or_an_hour():
    names = [card.name for card in formats_for(AGENDA)]
    assert "ical" in names
    year = Annotations(timeserie_precision="year")
    assert "ical" not in [
        card.name for card in formats_for(Schema((Field("a", "A", "date", annotations=year),)))
    ]


def test_a_calendar_without_any_date_is_refused(room, agenda):
    with pytest.raises(Refusal, match="date or a time"):
        written(room, agenda, "ical", ["titre"])
