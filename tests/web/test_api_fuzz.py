"""Whatever is sent to the API, it answers in JSON, and never with a failure of its own."""

import json
from urllib.parse import quote

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

ROOT = "/api/explore/v2.1"
PATHS = (
    "/catalog/datasets", "/catalog/datasets/musees", "/catalog/facets",
    "/catalog/datasets/musees/records", "/catalog/datasets/musees/facets",
    "/catalog/datasets/musees/exports/csv", "/catalog/datasets/musees/exports/xlsx",
    "/catalog/exports/csv", "/catalog/exports/json",
    *(f"/../v2.0/catalog/{path}" for path in (
        "datasets", "datasets/musees/records", "datasets/musees/aggregates")),
)  # fmt: skip
NAMES = (
    "select", "where", "group_by", "order_by", "limit", "offset", "refine", "exclude", "facet",
    "lang", "timezone", "include_links", "include_app_metas", "version", "delimiter", "with_bom",
)  # fmt: skip
WORDS = (
    "nom", "visites", "ouverture", "coordonnees", "themes", "title", "records_count", "'", '"', "`",
    "(", ")", "[", "]", "..", ",", ":", "=", "<", ">", "*", "%", " and ", " or ", " not ", " in ",
    " like ", " is null", "search(", "count(*)", "range(", "date'2020-01-01'", "geom'POINT(1 2)'",
    "distance(", "within_distance(", "10km", "1e999", "-1", "9" * 400, "null", "true", "\\",
    "year(ouverture)", "count(*) as n",
    "\\ud800", "now(years=", "date_format(", "in_bbox(", "desc", " as ",
)  # fmt: skip
SPICED = st.lists(st.sampled_from(WORDS) | st.text(max_size=4), max_size=7).map("".join)
PAIRS = st.lists(st.tuples(st.sampled_from(NAMES), SPICED), max_size=4)
RAW = ("%00", "%ff%fe", "%ED%A0%80", "%", "%zz", "%E9", "+", "%C3", "&&==&", "%F4%90%80%80")
patient = settings(
    max_examples=150,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)


def sane(response):
    assert response.status_code in (200, 400, 404), response.content
    content = b"".join(response.streaming_content) if response.streaming else response.content
    if response["Content-Type"].startswith("application/json"):
        body = json.loads(content)
        if response.status_code != 200:
            assert list(body)[:2] == ["error_code", "message"]
            assert set(body) <= {"error_code", "message", "hint", "position", "drawn"}
    else:
        assert response.status_code == 200


def percent(text):
    return quote(text.encode("utf-8", "surrogatepass"), safe="")


@patient
@given(path=st.sampled_from(PATHS), pairs=PAIRS)
def test_any_question_gets_an_answer(client, shown, path, pairs):
    query = "&".join(f"{name}={percent(value)}" for name, value in pairs)
    sane(client.get(f"{ROOT}{path}?{query}".replace("v2.1/../", "")))


@patient
@given(path=st.sampled_from(PATHS), name=st.sampled_from(NAMES), parts=st.lists(
    st.sampled_from(RAW) | st.sampled_from(("nom", "musees", "1")), max_size=4))  # fmt: skip
def test_broken_encodings_get_an_answer(client, shown, path, name, parts):
    sane(client.get(f"{ROOT}{path}?{name}={''.join(parts)}"))


@patient
@given(slug=st.text(min_size=1, max_size=30), record=st.text(min_size=1, max_size=60))
def test_any_path_gets_an_answer(client, shown, slug, record):
    sane(client.get(f"{ROOT}/catalog/datasets/{percent(slug)}/records/{percent(record)}"))


@pytest.mark.parametrize("raw", RAW)
def test_broken_paths_get_an_answer(client, shown, raw):
    sane(client.get(f"{ROOT}/catalog/datasets/{raw.replace('&', '')}x/records"))


def test_too_many_parameters_get_an_answer(client, shown):
    query = "&".join(f"where=a{number}" for number in range(10_001))
    response = client.get(f"{ROOT}/catalog/datasets/musees/records?{query}")
    assert response.status_code == 400
    assert list(response.json())[:2] == ["error_code", "message"]


def test_a_foreign_host_is_told_in_json(client, shown):
    response = client.get(f"{ROOT}/catalog/datasets", headers={"host": "evil.example"})
    assert response.status_code == 400
    assert list(response.json())[:2] == ["error_code", "message"]
