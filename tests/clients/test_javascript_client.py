"""Opendatasoft's own JavaScript client, in both lines, gets right answers from our server."""

import json
import urllib.request
from collections import Counter

import pytest

PARIS = "Paris"
HOME = "Île-de-France"


@pytest.fixture(scope="module")
def first(demonstration, driven):
    return json.loads(driven("first_line.js", demonstration.address))


@pytest.fixture(scope="module")
def a_record(demonstration):
    asked = "catalog/datasets/musees-de-france/exports/jsonl?where=ref='M5031'&select=_id,ref"
    with urllib.request.urlopen(f"{demonstration.address}/api/explore/v2.1/{asked}") as answer:
        return json.load(answer)


@pytest.fixture(scope="module")
def present(demonstration, driven, a_record, key):
    return json.loads(driven("present_line.js", demonstration.address, a_record["_id"], key))


def in_paris(museums, but=""):
    return [row for row in museums if row["ville_m"] == PARIS and row["ref"] != but]


def sorted_refs(museums):
    return sorted(row["ref"] for row in museums)


def fields_of(answer):
    return [each["record"]["fields"] for each in answer["records"]]


# -- the first line, which speaks version 2.0 --------------------------------------------------


def test_the_first_line_finds_datasets(first):
    assert {link["rel"] for link in first["catalogue"]["links"]} >= {"self", "datasets"}
    found = [each["dataset"]["dataset_id"] for each in first["datasets"]["datasets"]]
    assert "musees-de-france" in found
    assert first["datasets"]["total_count"] == len(found)
    assert first["dataset"]["dataset"]["dataset_id"] == "musees-de-france"
    assert first["catalogueAggregates"]["aggregations"] == [{"datasets": len(found)}]
    themes = {value["name"] for value in first["catalogueFacets"]["facets"][0]["facets"]}
    assert "Musées" in themes


def test_the_first_line_reads_records(first, museums):
    assert first["records"]["total_count"] == len(museums)
    read = [fields["ref"] for fields in fields_of(first["records"])]
    assert read == sorted_refs(museums)[2:7]
    assert {fields["ref"] for fields in fields_of(first["chosen"])} == {
        row["ref"] for row in in_paris(museums, but="M5031")
    }
    assert fields_of(first["either"]) == [{"ref": "M5060"}, {"ref": "M5031"}]


def test_the_first_line_filters_and_counts(first, museums):
    regions = Counter(row["region"] for row in museums)
    assert first["refined"]["total_count"] == regions[HOME]
    assert first["excluded"]["total_count"] == len(museums) - regions[HOME]
    facet = first["facets"]["facets"][0]
    assert {value["value"]: value["count"] for value in facet["facets"]} == regions
    assert {group["region"]: group["n"] for group in fields_of(first["grouped"])} == regions
    assert {row["region"]: row["n"] for row in first["aggregates"]["aggregations"]} == regions
    assert first["dated"]["total_count"] == first["datasets"]["total_count"]
    assert first["timed"]["total_count"] == 0


def test_the_first_line_hears_errors(first):
    assert first["unknown"]["status"] == 404
    assert first["wrong"]["status"] == 400
    assert first["monitoring"]["status"] == 404


# -- the present line, which speaks version 2.1 ------------------------------------------------


def test_the_present_line_finds_datasets(present):
    assert {link["rel"] for link in present["catalogue"]["links"]} >= {"self", "datasets"}
    found = [each["dataset_id"] for each in present["datasets"]["results"]]
    assert present["datasets"]["total_count"] == len(found)
    assert present["dataset"]["dataset_id"] == "musees-de-france"
    of_theme = [
        each
        for each in present["datasets"]["results"]
        if "Musées" in each["metas"]["default"]["theme"]
    ]
    assert present["datasetsOfTheme"]["total_count"] == len(of_theme)
    themes = {
        item["name"]: item["count"] for item in present["catalogueFacets"]["facets"][0]["facets"]
    }
    assert themes["Musées"] == len(of_theme)


def test_the_present_line_reads_records(present, museums):
    refs = sorted_refs(museums)
    assert present["records"]["total_count"] == len(museums)
    assert [record["ref"] for record in present["records"]["results"]] == refs[2:7]
    assert present["record"]["ref"] == "M5031"
    assert present["updated"]["results"] == [{"ref": ref} for ref in refs[1:7]]
    assert present["unset"]["total_count"] == len(museums)


def test_the_present_line_keeps_language_and_time_zone(present):
    assert present["inFrench"]["results"] == [{"day": "jeudi"}]
    assert present["inParis"]["results"] == [{"there": "2022-01-01 00:30"}]


def test_every_clause_builder_selects_what_it_says(present, museums):
    refs = [row["ref"] for row in museums]
    wanted = {
        "all": len(in_paris(museums, but="M5031")),
        "one": 2,
        "not": len(museums) - len(in_paris(museums)),
        "searched": sum("louvre" in " ".join(row.values()).lower() for row in museums),
        "searchedIn": len(in_paris(museums)),
        "suggested": sum("orsay" in row["nomoff"].lower() for row in museums),
        "started": sum(ref.startswith("M50") for ref in refs),
        "dated": present["datasets"]["total_count"],
        "datedByText": present["datasets"]["total_count"],
        "timed": 0,
    }
    assert {name: present[name].get("total_count") for name in wanted} == wanted


def test_the_present_line_counts(present, museums):
    regions = Counter(row["region"] for row in museums)
    facet = present["facets"]["facets"][0]["facets"]
    assert {value["value"]: value["count"] for value in facet} == regions
    assert [value["value"] for value in facet] == sorted(
        regions, key=lambda name: name.replace("Î", "I")
    )
    several = {facet["name"]: facet["facets"] for facet in present["severalFacets"]["facets"]}
    assert several.keys() == {"region", "dpt"}
    corsica = next(value for value in several["region"] if value["value"] == "Corse")
    assert corsica["state"] == "excluded"
    cities = Counter(row["ville_m"].lower() for row in museums)
    (city, count) = cities.most_common(1)[0]
    assert present["lowered"]["results"] == [{"lower(ville_m)": city, "n": count}]


def test_the_present_line_takes_every_format_away(present):
    unoffered = {"ical", "mvt"}  # no agenda in museums; tiles have an address of their own
    for format_name, got in present["datasetExports"].items():
        wanted = 404 if format_name in unoffered else 200
        assert got["status"] == wanted, format_name
        assert got["bytes"] > 50, format_name
    catalogue = present["catalogExports"]
    for format_name in ("csv", "json", "xlsx", "data.json", "rss"):
        assert catalogue[format_name]["status"] == 200, format_name
        assert catalogue[format_name]["bytes"] > 500, format_name


def test_the_present_line_hears_errors(present, museums):
    assert present["unknown"]["error"] == "NotFoundError"
    assert present["unknown"]["details"]["error_code"] == "NotFoundResource"
    assert present["wrong"]["error"] == "UserError"
    assert "no_such_field" in present["wrong"]["details"]["message"]
    assert present["monitoring"]["error"] == "NotFoundError"
    assert present["wrongKey"]["error"] == "AuthenticationError"
    assert present["rightKey"]["total_count"] == len(museums)
