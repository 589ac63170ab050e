"""Every export format, read back by a reader that is not ours, holds the rows that were asked."""

import csv
import gzip
import io
import json
import math
import zipfile
from datetime import UTC, datetime, timedelta

import openpyxl
import pyarrow.parquet as pq
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from python_calamine import CalamineWorkbook
from shelf_of_exports import ROWS, SCHEMA, plan_of, shelve, taken
from sqlglot import exp

from cimaise.engine.duck import ReadingRoom
from cimaise.engine.exports import EXPORTS, export, formats_for
from cimaise.engine.messages import Refusal
from cimaise.engine.query.answer import carry_out
from cimaise.engine.query.plan import Column, Plan
from cimaise.engine.schema.field import Field
from cimaise.engine.schema.schema import Schema


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


def feature(geometry):
    return {"type": "Feature", "geometry": geometry, "properties": {}}


POLYGON = {"type": "Polygon", "coordinates": [[[0.5, 0.0], [1.0, 0.0], [1.0, 1.0], [0.5, 0.0]]]}
COLLECTION = {
    "type": "GeometryCollection",
    "geometries": [{"type": "Point", "coordinates": [1.0, 2.0]}],
}
AS_JSON = [
    ROWS[0]
    | {
        "cree": "1305-03-25",
        "annee": "1988",
        "vu": "2025-01-23T14:33:29+00:00",
        "contour": feature(POLYGON),
        "notice": {"a": [1, 2.5], "b": None},
    },
    ROWS[1],
    ROWS[2]
    | {
        "cree": "2024-02-29",
        "annee": "2001",
        "vu": "2024-07-01T22:30:00.120000+00:00",
        "contour": feature(COLLECTION),
    },
]
GEOMETRY_CELL = (
    '{"coordinates": [[[0.5, 0.0], [1.0, 0.0], [1.0, 1.0], [0.5, 0.0]]], "type": "Polygon"}'
)
AS_TEXT = [
    [
        "00012",
        'Musée "Fabre"; annexe\r\nétage',
        "peinture,arts, décoratifs",
        "12345678901234567",
        "49.27117199821082",
        "True",
        "1305-03-25",
        "1988",
        "2025-01-23T14:33:29+00:00",
        "49.27117199821082, -123.06036999913398",
        GEOMETRY_CELL,
        "https://exemple.fr/é.jpg",
        ROWS[0]["notice"],
    ],
    [""] * 13,
    [
        "2",
        ROWS[2]["nom"],
        "un",
        "-7",
        "3.0",
        "False",
        "2024-02-29",
        "2001",
        "2024-07-01T22:30:00.120000+00:00",
        "48.5, 2.0",
        '{"type":"GeometryCollection","geometries":[{"type":"Point","coordinates":[1.0,2.0]}]}',
        "",
        "pas du JSON",
    ],
]


def read_csv(body, delimiter=";"):
    return list(csv.reader(io.StringIO(body.decode("utf-8-sig"), newline=""), delimiter=delimiter))


def test_csv_is_what_the_explore_api_writes(room, museums):
    body = taken(room, museums, "csv")
    assert body.startswith(b"\xef\xbb\xbfref;nom;themes")
    assert body.endswith(b"pas du JSON\r\n")
    assert read_csv(body) == [list(SCHEMA.names), *AS_TEXT]


def test_csv_quotes_only_what_needs_it(room, museums):
    body = taken(room, museums, "csv", ["nom", "point"], with_bom="false")
    assert body == (
        b"nom;point\r\n"
        + '"Musée ""Fabre""; annexe\r\nétage";49.27117199821082, -123.06036999913398\r\n'.encode()
        + b";\r\n"
        + "  espaces \t\x01 <&> _x0041_ 🏛;48.5, 2.0\r\n".encode()
    )


@pytest.mark.parametrize("delimiter", [";", ",", "\t", "|"])
def test_csv_takes_other_delimiters(room, museums, delimiter):
    body = taken(room, museums, "csv", delimiter=delimiter)
    assert read_csv(body, delimiter) == [list(SCHEMA.names), *AS_TEXT]


