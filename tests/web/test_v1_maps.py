"""What maps of widgets ask of the v1 API: clusters, shapes, rectangles (explore-api §5.4)."""

from urllib.parse import urlencode

import pytest

from cimaise.engine.metadata.description import DatasetDescription, FieldWish
from cimaise.engine.query.octagons import Sides, outline

ZONES = (
    "nom;habitants;contour\n"
    'A;10;"{""type"":""Polygon"",""coordinates"":[[[0,48],[1,48],[1,49],[0,49],[0,48]]]}"\n'
    'A bis;20;"{""type"":""Polygon"",""coordinates"":[[[0,48],[1,48],[1,49],[0,49],[0,48]]]}"\n'
    'B;5;"{""type"":""Polygon"",""coordinates"":[[[2,50],[3,50],[3,51],[2.5,51.00001],[2,51],[2,50]]]}"\n'
    "C;1;\n"
)
DESCRIPTION = DatasetDescription(
    id="zones",
    title="Zones",
    producer="IGN",
    key=("nom",),
    fields=(FieldWish("contour", type="geo_shape"),),
)


@pytest.fixture
def ask(client, shown):
    """Ask an address about the museums; gives the response."""

    def asked(name, *pairs, dataset="musees"):
        query = urlencode([("dataset", dataset), *pairs])
        return client.get(f"/api/records/1.0/{name}/?{query}")

    return asked


@pytest.fixture
def zones(publish):
    """Four records, two of which have the very same shape and one none."""
    return publish(DESCRIPTION, ZONES)


def test_points_are_counted_by_squares(ask):
    series = (("y.s.func", "SUM"), ("y.s.expr", "visites"))
    body = ask("geocluster", ("clusterprecision", "6"), ("clusterdistance", "50"), *series).json()
    assert list(body) == ["clusters", "count", "series", "clusterprecision"]
    assert body["clusterprecision"] == 6
    assert body["count"] == {"min": 1, "max": 2}
    assert body["series"] == {"s": {"min": 12000, "max": 12300000}}
    paris, *others = body["clusters"]
    assert paris["count"] == 2
    assert paris["series"] == {"s": 12300000}
    assert paris["cluster_center"] == pytest.approx([48.8603, 2.3321])
    assert paris["cluster"]["type"] == "Polygon"
    lons = [lon for lon, _ in paris["cluster"]["coordinates"][0]]
    assert (min(lons), max(lons)) == (2.3266, 2.3376)
    assert [each["cluster"]["type"] for each in others] == ["Point", "Point"]
    assert others[0]["cluster_center"][0] > 45


def test_from_afar_all_points_are_one(ask):
    body = ask("geocluster", ("clusterprecision", "1")).json()
    assert [each["count"] for each in body["clusters"]] == [4]
    assert "series" not in body
    assert "series" not in body["clusters"][0]
    box = ask("geocluster", ("clusterprecision", "1"), ("shapeprecision", "0")).json()
    assert len(box["clusters"][0]["cluster"]["coordinates"][0]) == 5


def test_heat_needs_no_outline(ask):
    pairs = (("clusterprecision", "1"), ("clustermode", "heatmap"), ("clusterdistance", "15"))
    body = ask("geocluster", *pairs).json()
    assert {each["cluster"]["type"] for each in body["clusters"]} == {"Point"}


def test_only_what_the_map_shows_is_counted(ask):
    pairs = (("clusterprecision", "8"), ("geofilter.bbox", "50,2,51,4"))
    assert [each["count"] for each in ask("geocluster", *pairs).json()["clusters"]] == [1]


def test_records_are_counted_by_shape(ask, zones):
    pairs = (("clusterprecision", "8"), ("y.serie1.func", "SUM"), ("y.serie1.expr", "habitants"))
    body = ask("geopolygon", *pairs, dataset="zones").json()
    both, alone = body["clusters"]
    assert both["count"] == 2
    assert both["series"] == {"serie1": 30}
    assert both["cluster"]["type"] == "Polygon"
    assert both["cluster_center"] == [48.5, 0.5]
    assert both["geo_digest"] != alone["geo_digest"]
    assert body["count"] == {"min": 1, "max": 2}
    found = ask("search", ("geo_digest", both["geo_digest"]), ("sort", "nom"), dataset="zones")
    assert [each["fields"]["nom"] for each in found.json()["records"]] == ["A bis", "A"]
    named = ask("download", ("geo_digest.contour", alone["geo_digest"]), ("format", "csv"),
                dataset="zones")  # fmt: skip
    assert b"".join(named.streaming_content).count(b"\r\n") == 2


