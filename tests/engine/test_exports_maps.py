"""Formats for maps, opened again by GDAL (through pyogrio), hold the records that were asked."""

import io
import xml.etree.ElementTree as ET
import zipfile
from datetime import UTC, date, datetime

import pyarrow as pa
import pyarrow.parquet as pq
import pyogrio
import pytest
import shapely
from shelf_of_exports import ROWS, SCHEMA, plan_of, shelve, taken

from cimaise.engine.duck import ReadingRoom
from cimaise.engine.exports import export, formats_for, shp
from cimaise.engine.messages import Refusal
from cimaise.engine.odsql.errors import InvalidParameterError
from cimaise.engine.query.plan import Column, Plan
from cimaise.engine.schema.field import Field
from cimaise.engine.schema.schema import Schema

MAPS = ["geojson", "shp", "gpkg", "fgb", "kml", "gpx"]
SHAPES = Schema(
    (
        Field("nom", "Nom", "text"),
        Field("ouvert_le", "Ouvert le", "date"),
        Field("vu_pour_la_premiere_fois", "Vu", "datetime"),
        Field("vu_pour_la_derniere_fois", "Vu encore", "datetime"),
        Field("fid", "Numéro", "int"),
        Field("geom", "Contour", "geo_shape"),
    )
)
HOLED = "POLYGON ((0 0, 9 0, 9 9, 0 0), (1 1, 2 1, 2 2, 1 1), (5 4, 6 4, 6 5, 5 4))"
SEVERAL = (
    "MULTIPOLYGON (((0 0, 1 0, 1 1, 0 0)), "
    "((5 5, 6 5, 6 6, 5 5), (5.5 5.1, 5.6 5.1, 5.6 5.2, 5.5 5.1)))"
)
SHAPED = [
    {"nom": "nulle part", "ouvert_le": date(1969, 12, 31), "fid": 7},
    {"nom": "trouée", "geom": HOLED, "ouvert_le": date(1871, 5, 28), "fid": 7},
    {"nom": "plusieurs", "geom": SEVERAL, "vu_pour_la_premiere_fois": datetime(1902, 1, 1)},  # noqa: DTZ001 - naive, as stored
    {"nom": "ligne", "geom": "LINESTRING (1 2, 3 4.25, 5 6)"},
    {"nom": "lignes", "geom": "MULTILINESTRING ((1 2, 3 4), (5 6, 7 8))"},
    {"nom": "points", "geom": "MULTIPOINT (1 2, 3 4)"},
    {"nom": "vide", "geom": "POLYGON EMPTY"},
    {"nom": "mêlée", "geom": "GEOMETRYCOLLECTION (POINT (1 2), LINESTRING (1 2, 3 4))"},
]


@pytest.fixture(scope="module")
def root(tmp_path_factory):
    return tmp_path_factory.mktemp("snapshots")


@pytest.fixture(scope="module")
def room(root):
    room = ReadingRoom(root)
    yield room
    room.close()


@pytest.fixture(scope="module")
def museums(root):
    return shelve(root / "museums", SCHEMA, ROWS)


@pytest.fixture(scope="module")
def shapes(root):
    return shelve(root / "shapes", SHAPES, SHAPED)


def opened(body, extension, directory, layer=None):
    """The records GDAL reads in a file, its geometries as shapely's, and what it says of it."""
    path = directory / f"file.{extension}"
    path.write_bytes(body)
    name = f"/vsizip/{path}" if extension == "zip" else str(path)
    said, table = pyogrio.read_arrow(name, layer=layer, read_geometry=False)
    # Apart, as GDAL trips over its own columns of shapes when some of a FlatGeobuf are null.
    _, _, drawn, _ = pyogrio.raw.read(name, layer=layer, columns=[])
    return table.to_pylist(), [shapely.from_wkb(each) for each in drawn], said


def same(drawn, expected):
    """Whether geometries are those of well-known texts, to the last digit."""
    wanted = [None if each is None else shapely.from_wkt(each) for each in expected]
    assert [each is None for each in drawn] == [each is None for each in wanted]
    for one, other in zip(drawn, wanted, strict=True):
        assert one is None or shapely.equals_exact(one, other), f"{one} is not {other}"