def test_csv_parameters_labels_lists_and_all_quoted(room, museums):
    body = taken(
        room,
        museums,
        "csv",
        ["nom", "themes", "visites"],
        use_labels="True",
        list_separator="|",
        quote_all="1",
        with_bom=False,
    ).decode()
    assert body.startswith('"Nom ; ""usuel""";"Thèmes";"Visites"\r\n')
    assert '"peinture|arts, décoratifs";"12345678901234567"\r\n' in body
    assert '"";"";""\r\n' in body


def test_a_lone_column_keeps_its_empty_rows(room, museums):
    body = taken(room, museums, "csv", ["ouvert"], with_bom="false")
    assert body == b'ouvert\r\nTrue\r\n""\r\nFalse\r\n'


def test_a_bad_parameter_is_refused_in_words(room, museums):
    with pytest.raises(Refusal, match="delimiter") as refused:
        taken(room, museums, "csv", delimiter="x")
    assert refused.value.code == "invalid_parameter"
    with pytest.raises(Refusal, match="true, false"):
        taken(room, museums, "csv", with_bom="peut-être")


def test_an_unknown_format_names_those_there_are(room, museums):
    with pytest.raises(Refusal, match="csv, json, jsonl"):
        taken(room, museums, "xml")


def test_json_is_a_bare_array_of_records(room, museums):
    records = json.loads(taken(room, museums, "json"))
    assert records == AS_JSON
    assert list(records[1]) == list(SCHEMA.names)


def test_json_says_what_a_page_of_records_says(room, museums):
    for timezone in ("UTC", "Europe/Paris", "Asia/Kolkata"):
        answered = carry_out(plan_of(room, museums, timezone=timezone), room).records()
        assert json.loads(taken(room, museums, "json", timezone=timezone)) == answered


def test_jsonl_is_a_record_a_line(room, museums):
    body = taken(room, museums, "jsonl")
    assert [json.loads(line) for line in body.decode().split("\n")[:-1]] == AS_JSON


def test_datetimes_are_told_in_the_time_zone_asked(room, museums):
    def seen(timezone):
        body = taken(room, museums, "json", ["vu"], timezone=timezone)
        return [record["vu"] for record in json.loads(body)]

    assert seen("Europe/Paris") == [
        "2025-01-23T15:33:29+01:00",
        None,
        "2024-07-02T00:30:00.120000+02:00",
    ]
    assert seen("America/St_Johns")[0] == "2025-01-23T11:03:29-03:30"


def test_geojson_places_the_first_shape_and_keeps_the_rest(room, museums):
    read = json.loads(taken(room, museums, "geojson"))
    assert read["type"] == "FeatureCollection"
    assert [item["geometry"] for item in read["features"]] == [POLYGON, None, COLLECTION]
    without = [{k: v for k, v in record.items() if k != "contour"} for record in AS_JSON]
    assert [item["properties"] for item in read["features"]] == without


def test_geojson_of_points_is_in_longitude_and_latitude(room, museums):
    read = json.loads(taken(room, museums, "geojson", ["ref", "point"]))
    assert read["features"][2] == {
        "type": "Feature",
        "geometry": {"type": "Point", "coordinates": [2.0, 48.5]},
        "properties": {"ref": "2"},
    }
    bare = json.loads(taken(room, museums, "geojson", ["ref"]))
    assert [item["geometry"] for item in bare["features"]] == [None] * 3


def test_geojson_is_offered_only_where_there_is_a_place():
    without = Schema((Field("ref", "Référence", "text"),))
    assert "geojson" not in [card.name for card in formats_for(without)]
    assert "geojson" in [card.name for card in formats_for(SCHEMA)]


