"""The catalogue over HTTP: shapes recorded from a live server, questions, rights."""

import json

import pytest
from django.test import Client

from cimaise.web.accounts.models import Person


def recorded(shared_data, name):
    path = shared_data / "fixtures" / "ods_v21_vancouver_recorded" / f"{name}.json"
    return json.loads(path.read_text(encoding="utf-8"))


def ids(response):
    return [dataset["dataset_id"] for dataset in response.json()["results"]]


def test_a_dataset_has_the_keys_of_a_live_one_in_their_order(get, shared_data):
    live = recorded(shared_data, "metadata-public-trees")
    ours = get("catalog/datasets/musees").json()
    assert list(ours) == list(live)
    assert list(ours["metas"]["default"]) == list(live["metas"]["default"])
    assert list(ours["metas"]["dcat"]) == list(live["metas"]["dcat"])
    assert list(ours["fields"][0]) == list(live["fields"][0])
    ours_box, live_box = ours["metas"]["default"]["bbox"], live["metas"]["default"]["bbox"]
    assert list(ours_box) == list(live_box)
    assert list(ours_box["geometry"]) == list(live_box["geometry"])


def test_a_dataset_is_described(get, musees):
    body = get("catalog/datasets/musees").json()
    assert body["dataset_uid"] == musees.uid
    assert body["visibility"] == "domain"
    assert body["features"] == ["analyze", "timeserie", "geo"]
    fields = {field["name"]: field for field in body["fields"]}
    assert fields["region"]["annotations"]["facet"] is True
    assert fields["coordonnees"]["type"] == "geo_point_2d"
    metas = body["metas"]["default"]
    assert metas["theme"] == ["Musées", "Patrimoine, histoire"]
    assert metas["publisher"] == "Ministère de la Culture"
    assert metas["license"] == "Licence Ouverte 2.0"
    assert metas["records_count"] == 5
    assert metas["geometry_types"] == ["Point"]
    west, north = metas["bbox"]["geometry"]["coordinates"][0][1]
    assert (west, north) == (0.2267, 50.6306)
    assert metas["modified"].endswith("+00:00")


def test_datasets_are_listed_whole(get):
    body = get("catalog/datasets").json()
    assert list(body) == ["total_count", "results"]
    assert body["total_count"] == 2
    assert body["results"][1] == get("catalog/datasets/musees").json()


@pytest.mark.parametrize(
    ("pairs", "found"),
    [
        ([("where", 'dataset_id = "musees"')], ["musees"]),
        ([("where", 'datasetid:"musees"')], ["musees"]),
        ([("where", "features='geo'")], ["musees"]),
        ([("where", 'publisher="Région Normandie" and records_count > 2')], ["evenements"]),
        ([("where", 'default.publisher="Région Normandie"')], ["evenements"]),
        ([("where", '"musee"')], ["musees"]),
        ([("where", '"l\'établissement labellisé"')], ["musees"]),
        ([("where", '"bibliothèque"')], ["evenements"]),
        ([("where", '"default.title"')], []),
        ([("refine", "theme:Patrimoine, histoire")], ["musees"]),
        ([("refine", 'default.publisher:"Région Normandie"')], ["evenements"]),
        ([("exclude", "keyword:agenda")], ["musees"]),
        ([("order_by", "records_count")], ["evenements", "musees"]),
        ([("order_by", "-default.records_count")], ["musees", "evenements"]),
        ([("select", "dataset_id"), ("limit", "1"), ("order_by", "dataset_id")], ["evenements"]),
    ],
)
def test_datasets_are_found(get, pairs, found):
    response = get("catalog/datasets", *pairs)
    assert response.status_code == 200, response.content
    assert ids(response) == found


def test_parts_of_datasets_come_under_the_names_they_were_asked_by(get):
    response = get(
        "catalog/datasets",
        ("select", "title, default.records_count, features, dcat.creator"),
        ("where", 'dataset_id="musees"'),
    )
    assert response.json()["results"] == [
        {
            "title": "Musées de France",
            "default.records_count": 5,
            "features": ["analyze", "timeserie", "geo"],
            "dcat.creator": None,
        }
    ]


def test_datasets_are_grouped_and_counted(get):
    response = get(
        "catalog/datasets",
        ("group_by", "publisher"),
        ("select", "publisher, count(*) as n, sum(records_count) as records"),
    )
    assert response.json() == {
        "results": [
            {"publisher": "Ministère de la Culture", "n": 1, "records": 5},
            {"publisher": "Région Normandie", "n": 1, "records": 3},
        ]
    }


@pytest.mark.parametrize("path", ["catalog/datasets", "catalog/datasets/musees"])
def test_an_unknown_metadata_is_told(get, path):
    response = get(path, ("select", "no_such_meta"))
    assert response.status_code == 400
    assert "Unknown field: no_such_meta" in response.json()["message"]


