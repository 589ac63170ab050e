"""The exchanges recorded at a live portal in August 2026, asked again here on the same data."""

import csv
import io
import json
from urllib.parse import urlsplit

import pytest
from recorded import asked, described, portal, publish, shape, table

from cimaise.web.catalog.models import Licence

pytestmark = pytest.mark.django_db  # so that there is a database at all
TREES = "public-trees"
TAXES = "property-tax-report"
BASE = "http://localhost"


@pytest.fixture(scope="module")
def folder(shared_data):
    return shared_data / "fixtures/ods_v21_vancouver_recorded"


@pytest.fixture(scope="module")
def live(folder):
    """Each recorded exchange: its address, its status and headers, and its body."""
    found = {}
    for path in sorted(folder.glob("*.http.json")):
        name = path.name.removesuffix(".http.json")
        body = next(each for each in folder.glob(f"{name}.*") if each != path)
        found[name] = json.loads(path.read_text("utf-8")), body.read_bytes()
    return found


def body(live, name):
    return json.loads(live[name][1])


@pytest.fixture(scope="module")
def ours(live, django_db_setup, django_db_blocker, tmp_path_factory):
    """What we answer to the same requests."""
    directory = tmp_path_factory.mktemp("vancouver")
    with django_db_blocker.unblock(), portal(directory) as client:
        trees = body(live, f"metadata-{TREES}")
        publish(directory, described(trees), table(
            [field["name"] for field in trees["fields"]], trees_of(live)))  # fmt: skip
        taxes = live["data-property-tax-report"][1].decode()
        publish(directory, described(body(live, f"metadata-{TAXES}")), taxes)
        Licence.objects.update(url=trees["metas"]["default"]["license_url"])
        yield {
            name: asked(client, exchange["url"])
            for name, (exchange, _body) in live.items()
        }  # fmt: skip


def trees_of(live):
    """As many trees of each genus as were counted; of five everything is known."""
    known = list(csv.DictReader(io.StringIO(live["data-public-trees-csv"][1].decode(), newline=""),
                                delimiter=";"))  # fmt: skip
    yield from known
    for group in body(live, "aggregate-grouped"):
        genus = group["genus_name"]
        seen = sum(tree["genus_name"] == genus for tree in known)
        yield from ({"genus_name": genus},) * (group["count"] - seen)


# -- answers that must be the same, to the letter or the figure -----------------------------------


@pytest.mark.parametrize("name", ["aggregate-grouped", "aggregate-ungrouped", "error-not-found"])
def test_the_same_question_has_the_same_answer(live, ours, name):
    assert ours[name].json == body(live, name)


@pytest.mark.parametrize("name", ["data-public-trees-csv", "data-property-tax-report"])
def test_the_same_file_comes_byte_for_byte(live, ours, name):
    assert ours[name].content == live[name][1]


def test_an_error_is_told_in_the_same_words(live, ours):
    told = ours["error-odsql"].json
    assert list(told) == ["error_code", "message", "position", "drawn"]
    assert {name: told[name] for name in ("error_code", "message")} == body(live, "error-odsql")


def test_facets_count_the_same_and_one_more_says_that_they_were_cut(live, ours):
    expected, found = body(live, f"facets-{TREES}"), ours[f"facets-{TREES}"].json
    assert found["facets"][0].pop("truncated") is True
    assert sorted(found["facets"][0]["facets"], key=str) == sorted(
        _as_many(expected["facets"][0]["facets"], found["facets"][0]["facets"]), key=str
    )
    counts = [each["count"] for each in found["facets"][0]["facets"]]
    assert counts == [each["count"] for each in expected["facets"][0]["facets"]]
    del found["facets"], expected["facets"]
    assert [each["rel"] for each in found["links"]] == [each["rel"] for each in expected["links"]]
    assert paths(found["links"]) == paths(expected["links"])


def _as_many(expected, found):
    """The expected values; of those that are as rare as the last, any may have been cut."""
    last = expected[-1]["count"]
    sure = [each for each in expected if each["count"] > last]
    return [*sure, *(each for each in found if each["count"] == last)]


