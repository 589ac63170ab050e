"""The v1 API on records and datasets, as widgets and harvesters ask it (explore-api §5)."""

import csv
import io
import json
from urllib.parse import urlencode

import pytest
from django.test import Client
from small_datasets import MUSEUMS, museums

LOUVRE = "M0001"


@pytest.fixture
def ask(client, shown):
    """Ask an address of the portal; gives the response."""

    def asked(path, *pairs, **headers):
        query = "?" + urlencode(pairs) if pairs else ""
        return client.get(f"{path}{query}", headers=headers)

    return asked


@pytest.fixture
def search(ask):
    """Search the museums; gives the body."""

    def asked(*pairs, status=200):
        response = ask("/api/records/1.0/search/", ("dataset", "musees"), *pairs)
        assert response.status_code == status, response.content
        return json.loads(response.content)

    return asked


def refs(body):
    """Which records answered."""
    return [record["fields"]["ref"] for record in body["records"]]


def test_a_page_of_records_has_the_shape_of_v1(search):
    body = search(("q", "louvre"), ("facet", "region"), ("refine.region", "Île-de-France"))
    assert list(body) == ["nhits", "parameters", "records", "facet_groups"]
    assert body["nhits"] == 1
    assert body["parameters"] == {
        "dataset": "musees",
        "rows": 10,
        "start": 0,
        "format": "json",
        "timezone": "UTC",
        "facet": ["region"],
        "q": "louvre",
        "refine": {"region": ["Île-de-France"]},
    }
    (record,) = body["records"]
    assert list(record) == ["datasetid", "recordid", "fields", "geometry", "record_timestamp"]
    assert record["datasetid"] == "musees"
    assert len(record["recordid"]) == 40
    assert record["fields"] == {
        "ref": LOUVRE,
        "nom": "Musée du Louvre",
        "commune": "Paris",
        "region": "Île-de-France",
        "type": "Beaux-arts",
        "visites": 8700000,
        "ouverture": "1793-08-10",
        "coordonnees": [48.8606, 2.3376],
        "themes": "Peinture|Sculpture",
    }
    assert record["geometry"] == {"type": "Point", "coordinates": [2.3376, 48.8606]}
    assert record["record_timestamp"].endswith("+00:00")
    assert body["facet_groups"] == [
        {
            "name": "region",
            "count": 1,
            "facets": [
                {
                    "name": "Île-de-France",
                    "path": "Île-de-France",
                    "count": 1,
                    "state": "refined",
                }
            ],
        }
    ]


def test_what_is_missing_has_no_key(search):
    (record,) = search(("q", "ref:M0004"))["records"]
    assert "visites" not in record["fields"]
    assert "coordonnees" not in record["fields"]
    assert "geometry" not in record


SORTED = [
    ((("sort", "visites"),), ["M0001", "M0002", "M0003", "M0005", "M0004"]),
    ((("sort", "-visites"),), ["M0005", "M0003", "M0002", "M0001", "M0004"]),
    ((("sort", "region,-ref"),), ["M0004", "M0005", "M0001", "M0002", "M0003"]),
    ((("rows", "2"), ("start", "1"), ("sort", "-ref")), ["M0002", "M0003"]),
    ((("rows", "0"),), []),
]


@pytest.mark.parametrize(("pairs", "expected"), SORTED)
def test_orders_go_down_unless_a_minus_stands_before(search, pairs, expected):
    body = search(*pairs)
    assert body["nhits"] == 5
    assert refs(body) == expected


