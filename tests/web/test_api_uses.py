"""What is counted of datasets, and the addresses that stand for others."""

import pytest

from cimaise.web.catalog.mirror import mark_changed
from cimaise.web.catalog.models import Uses
from cimaise.web.catalog.uses import Count

V21 = "/api/explore/v2.1"
RECORDS = "catalog/datasets/musees/records"


@pytest.fixture
def count(monkeypatch):
    """What this test alone counts."""
    own = Count()
    monkeypatch.setattr("cimaise.web.api.operations.COUNT", own)
    return own


def explore(get, slug="musees"):
    return get(f"catalog/datasets/{slug}", ("include_app_metas", "true")).json()["metas"]["explore"]


def test_uses_are_counted_and_told(get, client, count):
    before = explore(get)
    assert before["popularity_score"] == 0
    for path in (RECORDS, RECORDS, "catalog/datasets/musees/exports/csv", "catalog/datasets/none"):
        get(path)
    client.head(f"{V21}/{RECORDS}")
    get(RECORDS, ("where", "nothing("))
    count.keep()
    after = explore(get)
    assert after["download_count"] == 1
    assert after["api_call_count"] == 3  # two pages, and the description before
    assert after["popularity_score"] == pytest.approx(1.1461)  # of 3 calls and 1 file of ten
    assert list(after)[:2] == ["download_count", "popularity_score"]
    assert explore(get, "evenements")["download_count"] == 0


def test_datasets_are_sorted_by_their_uses(get, musees, evenements):
    Uses.objects.create(dataset=musees, downloads=3)
    Uses.objects.create(dataset=evenements, downloads=7)
    mark_changed()

    def order(clause):
        found = get("catalog/datasets", ("order_by", clause), ("select", "dataset_id"))
        assert found.status_code == 200, found.content
        return [each["dataset_id"] for each in found.json()["results"]]

    assert order("explore.download_count desc") == ["evenements", "musees"]
    assert order("explore.popularity_score") == ["musees", "evenements"]
    counted = get("catalog/datasets", ("select", "dataset_id, explore.download_count"),
                  ("where", "explore.download_count > 5"))  # fmt: skip
    assert counted.json()["results"] == [{"dataset_id": "evenements", "explore.download_count": 7}]


def test_a_count_that_cannot_be_kept_is_not_lost(get, musees, monkeypatch, count):
    get(RECORDS)

    def broken(*_):
        raise OSError("full")

    with monkeypatch.context() as changed:
        changed.setattr("cimaise.web.catalog.uses._add", broken)
        with pytest.raises(OSError, match="full"):
            count.keep()
    count.keep()
    assert Uses.objects.get(dataset=musees).api_calls == 1


# -- sources and what was removed -----------------------------------------------------------------


@pytest.mark.parametrize("source", ["shared", "opendatasoft"])
def test_what_is_shared_is_the_catalogue_of_this_portal(client, shown, source):
    for path in ("", "/datasets", "/datasets/musees/records", "/facets"):
        alias = client.get(f"{V21}/{source}{path}/?limit=1")
        assert alias.json() == client.get(f"{V21}/catalog{path}?limit=1").json()
    assert client.get(f"{V21}/{source}/datasets/none").status_code == 404


def test_there_are_no_datasets_about_the_portal(get):
    assert get("monitoring/datasets/ods-api-monitoring/records").json() == {
        "error_code": "NotFoundURI",
        "message": f"The requested URI {V21}/monitoring/datasets/ods-api-monitoring/records "
        "does not exist.",
    }


@pytest.mark.parametrize("path", ["catalog/datasets/musees/aggregates", "catalog/query/",
                                  "catalog/datasets/musees/query"])  # fmt: skip
def test_what_was_removed_is_gone(get, path):
    response = get(path)
    assert response.status_code == 410
    assert set(response.json()) == {"error_code", "message"}


def test_templates_of_metadata(get):
    found = get("catalog/metadata_templates").json()
    assert [each["name"] for each in found["results"]] == ["default", "dcat", "inspire", "explore"]
    assert found["total_count"] == 4
    interop = get("catalog/metadata_templates/interop").json()["results"]
    assert [each["name"] for each in interop] == ["dcat", "inspire"]
    template = get("catalog/metadata_templates/basic/default/").json()
    assert list(template["schema"][0]) == [
        "name", "label", "type", "widget", "uri", "values", "values_domain_property",
        "self_suggest", "allow_empty", "hidden", "help_text",
    ]  # fmt: skip
    told = get("catalog/datasets/musees").json()["metas"]["default"]
    assert [each["name"] for each in template["schema"]] == list(told)
    for path in ("admin/default", "basic/none", "none"):
        assert get(f"catalog/metadata_templates/{path}").status_code == 404


# -- refinements that are alternatives -------------------------------------------------------------


@pytest.mark.parametrize(
    ("path", "pairs", "count"),
    [
        (RECORDS, [("refine", "region:Normandie"), ("refine", "region:Île-de-France")], 0),
        (RECORDS, [("refine", "region:Normandie"), ("refine", "region:Île-de-France"),
                   ("facet", 'facet(name="region", disjunctive=true)')], 4),
        ("catalog/datasets", [("refine", "language:fr"), ("refine", "language:en")], 0),
        ("catalog/datasets", [("refine", "language:fr"), ("refine", "language:en"),
                              ("facet", 'facet(name="default.language", disjunctive=true)')], 2),
    ],
)  # fmt: skip
def test_refinements_of_a_disjunctive_facet_are_alternatives(get, path, pairs, count):
    assert get(path, *pairs).json()["total_count"] == count


def test_a_facet_that_was_cut_says_so(get):
    asked = ("facet", 'facet(name="region", limit=1)')
    (facet,) = get("catalog/datasets/musees/facets", asked).json()["facets"]
    assert list(facet) == ["name", "facets", "truncated"]
    (whole,) = get("catalog/datasets/musees/facets", ("facet", "region")).json()["facets"]
    assert list(whole) == ["name", "facets"]
    assert get("catalog/facets", ("facet", "publishr")).json()["hint"] == "Did you mean publisher?"
