"""Joins over HTTP: records, facets, exports; who may join what; entity tags; what is refused."""

import csv
import io
import json
from datetime import UTC, datetime

import pytest
from small_datasets import MUSEUMS, museums

from cimaise.engine.metadata.description import DatasetDescription, FieldWish
from cimaise.web.accounts.models import Person
from cimaise.web.catalog.models import Dataset, Redirect, Version

VISITS = """musee;annee;entrees
M0001;2020;2700000
M0003;2020;90000
M0001;2021;2825000
M0099;2021;12
;2021;3
"""
JOIN = ("join", "musees on musee = ref")
MUSEUMS_THEMSELVES = "catalog/datasets/musees/records"
RECORDS = "catalog/datasets/visites-des-musees/records"
FACETS = "catalog/datasets/visites-des-musees/facets"
EXPORTS = "catalog/datasets/visites-des-musees/exports"


def visits(**changed):
    """The description of a yearly series about museums, which declares no list."""
    said = {
        "id": "visites-des-musees",
        "title": "Visites des musées",
        "description": "Les entrées, année après année.",
        "producer": "Ministère de la Culture",
        "licence": "Licence Ouverte 2.0",
        "fields": (FieldWish("annee", annotations={"facet": True}),),
    }
    return DatasetDescription(**{**said, **changed})


@pytest.fixture(scope="module")
def kept_portal(keep):
    """Museums and their visits, published once."""
    return keep((museums(), MUSEUMS, "musees.csv"), (visits(), VISITS, "visites.csv"))


@pytest.fixture
def ask(get):
    """Ask the API of a portal that has museums and their visits."""
    return get


def told(response):
    """The rows of an answer, or of a file of JSON."""
    assert response.status_code == 200, response.content
    if response.streaming:
        return json.loads(b"".join(response.streaming_content))
    return response.json()["results"]


def test_records_have_the_fields_of_the_other_dataset(ask):
    body = ask(RECORDS, JOIN, ("include_links", "true")).json()

    assert body["total_count"] == 5
    assert [row["musees.commune"] for row in body["results"]] == [
        "Paris", "Lille", "Paris", None, None,
    ]  # fmt: skip
    assert body["results"][0]["musees.coordonnees"] == {"lon": 2.3376, "lat": 48.8606}
    assert "join=musees" in json.dumps(body["_links"])


def test_datasets_that_name_one_official_list_are_joined_by_it(ask):
    # The codes of both were recognised when they were published.
    assert told(ask(RECORDS, ("join", "musees"))) == told(ask(RECORDS, JOIN))


def test_groups_conditions_and_pages_are_of_both(ask):
    grouped = [
        JOIN,
        ("group_by", "musees.region"),
        ("select", "sum(entrees) as n"),
        ("where", "annee = 2020 or musees.type = 'Beaux-arts'"),
        ("order_by", "n desc"),
    ]
    expected = [
        {"musees.region": "Île-de-France", "n": 5525000},
        {"musees.region": "Hauts-de-France", "n": 90000},
    ]
    assert told(ask(RECORDS, *grouped)) == expected
    assert told(ask(f"{EXPORTS}/json", *grouped)) == expected
    first = ask(RECORDS, JOIN, ("limit", "2"), ("select", "entrees, musees.nom"))
    assert 'rel="next"' in first["Link"]


def test_facets_follow(ask):
    body = ask(FACETS, JOIN, ("facet", "musees.region"), ("refine", "musees.type:Beaux-arts"))

    [facet] = body.json()["facets"]
    assert facet["name"] == "musees.region"
    assert [(each["value"], each["count"]) for each in facet["facets"]] == [
        ("Île-de-France", 2),
        ("Hauts-de-France", 1),
    ]


