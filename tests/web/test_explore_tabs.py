"""Public pages answer what the address asks, with the same numbers everywhere."""

import json
import re
from urllib.parse import urlencode

import pytest
from small_datasets import MUSEUMS, museums

from cimaise.web.catalog.models import Dataset, Redirect

TABS = ("information", "table", "map", "analyze", "export", "api")


@pytest.fixture
def visit(client, shown):
    """Ask for a page of the museums, in English; gives the response."""

    def asked(path="", *pairs, dataset="musees"):
        query = "?" + urlencode(pairs) if pairs else ""
        address = f"/explore/dataset/{dataset}/{path}{query}"
        return client.get(address, headers={"accept-language": "en"})

    return asked


def text_of(response):
    """The words of a page, in one line."""
    body = re.sub(r"<(script|svg)\b.*?</\1>", " ", response.content.decode(), flags=re.DOTALL)
    return " ".join(re.sub(r"<[^>]+>", " ", body).split())


def record_ids(response):
    """The records a page links to, in order."""
    return re.findall(r"/record/([0-9a-f]{40})/", response.content.decode())


@pytest.mark.parametrize("tab", TABS)
def test_every_tab_answers(visit, tab):
    response = visit(f"{tab}/")
    assert response.status_code == 200
    assert "Musées de France" in text_of(response)


def test_a_dataset_opens_on_its_information(visit):
    assert visit().headers["Location"] == "/explore/dataset/musees/information/"


def test_an_old_address_lands_filtered_on_the_table(visit):
    location = visit("", ("refine.region", "Normandie")).headers["Location"]
    assert location == "/explore/dataset/musees/table/?refine.region=Normandie"


@pytest.mark.parametrize(
    ("old", "tab"), [("export", "export"), ("metas", "information"), ("nothing", "information")]
)
def test_old_tabs_lead_to_theirs(visit, old, tab):
    assert visit("", ("tab", old)).headers["Location"].endswith(f"/musees/{tab}/")


def test_a_dataset_that_was_renamed_leaves_a_redirect(visit, musees):
    Redirect.objects.create(slug="les-musees", dataset=musees)
    response = visit("table/", ("q", "art"), dataset="les-musees")
    assert response.status_code == 301
    assert response.headers["Location"] == "/explore/dataset/musees/table/?q=art"


def test_an_unknown_dataset_is_a_page_that_helps(visit):
    response = visit("table/", dataset="nothing")
    assert response.status_code == 404
    assert "There is no dataset “nothing” here." in text_of(response)
    assert "See the datasets" in text_of(response)


def test_a_restricted_dataset_is_not_there_for_others(visit, musees):
    Dataset.objects.filter(pk=musees.pk).update(restricted=True)
    for tab in (*TABS, ""):
        assert visit(f"{tab}/" if tab else "").status_code == 404


# -- the same filters, the same numbers ----------------------------------------------------------


@pytest.mark.parametrize(
    ("filters", "number"),
    [
        ([("refine.region", "Normandie")], 2),
        ([("refine.type", "Beaux-arts"), ("refine.type", "Société")], 5),
        ([("refine.themes", "Peinture")], 3),
        ([("exclude.region", "Normandie")], 3),
        ([("where", "visites > 100000")], 3),
        ([("q", "musee orsay")], 1),
        ([("disjunctive.region", "true"), ("refine.region", "Normandie"),
          ("refine.region", "Hauts-de-France")], 3),
    ],
)  # fmt: skip
def test_table_map_export_and_api_count_the_same(client, visit, filters, number):
    assert f"{number} record" in text_of(visit("table/", *filters))
    assert f"{number} record" in text_of(visit("map/", *filters))
    export = visit("export/", *filters)
    assert f"The {number} record" in text_of(export)
    address = re.search(r"/api/explore/[^\"<]*/exports/jsonl\?[^\"<]*", export.content.decode())[0]
    rows = b"".join(client.get(address.replace("&amp;", "&")))
    assert len(rows.splitlines()) == number
    call = re.search(
        r"/api/explore/[^\"<]*/records\?[^\"<]*", visit("api/", *filters).content.decode()
    )
    answer = client.get(call[0].replace("&amp;", "&").replace("&quot;", '"')).json()
    assert answer["total_count"] == number


def test_the_map_says_which_records_it_cannot_show(visit):
    said = text_of(visit("map/", ("refine.region", "Normandie")))
    assert "1 record has a point." in said
    assert "1 has none and is in the table only." in said