def points(rows=ROWS):
    return [
        row["point"] and f"POINT ({row['point']['lon']!r} {row['point']['lat']!r})" for row in rows
    ]


NAMES = [name for name in SCHEMA.names if name != "contour"]
TYPED = [
    {
        "ref": row["ref"],
        "nom": row["nom"],
        "themes": row["themes"] and ",".join(row["themes"]),
        "visites": row["visites"],
        "surface": row["surface"],
        "ouvert": row["ouvert"],
        "cree": row["cree"],
        "annee": row["annee"] and str(row["annee"].year),
        "vu": row["vu"] and row["vu"].replace(tzinfo=UTC),
        "image": row["image"],
        "notice": row["notice"],
    }
    for row in ROWS
]


def test_a_geopackage_holds_types_nulls_and_days_of_any_century(room, museums, tmp_path):
    body = taken(room, museums, "gpkg", NAMES)
    records, drawn, said = opened(body, "gpkg", tmp_path)
    for record in records:
        record["vu"] = record["vu"] and record["vu"].astimezone(UTC)
    assert records == TYPED
    same(drawn, points())
    assert said["crs"] == "EPSG:4326"
    assert pyogrio.list_layers(tmp_path / "file.gpkg")[0][0] == "records"
    sql = "SELECT count(*) AS n FROM records WHERE cree < '1400-01-01'"
    assert pyogrio.read_arrow(tmp_path / "file.gpkg", sql=sql)[1].to_pylist() == [{"n": 1}]


def test_a_geopackage_takes_fields_named_as_its_own(room, shapes, tmp_path):
    records, drawn, _ = opened(taken(room, shapes, "gpkg"), "gpkg", tmp_path)
    assert [record["fid"] for record in records] == [7, 7, *[None] * 6]
    assert [record["ouvert_le"] for record in records][:3] == [
        date(1969, 12, 31),
        date(1871, 5, 28),
        None,
    ]
    same(drawn, [row.get("geom") for row in SHAPED])


def test_a_second_place_is_told_as_text_in_a_geopackage(room, museums, tmp_path):
    records, drawn, _ = opened(taken(room, museums, "gpkg"), "gpkg", tmp_path)
    assert records[0]["point"] == "49.27117199821082, -123.06036999913398"
    same(drawn, [row["contour"] for row in ROWS])


def test_a_flatgeobuf_is_as_live_servers_make_it(room, museums, tmp_path):
    body = taken(room, museums, "fgb")
    assert b"2025-01-23T14:33:29Z" in body
    records, drawn, said = opened(body, "fgb", tmp_path)
    for record in records:  # pyogrio leaves the Z out
        record["vu"] = record["vu"] and record["vu"].replace(tzinfo=UTC)
    days = [{**row, "cree": row["cree"] and row["cree"].isoformat()} for row in TYPED]
    assert records == days
    same(drawn, [row["contour"] for row in ROWS])
    assert said["crs"] == "EPSG:4326"
    assert pyogrio.list_layers(tmp_path / "file.fgb")[0][0] == "Layer1"


def test_a_shapefile_holds_what_it_can(room, museums, tmp_path):
    body = taken(room, museums, "shp", NAMES)
    with zipfile.ZipFile(io.BytesIO(body)) as parts:
        ends = {"shp", "shx", "dbf", "prj", "cpg"}
        assert {name.split(".")[1] for name in parts.namelist()} == ends
        assert parts.read("records.cpg") == b"UTF-8"
        assert parts.read("records.prj").startswith(b"GEOGCS")
    records, drawn, said = opened(body, "zip", tmp_path)
    assert said["encoding"] == "UTF-8"
    assert said["crs"] == "EPSG:4326"
    same(drawn, points())
    for record, wanted in zip(records, TYPED, strict=True):
        assert record == wanted | {
            "nom": wanted["nom"] and wanted["nom"].strip(),  # dBASE pads with spaces
            "ouvert": wanted["ouvert"] if wanted["ouvert"] is None else int(wanted["ouvert"]),
            "vu": record["vu"],
        }
    assert records[0]["vu"] == "2025-01-23T14:33:29+00:00"


