"""Whole datasets: made once, never seen half-made, in memory that does not grow with the rows."""

import csv
import gzip
import io
import json
import tracemalloc
import xml.etree.ElementTree as ET
import zipfile
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from multiprocessing import get_context

import pyarrow.parquet as pq
import pyoxigraph
import pytest
from icalendar import Calendar
from shelf_of_exports import ROWS, SCHEMA, record_id, shelve, taken
from sqlglot import exp

from cimaise.engine import exports
from cimaise.engine.duck import DuckFailure, ReadingRoom
from cimaise.engine.exports import export, whole, xlsx
from cimaise.engine.exports.base import Provenance
from cimaise.engine.exports.whole import is_kept, whole_file
from cimaise.engine.messages import Refusal
from cimaise.engine.query.plan import Column, Plan

MANY = 300_000


@pytest.fixture
def room(tmp_path):
    room = ReadingRoom(tmp_path)
    yield room
    room.close()


@pytest.fixture
def museums(tmp_path):
    return shelve(tmp_path / "museums", SCHEMA, ROWS)


@pytest.mark.parametrize("name", sorted(exports.EXPORTS))
def test_a_whole_file_is_the_export_of_every_row(room, museums, name):
    kept = whole_file(museums, name, room, {})
    assert kept.parent == museums.directory / "exports"
    if name == "xlsx":  # a workbook bears the date it was made
        sheet = "xl/worksheets/sheet1.xml"
        with zipfile.ZipFile(kept) as ours:
            assert b"00012" in ours.read(sheet)
    elif name == "parquet":
        assert pq.read_table(kept).column_names == list(SCHEMA.names)
    elif name == "gpkg":  # so does a GeoPackage
        assert kept.stat().st_size == len(taken(room, museums, name))
    elif exports.EXPORTS[name].identifies:
        assert f"/record/{record_id(0)}/".encode() in unfolded(kept.read_bytes())
    else:
        assert kept.read_bytes() == taken(room, museums, name)


def unfolded(body):
    return body.replace(b"\r\n ", b"")


def test_a_file_that_bears_the_address_of_the_portal_is_one_for_each(room, museums):
    here = Provenance("musees", "https://ici.exemple.fr")
    there = Provenance("musees", "https://ailleurs.exemple.fr")
    for name in ("turtle", "ical"):
        kept = whole_file(museums, name, room, {}, here)
        assert kept != whole_file(museums, name, room, {}, there)
        assert kept == whole_file(museums, name, room, {}, here)
        assert b"https://ici.exemple.fr/" in unfolded(kept.read_bytes())
    assert whole_file(museums, "csv", room, {}, here) == whole_file(museums, "csv", room, {}, there)


def test_a_whole_file_is_made_once(room, museums):
    first = whole_file(museums, "csv", room, {})
    first.write_bytes(b"seen")  # a second making would put the rows back
    assert whole_file(museums, "csv", room, {}).read_bytes() == b"seen"


def test_few_variants_are_kept(room, museums):
    plain = whole_file(museums, "csv", room, {})
    assert whole_file(museums, "csv", room, {"use_labels": "true"}) != plain
    assert is_kept("csv", {"use_labels": "true", "compressed": "1"})
    assert is_kept("parquet", {"parquet_compression": "zstd"})
    assert not is_kept("csv", {"list_separator": "|"})
    assert not is_kept("csv", {"delimiter": ","})
    assert not is_kept("gpkg", {"epsg": "2154"})
    assert is_kept("gpkg", {"epsg": "4326"})


def test_what_breaks_half_way_leaves_no_file(room, museums, monkeypatch):
    def broken(*_):
        yield b"half"
        raise OSError("disk full")

    monkeypatch.setattr(whole, "export", broken)
    with pytest.raises(OSError, match="disk full"):
        whole_file(museums, "csv", room, {})
    kept = museums.directory / "exports"
    assert [path.name for path in kept.iterdir() if not path.name.endswith(".lock")] == []
    monkeypatch.undo()
    (kept / ".records.csv.part").write_bytes(b"what a crash left")
    assert whole_file(museums, "csv", room, {}).read_bytes() == taken(room, museums, "csv")


def test_those_who_ask_together_share_one_making(room, museums, monkeypatch):
    made = []

    def counted(*given):
        made.append(1)
        return export(*given)

    monkeypatch.setattr(whole, "export", counted)
    with ThreadPoolExecutor(8) as people:
        asked = [people.submit(whole_file, museums, "json", room, {}) for _ in range(8)]
        bodies = {answer.result().read_bytes() for answer in asked}
    assert bodies == {taken(room, museums, "json")}
    assert len(made) == 1


def from_another_process(root, museums):
    room = ReadingRoom(root)
    try:
        return whole_file(museums, "jsonl", room, {}).read_bytes()
    finally:
        room.close()