def test_application_metadata_come_when_asked_for(get):
    metas = get("catalog/datasets/musees", ("include_app_metas", "1")).json()["metas"]
    assert metas["explore"]["download_count"] == 0
    assert "explore" not in get("catalog/datasets/musees").json()["metas"]


def test_links_of_a_page_of_datasets(get):
    body = get("catalog/datasets", ("include_links", "true"), ("limit", 1)).json()
    assert {link["rel"] for link in body["_links"]} == {"self", "first", "last", "next", "catalog"}
    assert body["results"][0]["_links"][0]["href"].endswith("/catalog/datasets/evenements")


def test_catalogue_facets_have_the_shape_of_live_ones(get, shared_data):
    live = recorded(shared_data, "facets-catalog")
    ours = get("catalog/facets").json()
    assert list(ours) == list(live)
    assert [link["rel"] for link in ours["links"]] == [link["rel"] for link in live["links"]]
    assert list(ours["facets"][0]) == list(live["facets"][0])
    assert list(ours["facets"][0]["facets"][0]) == list(live["facets"][0]["facets"][0])
    assert [facet["name"] for facet in ours["facets"]] == [
        "features", "theme", "keyword", "publisher", "license", "language", "modified",
    ]  # fmt: skip


def test_a_catalogue_facet_counts_under_filters(get):
    response = get("catalog/facets", ("facet", "default.theme"), ("where", "features='geo'"))
    assert response.json()["facets"] == [
        {
            "name": "theme",
            "facets": [
                {"name": name, "count": 1, "state": "displayed", "value": name}
                for name in ("Musées", "Patrimoine, histoire")
            ],
        }
    ]


# -- rights ---------------------------------------------------------------------------------------


@pytest.fixture
def restricted(musees):
    musees.restricted = True
    musees.save()
    return musees


@pytest.fixture
def producer(restricted):
    person = Person.objects.create_user("ines", password="a long enough password")
    person.organisations.add(restricted.producer)
    client = Client()
    client.force_login(person)
    return client


PATHS = (
    "",
    "/records",
    "/facets",
    "/exports",
    "/exports/csv",
    "/attachments",
    f"/records/{'0' * 40}",
)


@pytest.mark.parametrize("path", PATHS)
def test_a_restricted_dataset_looks_like_none(get, restricted, path):
    hidden = get(f"catalog/datasets/musees{path}")
    absent = get(f"catalog/datasets/nothing{path}")
    assert hidden.status_code == absent.status_code == 404
    assert hidden.content == absent.content.replace(b"nothing", b"musees")


def test_a_restricted_dataset_is_not_in_lists_counts_or_facets(get, restricted):
    assert get("catalog/datasets").json()["total_count"] == 1
    assert ids(get("catalog/datasets", ("where", '"musées"'))) == []
    assert ids(get("catalog/datasets", ("where", 'dataset_id="musees" or 1=1'))) != ["musees"]
    assert "Musées" not in get("catalog/facets").content.decode()
    counted = get("catalog/datasets", ("select", "sum(records_count) as n"), ("limit", 1))
    assert counted.json()["results"] == [{"n": 3}]


def test_its_producer_sees_a_restricted_dataset(producer, restricted):
    root = "/api/explore/v2.1/catalog/datasets"
    body = producer.get(f"{root}/musees").json()
    assert body["visibility"] == "restricted"
    assert producer.get(root).json()["total_count"] == 2
    answer = producer.get(f"{root}/musees/records")
    assert answer.json()["total_count"] == 5
    assert answer["Cache-Control"].startswith("private")


def test_what_is_restricted_no_more_is_there_again(get, restricted):
    assert get("catalog/datasets").json()["total_count"] == 1
    restricted.restricted = False
    restricted.save()
    assert get("catalog/datasets").json()["total_count"] == 2


# -- roots ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("path", ["", "catalog", "catalog/", "catalog/datasets/musees/exports"])
def test_roots_lead_on(get, path):
    response = get(path)
    assert response.status_code == 200
    assert response.json()["links"][0]["rel"] == "self"


def test_exports_are_listed_as_links(get):
    def formats(slug):
        links = get(f"catalog/datasets/{slug}/exports").json()["links"]
        return [link["rel"] for link in links]

    assert formats("musees")[:6] == ["self", "csv", "json", "jsonl", "xlsx", "parquet"]
    assert "geojson" in formats("musees")
    assert "geojson" not in formats("evenements")


def test_attachments_are_an_empty_list(get):
    body = get("catalog/datasets/musees/attachments").json()
    assert body["attachments"] == []
    assert [link["rel"] for link in body["links"]] == ["self", "dataset"]


def test_an_empty_portal_has_an_empty_catalogue(client, portal):
    assert client.get("/api/explore/v2.1/catalog/datasets").json() == {
        "total_count": 0,
        "results": [],
    }
    assert client.get("/api/explore/v2.1/catalog/facets").json()["facets"] == []