def test_a_file_of_csv_has_the_columns_of_both(ask):
    response = ask(f"{EXPORTS}/csv", JOIN, ("select", "entrees, musees.nom"))
    text = b"".join(response.streaming_content).decode("utf-8-sig")

    rows = list(csv.reader(io.StringIO(text), delimiter=";"))
    assert rows[0] == ["entrees", "musees.nom"]
    assert [row[1] for row in rows[1:]][:2] == ["Musée du Louvre", "Palais des Beaux-Arts"]
    response = ask(f"{EXPORTS}/csv", JOIN, ("select", "musees.nom"), ("use_labels", "true"))
    text = b"".join(response.streaming_content).decode("utf-8-sig")
    assert text.startswith("nom (musees)")


def test_a_table_goes_on_the_map_by_what_it_is_joined_to(ask):
    assert ask(f"{EXPORTS}/geojson").status_code == 404
    body = json.loads(b"".join(ask(f"{EXPORTS}/geojson", JOIN).streaming_content))

    assert [each["geometry"] and each["geometry"]["coordinates"] for each in body["features"]] == [
        [2.3376, 48.8606], [3.0628, 50.6306], [2.3376, 48.8606], None, None,
    ]  # fmt: skip
    assert body["features"][0]["properties"]["musees.nom"] == "Musée du Louvre"


@pytest.mark.parametrize(
    "name",
    ["jsonl", "xlsx", "parquet", "arrow", "shp", "gpkg", "fgb", "kml", "gpx", "jsonld", "turtle",
     "rdfxml", "n3", "ical"],
)  # fmt: skip
def test_every_format_takes_a_join(ask, name):
    response = ask(f"{EXPORTS}/{name}", JOIN)

    assert response.status_code == 200, response.content
    assert len(b"".join(response.streaming_content)) > 100


def test_a_joined_question_is_never_answered_by_the_file_of_the_whole_dataset(ask):
    plain = b"".join(ask(f"{EXPORTS}/json").streaming_content)

    assert b"musees.nom" in b"".join(ask(f"{EXPORTS}/json", JOIN).streaming_content)
    assert b"musees.nom" not in plain
    assert b"".join(ask(f"{EXPORTS}/json").streaming_content) == plain


def test_the_entity_tag_is_of_both_datasets(ask, publish):
    before = ask(RECORDS, JOIN)
    assert ask(RECORDS, JOIN, **{"If-None-Match": before["ETag"]}).status_code == 304
    assert ask(RECORDS)["ETag"] != before["ETag"]

    publish(museums(), MUSEUMS.replace("Musée du Louvre", "Le Louvre"), "musees.csv")

    after = ask(RECORDS, JOIN, ("select", "musees.nom"), **{"If-None-Match": before["ETag"]})
    assert told(after)[0] == {"musees.nom": "Le Louvre"}
    again = ask(RECORDS, JOIN, **{"If-None-Match": before["ETag"]})
    assert again.status_code == 200
    assert again["ETag"] != before["ETag"]


def test_a_moment_of_the_past_is_that_of_both(ask, publish):
    publish(museums(), MUSEUMS.replace("Musée du Louvre", "Le Louvre"), "musees.csv")
    for slug, number, year in (
        ("visites-des-musees", 1, 2020), ("musees", 1, 2020), ("musees", 2, 2022),
    ):  # fmt: skip
        published = datetime(year, 3, 1, tzinfo=UTC)
        Version.objects.filter(dataset__slug=slug, number=number).update(published=published)
    asked = (JOIN, ("select", "musees.nom as n"), ("limit", "1"))

    assert told(ask(RECORDS, *asked)) == [{"n": "Le Louvre"}]
    assert told(ask(RECORDS, *asked, ("as_of", "2021-01-01"))) == [{"n": "Musée du Louvre"}]
    assert told(ask(RECORDS, *asked, ("version", "1"))) == [{"n": "Le Louvre"}]
    Version.objects.filter(dataset__slug="musees", number=1).update(
        published=datetime(2021, 6, 1, tzinfo=UTC)
    )
    early = ask(RECORDS, *asked, ("as_of", "2021-01-01"))
    assert early.status_code == 404
    assert early.json()["message"].startswith("The dataset musees was not published yet")


