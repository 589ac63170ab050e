"""The Explore API v2.0, held against what clients recorded of it in 2020 and 2021."""

import json

import pytest
from recorded import asked, described, portal, publish, shape, table

pytestmark = pytest.mark.django_db  # so that there is a database at all
ROOT = "/api/v2"
STATIONS = "weather-stations"
GEO = "/catalog/datasets?order_by=title+asc&limit=100&refine=features%3Ageo&offset=0"
RECORDS = f"/catalog/datasets/{STATIONS}/records"
PAGE = "?order_by=metadata_time DESC&select=metadata_time, heat_stress_index, geolocation&limit=100"
GROUPS = ("?group_by=geolocation&limit=100&select=min(metadata_time) as min_time,"
          " max(metadata_time) as max_time, count(metadata_time) as num")  # fmt: skip


@pytest.fixture(scope="module")
def live(shared_data):
    folder = shared_data / "fixtures/ods_v2_terriajs"
    return {path.stem: json.loads(path.read_text("utf-8")) for path in folder.glob("*.json")}


@pytest.fixture(scope="module")
def ask(live, django_db_setup, django_db_blocker, tmp_path_factory):
    """Ask a portal that has the recorded stations and the records that were recorded of them."""
    directory = tmp_path_factory.mktemp("campbelltown")
    with django_db_blocker.unblock(), portal(directory) as client:
        body = live["weather-station-dataset"]["dataset"]
        names = [field["name"] for field in body["fields"]]
        publish(directory, described(body), table(names, stations(live)))
        yield lambda path, root=ROOT: asked(client, f"{root}{path}", root)


def stations(live):
    """The records of the page, and one of which neither place nor time is known."""
    for each in live["weather-station-100"]["records"]:
        fields = dict(each["record"]["fields"])
        place = fields["geolocation"]
        fields["geolocation"] = f"{place['lat']}, {place['lon']}" if place else ""
        yield {name: "" if value is None else value for name, value in fields.items()}
    yield {"device_name": "nowhere"}


def rels(links):
    return [link["rel"] for link in links]


def test_a_page_of_records_has_the_recorded_shape(live, ask):
    expected, answer = live["weather-station-100"], ask(RECORDS + PAGE)
    found = answer.json
    assert list(found) == list(expected)
    assert found["total_count"] == 101
    assert rels(found["links"]) == ["self", "first", "last", "next"]
    ours, theirs = found["records"][0], expected["records"][0]
    assert rels(ours["links"]) == rels(theirs["links"])
    assert list(ours["record"]) == list(theirs["record"])
    assert shape(ours["record"]["timestamp"]) == shape(theirs["record"]["timestamp"])
    assert ours["record"]["timestamp"].endswith("Z")
    fields = [each["record"]["fields"] for each in found["records"]]
    assert set(fields[0]) == set(theirs["record"]["fields"])
    times = [each["record"]["fields"]["metadata_time"] for each in expected["records"]]
    assert [each["metadata_time"] for each in fields] == times
    for mine, his in zip(fields, expected["records"], strict=True):
        if times.count(mine["metadata_time"]) == 1:
            assert mine == his["record"]["fields"]


def test_links_of_a_page_echo_what_had_an_effect(ask):
    links = {each["rel"]: each["href"] for each in ask(RECORDS + "?rows=10&start=20").json["links"]}
    assert links["self"] == f"http://localhost/api/v2{RECORDS}?limit=10&offset=20"
    assert links["first"].endswith("?limit=10&offset=0")
    assert links["last"].endswith("?limit=10&offset=100")
    assert links["next"].endswith("?limit=10&offset=30")
    datasets = ask("/catalog/datasets?where=features='geo'").json["links"][0]["href"]
    assert datasets.endswith(
        "?include_app_metas=False&limit=10&offset=0&where=features%3D%27geo%27"
    )


def test_groups_by_points_have_the_recorded_shape(live, ask):
    expected, found = live["weather-station-groupby"], ask(RECORDS + GROUPS).json
    assert list(found) == list(expected)
    assert rels(found["links"]) == rels(expected["links"])
    assert found["links"][0]["href"].split("?")[0].endswith(RECORDS)
    ours, theirs = (
        found["records"][0]["record"]["fields"],
        expected["records"][0]["record"]["fields"],
    )
    assert shape(dict(sorted(ours.items()))) == shape(dict(sorted(theirs.items())))
    assert list(found["records"][0]) == ["record"]
    places = [each["record"]["fields"]["geolocation"] for each in found["records"]]
    assert "[-33.998172, 150.865419]" in places
    assert all(place.startswith("[") for place in places)
    assert ours["min_time"].endswith(".000Z")