def test_a_shapefile_has_one_kind_of_shapes_and_short_names(room, shapes, tmp_path):
    records, drawn, said = opened(taken(room, shapes, "shp"), "zip", tmp_path)
    assert [each["nom"] for each in records] == [row["nom"] for row in SHAPED]
    assert [each is None for each in drawn] == [True, False, False, *[True] * 5]
    assert drawn[1].equals(shapely.from_wkt(HOLED))
    assert drawn[2].equals(shapely.from_wkt(SEVERAL))
    assert list(said["fields"]) == ["nom", "ouvert_le", "vu_pour_la", "vu_pour__2", "fid"]
    assert [record["ouvert_le"] for record in records][:2] == [
        date(1969, 12, 31),
        date(1871, 5, 28),
    ]


def test_a_text_too_long_for_a_shapefile_is_cut_between_letters(room, root, tmp_path):
    schema = Schema((Field("texte", "Texte", "text"), Field("p", "P", "geo_point_2d")))
    rows = [{"texte": "x" + "é" * 200, "p": {"lon": 1.0, "lat": 2.0}}]
    snapshot = shelve(root / "long", schema, rows)
    records, _, _ = opened(taken(room, snapshot, "shp"), "zip", tmp_path)
    assert records == [{"texte": "x" + "é" * 126}]


def test_a_number_that_a_shapefile_cannot_hold_is_null(room, root, tmp_path):
    schema = Schema((Field("x", "x", "double"), Field("p", "P", "geo_point_2d")))
    numbers = [1e300, -0.001, 123456789.125, 2.5e20, None]
    rows = [{"x": number, "p": {"lon": 1.0, "lat": 2.0}} for number in numbers]
    snapshot = shelve(root / "numbers", schema, rows)
    records, _, _ = opened(taken(room, snapshot, "shp"), "zip", tmp_path)
    assert [each["x"] for each in records] == [None, -0.001, 123456789.125, 2.5e20, None]


def test_a_shapefile_past_two_gigabytes_is_refused(room, museums, monkeypatch):
    monkeypatch.setattr(shp, "LARGEST", 500)
    with pytest.raises(Refusal, match="2 GB") as refused:
        taken(room, museums, "shp")
    assert refused.value.code == "too_large_for_shapefile"


def test_kml_is_read_with_every_value_and_shape(room, museums, shapes, tmp_path):
    records, drawn, said = opened(taken(room, museums, "kml", NAMES), "kml", tmp_path)
    same(drawn, points())
    assert said["crs"] == "EPSG:4326"
    first, empty, last = ({name: each[name] for name in NAMES if name in each} for each in records)
    assert first["nom"] == 'Musée "Fabre"; annexe\r\nétage'
    assert first["visites"] == "12345678901234567"
    assert first["surface"] == 49.27117199821082
    assert first["cree"] == "1305-03-25"
    assert first["vu"] == "2025-01-23T14:33:29+00:00"
    assert (first["ouvert"], last["ouvert"]) == (1, 0)
    assert set(empty.values()) == {None}
    assert last["nom"].strip() == "espaces \t\ufffd <&> _x0041_ 🏛"
    assert records[0]["Name"] == first["nom"]
    _, drawn, _ = opened(taken(room, shapes, "kml"), "kml", tmp_path)
    wanted = [row.get("geom") for row in SHAPED]
    wanted[6] = None  # an empty shape is nowhere
    for one, text in zip(drawn, wanted, strict=True):
        assert (one is None) == (text is None)
        assert one is None or one.equals(shapely.from_wkt(text))


def test_kml_tells_labels_and_is_well_formed_whatever_the_names(room, museums):
    plan = plan_of(room, museums, ["nom", "visites"])
    columns = (Column('a <b> "c" & d', "text", "É & <è>"), Column('A <B> "C" & D', "int", "x"))
    body = b"".join(export(Plan(columns, plan.tree), "kml", room, {}))
    space = {"k": "http://www.opengis.net/kml/2.2"}
    fields = ET.fromstring(body).findall(".//k:SimpleField", space)
    assert [each.get("name") for each in fields] == ['a <b> "c" & d', 'A <B> "C" & D_2']
    assert [each.findtext("k:displayName", namespaces=space) for each in fields] == ["É & <è>", "x"]