FILTERED = [
    ((("refine.commune", "Paris"),), ["M0001", "M0002"]),
    ((("refine.commune", "Paris"), ("refine.commune", "Lille")), []),
    (
        (("refine.commune", "Paris"), ("refine.commune", "Lille"), ("disjunctive.commune", "true")),
        ["M0001", "M0002", "M0003"],
    ),
    ((("exclude.commune", "Paris"),), ["M0003", "M0004", "M0005"]),
    ((("refine.ouverture", "1986"),), ["M0002"]),
    ((("refine.ouverture", "1986/12"), ("q", "orsay")), ["M0002"]),
    ((("q", "paris"), ("q.timerange", "ouverture:[1900 TO 2000]")), ["M0002"]),
    ((("geofilter.distance", "48.8606,2.3376,2000"),), ["M0001", "M0002"]),
    ((("geofilter.polygon", "(48,2),(49,2),(49,3),(48,3)"),), ["M0001", "M0002"]),
    ((("geofilter.bbox", "48,2,51,4"),), ["M0001", "M0002", "M0003"]),
    ((("geofilter.bbox", "-91,-540,100,540"),), ["M0001", "M0002", "M0003", "M0005"]),
]


@pytest.mark.parametrize(("pairs", "expected"), FILTERED)
def test_records_are_filtered(search, pairs, expected):
    assert sorted(refs(search(*pairs))) == expected


def test_only_chosen_fields_are_given(search):
    body = search(("fields", "nom,visites"), ("rows", "1"), ("sort", "visites"))
    assert body["records"][0]["fields"] == {"nom": "Musée du Louvre", "visites": 8700000}
    assert body["records"][0]["geometry"]["type"] == "Point"


def test_disjunctive_facets_keep_what_was_not_chosen(search):
    asked = (("facet", "type"), ("refine.type", "Société"), ("disjunctive.type", "true"))
    (group,) = search(*asked, ("facetsort.type", "alphanum"))["facet_groups"]
    assert [(each["name"], each["count"], each["state"]) for each in group["facets"]] == [
        ("Beaux-arts", 3, "displayed"),
        ("Société", 2, "refined"),
    ]


def test_dates_are_a_tree(search):
    (group,) = search(("facet", "ouverture"), ("refine.ouverture", "1986"))["facet_groups"]
    assert group["facets"] == [
        {
            "name": "1986",
            "path": "1986",
            "count": 1,
            "state": "refined",
            "facets": [{"name": "12", "path": "1986/12", "count": 1, "state": "displayed"}],
        }
    ]


WRONG = [
    ((("rows", "10001"),), "10001"),
    ((("rows", "-1"),), "rows"),
    ((("rows", "9000"), ("start", "1001")), "start"),
    ((("rows", "many"),), "rows"),
    ((("q", "nm:louvre"),), "Did you mean nom?"),
    ((("q", '"louvre'),), "at position 0"),
    ((("sort", "nowhere"),), "Unknown field: nowhere"),
    ((("fields", "nowhere"),), "Unknown field: nowhere"),
    ((("refine.nowhere", "x"),), "Unknown field: nowhere"),
    ((("facet", "nowhere"),), "Unknown field: nowhere"),
    ((("facet", "type"), ("facetsort.type", "size")), "facet()"),
    ((("geofilter.distance", "x,y,z"),), "geofilter.distance"),
    ((("geofilter.distance", "48"),), "geofilter.distance"),
    ((("geofilter.polygon", "(1,2)"),), "geofilter.polygon"),
    ((("geofilter.bbox", "1,2,3"),), "geofilter.bbox"),
    ((("timezone", "Mars/Olympus"),), "timezone"),
    ((("format", "ov2"),), "format"),
    ((("format", "jsonp"), ("callback", "alert(1)")), "callback"),
    ((("q", "a\x00b"),), "NUL"),
]


@pytest.mark.parametrize(("pairs", "said"), WRONG)
def test_what_makes_no_sense_is_told_in_the_envelope_of_v1(search, pairs, said):
    body = search(*pairs, status=400)
    assert list(body) == ["error"]
    assert said in body["error"]


def test_unknown_datasets_are_told_as_clients_expect(ask):
    response = ask("/api/records/1.0/search/", ("dataset", "rien"))
    assert response.status_code == 404
    assert response.json() == {"error": "Unknown dataset: rien"}
    assert ask("/api/records/1.0/search/").json()["error"].startswith("The parameter dataset")
    assert ask("/api/datasets/1.0/rien/").json() == {"error": "Unknown dataset: rien"}