def test_a_restricted_dataset_is_joined_by_who_may_see_it_and_unknown_to_others(ask, client):
    Dataset.objects.filter(slug="musees").update(restricted=True)

    hidden, absent = ask(RECORDS, JOIN), ask(RECORDS, ("join", "muzees on musee = ref"))

    assert hidden.status_code == absent.status_code == 400
    assert "Unknown dataset: musees" in hidden.json()["message"]
    assert hidden.content == absent.content.replace(b"muzees", b"musees")
    then = ask(RECORDS, JOIN, ("as_of", "2001-01-01")).json()["message"]
    assert "musees was not" not in then.replace("visites-des-musees", "")
    client.force_login(Person.objects.create_superuser("chef", password="une phrase de passe"))
    response = ask(RECORDS, JOIN)
    assert response.status_code == 200
    assert "private" in response["Cache-Control"]


def test_a_dataset_is_joined_by_its_former_identifier_too(ask):
    Redirect.objects.create(slug="vieux-musees", dataset=Dataset.objects.get(slug="musees"))

    rows = told(ask(RECORDS, ("join", "vieux-musees on musee = ref"), ("limit", "1")))

    assert rows[0]["vieux-musees.nom"] == "Musée du Louvre"


REFUSED = [
    (RECORDS, [("join", "muses on musee = ref")], "Unknown dataset: muses"),
    (MUSEUMS_THEMSELVES, [("join", "visites-des-musees")], "musee of visites-des-musees does not"),
    (RECORDS, [("join", "musees on musee = region")], "region of musees does not tell its records"),
    (RECORDS, [("join", "musees on entrees = ref")], "entrees is a number and ref a text"),
    (RECORDS, [("join", "musees on")], "syntax exception"),
    (RECORDS, [("join", "musees on musee = ref as a")] * 4, "at most 3"),
    (RECORDS, [JOIN, ("where", "musees.absent = 1")], "Unknown field: musees.absent"),
    (FACETS, [JOIN, ("facet", "musees.absent")], "Unknown field: musees.absent"),
    (FACETS, [("join", "muses")], "Unknown dataset: muses"),
    (f"{EXPORTS}/csv", [("join", "muses")], "Unknown dataset: muses"),
    ("catalog/datasets", [JOIN], "join is taken by"),
    ("catalog/facets", [JOIN], "join is taken by"),
    ("catalog/exports/csv", [JOIN], "join is taken by"),
    ("catalog/datasets/musees", [JOIN], "join is taken by"),
]


@pytest.mark.parametrize(("path", "asked", "words"), REFUSED)
def test_what_cannot_be_joined_is_refused_in_the_shape_of_the_api(ask, path, asked, words):
    response = ask(path, *asked)

    assert response.status_code == 400
    body = response.json()
    assert body["error_code"]
    assert words in body["message"]
    if path.endswith(("records", "facets")) and "most 3" not in words and "taken" not in words:
        assert "position" in body


def test_a_question_with_a_join_is_explained_and_strict(ask):
    body = ask(RECORDS, JOIN, ("explain", "true"), ("strict", "true"), ("lang", "en")).json()

    told_of = body["explanation"]["asked_of"]
    assert told_of["dataset"] == "visites-des-musees"
    assert [(each["dataset"], each["as"]) for each in told_of["joined"]] == [("musees", "musees")]
    assert "with the fields of musees" in body["explanation"]["meaning"]


def test_version_2_0_joins_too(client, ask):
    path = "/api/explore/v2.0/catalog/datasets/visites-des-musees/records"

    body = client.get(f"{path}?join=musees on musee = ref&limit=1").json()

    assert body["records"][0]["record"]["fields"]["musees.nom"] == "Musée du Louvre"


def test_the_join_is_described(client, shown):
    paths = client.get("/api/explore/v2.1/swagger.json").json()["paths"]

    taken = [
        path
        for path, methods in paths.items()
        if any(each["name"] == "join" for each in methods["get"].get("parameters", ()))
    ]
    assert len(taken) == 3
