"""The door of the API: methods, origins, spellings, unknown paths, failures, entity tags."""

import pytest
from django.http import HttpResponse

from cimaise.web.api import records
from cimaise.web.api.console import document
from cimaise.web.api.freshness import fresh

ROOT = "/api/explore/v2.1"
PATHS = (
    "", "/catalog", "/catalog/datasets", "/catalog/facets", "/catalog/datasets/musees",
    "/catalog/datasets/musees/records", "/catalog/datasets/musees/facets", "/swagger.json",
    "/console",
)  # fmt: skip
UNKNOWN = (
    "/api/", "/api/nothing", f"{ROOT}/nothing", f"{ROOT}/catalog/x/y", "/api/explore/v9/",
    f"{ROOT}/catalog/datasets/musees/nothing",
)  # fmt: skip
QUERIES = (
    "", "?limit=2", "?lang=en", "?timezone=Europe/Paris", "?where=visites>3",
    "?include_links=true", "?include_app_metas=true", "?refine=region:Normandie",
)  # fmt: skip


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("slash", ["", "/"])
def test_a_trailing_slash_is_neither_needed_nor_harmful(client, shown, path, slash):
    assert client.get(f"{ROOT}{path}{slash}").status_code == 200


@pytest.mark.parametrize("path", UNKNOWN)
def test_an_unknown_path_is_told_in_json(client, shown, path):
    response = client.get(path)
    assert response.status_code == 404
    assert response.json()["error_code"] == "NotFoundURI"
    assert response["Access-Control-Allow-Origin"] == "*"


@pytest.mark.parametrize("path", ["/catalog/datasets", "/nothing", "/catalog/datasets/none"])
def test_every_answer_may_be_read_from_any_origin(client, shown, path):
    response = client.get(ROOT + path)
    assert response["Access-Control-Allow-Origin"] == "*"
    assert "ODS-Widgets-Version" in response["Access-Control-Allow-Headers"]


def test_a_browser_may_ask_beforehand(client, shown):
    response = client.options(
        f"{ROOT}/catalog/datasets",
        headers={"origin": "https://elsewhere.example", "access-control-request-method": "GET"},
    )
    assert response.status_code == 200
    assert "Authorization" in response["Access-Control-Allow-Headers"]
    assert response["Access-Control-Max-Age"] == "1000"


@pytest.mark.parametrize("method", ["post", "put", "delete", "patch"])
def test_nothing_can_be_changed(client, shown, method):
    response = getattr(client, method)(f"{ROOT}/catalog/datasets/musees/records")
    assert response.status_code == 405
    assert response["Allow"] == "GET, HEAD, OPTIONS"
    assert response.json()["error_code"] == "MethodNotAllowed"


def test_a_failure_is_told_without_detail(client, shown, monkeypatch, caplog):
    def broken(*_, **__):
        raise RuntimeError("a secret path")

    monkeypatch.setattr(records, "page_from", broken)
    response = client.get(f"{ROOT}/catalog/datasets/musees/records")
    assert response.status_code == 500
    assert response.json()["error_code"] == "InternalError"
    assert "secret" not in response.content.decode()
    assert "a secret path" in caplog.text


# -- entity tags ----------------------------------------------------------------------------------


@pytest.mark.parametrize("path", ["catalog/datasets", "catalog/facets", "catalog/datasets/musees",
                                  "catalog/datasets/musees/records?limit=2",
                                  "catalog/datasets/musees/facets", "swagger.json"])  # fmt: skip
def test_an_answer_known_already_is_not_made_again(client, shown, path):
    first = client.get(f"{ROOT}/{path}")
    assert first["ETag"].startswith('"')
    assert first["Cache-Control"] == "public, max-age=0, must-revalidate"
    again = client.get(f"{ROOT}/{path}", headers={"if-none-match": first["ETag"]})
    assert again.status_code == 304
    assert again["ETag"] == first["ETag"]
    assert again["Access-Control-Allow-Origin"] == "*"


def test_nothing_is_asked_of_the_engine_for_a_304(client, shown, monkeypatch):
    path = f"{ROOT}/catalog/datasets/musees/records"
    etag = client.get(path)["ETag"]
    monkeypatch.setattr(records, "page_from", None)
    assert client.get(path, headers={"if-none-match": etag}).status_code == 304


def test_other_questions_have_other_tags(client, shown):
    path = f"{ROOT}/catalog/datasets/musees/records"
    queries = QUERIES
    tags = [client.get(path + query)["ETag"] for query in queries]
    assert len(set(tags)) == len(queries)


@pytest.mark.parametrize("question", ["debut < now()", "NOW (years=-1) > debut", "random(3)"])
def test_what_looks_at_the_clock_is_never_kept(rf, question):
    request = rf.get("/", headers={"if-none-match": '"a"'})
    response = fresh(request, '"a"', None, lambda: HttpResponse("later"), question=question)
    assert response.content == b"later"
    assert response["Cache-Control"] == "no-store"
    assert not response.has_header("ETag")


def test_an_anonymous_answer_opens_no_session(client, shown, django_assert_max_num_queries):
    path = f"{ROOT}/catalog/datasets/musees/records"
    client.get(path)
    with django_assert_max_num_queries(1):
        response = client.get(path)
    assert not response.cookies
    assert not response.has_header("Vary")


# -- description ----------------------------------------------------------------------------------


def test_openapi_tells_every_operation_and_its_parameters(client, shown):
    told = client.get(f"{ROOT}/swagger.json").json()
    paths = {path.removeprefix(ROOT): methods for path, methods in told["paths"].items()}
    assert {
        "/catalog/datasets", "/catalog/datasets/{dataset_id}", "/catalog/facets",
        "/catalog/datasets/{dataset_id}/records",
        "/catalog/datasets/{dataset_id}/records/{record_id}",
        "/catalog/datasets/{dataset_id}/facets", "/catalog/datasets/{dataset_id}/exports",
        "/catalog/datasets/{dataset_id}/exports/{export_format}",
        "/catalog/datasets/{dataset_id}/attachments",
    } <= set(paths)  # fmt: skip
    assert set(paths.pop("/api/sql/")) == {"get", "post"}
    assert all(set(methods) == {"get"} for methods in paths.values())
    records_told = paths["/catalog/datasets/{dataset_id}/records"]["get"]
    names = [parameter["name"] for parameter in records_told["parameters"]]
    assert names[0] == "dataset_id"
    assert {"select", "where", "limit", "refine", "timezone", "include_links"} <= set(names)
    assert len(document()) > 1000


def test_the_page_to_try_needs_no_script(client, shown):
    page = client.get(f"{ROOT}/console").content.decode()
    assert f'action="{ROOT}/catalog/datasets/evenements/records"' in page
    assert 'name="where"' in page
    assert f'formaction="{ROOT}/catalog/datasets/evenements/exports/csv"' in page
    assert f'href="{ROOT}/swagger.json"' in page
    other = client.get(f"{ROOT}/console?dataset=musees").content.decode()
    assert f'action="{ROOT}/catalog/datasets/musees/records"' in other
