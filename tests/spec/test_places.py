"""Places: distances, rectangles and shapes, of points and of shapes, however they are written."""

import pytest
from served import Desk, a_field

from cimaise.engine.odsql.errors import ODSQLError
from cimaise.engine.schema.schema import Schema

SCHEMA = Schema(
    (a_field("id", "text"), a_field("point", "geo_point_2d"), a_field("zone", "geo_shape"))
)
ROWS = [
    {"id": "paris", "point": {"lon": 2.35, "lat": 48.85},
     "zone": "POLYGON((2.2 48.8, 2.5 48.8, 2.5 48.9, 2.2 48.9, 2.2 48.8))"},
    {"id": "fiji", "point": {"lon": -179.5, "lat": -17.0},
     "zone": "LINESTRING(179 -17, 180 -17)"},
    {"id": "pole", "point": {"lon": 120.0, "lat": 89.9}, "zone": "POINT(120 89.9)"},
    {"id": "bow", "point": {"lon": 10.0, "lat": 10.0},  # its lines cross
     "zone": "POLYGON((10 10, 12 12, 12 10, 10 12, 10 10))"},
    {"id": "empty", "zone": "POLYGON EMPTY"},
    {"id": "nowhere"},
]  # fmt: skip


@pytest.fixture(scope="module")
def earth(tmp_path_factory):
    opened = Desk(tmp_path_factory.mktemp("earth"), SCHEMA, ROWS)
    yield opened
    opened.close()


BOX = "geom'POLYGON((2 48, 3 48, 3 49, 2 49, 2 48))'"
# What is told, the condition, the records it keeps.
KEPT = [
    ("a distance has a unit", "within_distance(point, geom'POINT(2.35 48.95)', 12km)", "paris"),
    ("or is in metres", "within_distance(point, geom'POINT(2.35 48.95)', 12000)", "paris"),
    ("miles", "within_distance(point, geom'POINT(2.35 48.95)', 7 mi)", "paris"),
    ("yards, with or without a space", "within_distance(point, geom'POINT(2.35 48.85)', 1yd)",
     "paris"),
    ("too far", "within_distance(point, geom'POINT(2.35 48.95)', 11km)", ""),
    ("across the line of dates", "within_distance(point, geom'POINT(179.9 -17)', 70km)", "fiji"),
    ("over the pole", "within_distance(point, geom'POINT(-60 89.9)', 23km)", "pole"),
    ("nothing is nearer than nothing", "within_distance(point, geom'POINT(2.35 48.85)', -1)", ""),
    ("a shape by its nearest point", "within_distance(zone, geom'POINT(2.35 49)', 12km)",
     "paris"),
    ("not by another", "within_distance(zone, geom'POINT(2.35 49)', 11km)", ""),
    ("from inside a shape", "within_distance(zone, geom'POINT(2.3 48.85)', 0)", "paris"),
    ("a shape across the line of dates", "within_distance(zone, geom'POINT(-179.9 -17)', 11km)",
     "fiji"),
    ("a shape over the pole", "within_distance(zone, geom'POINT(-60 89.9)', 23km)", "pole"),
    ("farther than half of the earth", "within_distance(zone, geom'POINT(2.3 48.8)', 15000km)",
     "bow paris pole"),
    ("as far as there is", "within_distance(zone, geom'POINT(2.3 48.8)', 21000km)",
     "bow fiji paris pole"),
    ("the older name", "distance(zone, geom'POINT(2.35 49)', 12km)", "paris"),
    ("in a rectangle, latitude first", "in_bbox(point, 48, 2, 49, 3)", "paris"),
    ("whatever its corners", "in_bbox(zone, 49, 2, 48, 3)", "paris"),
    ("a rectangle may be wider than the earth", "in_bbox(point, -95, -200, 95, 200)",
     "bow fiji paris pole"),
    ("intersects", f"intersects(point, {BOX})", "paris"),
    ("disjoint of what is somewhere", f"disjoint(point, {BOX})", "bow fiji pole"),
    ("within", f"within(zone, {BOX})", "paris"),
    ("within is wholly", "within(zone, geom'POLYGON((2.3 48, 3 48, 3 49, 2.3 49, 2.3 48))')", ""),
    ("a place in a field", "within(point, zone)", "paris pole"),
    ("geometry of two is intersects", f"geometry(zone, {BOX})", "paris"),
    ("geometry with its mode", f"geometry(point, {BOX}, DISJOINT)", "bow fiji pole"),
    ("the mode in quotes and small letters", f"geometry(point, {BOX}, 'within')", "paris"),
    ("polygon", f"polygon(point, {BOX})", "paris"),
    ("a polygon whose lines cross is its two halves",
     "intersects(point, geom'POLYGON((2 48, 3 48, 2 49, 3 49, 2 48))')", "paris"),
    ("a shape whose lines cross lies in one that holds it",
     "intersects(zone, geom'POLYGON((9 9, 13 13, 13 9, 9 13, 9 9))')", "bow"),
    ("not is the complement", f"not intersects(point, {BOX})", "bow empty fiji nowhere pole"),
    ("beyond the map nothing is", "intersects(zone, geom'POINT(500 2)')", ""),
]  # fmt: skip


