"""The catalogue as files: the same columns, cells and line ends as a live server's."""

import csv
import io
import json
from xml.etree.ElementTree import fromstring

import pytest
from python_calamine import CalamineWorkbook

from cimaise.web.catalog.models import Dataset, Theme


@pytest.fixture
def taken(get):
    def content(path, *pairs):
        response = get(path, *pairs)
        assert response.status_code == 200, response.content
        return b"".join(response.streaming_content)

    return content


def table(content):
    return list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"), newline=""), delimiter=";"))


def test_columns_are_those_of_a_live_server(taken, shared_data):
    path = shared_data / "fixtures/ods_v21_vancouver_recorded/catalog-export.csv"
    live = path.read_text(encoding="utf-8-sig").split("\n", 1)[0].strip().split(";")
    ours = taken("catalog/exports/csv").decode("utf-8-sig").split("\r\n", 1)[0].split(";")
    template = [name for name in live if name.startswith(("dcat.", "default."))]
    assert ours[: len(template)] == template
    assert ours[-1] == live[-1] == "datasetid"


def test_cells_are_those_of_a_live_server(taken):
    content = taken("catalog/exports/csv")
    assert content.startswith(b"\xef\xbb\xbf")
    assert content.endswith(b"\r\n")
    row = next(row for row in table(content) if row["datasetid"] == "musees")
    assert row["default.theme"] == "Musées,Patrimoine, histoire"
    assert row["default.federated"] == "False"
    assert row["default.modified_updates_on_data_change"] == "True"
    assert row["default.records_count"] == "5"
    assert row["default.description"].startswith("<p>Les <b>musées</b>")
    assert row["default.bbox"] == (
        '{"coordinates": [[[3.0628, 50.6306], [0.2267, 50.6306], [0.2267, 48.86], '
        '[3.0628, 48.86], [3.0628, 50.6306]]], "type": "Polygon"}'
    )
    assert row["dcat.issued"] == ""


def test_a_description_keeps_its_lines(taken, musees):
    musees.description = '<p>une</p>\n<p>autre; "ligne"</p>'
    musees.save()
    assert table(taken("catalog/exports/csv"))[1]["default.description"] == musees.description


def test_parameters_of_csv(taken):
    content = taken("catalog/exports/csv", ("with_bom", "False"), ("delimiter", ","),
                    ("select", "dataset_id, default.theme, title"), ("list_separator", "|"),
                    ("order_by", "dataset_id desc"))  # fmt: skip
    lines = content.decode().split("\r\n")
    assert lines[0] == "dataset_id,default.theme,title"
    assert lines[1] == 'musees,"Musées|Patrimoine, histoire",Musées de France'


def test_json_is_what_the_list_answers(taken, get):
    listed = get("catalog/datasets").json()["results"]
    assert json.loads(taken("catalog/exports/json")) == listed
    assert json.loads(taken("catalog/exports/json", ("limit", 1), ("offset", 1))) == listed[1:]
    assert json.loads(taken("catalog/exports/json", ("where", '"bibliothèque"'))) == listed[:1]
    assert json.loads(taken("catalog/exports/json", ("where", "dataset_id='x'"))) == []


def test_groups_and_parts_are_exported(taken):
    pairs = ("group_by", "publisher"), ("select", "publisher, count(*) as n")
    found = [{"publisher": "Ministère de la Culture", "n": 1},
             {"publisher": "Région Normandie", "n": 1}]  # fmt: skip
    assert json.loads(taken("catalog/exports/json", *pairs)) == found
    assert table(taken("catalog/exports/csv", *pairs))[0]["n"] == "1"
    parts = json.loads(taken("catalog/exports/json", ("select", "title"), ("limit", "1")))
    assert parts == [{"title": "Événements culturels"}]