def test_gpx_has_waypoints_with_extensions_as_gdal_reads_them(room, museums, tmp_path):
    names = [name for name in NAMES if name != "visites"]  # GDAL reads whole numbers of 32 bits
    body = taken(room, museums, "gpx", names)
    records, drawn, _ = opened(body, "gpx", tmp_path, "waypoints")
    same(drawn, [points()[0], points()[2]])
    assert [each["name"] for each in records] == [
        'Musée "Fabre"; annexe\r\nétage',
        "  espaces \t\ufffd <&> _x0041_ 🏛",
    ]
    assert records[0]["ogr_themes"] == "peinture,arts, décoratifs"
    assert records[0]["ogr_cree"] == "1305-03-25"
    assert records[1]["ogr_image"] is None


def test_gpx_describes_instead_when_asked(room, museums, tmp_path):
    body = taken(
        room, museums, "gpx", NAMES,
        name_field="ref", description_field_list="visites, annee", use_extension="false",
    )  # fmt: skip
    records, _, _ = opened(body, "gpx", tmp_path, "waypoints")
    assert b"<extensions>" not in body
    assert [(each["name"], each["desc"]) for each in records] == [
        ("00012", "Visites: 12345678901234567\nAnnée: 1988"),
        ("2", "Visites: -7\nAnnée: 2001"),
    ]
    everything = taken(room, museums, "gpx", NAMES, use_extension="False").decode()
    assert "Image: https://exemple.fr/é.jpg" in everything


@pytest.mark.parametrize("name", ["name_field", "description_field_list"])
def test_gpx_refuses_fields_that_are_not_there(room, museums, name):
    with pytest.raises(InvalidParameterError, match="ref, nom"):
        taken(room, museums, "gpx", **{name: "no_such"})


def test_gpx_draws_lines_and_rings_as_tracks(room, shapes, tmp_path):
    body = taken(room, shapes, "gpx")
    records, drawn, _ = opened(body, "gpx", tmp_path, "tracks")
    assert [each["name"] for each in records] == [
        "trouée", "plusieurs", "ligne", "lignes", "mêlée",
    ]  # fmt: skip
    assert drawn[0].equals(shapely.from_wkt(HOLED).boundary)
    assert len(drawn[1].geoms) == 3
    assert drawn[2].geoms[0].equals(shapely.from_wkt("LINESTRING (1 2, 3 4.25, 5 6)"))
    records, drawn, _ = opened(body, "gpx", tmp_path, "waypoints")
    assert [
        (each["name"], point.coords[0]) for each, point in zip(records, drawn, strict=True)
    ] == [
        ("points", (1.0, 2.0)),
        ("points", (3.0, 4.0)),
        ("mêlée", (1.0, 2.0)),
    ]
    tags = [child.tag.split("}")[1] for child in ET.fromstring(body)]
    assert tags == sorted(tags, key=["wpt", "trk"].index)


@pytest.mark.parametrize("name", MAPS)
def test_without_any_place_selected_there_is_still_a_file(room, museums, name, tmp_path):
    body = taken(room, museums, name, ["ref", "visites"])
    if name == "gpx":
        assert len(ET.fromstring(body)) == 0
        return
    extension = {"shp": "zip"}.get(name, name)
    records, drawn, _ = opened(body, extension, tmp_path)
    assert [each["ref"] for each in records] == ["00012", None, "2"]
    assert drawn == [None, None, None]


def test_formats_for_maps_are_offered_where_there_is_a_place():
    without = Schema((Field("ref", "Référence", "text"),))
    assert not {card.name for card in formats_for(without)} & set(MAPS)
    assert {card.name for card in formats_for(SCHEMA) if card.family == "maps"} == set(MAPS)


# -- other systems ------------------------------------------------------------------------------

PARIS = Schema((Field("nom", "Nom", "text"), Field("p", "P", "geo_point_2d")))
LAMBERT = (652301.5648, 6861302.7259)  # of (2.35, 48.85), by PROJ