@pytest.mark.parametrize(("told", "where", "ids"), KEPT, ids=[row[0] for row in KEPT])
def test_where_places_are(earth, told, where, ids):
    found = earth.records(select="id", where=where, order_by="id")

    assert " ".join(row["id"] for row in found) == ids


# Ways to write the same place, which lies in Paris.
SHAPES = [
    "POINT(2.35 48.85)",
    "point ( 2.35   48.85 )",
    "POINT Z (2.35 48.85 35)",
    "SRID=4326;POINT(2.35 48.85)",
    "MULTIPOINT(2.35 48.85, 100 0)",
    "MULTIPOINT((2.35 48.85), (100 0))",
    "LINESTRING(2.35 48.85, 2.35 50)",
    "MULTILINESTRING((2.35 48.85, 2.35 50))",
    "POLYGON((2 48, 3 48, 3 49, 2 49, 2 48), (2.9 48.1, 2.9 48.2, 2.8 48.2, 2.9 48.1))",
    "MULTIPOLYGON(((2 48, 3 48, 3 49, 2 49, 2 48)), ((100 0, 101 0, 101 1, 100 0)))",
    '{"type": "Point", "coordinates": [2.35, 48.85]}',
    '{"type": "Feature", "geometry": {"type": "Point", "coordinates": [2.35, 48.85, 3]}}',
    "0101000000CDCCCCCCCCCC0240CDCCCCCCCC6C4840",
    "00000000014002CCCCCCCCCCCD40486CCCCCCCCCCD",
    "0101000020E6100000CDCCCCCCCCCC0240CDCCCCCCCC6C4840",
]


@pytest.mark.parametrize("shape", SHAPES)
def test_shapes_are_written_in_many_ways(earth, shape):
    assert earth.records(select="id", where=f"intersects(zone, geom'{shape}')") == [{"id": "paris"}]


NO_SHAPES = [
    ("POLYGON EMPTY", "nothing is in an empty shape"),
    ("POLYGON((2 48, 3 48, 3 49))", "ends where it starts"),
    ("LINESTRING(2 48)", "two positions or more"),
    ("POINT(2 91)", "a latitude from -90 to 90"),
    ("POINT(5000 2)", "a longitude goes from -180 to 180"),
    ("POINT(nan 2)", "a position is a longitude"),
    ("POINT(1e999 2)", "two finite numbers"),
    ("POINT(2)", "a position is a longitude"),
    ("POLYGON((2 48, 3 48", "not WKT"),
    ("CIRCLE(2 48)", "not WKT"),
    ("", "not WKT"),
    ('{"type": "Point"}', "coordinates are missing"),
    ('{"type": "Polygon", "coordinates": []}', "coordinates are missing"),
    ('{"type": "Point", "coordinates": ["a", 2]}', "two finite numbers"),
    ('{"type": "Sphere", "coordinates": [1, 2]}', "not a GeoJSON geometry"),
    ('{"type": "Feature", "geometry": null}', "not a GeoJSON geometry"),
    ("[" * 5000, "not WKT"),
    ('{"type": ' + "[" * 5000, "not JSON"),
    ("0101000000CDCCCCCCCCCC0240", "cut short"),
    ("0102000000FFFFFFFF", "cut short"),
    ("0101000000CDCCCCCCCCCC0240CDCCCCCCCC6C484000", "something follows"),
    ("0107000000010000000101", "a point, a line, a polygon"),
]


@pytest.mark.parametrize(("shape", "said"), NO_SHAPES, ids=[row[0][:40] for row in NO_SHAPES])
def test_a_shape_that_is_none_is_refused_with_how_to_write_one(earth, shape, said):
    with pytest.raises(ODSQLError) as refused:
        earth.ask(where=f"intersects(zone, geom'{shape}')")

    assert "Invalid geometry" in refused.value.message
    assert said in refused.value.message
    assert "geom'POINT(longitude latitude)'" in str(refused.value.hint)


def test_distances_are_told_and_sorted_by(earth):
    found = earth.records(
        select="id, distance(point, geom'POINT(2.35 49)') as far",
        order_by="distance(point, geom'POINT(2.35 49)')",
    )

    assert [row["id"] for row in found] == ["paris", "bow", "pole", "fiji", "empty", "nowhere"]
    assert found[0]["far"] == pytest.approx(16_679.3, abs=0.1)
    assert found[-1]["far"] is None


def test_the_distance_of_a_shape_is_that_of_its_nearest_point(earth):
    found = earth.records(select="id, distance(zone, geom'POINT(2.35 49)') as far", order_by="id")
    far = {row["id"]: row["far"] for row in found}

    assert far["paris"] == pytest.approx(11_119.5, abs=0.1)
    assert far["empty"] is far["nowhere"] is None
    inside = "distance(zone, geom'POINT(2.3 48.85)') as far"
    assert earth.records(select=inside, where='id = "paris"') == [{"far": 0.0}]
