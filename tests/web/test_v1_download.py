"""The portal's old downloads, compared with what odsclient compares (explore-api §4.2, §8.3)."""

import csv
import io
import json
from urllib.parse import urlencode

import pytest
from small_datasets import MUSEUMS, museums

from cimaise.engine.metadata.description import DatasetDescription, FieldWish

# Places with more digits than the portal's CSV gives, and shapes with all of theirs.
PLACES = (
    "nom;ouvert;note;place;contour;mots;vu\n"
    "Rue;true;1.25;48.841612621157495,2.2849255800247192;"
    '"{""type"":""Point"",""coordinates"":[2.2849255800247192,48.841612621157495]}";'
    "a|b;2020-06-01T10:00:00Z\n"
    '"Deux\nlignes ""citées""";false;;-0.5,-3;'
    '"{""type"":""Polygon"",""coordinates"":[[[0,0],[1,0],[1,1],[0,0]]]}";;\n'
)
DESCRIPTION = DatasetDescription(
    id="lieux",
    title="Lieux",
    producer="Ville",
    fields=(
        FieldWish("ouvert", type="boolean"),
        FieldWish("mots", type="text", annotations={"multivalued": "|"}),
        FieldWish("place", type="geo_point_2d"),
        FieldWish("contour", type="geo_shape"),
    ),
)


@pytest.fixture
def fetch(client):
    """Fetch an address; gives the response and its text."""

    def fetched(path, *pairs, **headers):
        query = "?" + urlencode(pairs) if pairs else ""
        response = client.get(f"{path}{query}", headers=headers)
        content = b"".join(response.streaming_content) if response.streaming else response.content
        return response, content.decode()

    return fetched


@pytest.fixture
def places(publish):
    """A dataset of two places."""
    return publish(DESCRIPTION, PLACES)


def test_cells_are_those_of_the_old_portal(fetch, places):
    response, text = fetch("/explore/dataset/lieux/download/", ("format", "csv"))
    assert response["Content-Type"] == "text/csv; charset=utf-8"
    assert response["Content-Disposition"] == 'attachment; filename="lieux.csv"'
    assert text == (
        "nom;ouvert;note;place;contour;mots;vu\r\n"
        "Rue;True;1.25;48.8416126212,2.28492558002;"
        '"{""type"": ""Point"", ""coordinates"": [2.2849255800247192, 48.841612621157495]}";'
        "a|b;2020-06-01T10:00:00+00:00\r\n"
        '"Deux\nlignes ""citées""";False;;-0.5,-3;'
        '"{""type"": ""Polygon"", ""coordinates"": '
        '[[[0.0, 0.0], [1.0, 0.0], [1.0, 1.0], [0.0, 0.0]]]}";;\r\n'
    )


def test_what_odsclient_asks_is_answered(fetch, shown):
    pairs = (("format", "csv"), ("use_labels_for_header", "True"), ("csv_separator", ";"))
    response, text = fetch("/explore/dataset/musees/download/", *pairs)
    assert "html" not in response["Content-Type"]
    rows = list(csv.reader(io.StringIO(text, newline=""), delimiter=";"))
    assert rows[0][:2] == ["ref", "nom"]
    assert len(rows) == 6
    assert rows[1][7] == "48.8606,2.3376"
    _, labelled = fetch("/explore/dataset/musees/download", ("csv_separator", ","))
    assert labelled.startswith("ref,nom,")
    unknown, told = fetch("/explore/dataset/rien/download/", *pairs)
    assert (unknown.status_code, json.loads(told)) == (404, {"error": "Unknown dataset: rien"})
    wrong, told = fetch("/explore/dataset/musees/download/", *pairs, ("apikey", "x" * 20))
    assert (wrong.status_code, json.loads(told)) == (401, {"error": "API key is not valid"})


def test_moments_are_those_of_the_time_zone(fetch, places):
    _, text = fetch("/explore/dataset/lieux/download/", ("timezone", "Europe/Berlin"))
    assert "2020-06-01T12:00:00+02:00" in text