def test_tiles_hold_the_filtered_records_only(visit):
    whole = visit("tiles/0/0/0.mvt")
    assert whole.headers["Content-Type"] == "application/vnd.mapbox-vector-tile"
    some = visit("tiles/0/0/0.mvt", ("refine.region", "Normandie"))
    assert "Écomusée du pays d’Auge".encode() in some.content
    some = visit("tiles/0/0/0.mvt", ("refine.region", "Hauts-de-France"))
    assert b"Palais des Beaux-Arts" in some.content
    assert "Écomusée".encode() not in some.content
    none = visit("tiles/0/0/0.mvt", ("q", "nothing of the kind"))
    assert none.content == b""


def test_a_tile_that_did_not_change_is_not_sent_again(client, visit):
    etag = visit("tiles/0/0/0.mvt").headers["ETag"]
    again = client.get("/explore/dataset/musees/tiles/0/0/0.mvt", headers={"if-none-match": etag})
    assert again.status_code == 304


# -- the table -------------------------------------------------------------------------------------


def test_headings_sort_both_ways(visit):
    up, down = visit("table/", ("sort", "-visites")), visit("table/", ("sort", "visites"))
    assert 'aria-sort="ascending"' in up.content.decode()
    known = record_ids(up)[:4]
    assert record_ids(down)[:4] == known[::-1]


def test_chosen_columns_stay_while_paging_and_sorting(visit):
    page = visit("table/", ("columns", "ref"), ("columns", "commune")).content.decode()
    headings = re.findall(r'<th scope="col".*?</th>', page, flags=re.DOTALL)
    assert len(headings) == 2
    assert all("columns=ref%2Ccommune" in heading for heading in headings)


def test_every_record_of_the_table_has_a_page(visit):
    ids = record_ids(visit("table/"))
    assert len(ids) == 5
    for record_id in ids:
        assert visit(f"record/{record_id}/").status_code == 200


def test_facets_count_and_lead_to_fewer_records(visit):
    page = visit("table/").content.decode()
    assert 'href="/explore/dataset/musees/table/?refine.region=Normandie"' in page
    chosen = visit("table/", ("refine.region", "Normandie")).content.decode()
    assert "Remove the filter" in chosen
    assert 'href="/explore/dataset/musees/table/"' in chosen


def test_nothing_found_says_what_to_do(visit):
    said = text_of(visit("table/", ("q", "nothing of the kind")))
    assert "No record answers this question." in said
    assert "See all records" in said


# -- what is asked wrong ---------------------------------------------------------------------------


@pytest.mark.parametrize("tab", ["table", "map", "analyze", "export"])
def test_a_condition_that_makes_no_sense_is_shown_with_a_caret(visit, tab):
    response = visit(f"{tab}/", ("where", 'regio = "Normandie"'))
    assert response.status_code == 400
    body = response.content.decode()
    assert "regio = &quot;Normandie&quot;\n^^^^^" in body
    assert "Did you mean region?" in body


@pytest.mark.parametrize(
    "pairs",
    [
        [("refine.nothing", "x")],
        [("exclude.visites", "many")],
        [("refine.coordonnees", "1,2")],
        [("where", "((((")],
        [("where", "visites / 0 > 'a'")],
        [("q", '"\\\x00' + "é" * 1000)],
        [("q", "* OR ~ ( [")],
        [("sort", "coordonnees")],
        [("sort", "-")],
        [("page", "999999999999999999999")],
        [("page", "-1")],
        [("columns", "nothing")],
        [("more", "nothing")],
        [("version", "999")],
        [("version", "x")],
        [("x", "nothing"), ("y", "nothing"), ("aggregate", "drop"), ("most", "1e9")],
        [("x", "visites"), ("aggregate", "sum"), ("y", "visites"), ("kind", "area")],
        [("disjunctive.region", "true"), ("refine.region", 'a"b`c')],
        [("show", "images")],
        [("lang", "xx")],
    ],
)
def test_no_address_ends_in_a_failure_of_ours(visit, pairs):
    for tab in TABS:
        assert visit(f"{tab}/", *pairs).status_code in {200, 400, 404}


@pytest.mark.parametrize("tile", ["0/5/0", "30/0/0", "99999999999/1/1"])
def test_a_tile_that_is_none_is_refused(visit, tile):
    assert visit(f"tiles/{tile}.mvt").status_code in {400, 404}


# -- information -----------------------------------------------------------------------------------