def test_points_are_previewed_like_shapes(ask, zones):
    pairs = (("rows", "1000"), ("clusterprecision", "7"), ("geofilter.bbox", "47,-1,52,4"))
    shapes = ask("geopreview", *pairs, dataset="zones").json()
    assert [each["geometry"]["type"] for each in shapes] == ["Polygon", "Polygon"]
    assert all(len(each["geo_digest"]) == 32 for each in shapes)
    assert len(shapes[1]["geometry"]["coordinates"][0]) == 5  # the bump of a metre is gone
    whole = ask("geopreview", ("geo_simplify", "false"), *pairs, dataset="zones").json()
    assert len(whole[1]["geometry"]["coordinates"][0]) == 6
    centres = ask("geopreview", ("return_polygons", "false"), dataset="zones").json()
    assert {each["geometry"]["type"] for each in centres} == {"Point"}
    assert len(ask("geopreview", ("rows", "1"), dataset="zones").json()) == 1
    points = ask("geopreview").json()
    assert {each["geometry"]["type"] for each in points} == {"Point"}
    assert len(points) == 4


def test_the_rectangle_around_records(ask, zones):
    body = ask("boundingbox", ("q", "paris")).json()
    assert body == {"bbox": [2.3266, 48.86, 2.3376, 48.8606], "count": 2}
    assert ask("boundingbox", ("q", "rien")).json() == {"bbox": None, "count": 0}
    assert ask("boundingbox", dataset="zones").json()["bbox"] == [0.0, 48.0, 3.0, 51.00001]


def test_shapes_are_clustered_by_their_centres(ask, zones):
    body = ask("geocluster", ("clusterprecision", "12"), dataset="zones").json()
    assert [each["count"] for each in body["clusters"]] == [2, 1]
    assert body["clusters"][0]["cluster"] == {"type": "Point", "coordinates": [0.5, 48.5]}


WRONG = [
    ("geocluster", (), "clusterprecision is missing"),
    ("geocluster", (("clusterprecision", "30"),), "clusterprecision"),
    ("geocluster", (("clusterprecision", "20"), ("shapeprecision", "10")), "<= 29"),
    ("geocluster", (("clusterprecision", "2"), ("clusterdistance", "0")), "clusterdistance"),
    ("geocluster", (("clusterprecision", "2"), ("clustermode", "star")), "clustermode"),
    ("geocluster", (("clusterprecision", "2"), ("geo_field", "nom")), "geo_field"),
    ("geocluster", (("clusterprecision", "2"), ("y.a.func", "SUM"), ("y.a.expr", "x")), "x"),
    ("geopreview", (("rows", "10001"),), "rows"),
    ("geopreview", (("geo_simplify_zoom", "99"),), "geo_simplify_zoom"),
    ("geopolygon", (("q", "nowhere:1"),), "Unknown field: nowhere"),
    ("boundingbox", (("geofilter.bbox", "1,2"),), "geofilter.bbox"),
]


@pytest.mark.parametrize(("name", "pairs", "said"), WRONG)
def test_what_makes_no_sense_is_told(ask, name, pairs, said):
    response = ask(name, *pairs)
    assert response.status_code == 400
    assert said in response.json()["error"]


def test_datasets_without_places_say_so(ask):
    for name in ("geocluster", "geopolygon", "geopreview", "boundingbox"):
        response = ask(name, ("clusterprecision", "2"), dataset="evenements")
        assert response.status_code == 400
        assert "no field of places" in response.json()["error"]


OUTLINES = [
    (Sides(1, 1, 2, 2, 3, 3, -1, -1), {"type": "Point", "coordinates": [1, 2]}),
    (Sides(0, 2, 0, 0, 0, 2, 0, 2), {"type": "LineString", "coordinates": [[0, 0], [2, 0]]}),
    (Sides(0, 1, 0, 1, 0, 2, 0, 0), {"type": "LineString", "coordinates": [[0, 0], [1, 1]]}),
    (
        Sides(0, 1, 0, 1, 0, 1, -1, 1),  # the corner (1, 1) is cut: no record is there
        {"type": "Polygon", "coordinates": [[[0, 0], [1, 0], [0, 1], [0, 0]]]},
    ),
]


@pytest.mark.parametrize(("sides", "expected"), OUTLINES)
def test_outlines_hold_every_place(sides, expected):
    assert outline(sides) == expected