def test_excel_holds_real_numbers_dates_and_booleans(room, museums, tmp_path):
    file = tmp_path / "museums.xlsx"
    file.write_bytes(taken(room, museums, "xlsx"))
    sheet = openpyxl.load_workbook(file, rich_text=False).active
    header, first, empty, last = sheet.iter_rows(values_only=True)
    assert header == SCHEMA.names
    assert first[:3] == ("00012", 'Musée "Fabre"; annexe_x000D_\nétage', AS_TEXT[0][2])
    assert first[3] == "12345678901234567"  # a number would have been rounded
    assert first[4] == 49.27117199821082
    assert first[5] is True
    assert first[6:9] == ("1305-03-25", "1988", datetime.fromisoformat("2025-01-23T14:33:29"))
    assert first[9] == AS_TEXT[0][9]
    assert empty == (None,) * 13
    assert last[3:6] == (-7, 3, False)
    assert last[6] == datetime.fromisoformat("2024-02-29")
    assert abs(last[8] - ROWS[2]["vu"]) < timedelta(milliseconds=2)


def test_excel_escapes_what_xml_cannot_hold(room, museums, tmp_path):
    file = tmp_path / "museums.xlsx"
    file.write_bytes(taken(room, museums, "xlsx", use_labels=True))
    rows = CalamineWorkbook.from_path(file).get_sheet_by_index(0).to_python()
    assert rows[0] == [field.label for field in SCHEMA]
    assert rows[1][1] == 'Musée "Fabre"; annexe\r\nétage'
    with zipfile.ZipFile(file) as parts:
        sheet = parts.read("xl/worksheets/sheet1.xml").decode()
    assert "  espaces \t_x0001_ &lt;&amp;&gt; _x005F_x0041_ 🏛" in sheet


def test_excel_cuts_a_text_longer_than_a_cell(room, root, tmp_path):
    schema = Schema((Field("texte", "Texte", "text"),))
    snapshot = shelve(root / "long", schema, [{"texte": "é" * 40_000}])
    file = tmp_path / "long.xlsx"
    file.write_bytes(taken(room, snapshot, "xlsx"))
    cell = openpyxl.load_workbook(file).active["A2"].value
    assert len(cell) == 32_767
    assert cell.endswith("é…")


@pytest.mark.parametrize("compression", ["snappy", "zstd"])
def test_parquet_holds_typed_columns(room, museums, compression):
    body = taken(room, museums, "parquet", parquet_compression=compression)
    file = pq.ParquetFile(io.BytesIO(body))
    assert file.metadata.row_group(0).column(0).compression == compression.upper()
    records = file.read().to_pylist()
    assert [record["ref"] for record in records] == ["00012", None, "2"]
    for record, row in zip(records, ROWS, strict=True):
        shape = record.pop("contour")
        assert (shape is None) == (row["contour"] is None)
        seen = record.pop("vu")
        assert seen == (row["vu"] and row["vu"].replace(tzinfo=UTC))
        assert record == {key: row[key] for key in record}
    assert b"geo" in file.metadata.metadata


def test_compressed_is_gzip_of_the_same_bytes(room, museums):
    pressed = taken(room, museums, "csv", compressed="true")
    assert gzip.decompress(pressed) == taken(room, museums, "csv")


@pytest.mark.parametrize("name", sorted(EXPORTS))
def test_no_row_is_still_a_file(room, root, name):
    directory = root / f"empty-{name}"
    snapshot = shelve(directory, SCHEMA, [])
    body = taken(room, snapshot, name)
    if name == "csv":
        assert read_csv(body) == [list(SCHEMA.names)]
    if name in ("json", "geojson"):
        assert json.loads(body) in ([], {"type": "FeatureCollection", "features": []})
    if name == "jsonl":
        assert body == b""
    if name == "parquet":
        assert pq.ParquetFile(io.BytesIO(body)).metadata.num_rows == 0
    if name == "xlsx":
        assert openpyxl.load_workbook(io.BytesIO(body)).active.max_row == 1