def test_a_dataset_has_the_recorded_shape(live, ask):
    expected, found = live["weather-station-dataset"], ask(f"/catalog/datasets/{STATIONS}").json
    assert list(found) == list(expected)
    assert rels(found["links"]) == rels(expected["links"])
    assert list(found["dataset"]) == list(expected["dataset"])
    assert [field["annotations"] for field in found["dataset"]["fields"]] == [
        field["annotations"] for field in expected["dataset"]["fields"]
    ]
    assert [list(field) for field in found["dataset"]["fields"]] == [
        list(field) for field in expected["dataset"]["fields"]
    ]
    assert set(expected["dataset"]["metas"]["default"]) <= set(found["dataset"]["metas"]["default"])


def test_a_page_of_datasets_has_the_recorded_shape(live, ask):
    expected, found = live["datasets"], ask(GEO).json
    assert list(found) == list(expected)
    assert rels(found["links"]) == rels(expected["links"])
    assert list(found["datasets"][0]) == list(expected["datasets"][0])
    assert found["datasets"][0] == ask(f"/catalog/datasets/{STATIONS}").json


def test_facets_have_the_recorded_shape(live, ask):
    expected, found = live["facets"], ask("/catalog/facets").json
    assert list(found) == list(expected)
    assert found["links"] == [
        {"href": "http://localhost/api/v2/catalog/facets", "rel": "self"},
        {"href": "http://localhost/api/v2/catalog", "rel": "source"},
    ]
    assert shape(dict(sorted(found["facets"][0]["facets"][0].items()))) == shape(
        dict(sorted(expected["facets"][0]["facets"][0].items()))
    )
    assert ask(f"/catalog/datasets/{STATIONS}/facets?facet=dev_id").status == 200


def test_parts_of_dates_are_texts_and_groups_by_dates_milliseconds(ask):
    record = ask(f"{RECORDS}?select=year(metadata_time) as y, device_name&limit=1").json["records"][
        0
    ]
    assert record["record"]["fields"]["y"] == "2021"
    groups = ask(f"{RECORDS}?group_by=metadata_time&limit=1").json["records"]
    assert type(groups[0]["record"]["fields"]["metadata_time"]) is int
    years = ask(f"{RECORDS}?group_by=year(metadata_time)&select=count(*) as n").json["records"]
    assert years == [{"record": {"fields": {"year(metadata_time)": "2021", "n": 100}}}]


def test_aggregates_are_worked_out_once(ask):
    path = f"/catalog/datasets/{STATIONS}/aggregates"
    found = ask(f"{path}?select=count(*) as n, max(metadata_time) as last").json
    assert list(found) == ["links", "aggregations"]
    assert found["aggregations"] == [{"n": 101, "last": "2021-06-18T06:00:37.000Z"}]
    none = ask(f"{path}?select=count(*) as n, avg(heat_stress_index) as a&where=device_name='x'")
    assert none.json["aggregations"] == [{"n": 0, "a": None}]
    groups = ask(f"{path}?select=count(*) as n&group_by=device_name").json["aggregations"]
    assert groups == [{"device_name": "nowhere", "n": 1}]
    assert ask(path).status == 400


def test_one_record_and_the_formats(ask):
    first = ask(RECORDS + PAGE).json["records"][0]
    own = first["links"][0]["href"].removeprefix("http://localhost/api/v2")
    again = ask(own).json
    assert again["links"] == first["links"]
    assert again["record"]["id"] == first["record"]["id"]
    links = ask(f"/catalog/datasets/{STATIONS}/exports").json["links"]
    assert "xls" in rels(links)
    assert "xlsx" not in rels(links)
    assert not ask(f"/catalog/datasets/{STATIONS}/exports/csv").content.startswith(b"\xef\xbb\xbf")
    assert ask(f"/catalog/datasets/{STATIONS}/exports/xls").content.startswith(b"PK")
    assert not ask("/catalog/exports/csv").content.startswith(b"\xef\xbb\xbf")


@pytest.mark.parametrize("root", ["/api/v2", "/api/explore/v2.0"])
@pytest.mark.parametrize("path", ["", "/", "/catalog", "/catalog/", "/catalog/datasets/",
                                  f"/catalog/datasets/{STATIONS}/", "/catalog/facets",
                                  "/catalog/exports/", f"/catalog/datasets/{STATIONS}/attachments",
                                  "/swagger.json"])  # fmt: skip
def test_every_answer_says_that_there_is_a_newer_version(ask, root, path):
    answer = ask(path, root)
    assert answer.status == 200
    assert "2.1" in answer.headers["ODS-Explore-API-Deprecation"]
    assert 'rel="successor-version"' in answer.headers["Link"]


@pytest.mark.parametrize("path", [
    "/catalog/datasets/none", f"{RECORDS}/none", f"{RECORDS}?where=nothing(", "/nothing",
    f"{RECORDS}?limit=101", f"{RECORDS}?group_by=nowhere", "/catalog/exports/none",
])  # fmt: skip
def test_errors_are_told_as_in_every_version(ask, path):
    answer = ask(path)
    assert answer.status in (400, 404)
    assert list(answer.json)[:2] == ["error_code", "message"]