def test_the_information_tells_fields_and_how_full_they_are(visit):
    said = text_of(visit("information/"))
    assert "9 fields" in said
    assert re.search(r"visites visites whole number .*? 80\xa0?\s?%", said)
    assert "Version 1" in said


def test_what_a_producer_wrote_cannot_run(visit, musees):
    evil = "<p onclick=x()>Bonjour<script>alert(1)</script><img src=x onerror=y()></p>"
    Dataset.objects.filter(pk=musees.pk).update(description=evil)
    body = visit("information/").content.decode()
    assert "<p>Bonjour</p>" in body
    assert "alert(1)" not in body
    assert "onerror" not in body


def test_the_page_describes_the_dataset_to_machines(visit, musees):
    Dataset.objects.filter(pk=musees.pk).update(title="</script><b>Musées</b>")
    body = visit("information/").content.decode()
    text = re.search(r'<script type="application/ld\+json">(.*?)</script>', body, re.DOTALL)[1]
    described = json.loads(text)
    assert described["@type"] == "Dataset"
    assert described["name"] == "</script><b>Musées</b>"
    assert described["creator"]["name"] == "Ministère de la Culture"
    assert {part["encodingFormat"] for part in described["distribution"]} >= {"text/csv"}


# -- versions --------------------------------------------------------------------------------------


def test_a_past_version_is_readable_and_says_so(publish, visit):
    fewer = "\n".join(MUSEUMS.splitlines()[:3]) + "\n"
    publish(museums(), fewer)
    assert "2 records" in text_of(visit("table/"))
    past = visit("table/", ("version", "1"))
    assert "5 records" in text_of(past)
    assert "You are looking at version 1" in text_of(past)
    gone = (set(record_ids(past)) - set(record_ids(visit("table/")))).pop()
    assert visit(f"record/{gone}/").status_code == 404
    assert visit(f"record/{gone}/", ("version", "1")).status_code == 200


# -- records ---------------------------------------------------------------------------------------


def test_a_record_tells_every_field_and_where_it_is(visit):
    record_id = record_ids(visit("table/", ("where", 'ref = "M0005"')))[0]
    page = visit(f"record/{record_id}/")
    said = text_of(page)
    assert "Écomusée du pays d’Auge" in said
    assert "12 000" in said
    assert "49.14660, 0.22670" in said
    assert f"/records/{record_id}" in page.content.decode()


def test_a_record_leads_to_its_neighbours(client, visit):
    record_id = record_ids(visit("table/", ("where", 'ref = "M0001"')))[0]
    page = visit(f"record/{record_id}/").content.decode()
    near = re.search(r'href="([^"]*within_distance[^"]*)"', page)[1].replace("&amp;", "&")
    assert len(record_ids(client.get(near))) == 2


def test_a_record_without_a_point_has_no_map(visit):
    record_id = record_ids(visit("table/", ("where", 'ref = "M0004"')))[0]
    page = visit(f"record/{record_id}/").content.decode()
    assert "cimaise-map" not in page
    assert "Not filled in:" in page


@pytest.mark.parametrize("record_id", ["abc", "0" * 40, "Z" * 40, "0" * 39])
def test_an_unknown_record_is_not_there(visit, record_id):
    assert visit(f"record/{record_id}/").status_code == 404


# -- charts, pictures ------------------------------------------------------------------------------


def test_a_chart_comes_with_its_drawing_and_its_figures(visit):
    response = visit("analyze/", ("x", "region"), ("aggregate", "sum"), ("y", "visites"))
    body = response.content.decode()
    assert '<svg role="img" aria-label="Sum of visites by region"' in body
    assert "12 300 000" in text_of(response)


def test_the_figures_of_a_chart_can_be_recomputed(client, visit):
    page = visit("analyze/", ("x", "region"), ("refine.type", "Beaux-arts")).content.decode()
    call = re.search(r'href="([^"]*/records\?[^"]*group_by[^"]*)"', page)[1].replace("&amp;", "&")
    answer = client.get(call).json()
    assert {"position": "Île-de-France", "measure": 2} in answer["results"]


def test_the_picture_of_a_dataset_is_drawn_once(visit):
    first = visit("picture.svg")
    assert first.headers["Content-Type"].startswith("image/svg+xml")
    assert b"picture-dots" in first.content
    again = visit("picture.svg")
    assert again.content == first.content
    assert again.headers["ETag"] == first.headers["ETag"]
