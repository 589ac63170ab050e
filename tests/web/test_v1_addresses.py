"""Every address of former portals answers, or leads to what answers it (explore-api §7.1)."""

import base64
import json
from urllib.parse import quote

import pytest

CHART = base64.b64encode(
    json.dumps(
        {
            "queries": [
                {
                    "config": {"dataset": "musees", "options": {}},
                    "charts": [{"type": "spline", "func": "SUM", "yAxis": "visites"}],
                    "xAxis": "region",
                    "maxpoints": 50,
                }
            ]
        }
    ).encode()
).decode()
TABLE = "/explore/dataset/musees/table/"
# Each address, and where it leads; nothing where it answers by itself.
ADDRESSES = [
    ("/explore/?q=mus%C3%A9es&sort=modified&refine.theme=Mus%C3%A9es&disjunctive.theme=true", None),
    ("/explore/?sort=explore.popularity_score&refine.publisher=x&exclude.keyword=y&flg=fr", None),
    ("/explore/?sort=-title&refine.features=geo&geonav=&source=shared", None),
    ("/explore/dataset/musees/", "/explore/dataset/musees/information/"),
    ("/explore/dataset/musees", "/explore/dataset/musees/"),
    ("/explore/dataset/musees/?tab=metas", "/explore/dataset/musees/information/"),
    ("/explore/dataset/musees/?tab=export", "/explore/dataset/musees/export/"),
    ("/explore/dataset/musees/?refine.region=Normandie", f"{TABLE}?refine.region=Normandie"),
    (
        "/explore/dataset/musees/?q=commune:Paris&geofilter.distance=48.86,2.33,900",
        f"{TABLE}?q=commune%3AParis&geofilter.distance=48.86%2C2.33%2C900",
    ),
    (f"{TABLE}?sort=-visites&disjunctive.type=true&refine.type=Soci%C3%A9t%C3%A9", None),
    ("/explore/dataset/musees/information/", None),
    ("/explore/dataset/musees/map/", None),
    (
        "/explore/dataset/musees/map/?location=7,48.85,2.35&basemap=jawg.streets&q=paris",
        "/explore/dataset/musees/map/?q=paris#map=7/48.85/2.35",
    ),
    ("/explore/dataset/musees/map/?location=here", None),
    ("/explore/dataset/musees/analyze/", None),
    (
        f"/explore/dataset/musees/analyze/?dataChart={quote(CHART)}&q=paris",
        "/explore/dataset/musees/analyze/?q=paris&x=region&y=visites&aggregate=sum&kind=line",
    ),
    (
        "/explore/dataset/musees/analyze/?dataChart=nonsense",
        "/explore/dataset/musees/analyze/",
    ),
    ("/explore/dataset/musees/calendar/?q=paris", f"{TABLE}?q=paris"),
    ("/explore/dataset/musees/custom/", "/explore/dataset/musees/information/"),
    ("/explore/dataset/musees/metas/", "/explore/dataset/musees/information/"),
    ("/explore/dataset/musees/export/", None),
    ("/explore/dataset/musees/api/", None),
    ("/explore/dataset/musees/download/?format=csv", None),
    ("/explore/embed/dataset/musees/table/?refine.region=Normandie", None),
    ("/explore/embed/dataset/musees/map/", None),
    ("/explore/embed/dataset/musees/analyze/", None),
    ("/explore/embed/dataset/musees/information/", None),
    ("/explore/embed/dataset/musees/calendar/?q=x", "/explore/embed/dataset/musees/table/?q=x"),
    ("/explore/embed/dataset/musees/custom/", "/explore/embed/dataset/musees/information/"),
    ("/explore/assets/musees/", "/explore/dataset/musees/"),
    ("/explore/assets/musees/map/?q=x", "/explore/dataset/musees/map/?q=x"),
    ("/explore/assets/musees/calendar/", TABLE),
    ("/pages/", "/pages/home/"),
    ("/p/accueil/", "/pages/accueil/"),
    ("/map/", "/explore/"),
    ("/chart/embed/?dataChart=x", "/explore/?dataChart=x"),
    ("/login/?next=/explore/", "/account/?next=%2Fexplore%2F"),
    ("/signup/", "/account/"),
    ("/account/my-api-keys/", "/account/api-keys/"),
    ("/publish/datasets/", "/backoffice/"),
    ("/api/reuses/?rows=10", None),
    ("/api/records/1.0/search/?dataset=musees", None),
    ("/api/datasets/1.0/musees/", None),
]