def test_a_form_asks_like_an_address(shown):
    client = Client(enforce_csrf_checks=True)
    response = client.post("/api/records/1.0/search/?dataset=musees", {"q": "louvre"})
    assert response.status_code == 200
    assert refs(response.json()) == [LOUVRE]


def test_jsonp_calls_the_function(ask):
    pairs = (("dataset", "musees"), ("format", "jsonp"), ("callback", "angular.callbacks._0"))
    response = ask("/api/records/1.0/search", *pairs)
    assert response["Content-Type"] == "application/javascript; charset=utf-8"
    assert response["X-Content-Type-Options"] == "nosniff"
    text = response.content.decode()
    assert text.startswith("/**/angular.callbacks._0({")
    assert json.loads(text[len("/**/angular.callbacks._0(") : -2])["nhits"] == 5


def test_pages_come_in_other_formats(ask):
    asked = (("dataset", "musees"), ("q", "paris"), ("sort", "-ref"))
    features = ask("/api/records/1.0/search/", *asked, ("format", "geojson")).json()
    assert features["type"] == "FeatureCollection"
    first = features["features"][0]
    assert first["geometry"] == {"type": "Point", "coordinates": [2.3376, 48.8606]}
    assert first["properties"]["coordonnees"] == [48.8606, 2.3376]
    text = ask("/api/records/1.0/search/", *asked, ("format", "csv")).content.decode()
    rows = list(csv.DictReader(io.StringIO(text), delimiter=";"))
    assert [row["ref"] for row in rows] == ["M0001", "M0002"]
    for form, kind in (("rss", "application/rss+xml"), ("atom", "application/atom+xml")):
        feed = ask("/api/records/1.0/search/", *asked, ("format", form))
        assert feed["Content-Type"] == f"{kind}; charset=utf-8"
        assert "Musée du Louvre" in feed.content.decode()
        assert "/explore/dataset/musees/record/" in feed.content.decode()


def test_an_answer_that_did_not_change_is_not_made_again(ask):
    first = ask("/api/records/1.0/search/", ("dataset", "musees"))
    again = ask("/api/records/1.0/search/", ("dataset", "musees"), if_none_match=first["ETag"])
    assert again.status_code == 304
    clock = ask("/api/records/1.0/search/", ("dataset", "musees"), ("q", "ouverture<#now()"))
    assert clock["Cache-Control"] == "no-store"
    assert "ETag" not in clock


def test_a_record_is_looked_up(ask, search):
    (record,) = search(("q", "louvre"))["records"]
    path = f"/api/datasets/1.0/musees/records/{record['recordid']}"
    assert ask(path).json() == record
    assert ask(f"{path}/").json() == record
    absent = ask("/api/datasets/1.0/musees/records/" + "0" * 40)
    assert (absent.status_code, absent.json()) == (404, {"error": "Unknown record: " + "0" * 40})
    (by_query,) = search(("q.tooltip", f"recordid:'{record['recordid']}'"))["records"]
    assert by_query == record


def test_a_dataset_is_described(ask):
    extras = [(name, "true") for name in ("extrametas", "interopmetas", "assetmetas")]
    body = ask("/api/datasets/1.0/musees/", *extras).json()
    assert body["datasetid"] == "musees"
    assert body["has_records"] is body["data_visible"] is True
    assert set(body["features"]) == {"analyze", "timeserie", "geo"}
    assert body["attachments"] == body["alternative_exports"] == []
    assert body["metas"]["title"] == "Musées de France"
    assert body["metas"]["keyword"] == ["musée", "label"]
    assert body["metas"]["records_count"] == 5
    assert body["metas"]["domain"] == "testserver"
    assert None not in body["metas"].values()
    fields = {field["name"]: field for field in body["fields"]}
    assert {"name": "disjunctive"} in fields["type"]["annotations"]
    assert {"name": "multivalued", "args": ["|"]} in fields["themes"]["annotations"]
    assert {"field_name": "region"} in body["extra_metas"]["asset_content_configuration"]["facets"]
    assert body["interop_metas"]["dcat"]["created"]
    assert ask("/api/datasets/1.0/musees@ailleurs").json()["datasetid"] == "musees"
    assert "interop_metas" not in ask("/api/datasets/1.0/musees").json()