def test_a_workbook_has_a_row_a_dataset(taken):
    content = taken("catalog/exports/xlsx", ("use_labels", "true"), ("select", "default.title"))
    rows = CalamineWorkbook.from_filelike(io.BytesIO(content)).get_sheet_by_index(0).to_python()
    assert rows == [["Title"], ["Événements culturels"], ["Musées de France"]]
    whole = taken("catalog/exports/xlsx")
    assert whole == taken("catalog/exports/xlsx")
    header, *rows = (
        CalamineWorkbook.from_filelike(io.BytesIO(whole)).get_sheet_by_index(0).to_python()
    )
    row = dict(zip(header, rows[1], strict=True))
    assert row["default.records_count"] == 5
    assert row["default.federated"] is False
    assert row["datasetid"] == "musees"


def test_data_json_follows_project_open_data(taken):
    told = json.loads(taken("catalog/exports/data.json"))
    assert told["conformsTo"] == "https://project-open-data.cio.gov/v1.1/schema"
    dataset = told["dataset"][1]
    for required in ("title", "description", "keyword", "modified", "publisher", "contactPoint",
                     "identifier", "accessLevel"):  # fmt: skip
        assert dataset[required], required
    assert dataset["spatial"] == "0.2267,48.86,3.0628,50.6306"
    links = [each["downloadURL"] for each in dataset["distribution"]]
    assert links[0].endswith("/api/explore/v2.1/catalog/datasets/musees/exports/csv")
    assert any(link.endswith("/geojson") for link in links)


def test_rss_is_read_by_readers_of_news(taken):
    channel = fromstring(taken("catalog/exports/rss")).find("channel")
    items = channel.findall("item")
    assert [item.find("title").text for item in items] == [
        "Événements culturels", "Musées de France",
    ]  # fmt: skip
    assert items[1].find("guid").text.endswith("/explore/dataset/musees/")
    assert items[1].find("description").text.startswith("<p>Les <b>musées</b>")


def test_formats_are_listed_as_links(get):
    links = get("catalog/exports").json()["links"]
    assert [each["rel"] for each in links] == ["self", "csv", "json", "xlsx", "data.json", "rss"]


@pytest.mark.parametrize(
    ("name", "media_type", "file"),
    [
        ("csv", "text/csv; charset=utf-8", "datasets.csv"),
        ("json", "application/json; charset=utf-8", "datasets.json"),
        ("data.json", "application/json; charset=utf-8", "data.json"),
        ("rss", "application/rss+xml; charset=utf-8", "datasets.rss"),
    ],
)
def test_every_format_says_what_it_is(client, shown, name, media_type, file):
    for ask in (client.get, client.head):
        response = ask(f"/api/explore/v2.1/catalog/exports/{name}/",
                       headers={"accept": "application/json; charset=utf-8json"})  # fmt: skip
        assert response["Content-Type"] == media_type
        assert response["Content-Disposition"] == f'attachment; filename="{file}"'
    etag = response["ETag"]
    again = client.get(f"/api/explore/v2.1/catalog/exports/{name}", headers={"if-none-match": etag})
    assert again.status_code == 304


@pytest.mark.parametrize(
    ("pairs", "status", "said"),
    [
        ([("select", "defult.title")], 400, "Did you mean default.title?"),
        ([("where", "nothing = 1")], 400, "Unknown field: nothing"),
        ([("limit", "-2")], 400, "limit"),
        ([("delimiter", "x")], 400, "delimiter"),
    ],
)
def test_what_is_wrong_is_told_before_the_first_byte(get, pairs, status, said):
    response = get("catalog/exports/csv", *pairs)
    assert response.status_code == status
    assert said in response.content.decode()


def test_themes_are_told_in_the_language_asked_for(get, musees):
    Theme.objects.filter(name="Musées").update(name_en="Museums")
    Dataset.objects.get(slug="musees").save()
    metas = get("catalog/datasets/musees", ("lang", "en")).json()["metas"]["default"]
    assert metas["theme"][0] == "Museums"
    assert metas["theme_fr"][0] == "Musées"
    metas = get("catalog/datasets", ("refine", "theme:Musées")).json()["results"][0]["metas"]
    assert metas["default"]["theme"][0] == "Musées"
    assert metas["default"]["theme_en"][0] == "Museums"


def test_an_unknown_format_is_not_found(get):
    assert get("catalog/exports/ods").json()["error_code"] == "NotFoundResource"