@pytest.fixture(scope="module")
def paris(root):
    rows = [
        {"nom": "Paris", "p": {"lon": 2.35, "lat": 48.85}},
        {"nom": "pôle Sud", "p": {"lon": 0.0, "lat": -90.0}},
        {"nom": "?"},
    ]
    return shelve(root / "paris", PARIS, rows)


@pytest.mark.parametrize("name", ["geojson", "shp", "gpkg", "fgb"])
def test_places_go_to_another_system(room, paris, name, tmp_path):
    body = taken(room, paris, name, epsg="2154")
    records, drawn, said = opened(body, {"shp": "zip"}.get(name, name), tmp_path)
    assert [each["nom"] for each in records] == ["Paris", "pôle Sud", "?"]
    assert drawn[0].coords[0] == pytest.approx(LAMBERT, abs=0.001)
    assert drawn[1:] == [None, None]  # Lambert-93 does not reach the pole
    assert "2154" in said["crs"] or "Lambert-93" in said["crs"]


@pytest.mark.parametrize(("epsg", "first"), [("3035", 3.76e6), ("3857", 261600.8)])
def test_the_easting_always_comes_first(room, paris, epsg, first, tmp_path):
    _, drawn, _ = opened(taken(room, paris, "gpkg", epsg=epsg), "gpkg", tmp_path)
    assert drawn[0].x == pytest.approx(first, rel=0.01)


def test_tables_go_to_another_system_too(room, paris):
    csv = taken(room, paris, "csv", with_bom="false", epsg="2154").decode().split("\r\n")
    northing, easting = csv[1].split(";")[1].split(", ")
    assert (float(easting), float(northing)) == pytest.approx(LAMBERT, abs=0.001)
    assert csv[2:4] == ["pôle Sud;", "?;"]
    assert '"lon": 652301.56' in taken(room, paris, "json", epsg="2154").decode()
    table = pq.read_table(io.BytesIO(taken(room, paris, "parquet", epsg="2154"))).to_pylist()
    assert (table[0]["p"]["lon"], table[0]["p"]["lat"]) == pytest.approx(LAMBERT, abs=0.001)


@pytest.mark.parametrize("name", ["parquet", "arrow"])
def test_typed_shapes_say_their_system(room, shapes, name):
    body = taken(room, shapes, name, ["geom"], epsg="2154")
    if name == "parquet":
        assert b"Lambert-93" in pq.read_metadata(io.BytesIO(body)).metadata[b"geo"]
    else:
        field = pa.ipc.open_stream(body).schema.field("geom")
        assert field.metadata[b"ARROW:extension:name"] == b"geoarrow.wkb"
        assert b"2154" in field.metadata[b"ARROW:extension:metadata"]


@pytest.mark.parametrize(
    "epsg", ["999999", "0", "-1", "abc", "1e3", "5720", "4978", "2154; --", "²"]
)
@pytest.mark.parametrize("name", ["csv", "fgb"])
def test_a_code_that_is_no_system_is_refused(room, paris, name, epsg):
    with pytest.raises(InvalidParameterError, match="Invalid value for epsg API parameter"):
        taken(room, paris, name, epsg=epsg)


# -- Arrow --------------------------------------------------------------------------------------


def test_arrow_holds_typed_columns(room, museums):
    table = pa.ipc.open_stream(taken(room, museums, "arrow")).read_all()
    assert table.column_names == list(SCHEMA.names)
    for record, row in zip(table.to_pylist(), ROWS, strict=True):
        shape = record.pop("contour")
        wanted = row["contour"]
        assert (shapely.from_wkb(shape) if shape else None) == (
            shapely.from_wkt(wanted) if wanted else None
        )
        assert record.pop("vu") == (row["vu"] and row["vu"].replace(tzinfo=UTC))
        assert record == {key: row[key] for key in record}
    assert str(table.schema.field("vu").type) == "timestamp[us, tz=UTC]"


def test_columns_may_be_called_by_their_labels(room, museums):
    labels = pa.ipc.open_stream(taken(room, museums, "arrow", use_labels="true")).schema.names
    assert labels[:2] == ["Référence", 'Nom ; "usuel"']
    names = pq.read_schema(io.BytesIO(taken(room, museums, "parquet", use_labels="1"))).names
    assert names == labels
