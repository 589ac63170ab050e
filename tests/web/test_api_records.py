"""Records over HTTP: bodies, paging, links, versions and errors of the Explore API."""

import pytest
from small_datasets import MUSEUMS, museums

LILLE = "Palais des Beaux-Arts"
AUGE = "Écomusée du pays d’Auge"


def names(response):
    return [record["nom"] for record in response.json()["results"]]


def test_a_page_of_records_has_every_field_in_order_and_null_where_nothing_is(get):
    response = get("catalog/datasets/musees/records", ("limit", 4), ("offset", 3))
    assert response.status_code == 200
    assert response["Content-Type"] == "application/json; charset=utf-8"
    body = response.json()
    assert list(body) == ["total_count", "results"]
    assert body["total_count"] == 5
    assert body["results"][0] == {
        "ref": "M0004",
        "nom": "Musée de la Mer",
        "commune": "Évreux",
        "region": "Normandie",
        "type": "Société",
        "visites": None,
        "ouverture": "2001-05-02",
        "coordonnees": None,
        "themes": None,
    }
    assert body["results"][1]["coordonnees"] == {"lon": 0.2267, "lat": 49.1466}
    assert body["results"][1]["themes"] == ["Ethnographie"]


@pytest.mark.parametrize(
    ("pairs", "found"),
    [
        ([("where", 'region = "Normandie"')], ["Musée de la Mer", "Écomusée du pays d’Auge"]),
        ([("where", "visites > 99999"), ("where", 'commune = "Lille"')], [LILLE]),
        ([("where", '"ecomusee"')], ["Écomusée du pays d’Auge"]),
        ([("refine", "region:Normandie"), ("exclude", "commune:Évreux")], [AUGE]),
        ([("refine", "themes:Archéologie")], ["Palais des Beaux-Arts"]),
        ([("order_by", "-visites"), ("rows", "1"), ("start", "1")], ["Musée d’Orsay"]),
        ([("select", "nom"), ("order_by", "ref desc"), ("limit", "1")], [AUGE]),
        ([("misspelt", "x"), ("where", ""), ("limit", "1")], ["Musée du Louvre"]),
    ],
)  # fmt: skip
def test_records_are_filtered_sorted_and_paged(get, pairs, found):
    assert names(get("catalog/datasets/musees/records", *pairs)) == found


def test_grouped_answers_have_no_total(get):
    response = get(
        "catalog/datasets/musees/records",
        ("group_by", "type"),
        ("select", "count(*) as n, sum(visites) as v"),
    )
    assert response.json() == {
        "results": [
            {"type": "Beaux-arts", "n": 3, "v": 12580000},
            {"type": "Société", "n": 2, "v": 12000},
        ]
    }


def test_an_aggregate_is_told_beside_each_record(get):
    response = get("catalog/datasets/musees/records", ("select", "count(*) as total"), ("limit", 1))
    assert response.json() == {"total_count": 5, "results": [{"total": 5}]}


def test_limit_zero_only_counts(get):
    response = get("catalog/datasets/musees/records", ("limit", 0))
    assert response.json() == {"total_count": 5, "results": []}


def test_datetimes_follow_the_time_zone(get):
    path = "catalog/datasets/evenements/records"
    first = get(path, ("limit", 1)).json()["results"][0]
    assert first["debut"] == "2021-05-15T18:00:00+00:00"
    first = get(path, ("limit", 1), ("timezone", "Europe/Paris")).json()["results"][0]
    assert first["debut"] == "2021-05-15T20:00:00+02:00"


def test_links_lead_to_neighbours_and_to_each_record(get):
    body = get(
        "catalog/datasets/musees/records",
        ("limit", 2), ("offset", 2), ("include_links", "True"), ("include_app_metas", "True"),
    ).json()  # fmt: skip
    links = {link["rel"]: link["href"] for link in body["_links"]}
    assert set(links) == {"self", "first", "last", "next", "dataset", "catalog"}
    assert "offset=4" in links["next"]
    record = body["results"][0]
    assert list(record)[:4] == ["_links", "_id", "_timestamp", "_size"]
    own = {link["rel"]: link["href"] for link in record["_links"]}
    assert own["self"].endswith(f"/musees/records/{record['_id']}")
    assert record["_size"] > 10
    assert record["nom"] == "Palais des Beaux-Arts"


def test_one_record_is_read_by_its_identifier(get):
    page = get("catalog/datasets/musees/records", ("include_app_metas", "true")).json()
    second = page["results"][1]
    response = get(f"catalog/datasets/musees/records/{second['_id']}")
    assert response.status_code == 200
    assert response.json()["nom"] == "Musée d’Orsay"
    assert "_id" not in response.json()
    chosen = get(f"catalog/datasets/musees/records/{second['_id']}", ("select", "ref, commune"))
    assert chosen.json() == {"ref": "M0002", "commune": "Paris"}


@pytest.mark.parametrize("record_id", ["0" * 40, "no-such-record", "é"])
def test_an_unknown_record_is_404(get, record_id):
    response = get(f"catalog/datasets/musees/records/{record_id}")
    assert response.status_code == 404
    assert response.json()["error_code"] == "NotFoundResource"


@pytest.mark.parametrize(
    ("pair", "code", "message"),
    [
        (
            ("select", "no_such_field"),
            "ODSQLError",
            "ODSQL query is malformed: Unknown field: no_such_field. "
            "Clause(s) containing the error(s): select.",
        ),
        (
            ("limit", "1473"),
            "InvalidRESTParameterError",
            "Invalid value for limit API parameter: 1473 was found "
            "but -1 <= limit <= 100 is expected.",
        ),
    ],
)
def test_errors_are_worded_as_live_servers_word_them(get, pair, code, message):
    response = get("catalog/datasets/musees/records", pair)
    assert response.status_code == 400
    assert response["Content-Type"] == "application/json; charset=utf-8"
    assert list(response.json().items())[:2] == [("error_code", code), ("message", message)]
    assert response.content.decode().startswith('{\n  "error_code": ')


def test_a_sentence_that_is_none_is_a_syntax_error(get):
    response = get("catalog/datasets/musees/records", ("where", "BADSYNTAX(("))
    assert response.status_code == 400
    assert response.json()["error_code"] == "ODSQLSyntaxError"
    assert response.json()["message"].endswith("Clause(s) containing the error(s): where.")


def test_an_unknown_dataset_is_told_as_live_servers_tell_it(get):
    response = get("catalog/datasets/does-not-exist/records")
    assert response.status_code == 404
    assert response.json() == {
        "error_code": "NotFoundResource",
        "message": "The requested dataset does-not-exist does not exist.",
    }


def test_an_earlier_version_is_read_by_its_number(get, publish):
    publish(museums(), MUSEUMS.replace("Musée du Louvre", "Le Louvre"))
    path = "catalog/datasets/musees/records"
    assert names(get(path, ("limit", 1))) == ["Le Louvre"]
    assert names(get(path, ("limit", 1), ("version", 1))) == ["Musée du Louvre"]
    assert names(get(path, ("limit", 1), ("version", 2))) == ["Le Louvre"]
    absent = get(path, ("version", 3))
    assert absent.status_code == 404
    assert absent.json()["message"] == "The requested version 3 does not exist."


def test_a_former_identifier_leads_to_the_dataset(get, musees):
    musees.former_slugs.create(slug="museofile")
    response = get("catalog/datasets/museofile/records", ("limit", 1))
    assert response.status_code == 301
    assert response["Location"] == "/api/explore/v2.1/catalog/datasets/musees/records?limit=1"
