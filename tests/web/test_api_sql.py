"""`/api/sql/`: what it answers over HTTP, to whom, in which formats, and how it fails."""

import io
import json

import pyarrow.parquet as pq
import pytest
from django.test import Client
from small_datasets import MUSEUMS, museums

from cimaise.engine.exports import EXPORTS
from cimaise.engine.sql.carrels import AllTaken, TooMuch
from cimaise.web.accounts.models import Organisation, Person
from cimaise.web.catalog import sql
from cimaise.web.catalog.models import Dataset

SQL = "/api/sql/"


@pytest.fixture(scope="module")
def kept_carrels(tmp_path_factory):
    """The carrels of all portals of this module: starting a process takes a second."""
    opened = sql.Carrels(tmp_path_factory.getbasetemp())
    yield opened
    opened.close()


@pytest.fixture(autouse=True)
def carrels(kept_carrels, monkeypatch):
    monkeypatch.setattr(sql, "carrels", lambda: kept_carrels)


@pytest.fixture
def ask(client, shown):
    """Ask in SQL; gives the response."""

    def asked(query, headers=None, **parameters):
        return client.get(SQL, {"query": query, **parameters}, headers=headers or {})

    return asked


def rows(response):
    assert response.status_code == 200, response.getvalue()
    return [list(row.values()) for row in json.loads(response.getvalue())["results"]]


def test_a_page_tells_columns_rows_and_whether_there_are_more(ask):
    response = ask("select nom, visites from musees order by visites desc nulls last", limit=2)
    assert response.headers["Content-Type"] == "application/json; charset=utf-8"
    assert response.headers["Access-Control-Allow-Origin"] == "*"
    assert json.loads(response.getvalue()) == {
        "columns": [{"name": "nom", "type": "text"}, {"name": "visites", "type": "int"}],
        "results": [
            {"nom": "Musée du Louvre", "visites": 8700000},
            {"nom": "Musée d’Orsay", "visites": 3600000},
        ],
        "truncated": True,
    }


def test_datasets_are_joined_with_each_other_and_with_the_catalogue(ask):
    query = (
        "select c.title, m.nom, e.titre from musees m cross join evenements e "
        "join catalogue c on c.dataset_id = 'musees' where m.ref = 'M0001' and e.id = 1"
    )
    assert rows(ask(query)) == [["Musées de France", "Musée du Louvre", "Nuit des musées"]]
    assert rows(ask("select dataset_id from catalogue order by 1")) == [["evenements"], ["musees"]]


@pytest.mark.parametrize(
    ("kind", "body"),
    [
        ("application/json", json.dumps({"query": "select count(*) from musees", "limit": 5})),
        ("application/x-www-form-urlencoded", "query=select+count(*)+from+musees"),
        ("application/sql", "select count(*) from musees"),
    ],
)
def test_a_question_may_be_posted(client, shown, kind, body):
    assert rows(client.post(SQL, body, content_type=kind)) == [[5]]


def test_posting_needs_no_token_of_a_form(shown):
    strict = Client(enforce_csrf_checks=True)
    assert rows(strict.post(SQL, {"query": "select 1"})) == [[1]]


WRONG_BODIES = ["{", "[]", '{"query": {"a": 1}}', '{"query": "select 1", "limit": "many"}', "{}"]


@pytest.mark.parametrize("body", WRONG_BODIES)
def test_a_body_that_is_no_question_is_told(client, shown, body):
    response = client.post(SQL, body, content_type="application/json")
    assert response.status_code == 400
    assert set(response.json()) == {"error_code", "message"}


@pytest.mark.parametrize("name", EXPORTS)
def test_every_format_of_exports_is_a_format_of_answers(ask, name):
    query = "select nom, visites, ouverture, coordonnees from musees where visites > 1 order by ref"
    response = ask(query, format=name)
    body = response.getvalue()
    assert response.status_code == 200, body
    assert len(body) == int(response.headers["Content-Length"])
    assert f'filename="answer.{EXPORTS[name].extension}"' in response.headers["Content-Disposition"]
    if name in ("csv", "json", "jsonl", "geojson", "kml", "gpx", "jsonld", "turtle"):
        assert "Louvre" in body.decode("utf-8-sig")


def test_a_format_takes_its_own_parameters(ask):
    csv = ask("select nom from musees limit 1", format="csv", delimiter=",", quote_all="true")
    assert csv.getvalue().decode("utf-8-sig") == '"nom"\r\n"Musée du Louvre"\r\n'
    packed = ask("select nom from musees", format="csv", compressed="true")
    assert packed.headers["Content-Type"] == "application/gzip"


def test_a_file_has_every_row(ask):
    assert len(json.loads(ask("select 1 from musees", format="json", limit="1").getvalue())) == 5


def test_an_unchanged_answer_costs_nothing_until_a_version_is_published(ask, publish):
    query = "select count(*) from musees"
    first = ask(query)
    tag = first.headers["ETag"]
    again = ask("SELECT  count(*)  FROM musees -- the same", headers={"If-None-Match": tag})
    assert again.status_code == 304
    assert ask(query, limit="3").headers["ETag"] != tag
    publish(museums(), MUSEUMS + "M0006;Musée neuf;Paris;Île-de-France;Société;;;;\n")
    after = ask(query, headers={"If-None-Match": tag})
    assert rows(after) == [[6]]