@pytest.fixture
def catalogue(ask):
    """Search the catalogue; gives the body."""

    def asked(*pairs, status=200):
        response = ask("/api/datasets/1.0/search/", *pairs)
        assert response.status_code == status, response.content
        return response.json()

    return asked


CATALOGUE = [
    ((), ["evenements", "musees"]),
    ((("q", "musée"),), ["musees"]),
    ((("q", "title:france OR records_count <= 3"),), ["evenements", "musees"]),
    ((("refine.publisher", "Région Normandie"),), ["evenements"]),
    ((("exclude.publisher", "Région Normandie"),), ["musees"]),
    ((("refine.keyword", "label"), ("interopmetas", "true")), ["musees"]),
    ((("refine.theme", "Musées"), ("disjunctive.theme", "true")), ["musees"]),
    ((("refine.features", "geo"),), ["musees"]),
    ((("sort", "records_count"),), ["musees", "evenements"]),
    ((("sort", "explore.popularity_score"),), ["evenements", "musees"]),
    ((("rows", "1000"),), ["evenements", "musees"]),
    ((("rows", "1"), ("sort", "-title")), ["evenements"]),
]


@pytest.mark.parametrize(("pairs", "expected"), CATALOGUE)
def test_datasets_are_searched(catalogue, pairs, expected):
    found = [each["datasetid"] for each in catalogue(*pairs)["datasets"]]
    in_order = any(name == "sort" for name, _ in pairs)
    assert (found if in_order else sorted(found)) == expected


def test_the_search_of_datasets_has_the_shape_of_v1(catalogue):
    facets = [("facet", name) for name in ("publisher", "features", "granularity")]
    body = catalogue(*facets, ("rows", "0"))
    assert list(body) == ["nhits", "parameters", "datasets", "facet_groups"]
    assert body["nhits"] == 2
    assert body["parameters"]["staged"] is False
    assert [group["name"] for group in body["facet_groups"]] == ["publisher", "features"]
    assert body["facet_groups"][0]["facets"][0].keys() == {"name", "path", "count", "state"}
    assert catalogue(("q", "nowhere:x"), status=400)["error"].startswith("ODSQL")


def test_the_catalogue_comes_as_csv_and_rss(ask):
    text = ask("/api/datasets/1.0/search", ("format", "csv")).content.decode()
    rows = list(csv.DictReader(io.StringIO(text), delimiter=";"))
    assert {row["datasetid"] for row in rows} == {"musees", "evenements"}
    feed = ask("/api/datasets/1.0/search", ("format", "rss"))
    assert "http://testserver/explore/dataset/musees/" in feed.content.decode()


def test_a_dataset_that_moved_is_followed(ask, musees):
    musees.former_slugs.create(slug="muses")
    moved = ask("/api/records/1.0/search/", ("dataset", "muses"), ("q", "louvre"))
    assert moved.status_code == 301
    assert refs(ask(moved["Location"]).json()) == [LOUVRE]
    assert ask("/api/datasets/1.0/muses").status_code == 301


def test_restricted_datasets_look_unknown(publish, client):
    dataset = publish(museums(), MUSEUMS)
    dataset.restricted = True
    dataset.save()
    answer = client.get("/api/records/1.0/search/?dataset=musees")
    assert (answer.status_code, answer.json()) == (404, {"error": "Unknown dataset: musees"})
    assert client.get("/api/datasets/1.0/search/").json()["nhits"] == 0


def test_words_of_the_v1_language_are_taken_by_the_new_api(ask):
    root = "/api/explore/v2.1/catalog/datasets"
    found = ask(f"{root}/musees/records", ("qv1", "commune:Paris"), ("where", "visites > 4000000"))
    assert [each["ref"] for each in found.json()["results"]] == [LOUVRE]
    assert ask(root, ("qv1", "default.title:france")).json()["total_count"] == 1
    assert ask(root, ("qv1", "titl:france")).json()["error_code"] == "ODSQLError"
