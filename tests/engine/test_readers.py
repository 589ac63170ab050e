"""Files of every format become verbatim cells, and nothing in them is lost."""

import csv
import gzip
import io
import json
from pathlib import Path

import pytest
import zstandard
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from cimaise.engine.metadata.description import ReadingWishes
from cimaise.engine.readers import READERS

SPECTRUM = (
    "comma_in_quotes",
    "empty",
    "empty_crlf",
    "escaped_quotes",
    "json",
    "newlines",
    "newlines_crlf",
    "quotes_and_newlines",
    "simple",
    "simple_crlf",
    "utf8",
)
EXAMPLES = [
    pytest.param(card.extensions[0], content, rows, id=f"{card.name}-{number}")
    for card in READERS.values()
    for number, (content, rows) in enumerate(card.examples)
]


@pytest.mark.parametrize(("extension", "content", "rows"), EXAMPLES)
def test_examples_of_the_cards(brought, extension, content, rows):
    assert brought(content, f"example.{extension}").verbatim == list(rows)


@pytest.mark.parametrize("extension", ["csv", "txt", "xlsx", "json", "bin"])
@pytest.mark.parametrize(("own", "content", "rows"), EXAMPLES)
def test_the_content_decides_whatever_the_name(brought, own, content, rows, extension):
    assert brought(content, f"renamed.{extension}").verbatim == list(rows)


@pytest.mark.shared_data
@pytest.mark.parametrize("name", SPECTRUM)
def test_csv_spectrum(brought, shared_data, name):
    folder = shared_data / "awkward" / "csv-spectrum"
    expected = json.loads((folder / "json" / f"{name}.json").read_text(encoding="utf-8"))
    content = (folder / "csvs" / f"{name}.csv").read_bytes()
    if name.endswith("_crlf"):  # this copy of the suite lost its carriage returns on the way
        content = content.replace(b"\r\n", b"\n").replace(b"\n", b"\r\n")
    found = brought(content).verbatim
    assert [{key: value or "" for key, value in row.items()} for row in found] == expected


CELLS = st.text(
    alphabet=st.characters(exclude_categories=["Cs"], exclude_characters="\x00\r\ufeff"),
    max_size=12,
)