def test_records_are_downloaded_whole(fetch, shown):
    response, text = fetch(
        "/api/records/1.0/download/", ("dataset", "musees"), ("format", "json"), ("sort", "-ref")
    )
    assert response["Content-Type"] == "application/json; charset=utf-8"
    records = json.loads(text)
    assert [record["fields"]["ref"] for record in records] == [f"M000{n}" for n in range(1, 6)]
    assert set(records[0]) == {"datasetid", "recordid", "fields", "geometry", "record_timestamp"}
    _, few = fetch("/api/records/1.0/download", ("dataset", "musees"), ("rows", "2"),
                   ("start", "4"), ("format", "json"))  # fmt: skip
    assert len(json.loads(few)) == 1
    _, none = fetch("/api/records/1.0/download", ("dataset", "musees"), ("q", "rien"),
                    ("format", "json"))  # fmt: skip
    assert json.loads(none) == []


def test_values_of_json_are_those_of_v1(fetch, places):
    _, text = fetch("/api/records/1.0/download/", ("dataset", "lieux"), ("format", "json"))
    first, second = (record["fields"] for record in json.loads(text))
    assert first == {
        "nom": "Rue",
        "ouvert": "True",
        "note": 1.25,
        "place": [48.841612621157495, 2.2849255800247192],
        "contour": {"coordinates": [2.2849255800247192, 48.841612621157495], "type": "Point"},
        "mots": "a|b",
        "vu": "2020-06-01T10:00:00+00:00",
    }
    assert list(second) == ["nom", "ouvert", "place", "contour"]


def test_other_formats_are_given_too(fetch, shown):
    _, text = fetch("/explore/dataset/musees/download/", ("format", "geojson"), ("q", "paris"))
    assert [each["geometry"]["type"] for each in json.loads(text)["features"]] == ["Point"] * 2
    pairs = (("format", "jsonp"), ("callback", "f"), ("dataset", "musees"))
    response, text = fetch("/api/records/1.0/download", *pairs)
    assert response["Content-Type"] == "application/javascript; charset=utf-8"
    assert text.startswith("/**/f([")
    assert text.endswith("]);")
    assert "Content-Disposition" not in response


def test_a_workbook_keeps_its_old_name(client, shown):
    response = client.get("/explore/dataset/musees/download/?format=xls")
    assert response["Content-Disposition"].endswith('.xlsx"')
    assert b"".join(response.streaming_content)[:2] == b"PK"


WRONG = [
    ((("format", "exe"),), "format"),
    ((("csv_separator", ";;"),), "csv_separator"),
    ((("csv_separator", '"'),), "csv_separator"),
    ((("q", "nowhere:1"),), "Unknown field: nowhere"),
    ((("rows", "-2"),), "rows"),
    ((("format", "jsonp"), ("callback", "<script>")), "callback"),
]


@pytest.mark.parametrize(("pairs", "said"), WRONG)
def test_what_makes_no_sense_is_told_before_the_first_byte(fetch, shown, pairs, said):
    response, text = fetch("/explore/dataset/musees/download/", *pairs)
    assert response.status_code == 400
    assert said in json.loads(text)["error"]


def test_restricted_datasets_look_unknown(fetch, publish):
    dataset = publish(museums(), MUSEUMS)
    dataset.restricted = True
    dataset.save()
    response, text = fetch("/explore/dataset/musees/download/")
    assert (response.status_code, json.loads(text)) == (404, {"error": "Unknown dataset: musees"})


def test_head_tells_the_kind_of_file(client, shown):
    response = client.head("/explore/dataset/musees/download/?format=csv")
    assert response["Content-Type"] == "text/csv; charset=utf-8"
    assert response.content == b""


def test_an_unchanged_file_is_not_sent_again(fetch, shown):
    first, _ = fetch("/explore/dataset/musees/download/")
    again, _ = fetch("/explore/dataset/musees/download/", if_none_match=first["ETag"])
    assert again.status_code == 304


FILES = [
    "/explore/dataset/musees/files/abc123/300/",
    "/explore/dataset/musees/files/abc123/download/",
    "/explore/dataset/musees/files/abc123",
    "/api/datasets/1.0/musees/files/abc123/",
    "/api/datasets/1.0/musees/attachments/plan_pdf/",
    "/api/datasets/1.0/musees@source/alternative_exports/tout_zip",
]


@pytest.mark.parametrize("path", FILES)
def test_files_are_where_they_are_now(fetch, shown, path):
    response, _ = fetch(path)
    kind, name = path.partition("musees")[2].removeprefix("@source").split("/")[1:3]
    assert response.status_code == 302
    assert response["Location"] == f"/api/explore/v2.1/catalog/datasets/musees/{kind}/{name}"
