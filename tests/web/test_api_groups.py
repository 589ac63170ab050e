"""Groups over HTTP: kept by having, of ranges and clusters, on records, exports, the catalogue."""

import json

import pytest

RECORDS = "catalog/datasets/musees/records"
EXPORTS = "catalog/datasets/musees/exports"
KEPT = [("group_by", "region"), ("select", "count(*) as n"), ("having", "n > 1")]
CLUSTERS = "geo_cluster(coordonnees, 4)"


def test_groups_are_kept_by_a_condition_on_records_and_exports(get):
    body = get(RECORDS, *KEPT).json()

    assert list(body) == ["results"]
    assert body["results"]
    assert all(row["n"] > 1 for row in body["results"])
    response = get(f"{EXPORTS}/json", *KEPT)
    exported = json.loads(b"".join(response.streaming_content))
    assert exported == body["results"]


def test_several_conditions_on_groups_are_all_met(get):
    body = get(RECORDS, *KEPT, ("having", "region is null")).json()

    assert all(row["region"] is None for row in body["results"])


def test_a_condition_on_groups_needs_groups(get):
    response = get(RECORDS, ("having", "count(*) > 1"))

    assert response.status_code == 400
    assert response.json()["error_code"] == "ODSQLError"
    assert "group_by" in response.json()["message"]
    assert response.json()["message"].endswith("Clause(s) containing the error(s): having.")


def test_the_catalogue_groups_and_keeps_too(get):
    every = get("catalog/datasets", ("group_by", "publisher"), ("select", "count(*) as n")).json()
    kept = get(
        "catalog/datasets",
        ("group_by", "default.publisher"),
        ("select", "count(*) as n"),
        ("having", "n > 100"),
    ).json()

    assert every["results"]
    assert kept == {"results": []}


@pytest.mark.parametrize("name", ["csv", "json", "jsonl", "xlsx", "parquet"])
def test_ranges_and_clusters_are_exported(get, name):
    response = get(
        f"{EXPORTS}/{name}",
        ("group_by", f"range(visites, *, 1000, *) as r, {CLUSTERS} as c"),
        ("select", "count(*) as n, bbox(coordonnees) as b"),
    )

    assert response.status_code == 200
    assert len(b"".join(response.streaming_content)) > 50


def test_a_cluster_is_written_as_the_live_server_does(get):
    body = get(RECORDS, ("group_by", CLUSTERS), ("where", "coordonnees is not null")).json()

    [cluster, *_] = body["results"]
    assert set(cluster) == {CLUSTERS}
    assert set(cluster[CLUSTERS]["cluster_centroid"]) == {"lat", "lon"}


def test_more_groups_than_a_page_holds_are_refused(get):
    response = get(RECORDS, ("limit", "1473"))

    assert response.json()["message"] == (
        "Invalid value for limit API parameter: 1473 was found but -1 <= limit <= 100 is expected."
    )
    assert get(RECORDS, ("limit", "20001"), ("group_by", "type")).status_code == 400
    assert get(RECORDS, ("limit", "20000"), ("group_by", "type")).status_code == 200