@settings(
    max_examples=60,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(
    rows=st.lists(st.lists(CELLS, min_size=3, max_size=3), min_size=1, max_size=6),
    delimiter=st.sampled_from(",;\t|"),
    line_end=st.sampled_from(["\n", "\r\n"]),
    quoting=st.sampled_from([csv.QUOTE_MINIMAL, csv.QUOTE_ALL]),
)
@example([["a", 'say "no"', "x\ny"]], ";", "\r\n", csv.QUOTE_MINIMAL)
def test_a_cell_comes_out_as_it_went_in(brought, rows, delimiter, line_end, quoting):
    stream = io.StringIO(newline="")
    writer = csv.writer(stream, delimiter=delimiter, lineterminator=line_end, quoting=quoting)
    writer.writerow(["premier", "second", "troisième"])
    writer.writerows(rows)
    wishes = ReadingWishes(format="csv", delimiter=delimiter, encoding="utf-8")
    found = brought(stream.getvalue(), reading=wishes)
    assert found.refused == []
    assert [[cell or "" for cell in row.values()] for row in found.verbatim] == rows


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
@pytest.mark.parametrize("line_end", ["\n", "\r\n", "\r"])
def test_a_french_table_in_any_writing(brought, encoding, delimiter, line_end):
    lines = ["Libellé|Région", "Musée de l’Œuvre|Île-de-France", "Château d'été|Hérault"]
    lines += ["Théâtre à l'italienne, déjà rénové|Provence-Alpes-Côte d’Azur"]
    text = (line_end.join(lines) + line_end).replace(",", "").replace("|", delimiter)
    found = brought(text.encode(encoding))
    assert found.column("region") == ["Île-de-France", "Hérault", "Provence-Alpes-Côte d’Azur"]
    assert found.column("libelle")[0] == "Musée de l’Œuvre"


def test_compressed_files_are_read_by_their_content(brought):
    text = b"nom;code\nRolin;01\n"
    for packed in (gzip.compress(text), zstandard.compress(text)):
        for name in ("a.csv.gz", "a.csv.zst", "a.csv"):
            assert brought(packed, name).column("code") == ["01"]
    workbook = READERS["xlsx"].examples[0][0]
    assert brought(gzip.compress(workbook), "a.xlsx.gz").column("nom") == ["Rolin"]


def test_a_header_may_hold_line_breaks_and_delimiters(brought):
    found = brought(b'\xef\xbb\xbf"Population\n";"a;b"\r\n1;2\r\n3;4\r\n')
    assert found.types == {"population": "int", "a_b": "int"}
    assert found.column("population") == [1, 3]


def test_ragged_rows_are_refused_word_for_word_and_the_others_kept(brought):
    found = brought("a,b,c\n1,2,3\n4,5\n6,7,8,9\n10,11,12\n13,14,15,\n16,17,18\n")
    assert found.column("a") == [1, 10, 13, 16]
    assert [(line, content) for line, content, _ in found.refused] == [(3, "4,5"), (4, "6,7,8,9")]
    assert [(row[0], row[2]) for row in found.rejects] == [(3, "4,5"), (4, "6,7,8,9")]
    assert found.understood.counts["refused"] == 2


def test_a_stray_quotation_mark_costs_its_own_row_only(brought):
    found = brought('a,b\n1,"x\n2,y\n3,z\n4,"t\nu"\n5,v\n')
    assert found.column("a") == [2, 3, 4, 5]
    assert found.column("b") == ["y", "z", "t\nu", "v"]
    assert [content for _, content, _ in found.refused] == ['1,"x']


def test_bytes_that_are_not_utf8_are_read_and_told(brought):
    lines = [f"{number};Évreux" for number in range(5000)]
    found = brought(b"n;ville\n" + "\n".join(lines).encode() + b"\n5000;N\xeemes\n")
    assert found.column("ville")[-1] == "Nîmes"
    assert found.column("ville")[0] == "Évreux"
    assert any("Windows-1252" in str(note) for note in found.understood.notes)


def test_headers_that_are_missing_or_twice_are_completed_and_told(brought):
    found = brought("nom,,nom,\nx,1,y,2\n")
    assert list(found.types) == ["nom", "column_2", "nom_2", "column_4"]
    assert found.typed == [{"nom": "x", "column_2": 1, "nom_2": "y", "column_4": 2}]
    assert len(found.raw.notes) == 3


def test_rows_wider_than_the_header_get_a_column(brought):
    found = brought("a,b\n" + "".join(f"{number},x,y{number}\n" for number in range(9)))
    assert found.column("column_3") == [f"y{number}" for number in range(9)]


def test_rows_without_the_last_columns_of_the_header_are_kept(brought):
    found = brought("a,b,c\n1,x\n2,y\n")
    assert found.typed == [{"a": 1, "b": "x", "c": None}, {"a": 2, "b": "y", "c": None}]


def test_quotes_far_from_the_head_are_seen(brought):
    rows = [f"{number},simple" for number in range(60_000)]
    rows[50_000] = '50000,"{""a"": [1, 2], ""b"": 3}"'
    found = brought("n,t\n" + "\n".join(rows) + "\n")
    assert len(found.typed) == 60_000
    assert found.column("t")[50_000] == '{"a": [1, 2], "b": 3}'
    assert found.refused == []


def test_a_single_column_is_a_table(brought):
    assert brought("nom\nà la carte, menu\ncafé\n").column("nom") == ["à la carte, menu", "café"]


def test_json_keeps_every_member_of_every_record(brought):
    text = '[{"a": 1, "b": {"x": [1, {"y": null}]}}, {"c": "é", "a": 12345678901234567890123}]'
    found = brought(text, "x.json")
    assert found.verbatim == [
        {"a": "1", "b": '{"x":[1,{"y":null}]}', "c": None},
        {"a": "12345678901234567890123", "b": None, "c": "é"},
    ]
    assert found.types == {"a": "text", "b": "json", "c": "text"}


def test_json_items_that_are_no_objects_are_refused_alone(brought):
    found = brought('[{"a": 1}, 2, {"a": 3}]', "x.json")
    assert found.column("a") == [1, 3]
    assert found.refused == [(2, "2", "not an object")]


def test_geojson_of_points_and_of_anything(brought):
    feature = '{"type": "Feature", "properties": {"n": %d}, "geometry": %s}'
    point = '{"coordinates": [1.5, 43.5], "type": "Point"}'
    line = '{"type": "LineString", "coordinates": [[0, 0], [1, 1]]}'
    text = '{"features": [%s, %s], "type": "FeatureCollection"}'
    points = brought(text % (feature % (1, point), feature % (2, "null")), "x.geojson")
    assert points.types == {"geo_point_2d": "geo_point_2d", "n": "int"}
    assert points.column("geo_point_2d") == [{"lon": 1.5, "lat": 43.5}, None]
    shapes = brought(text % (feature % (1, point), feature % (2, line)), "x.geojson")
    assert shapes.types == {"geo_shape": "geo_shape", "n": "int"}
    assert shapes.column("geo_shape") == ["POINT (1.5 43.5)", "LINESTRING (0 0, 1 1)"]


def test_a_sheet_is_chosen_by_its_name(brought, workbook_of_two_sheets: Path):
    found = brought(workbook_of_two_sheets, reading=ReadingWishes(sheet="2021"))
    assert found.column("annee") == [2021]


def test_cells_of_a_workbook(brought, workbook_of_two_sheets: Path):
    found = brought(workbook_of_two_sheets, reading=ReadingWishes(sheet="2020"))
    assert found.verbatim == [
        {"Code": "01", "Entrées": "12", "Part": "0.5", "Ouvert": "true", "Le": "2020-03-01"},
        {
            "Code": "2A",
            "Entrées": None,
            "Part": "7",
            "Ouvert": "false",
            "Le": "2020-03-02 10:30:00",
        },
    ]