@pytest.mark.parametrize(("address", "leads"), ADDRESSES)
def test_old_addresses_lead_somewhere(client, shown, address, leads):
    response = client.get(address)
    if leads is None:
        assert response.status_code == 200
    else:
        assert response.status_code in (301, 302)
        assert response["Location"] == leads


def rows_of(response):
    """What a table shows."""
    return [name for name in ("Louvre", "Orsay", "Lille", "Évreux", "Lisieux")
            if name in response.content.decode()]  # fmt: skip


LANDED = [
    ("q=commune:Paris AND NOT orsay", ["Louvre"]),
    ("q=visites<100000", ["Lisieux"]),
    ("q.timerange=ouverture:[1990 TO 2000]", ["Lisieux"]),
    ("geofilter.distance=48.8606,2.3376,300", ["Louvre"]),
    ("geofilter.bbox=50,2,51,4", ["Lille"]),
    ("geofilter.polygon=(50,2),(51,2),(51,4),(50,4)&q=palais", ["Lille"]),
    ("q=louvre", ["Louvre"]),
]


@pytest.mark.parametrize(("query", "expected"), LANDED)
def test_old_filters_land_filtered(client, shown, query, expected):
    response = client.get(f"{TABLE}?{quote(query, safe='=&.')}")
    assert response.status_code == 200
    table = response.content.decode().partition("<table")[2].partition("</table>")[0]
    named = {"Louvre": "Louvre", "Orsay": "Orsay", "Lille": "Lille", "Lisieux": "Lisieux"}
    assert [name for name, word in named.items() if word in table] == expected


def test_a_search_that_is_no_query_stays_words(client, shown):
    page = client.get(f"{TABLE}?q={quote('Louvre : Paris')}")
    assert page.status_code == 200
    assert 'value="Louvre : Paris"' in page.content.decode()


def test_a_bad_place_is_told_in_the_page(client, shown):
    page = client.get(f"{TABLE}?geofilter.bbox=1,2")
    assert page.status_code == 400
    assert "geofilter.bbox" in page.content.decode()


def test_only_embedded_views_may_stand_in_a_frame(client, shown):
    framed = client.get("/explore/embed/dataset/musees/table/?q=paris")
    assert "X-Frame-Options" not in framed
    assert framed["Content-Security-Policy"] == "frame-ancestors *"
    text = framed.content.decode()
    assert "masthead" not in text
    assert "Musée du Louvre" in text
    assert f'href="{TABLE}?q=paris"' in text
    assert client.get(TABLE)["X-Frame-Options"] == "DENY"


def test_an_embedded_view_stays_in_its_frame(client, shown):
    text = client.get("/explore/embed/dataset/musees/table/").content.decode()
    table = text.partition("<table")[2].partition("</table>")[0]
    assert "/explore/embed/dataset/musees/table/?sort=" in table
    assert "<h1>" in text
    bare = client.get("/explore/embed/dataset/musees/table/?datasetcard=false").content.decode()
    assert "<h1>" not in bare


def test_unknown_views_and_datasets_are_not_there(client, shown):
    assert client.get("/explore/embed/dataset/musees/telescope/").status_code == 404
    assert client.get("/explore/embed/dataset/rien/table/").status_code == 404
    unknown = client.get("/api/georeference/v1/uid/world_fr/?geom=schematic")
    assert (unknown.status_code, unknown.json()) == (404, {"error": "Unknown uid: world_fr"})
    assert client.get("/api/reuses/").json() == {"nhits": 0, "reuses": []}


def test_the_old_api_may_be_asked_by_forms_of_other_sites(client, shown):
    asked = client.options("/api/records/1.0/search/")
    assert "POST" in asked["Access-Control-Allow-Methods"]
    assert "POST" not in client.options("/api/explore/v2.1/catalog")["Allow"]
    assert "ods-analyze-truncated" in asked["Access-Control-Expose-Headers"]