def test_several_processes_may_ask_together(room, museums, tmp_path):
    with get_context("spawn").Pool(3) as pool:
        bodies = pool.starmap(from_another_process, [(tmp_path, museums)] * 3)
    assert set(bodies) == {taken(room, museums, "jsonl")}


def many(rows=MANY):
    """A plan of so many rows that hold no table at all."""
    columns = (
        Column("n", "int", "n"),
        Column("texte", "text", "Texte"),
        Column("jour", "date", "Jour"),
        Column("lieu", "geo_point_2d", "Lieu"),
    )
    number = exp.column("n")
    text = exp.Anonymous(
        this="concat", expressions=[exp.Literal.string('une "longue"; ligne '), number]
    )
    day = exp.cast(exp.Literal.string("2026-05-01"), "DATE")
    place = exp.cast(
        exp.Struct(
            expressions=[
                exp.PropertyEQ(this=exp.to_identifier(name), expression=exp.Literal.number(2))
                for name in ("lon", "lat")
            ]
        ),
        exp.DataType.build("STRUCT(lon DOUBLE, lat DOUBLE)", dialect="duckdb"),
    )
    source = exp.Table(
        this=exp.Anonymous(this="range", expressions=[exp.Literal.number(rows)]),
        alias=exp.TableAlias(this="r", columns=[exp.to_identifier("n")]),
    )
    return Plan(columns, exp.select(number, text, day, place).from_(source))


@pytest.mark.parametrize("name", sorted(exports.EXPORTS))
def test_memory_does_not_grow_with_the_rows(room, name):
    by_python = exports.EXPORTS[name].identifies  # row by row: fewer rows tell as much
    rows, most = (5_000, 3_000_000) if by_python else (MANY, 12_000_000)
    tracemalloc.start()
    try:
        sizes = [len(piece) for piece in export(many(rows), name, room, {})]
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert sum(sizes) > (500_000 if by_python else 1_000_000)
    assert max(sizes) < 600_000
    assert peak < most


class FailingRoom(ReadingRoom):
    """A room whose engine fails after some batches of rows, as it does past its time."""

    lasts = 3

    def batches(self, *args, **kwargs):
        for number, batch in enumerate(super().batches(*args, **kwargs)):
            if number == self.lasts:
                raise DuckFailure("too late")
            yield batch


@pytest.fixture
def failing_room(tmp_path):
    room = FailingRoom(tmp_path)
    yield room
    room.close()


def failing():
    """A plan that the engine cannot carry out."""
    plan = many(9_000)
    first, _, *others = plan.tree.expressions
    text = exp.Anonymous(this="error", expressions=[exp.Literal.string("too late")])
    return replace(plan, tree=plan.tree.select(first, text, *others, append=False))


READERS = {
    "csv": lambda body: list(csv.reader(io.StringIO(body.decode(), newline=""), strict=True)),
    "json": json.loads,
    "jsonl": lambda body: [json.loads(line) for line in body.splitlines()],
    "geojson": json.loads,
    "kml": ET.fromstring,
    "gpx": ET.fromstring,
    "turtle": lambda body: list(pyoxigraph.parse(body, format=pyoxigraph.RdfFormat.TURTLE)),
    "n3": lambda body: list(pyoxigraph.parse(body, format=pyoxigraph.RdfFormat.N3)),
    "rdfxml": lambda body: list(pyoxigraph.parse(body, format=pyoxigraph.RdfFormat.RDF_XML)),
    "jsonld": json.loads,
    "ical": Calendar.from_ical,
}


@pytest.mark.parametrize(
    ("name", "compressed"), [*((name, "no") for name in READERS), ("csv", "yes")]
)
def test_what_breaks_half_way_is_never_taken_for_whole(failing_room, name, compressed):
    rows, pieces = 3_000, []
    if compressed == "yes":  # what is compressed comes later, in larger pieces
        failing_room.lasts, rows = 300, 200_000

    def take():
        pieces.extend(export(many(rows), name, failing_room, {"compressed": compressed}))

    with pytest.raises(DuckFailure):
        take()
    body = b"".join(pieces)
    assert body.endswith(exports.BROKEN)
    with pytest.raises(Exception):  # noqa: B017, PT011 - whatever the reader says
        (gzip.decompress if compressed == "yes" else READERS[name])(body)


@pytest.mark.parametrize("name", sorted(exports.EXPORTS.keys() - READERS.keys()))
def test_what_cannot_be_made_is_refused_before_its_first_byte(room, name):
    with pytest.raises(DuckFailure, match="too late"):
        export(failing(), name, room, {})


def test_excel_refuses_more_rows_than_a_sheet_holds(room):
    with pytest.raises(Refusal, match="1048575 rows; these are 1048576") as refused:
        export(many(xlsx.MOST_ROWS + 1), "xlsx", room, {})
    assert refused.value.code == "too_many_rows_for_excel"