def paths(links):
    return [urlsplit(link["href"]).path for link in links]


# -- status and headers ---------------------------------------------------------------------------


def test_every_status_and_type_is_the_same(live, ours):
    for name, (exchange, _body) in live.items():
        assert ours[name].status == exchange["status"], name
        kind, expected = ours[name].headers["Content-Type"], exchange["headers"]["content-type"]
        assert kind.split(";")[0] == expected.split(";")[0], name
        said = exchange["headers"].get("content-disposition")
        assert ours[name].headers.get("Content-Disposition") == said, name
        assert ours[name].headers["Access-Control-Allow-Origin"] == "*"
        allowed = exchange["headers"]["access-control-allow-headers"].split(", ")
        assert set(allowed) <= set(ours[name].headers["Access-Control-Allow-Headers"].split(", "))
        exposed = exchange["headers"]["access-control-expose-headers"].split(", ")
        assert set(exposed) <= set(ours[name].headers["Access-Control-Expose-Headers"].split(", "))


# -- descriptions ---------------------------------------------------------------------------------

# What depends on when and where: only its kind is compared.
OF_THE_PLACE = ("modified", "data_processed", "metadata_processed", "records_count", "bbox",
                "geographic_reference_auto")  # fmt: skip


@pytest.mark.parametrize("slug", [TREES, TAXES])
def test_a_dataset_is_described_alike(live, ours, slug):
    expected, found = body(live, f"metadata-{slug}"), ours[f"metadata-{slug}"].json
    assert list(found) == list(expected)
    assert found["features"] == expected["features"]
    for name in ("default", "dcat"):
        assert list(found["metas"][name]) == list(expected["metas"][name])
    default, said = found["metas"]["default"], expected["metas"]["default"]
    for name, value in said.items():
        if name not in OF_THE_PLACE:
            assert default[name] == value, name
    for field, live_field in zip(found["fields"], expected["fields"], strict=True):
        live_field["annotations"].pop("timerangeFilter", None)  # a setting of the portal's pages
        assert list(field) == list(live_field)
        assert field == live_field
    if said["bbox"]:
        assert shape(default["bbox"]) == shape(said["bbox"])
        ring = default["bbox"]["geometry"]["coordinates"][0]
        (east, north), (west, south) = ring[0], ring[2]
        assert ring == [[east, north], [west, north], [west, south], [east, south], [east, north]]
        assert (west, south) < (east, north)


def test_the_catalogue_divides_alike(live, ours):
    expected, found = body(live, "facets-catalog"), ours["facets-catalog"].json
    assert list(found) == list(expected)
    assert paths(found["links"]) == paths(expected["links"])
    names = [facet["name"] for facet in expected["facets"]]
    known = [facet["name"] for facet in found["facets"]]
    assert [name for name in names if name in known] == [name for name in known if name in names]
    assert shape(found["facets"][0]) == shape(expected["facets"][0])


def test_the_table_of_the_catalogue_says_the_same_of_datasets(live, ours):
    def rows(content):
        read = csv.DictReader(io.StringIO(content.decode("utf-8-sig"), newline=""), delimiter=";")
        return {row["datasetid"]: row for row in read}

    expected, found = rows(live["catalog-export"][1]), rows(ours["catalog-export"].content)
    assert not ours["catalog-export"].content.startswith(b"\xef\xbb\xbf")
    assert set(found) == {TREES, TAXES}
    for slug, row in found.items():
        for name, cell in expected[slug].items():
            bare = name.partition(".")[2]
            if name.startswith(("default.", "dcat.")) and bare not in (*OF_THE_PLACE, "created"):
                assert row[name] == cell, (slug, name)
    box = json.loads(found[TREES]["default.bbox"])
    assert list(box) == list(json.loads(expected[TREES]["default.bbox"]))


def test_flatgeobuf_is_flatgeobuf(live, ours):
    assert ours["data-public-trees"].content[:8] == live["data-public-trees"][1][:8]
