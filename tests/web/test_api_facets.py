"""Facets of a dataset over HTTP."""

import json


def facets(response):
    assert response.status_code == 200, response.content
    return {
        facet["name"]: {value["value"]: value for value in facet["facets"]}
        for facet in response.json()["facets"]
    }


def test_facets_have_the_shape_of_live_ones(get, shared_data):
    path = shared_data / "fixtures/ods_v21_vancouver_recorded/facets-public-trees.json"
    live = json.loads(path.read_text(encoding="utf-8"))
    ours = get("catalog/datasets/musees/facets").json()
    assert list(ours) == list(live)
    assert [link["rel"] for link in ours["links"]] == [link["rel"] for link in live["links"]]
    assert list(ours["facets"][0]["facets"][0]) == list(live["facets"][0]["facets"][0])


def test_facets_asked_for_are_counted(get):
    found = facets(get("catalog/datasets/musees/facets", ("facet", "region"), ("facet", "themes")))
    assert {name: value["count"] for name, value in found["region"].items()} == {
        "Île-de-France": 2,
        "Normandie": 2,
        "Hauts-de-France": 1,
    }
    assert found["themes"]["Peinture"]["count"] == 3


def test_refined_and_excluded_values_say_so(get):
    found = facets(
        get(
            "catalog/datasets/musees/facets",
            ("facet", "region"), ("facet", "type"),
            ("refine", "region:Normandie"), ("exclude", "type:Beaux-arts"),
        )
    )  # fmt: skip
    assert found["region"]["Normandie"]["state"] == "refined"
    assert found["type"]["Beaux-arts"] == {
        "name": "Beaux-arts",
        "state": "excluded",
        "value": "Beaux-arts",
    }


def test_dates_open_below_what_is_refined(get):
    found = facets(
        get(
            "catalog/datasets/evenements/facets",
            ("facet", "debut"), ("refine", "debut:2021"),
        )
    )  # fmt: skip
    year = found["debut"]["2021"]
    assert year["count"] == 2
    assert [month["value"] for month in year["facets"]] == ["2021/05", "2021/09"]
    assert year["facets"][0]["name"] == "05"


def test_an_unknown_facet_is_told(get):
    response = get("catalog/datasets/musees/facets", ("facet", "nothing"))
    assert response.status_code == 400
    assert response.json()["error_code"] == "ODSQLError"