@pytest.mark.parametrize("query", ["select now()", "select random()", "select current_date"])
def test_an_answer_that_changes_by_itself_has_no_tag(ask, query):
    response = ask(query)
    assert response.status_code == 200
    assert "ETag" not in response.headers
    assert response.headers["Cache-Control"] == "no-store"


def test_moments_are_told_in_the_time_zone_asked(ask):
    query = "select debut from evenements where id = 1"
    assert rows(ask(query, timezone="Europe/Paris")) == [["2021-05-15T20:00:00+02:00"]]


WRONG = [
    ("select nom from musee", 'Unknown dataset: musee (line 1, column 17). Did you mean "musees"?'),
    ("select nm from musees", "Unknown field: nm (line 1, column 8). Did you mean nom?"),
    ("drop table musees", "a question begins with SELECT, not drop"),
    ("select * from 'data.csv'", "Unknown dataset: data.csv"),
    ("select * from information_schema.tables", "a dataset has one name"),
    ("select", "nothing is selected"),
]


@pytest.mark.parametrize(("query", "said"), WRONG)
def test_what_is_wrong_is_told_with_its_place(ask, query, said):
    response = ask(query)
    assert response.status_code == 400
    told = response.json().keys()
    assert (
        {"error_code", "message"} <= told <= {"error_code", "message", "hint", "position", "drawn"}
    )
    assert response.json()["error_code"] in ("SQLError", "SQLSyntaxError")
    assert said in response.json()["message"]


@pytest.mark.parametrize(
    "parameters",
    [
        {"limit": "-2"}, {"limit": "10001"}, {"offset": "-1"}, {"offset": "100000000"},
        {"format": "exe"}, {"timezone": "Mars"}, {"format": "csv", "delimiter": "x"},
    ],
)  # fmt: skip
def test_a_parameter_out_of_bounds_is_refused(ask, parameters):
    response = ask("select 1", **parameters)
    assert response.status_code == 400
    assert response.json()["error_code"] == "InvalidRESTParameterError"


def test_no_question_is_told(client, shown):
    assert client.get(SQL).json()["error_code"] == "InvalidRESTParameterError"


@pytest.fixture
def hidden(shown):
    """The museums, restricted to their producer."""
    Dataset.objects.filter(slug="musees").update(restricted=True)
    return Dataset.objects.get(slug="musees")


def test_a_restricted_dataset_is_unknown_in_the_words_of_one_that_never_was(ask, hidden):
    said = ask("select * from musees").json()["message"]
    never = ask("select * from museum").json()["message"]
    assert said.replace("musees", "museum") == never
    assert "Did you mean" not in ask("select * from musee").json()["message"]
    assert rows(ask("select dataset_id from catalogue")) == [["evenements"]]


def test_who_may_read_a_restricted_dataset_may_ask_it(client, hidden, ask):
    person = Person.objects.create_user("lectrice", password="une phrase de passe")
    person.organisations.add(Organisation.objects.get(pk=hidden.producer_id))
    client.force_login(person)
    response = ask("select count(*) from musees")
    assert rows(response) == [[5]]
    assert response.headers["Cache-Control"].startswith("private")


@pytest.mark.parametrize(
    ("trouble", "code"), [(AllTaken, "TooManyQueries"), (TooMuch, "QueryTooLarge")]
)
def test_when_there_is_no_room_the_asker_is_told_to_wait(ask, monkeypatch, trouble, code):
    def full(*_):
        raise trouble

    monkeypatch.setattr(sql.Carrels, "answer", full)
    response = ask("select 1")
    assert response.status_code == 503
    assert response.json()["error_code"] == code
    assert ("Retry-After" in response.headers) == (trouble is AllTaken)


def test_head_and_options_and_other_methods(client, shown):
    head = client.head(SQL, {"query": "select 1"})
    assert (head.status_code, head.content) == (200, b"")
    assert "POST" in client.options(SQL).headers["Allow"]
    assert client.delete(SQL).status_code == 405
    assert client.get("/api/sql", {"query": "select 1"}).status_code == 200


def test_openapi_tells_of_it(client, shown):
    told = client.get("/api/explore/v2.1/swagger.json").json()["paths"]["/api/sql/"]
    names = {each["name"] for each in told["get"]["parameters"]}
    assert {"query", "format", "limit", "offset", "timezone", "delimiter"} <= names
    assert "application/json" in told["post"]["requestBody"]["content"]


def test_the_rows_are_those_of_the_explore_api(ask, get):
    told = get("catalog/datasets/musees/records", ("limit", "5"), ("order_by", "ref")).json()
    answer = json.loads(ask("select * exclude (_id) from musees order by ref").getvalue())
    assert answer["results"] == told["results"]


def test_an_answer_is_read_by_others(ask):
    body = ask("select nom, visites from musees", format="parquet").getvalue()
    assert pq.read_table(io.BytesIO(body)).num_rows == 5


def test_linked_data_names_the_portal(client, shown, settings):
    settings.SITE_ADDRESS = "https://data.example.org"
    query = 'SELECT nom FROM "musees" LIMIT 1'
    response = client.get("/api/sql/", {"query": query, "format": "turtle"})
    told = b"".join(response.streaming_content) if response.streaming else response.content
    assert b"https://data.example.org/" in told
    assert b"localhost" not in told