def test_order_and_bound_values_of_the_plan_are_kept(room, museums):
    plan = plan_of(room, museums, ["ref"])
    tree = plan.tree.where(exp.column("ref").neq(exp.Placeholder())).order_by("ref DESC")
    asked = Plan(plan.columns, tree, ("nobody",))
    for name in ("json", "geojson"):
        read = json.loads(b"".join(export(asked, name, room, {})))
        records = read if name == "json" else [item["properties"] for item in read["features"]]
        assert [record["ref"] for record in records] == ["2", "00012"]
    table = pq.read_table(io.BytesIO(b"".join(export(asked, "parquet", room, {}))))
    assert table.to_pylist() == [{"ref": "2"}, {"ref": "00012"}]


def test_two_columns_may_bear_any_name(room, museums):
    plan = plan_of(room, museums, ["ref", "visites"])
    columns = (Column("count(*)", "text", "count(*)"), Column('Évé "nement"', "int", "x"))
    read = json.loads(b"".join(export(Plan(columns, plan.tree), "json", room, {})))
    assert read[2] == {"count(*)": "2", 'Évé "nement"': -7}


def test_a_number_that_json_cannot_hold_is_null(room, root):
    schema = Schema((Field("x", "x", "double"),))
    snapshot = shelve(root / "odd", schema, [{"x": math.inf}, {"x": 1e20}, {"x": 1e-7}])
    assert json.loads(taken(room, snapshot, "json")) == [{"x": None}, {"x": 1e20}, {"x": 1e-7}]
    assert read_csv(taken(room, snapshot, "csv")) == [["x"], ["inf"], ["1e+20"], ["1e-07"]]


NASTY = st.text(
    st.one_of(
        st.sampled_from("\";,\t|\r\n'\\ _x0041_<>&{}[]"),
        st.characters(exclude_characters="\0", exclude_categories=["Cs"]),
    ),
    min_size=1,
    max_size=12,
)
CELLS = st.lists(st.tuples(st.none() | NASTY, st.none() | NASTY), min_size=1, max_size=5)


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(CELLS, st.sampled_from([";", ",", "\t", "|"]), st.booleans())
@example([('"', "\r"), ("\u2028", "_x000D_"), (None, "\ufeff")], ";", False)
def test_nasty_cells_come_back(room, museums, cells, delimiter, quote_all):
    columns = (Column("a", "text", "a"), Column("b", "text", "b"))
    tuples = [exp.Tuple(expressions=[exp.Placeholder(), exp.Placeholder()]) for _ in cells]
    values = exp.Values(
        expressions=tuples,
        alias=exp.TableAlias(this="t", columns=[exp.to_identifier("a"), exp.to_identifier("b")]),
    )
    tree = exp.select(exp.cast(exp.column("a"), "VARCHAR"), exp.cast(exp.column("b"), "VARCHAR"))
    plan = Plan(columns, tree.from_(values), tuple(value for pair in cells for value in pair))
    pieces = export(plan, "csv", room, {"delimiter": delimiter, "quote_all": quote_all})
    rows = read_csv(b"".join(pieces), delimiter)
    assert rows[1:] == [[value or "" for value in pair] for pair in cells]
    expected = [{"a": first, "b": second} for first, second in cells]
    assert json.loads(b"".join(export(plan, "json", room, {}))) == expected
    lines = b"".join(export(plan, "jsonl", room, {})).split(b"\n")[:-1]
    assert [json.loads(line) for line in lines] == expected
    book = CalamineWorkbook.from_filelike(io.BytesIO(b"".join(export(plan, "xlsx", room, {}))))
    rows = book.get_sheet_by_index(0).to_python(skip_empty_area=False)
    read = [row + [""] * (2 - len(row)) for row in rows[1:]]
    read += [["", ""]] * (len(cells) - len(read))
    assert read == [[value or "" for value in pair] for pair in cells]


def test_whoever_stops_half_way_lets_go_of_the_rows(room, museums):
    pieces = export(plan_of(room, museums), "csv", room, {})
    assert next(pieces).startswith(b"\xef\xbb\xbf")
    pieces.close()
    assert list(pieces) == []
