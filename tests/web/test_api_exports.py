"""Exports over HTTP: media types, file names, filters, whole files with ranges."""

import csv
import io
import json

import pytest
from rdflib import Graph, Literal, URIRef
from small_datasets import MUSEUMS, museums

EXTENSIONS = {
    "arrow": "arrows",
    "shp": "zip",
    "turtle": "ttl",
    "rdfxml": "rdf",
    "ical": "ics",
}
SAID = ("Content-Type", "Content-Length", "Content-Disposition", "ETag")


def taken(response):
    return b"".join(response.streaming_content)


@pytest.mark.parametrize(
    ("name", "media_type"),
    [
        ("csv", "text/csv; charset=utf-8"),
        ("json", "application/json; charset=utf-8"),
        ("jsonl", "application/json; charset=utf-8"),
        ("geojson", "application/geo+json"),
        ("xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
        ("parquet", "application/parquet"),
        ("arrow", "application/vnd.apache.arrow.stream"),
        ("shp", "application/zip"),
        ("gpkg", "application/geopackage+sqlite3"),
        ("fgb", "application/octet-stream"),
        ("kml", "application/vnd.google-earth.kml+xml"),
        ("gpx", "application/gpx+xml"),
        ("jsonld", "application/ld+json"),
        ("turtle", "text/turtle; charset=utf-8"),
        ("rdfxml", "application/rdf+xml"),
        ("n3", "text/n3; charset=utf-8"),
        ("ical", "text/calendar; charset=utf-8"),
    ],
)
def test_every_format_says_what_it_is(get, client, name, media_type):
    response = get(f"catalog/datasets/musees/exports/{name}")
    assert response.status_code == 200
    assert response["Content-Type"] == media_type
    extension = EXTENSIONS.get(name, name)
    assert response["Content-Disposition"] == f'attachment; filename="musees.{extension}"'
    assert response["ETag"]
    content = taken(response)
    assert response["Content-Length"] == str(len(content))
    head = client.head(f"/api/explore/v2.1/catalog/datasets/musees/exports/{name}/")
    assert (head.status_code, head.content) == (200, b"")
    assert [head[key] for key in SAID] == [response[key] for key in SAID]


def test_the_formats_of_a_dataset_are_those_it_can_have(get):
    def listed(slug):
        answer = get(f"catalog/datasets/{slug}/exports").json()
        assert set(answer) == {"links"}
        assert all(link["href"].endswith(f"/exports/{link['rel']}") for link in answer["links"][1:])
        return [link["rel"] for link in answer["links"]]

    tables, linked = (
        ["csv", "json", "jsonl", "xlsx", "parquet", "arrow"],
        ["jsonld", "turtle", "rdfxml", "n3"],
    )
    maps = ["geojson", "shp", "gpkg", "fgb", "kml", "gpx"]
    assert listed("musees") == ["self", *tables, *maps, *linked, "ical"]
    assert not set(listed("evenements")) & set(maps)


@pytest.mark.parametrize("pairs", [[], [("where", "visites > 1000000")]])
def test_linked_data_names_records_by_their_pages(get, client, settings, pairs):
    settings.SITE_ADDRESS = "https://data.exemple.fr"
    body = taken(get("catalog/datasets/musees/exports/turtle", *pairs))
    found = Graph().parse(data=body, format="turtle")
    term = URIRef("https://data.exemple.fr/ld/ontologies/musees#nom")
    (louvre,) = found.subjects(term, Literal("Musée du Louvre"))
    page = client.get(str(louvre).removeprefix("https://data.exemple.fr"))
    assert page.status_code == 200
    assert "Musée du Louvre" in page.content.decode()
    settings.SITE_ADDRESS = "https://ailleurs.exemple.fr"
    moved = taken(get("catalog/datasets/musees/exports/turtle", *pairs))
    assert moved == body.replace(b"https://data.exemple.fr", b"https://ailleurs.exemple.fr")


def test_groups_are_linked_data_without_names(get):
    pairs = [("group_by", "type"), ("select", "count(*) as n")]
    body = taken(get("catalog/datasets/musees/exports/turtle", *pairs))
    found = Graph().parse(data=body, format="turtle")
    assert sorted(
        value.toPython()
        for _, value in found.subject_objects()
        if isinstance(value.toPython(), int)
    ) == [2, 3]


@pytest.mark.parametrize(
    ("name", "parameter", "value"),
    [
        ("fgb", "epsg", "999999"),
        ("csv", "epsg", "Lambert"),
        ("geojson", "epsg", "-2154"),
        ("gpx", "name_field", "no_such"),
        ("gpx", "description_field_list", "nom,no_such"),
        ("gpx", "use_extension", "perhaps"),
        ("parquet", "parquet_compression", "brotli"),
        ("csv", "delimiter", "#"),
        ("kml", "compressed", "2"),
    ],
)
def test_a_wrong_parameter_is_told_as_one(get, name, parameter, value):
    response = get(f"catalog/datasets/musees/exports/{name}", (parameter, value))
    assert response.status_code == 400
    said = response.json()
    assert said["error_code"] == "InvalidRESTParameterError"
    assert f"Invalid value for {parameter} API parameter" in said["message"]


def test_fields_of_a_description_may_be_said_one_by_one(get):
    many = [("description_field_list", "commune"), ("description_field_list", "type")]
    body = taken(get("catalog/datasets/musees/exports/gpx", *many, ("limit", "1"))).decode()
    assert body.count("<wpt") == 1
    assert "Paris\n" in body


def test_a_calendar_without_a_date_is_refused_before_it_begins(get):
    response = get("catalog/datasets/musees/exports/ical", ("select", "nom"))
    assert response.status_code == 400
    assert response.json()["error_code"] == "ODSQLError"


def test_csv_is_that_of_live_servers(get):
    content = taken(get("catalog/datasets/musees/exports/csv")).decode()
    assert content.startswith("\ufeffref;nom;commune;region;type;visites;ouverture;coordonnees;")
    lines = content.split("\r\n")
    assert lines[1].startswith("M0001;Musée du Louvre;Paris;")
    assert "48.8606, 2.3376" in lines[1]
    assert lines[-1] == ""


def test_an_export_takes_the_filters_of_a_question(get):
    response = get(
        "catalog/datasets/musees/exports/csv",
        ("where", "visites > 100000"), ("select", "nom, visites"), ("order_by", "-visites"),
        ("with_bom", "False"), ("delimiter", ","), ("limit", "2"), ("quote_all", "false"),
    )  # fmt: skip
    rows = list(csv.reader(io.StringIO(taken(response).decode(), newline="")))
    assert rows == [
        ["nom", "visites"],
        ["Musée du Louvre", "8700000"],
        ["Musée d’Orsay", "3600000"],
    ]
    assert not response.has_header("Accept-Ranges")


def test_groups_are_exported(get):
    response = get(
        "catalog/datasets/musees/exports/json", ("group_by", "type"), ("select", "count(*) as n")
    )
    assert json.loads(taken(response)) == [
        {"type": "Beaux-arts", "n": 3},
        {"type": "Société", "n": 2},
    ]


def test_a_whole_export_is_a_file_with_ranges(get):
    path = "catalog/datasets/musees/exports/csv"
    whole = get(path)
    content = taken(whole)
    part = get(path, range="bytes=3-9")
    assert part.status_code == 206
    assert part["Content-Range"] == f"bytes 3-9/{len(content)}"
    assert taken(part) == content[3:10]
    rest = get(path, range=f"bytes={len(content)}-")
    assert rest.status_code == 416
    assert rest["Content-Range"] == f"bytes */{len(content)}"
    kept = get(path, **{"range": "bytes=0-0", "if-range": whole["ETag"]})
    assert kept.status_code == 206
    other = get(path, **{"range": "bytes=0-0", "if-range": '"other"'})
    assert other.status_code == 200


def test_an_export_known_already_is_not_sent_again(get):
    path = "catalog/datasets/musees/exports/csv"
    again = get(path, **{"if-none-match": get(path)["ETag"]})
    assert again.status_code == 304
    assert again.content == b""


@pytest.mark.parametrize("pairs", [[], [("where", "visites > 1")]])
def test_head_says_what_get_would(client, get, pairs):
    answer = get("catalog/datasets/musees/exports/csv", *pairs)
    query = "?where=visites+%3E+1" if pairs else ""
    head = client.head(f"/api/explore/v2.1/catalog/datasets/musees/exports/csv{query}")
    assert head.status_code == 200
    for name in ("Content-Type", "ETag", "Content-Disposition"):
        assert head[name] == answer[name]
    assert not head.content
    if not pairs:
        assert head["Content-Length"] == answer["Content-Length"]


@pytest.mark.parametrize("path", ["musees/exports/odt", "evenements/exports/geojson"])
def test_formats_that_are_not_offered_are_404(get, path):
    response = get(f"catalog/datasets/{path}")
    assert response.status_code == 404
    assert response.json()["error_code"] == "NotFoundResource"


@pytest.mark.parametrize(
    "pair",
    [("select", "no_such_field"), ("delimiter", "#"), ("limit", "-5"), ("with_bom", "perhaps")],
)
def test_what_is_wrong_is_told_before_the_first_byte(get, pair):
    response = get("catalog/datasets/musees/exports/csv", pair)
    assert response.status_code == 400
    assert {"error_code", "message"} <= set(response.json())


def test_a_compressed_export_is_called_so(get):
    response = get("catalog/datasets/musees/exports/csv", ("compressed", "true"))
    assert response["Content-Type"] == "application/gzip"
    assert response["Content-Disposition"] == 'attachment; filename="musees.csv.gzip"'
    assert taken(response)[:2] == b"\x1f\x8b"


def test_a_new_version_is_exported_at_once(get, publish):
    from_before = get("catalog/datasets/musees/exports/json")
    taken(from_before)
    publish(museums(), MUSEUMS.replace("Musée du Louvre", "Le Louvre"))
    after = get("catalog/datasets/musees/exports/json", **{"if-none-match": from_before["ETag"]})
    assert after.status_code == 200
    assert json.loads(taken(after))[0]["nom"] == "Le Louvre"
