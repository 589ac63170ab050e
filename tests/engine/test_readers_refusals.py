"""Bad input ends in a refusal that says what, where and what to do."""

import gzip
import io
import zipfile
from pathlib import Path

import pytest
from msoffcrypto.format.ooxml import OOXMLFile

from cimaise.engine.messages import Refusal
from cimaise.engine.metadata.description import ReadingWishes
from cimaise.engine.readers import READERS
from cimaise.engine.sources.local import local_file

WORKBOOK = READERS["xlsx"].examples[0][0]
POINT = '{"type": "Point", "coordinates": [1, 2]}'


def zipped() -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("a.shp", "x")
    return packed.getvalue()


REFUSED = {
    "empty": ("a.csv", b"", "empty_file"),
    "blank": ("a.csv", b"\n \n\n", "empty_file"),
    "only a byte order mark": ("a.csv", b"\xef\xbb\xbf", "empty_file"),
    "header only": ("a.csv", b"a,b\n", "header_only"),
    "header without line end": ("a.csv", b"a,b", "header_only"),
    "binary rubbish": ("a.csv", bytes(range(256)) * 40, "not_a_table"),
    "nulls": ("a.csv", b"\x00" * 5000 + b"x", "not_a_table"),
    "a picture": ("a.csv", b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR" + bytes(300), "not_a_table"),
    "a zipped shapefile": ("a.zip", zipped(), "not_a_table"),
    "a web page": ("a.csv", b"<!DOCTYPE html><html><body>404</body></html>", "not_a_table"),
    "XML": ("a.xml", b"<?xml version='1.0'?><ead/>", "not_a_table"),
    "a PDF": ("a.csv", b"%PDF-1.7\n%\xe2\xe3\n", "not_a_table"),
    "prose": ("a.txt", b"Un texte\nqui n'est pas\nune table\n", "not_a_table"),
    "rows that do not hold": (
        "a.csv",
        b"a,b,c\n" + b"".join(b"," * (n % 7) + b"x\n" for n in range(40)),
        "rows_do_not_hold",
    ),
    "a JSON list without objects": ("a.json", b"[]", "no_records"),
    "cut JSON": ("a.json", b'[{"a": 1}, {"a": ', "invalid_json"),
    "JSON with a tail": ("a.json", b'[{"a": 1}] x', "invalid_json"),
    "cut JSON lines": ("a.jsonl", b'{"a": 1}\n{"a": ', "invalid_json"),
    "JSON that is not UTF-8": ("a.json", b'[{"a": "\xe9t\xe9"}]', "invalid_json"),
    "deep JSON": ("a.json", b'[{"a": ' + b"[" * 100_000, "invalid_json"),
    "cut GeoJSON": (
        "a.geojson",
        b'{"type": "FeatureCollection", "features": [{"type": "Feature", "geometry": null',
        "invalid_json",
    ),
    "GeoJSON without features": ("a.geojson", b'{"type": "Topology"}', "invalid_geojson"),
    "GeoJSON with a wrong geometry": (
        "a.geojson",
        b'{"type": "FeatureCollection", "features": [{"type": "Feature", "properties": {}, '
        b'"geometry": {"type": "Cercle", "coordinates": []}}]}',
        "invalid_geojson",
    ),
    "GeoJSON in another system": (
        "a.geojson",
        b'{"type": "FeatureCollection", "crs": {"type": "name", "properties": {"name": '
        b'"urn:ogc:def:crs:EPSG::2154"}}, "features": []}',
        "not_wgs84",
    ),
    "cut Parquet": ("a.parquet", b"PAR1" + bytes(200), "damaged_parquet"),
    "cut workbook": ("a.xlsx", WORKBOOK[:-200], "damaged_workbook"),
    "rubbish under an Excel signature": (
        "a.xls",
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(2000),
        "damaged_workbook",
    ),
    "cut compression": (
        "a.csv.gz",
        gzip.compress(b"a,b\n" + b"1,2\n" * 90_000)[:-40],
        "damaged_compression",
    ),
}


@pytest.mark.parametrize("what", REFUSED)
def test_bad_input_is_refused_with_a_remedy(brought, what):
    filename, content, code = REFUSED[what]
    with pytest.raises(Refusal) as refusal:
        brought(content, filename)
    assert refusal.value.code == code
    assert refusal.value.what is not None
    assert refusal.value.remedy is not None
    assert len(str(refusal.value)) > 40


@pytest.mark.parametrize("packed", [False, True])
def test_a_line_without_end_is_not_read_into_memory(brought, packed):
    content = b"a,b\n1," + b"x" * (40 << 20)
    with pytest.raises(Refusal) as refusal:
        brought(gzip.compress(content, 1) if packed else content)
    assert refusal.value.code == "line_too_long"
    assert "Line 2" in str(refusal.value)


def test_several_sheets_are_asked_about(brought, workbook_of_two_sheets: Path):
    with pytest.raises(Refusal, match="2020, 2021") as refusal:
        brought(workbook_of_two_sheets)
    assert refusal.value.code == "several_sheets"


def test_a_sheet_that_is_not_there(brought, workbook_of_two_sheets: Path):
    with pytest.raises(Refusal, match="2020, 2021") as refusal:
        brought(workbook_of_two_sheets, reading=ReadingWishes(sheet="2019"))
    assert refusal.value.code == "no_such_sheet"


def test_a_password_is_recognised(brought):
    locked = io.BytesIO()
    OOXMLFile(io.BytesIO(WORKBOOK)).encrypt("secret", locked)
    with pytest.raises(Refusal) as refusal:
        brought(locked.getvalue(), "a.xlsx")
    assert refusal.value.code == "password"


def test_a_format_that_nobody_reads(brought):
    with pytest.raises(Refusal, match="parquet") as refusal:
        brought("a,b\n1,2\n", reading=ReadingWishes(format="dbf"))
    assert refusal.value.code == "unknown_format"


def test_an_encoding_that_does_not_exist(brought):
    with pytest.raises(Refusal) as refusal:
        brought("a,b\n1,2\n", reading=ReadingWishes(encoding="latin-99"))
    assert refusal.value.code == "unknown_encoding"


def test_local_files_that_are_not_there(tmp_path):
    for path, code in ((tmp_path / "no.csv", "no_such_file"), (tmp_path, "not_a_file")):
        with pytest.raises(Refusal) as refusal:
            local_file(path)
        assert refusal.value.code == code
    (tmp_path / "empty.csv").touch()
    with pytest.raises(Refusal) as refusal:
        local_file(tmp_path / "empty.csv")
    assert refusal.value.code == "empty_file"


def test_a_delimiter_is_one_sign(brought):
    with pytest.raises(Refusal) as refusal:
        brought("a;;b\n1;;2\n", reading=ReadingWishes(delimiter=";;"))
    assert refusal.value.code == "bad_delimiter"
