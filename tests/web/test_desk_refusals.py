"""Bad files at the desk: what, where, what to do; the version served stays, nothing is left."""

import gzip
import io
import zipfile

import pytest
from at_the_desk import CSV, fresh, last_run, left_below
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from msoffcrypto.format.ooxml import OOXMLFile

from cimaise.engine.readers import READERS
from cimaise.web.catalog.models import Dataset
from cimaise.web.ingest.models import Upload

WORKBOOK = READERS["xlsx"].examples[0][0]


def locked():
    out = io.BytesIO()
    OOXMLFile(io.BytesIO(WORKBOOK)).encrypt("secret", out)
    return out.getvalue()


def zipped():
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("a.shp", "x")
    return packed.getvalue()


REFUSED = {
    "blank": ("a.csv", b"\n\n", "empty_file"),
    "header only": ("a.csv", b"a;b\n", "header_only"),
    "wrong extension": ("a.xlsx", b"%PDF-1.7\n%\xe2\xe3\n", "not_a_table"),
    "binary rubbish": ("a.csv", bytes(range(256)) * 40, "not_a_table"),
    "rows that do not hold": (
        "a.csv",
        b"a,b,c\n" + b"".join(b"," * (n % 7) + b"x\n" for n in range(40)),
        "rows_do_not_hold",
    ),
    "a long line": ("a.csv.gz", gzip.compress(b"a,b\n1," + b"x" * (17 << 20), 1), "line_too_long"),
    "cut GeoJSON": ("a.geojson", b'{"type": "FeatureCollection", "features": [{', "invalid_json"),
    "GeoJSON without features": ("a.geojson", b'{"type": "Topology"}', "invalid_geojson"),
    "a locked workbook": ("a.xlsx", locked(), "password"),
    "a zipped shapefile": ("a.zip", zipped(), "not_a_table"),
    "cut compression": ("a.csv.gz", gzip.compress(b"a,b\n" * 90_000)[:-40], "damaged_compression"),
}


@pytest.fixture
def published(desk):
    """A dataset with a version served."""
    upload = desk.new(CSV)
    desk.publish(upload)
    return upload.dataset


def test_bad_files_are_refused_and_nothing_changes(desk, published, portal):
    for what, (name, content, code) in REFUSED.items():
        upload = desk.again(published, content, name)
        refusal = last_run(upload).refusal
        assert refusal["code"] == code, what
        assert refusal["remedy"] is not None, what
        page = desk.page(upload)
        assert 'role="alert"' in page
        assert "<script>" not in page
        desk.publish(upload)  # the button is not there, but a hand-made form may say so
        assert last_run(upload).refusal["code"] == code, what
    assert fresh(published).current.number == 1
    assert published.versions.count() == 1
    assert left_below(portal) == []
    answer = desk.client.get("/api/explore/v2.1/catalog/datasets/musees/records?limit=0")
    assert answer.json()["total_count"] == 20


def test_an_empty_file_is_refused_at_the_door(desk):
    assert desk.new(b"") is None
    assert "vide" in str(desk.answer.context["form"].errors["file"]) or (
        "empty" in str(desk.answer.context["form"].errors["file"])
    )
    assert not Dataset.objects.exists()


def test_ragged_rows_and_odd_headers_are_told(desk):
    upload = desk.new("a;b;;a\n1;2;3;4\n1;2;3\n5;6;7;8\n9;9;9;9\n")
    assert upload.understanding["counts"]["refused"] == 1
    assert len(upload.understanding["notes"]) >= 2
    assert upload.understanding["rejected"][0]["value"] == "1;2;3"
    desk.publish(upload)
    assert fresh(upload.dataset).current.rejects == 1


def test_two_geometries_are_two_fields(desk):
    upload = desk.new(
        "id;position;siege\n" + "".join(f"A{n};4{n}.1, 2.{n};4{n}.2, 3.{n}\n" for n in range(1, 6))
    )
    assert list(desk.fields(upload).values()) == ["text", "geo_point_2d", "text"]
    desk.publish(upload, field__2__type="geo_point_2d")
    desk.say(upload)
    assert list(desk.fields(upload).values()) == ["text", "geo_point_2d", "geo_point_2d"]
    assert fresh(upload.dataset).current.records == 5


@pytest.mark.parametrize(
    "name",
    [
        "../../etc/passwd",
        "..\\..\\boot.ini",
        "a" * 250 + ".csv",
        "musée " * 40 + ".csv",
        "数" * 200 + ".csv",
        "a." + "x" * 200,
        "\U0001f5bc\U0001f5bc.csv",
        ".htaccess",
        "a;rm -rf *.csv",
        "<script>alert(1)</script>.csv",
        "CON.csv",
        "--help.csv",
    ],
)
def test_hostile_names_are_only_names(desk, portal, name):
    answer = desk.client.post(
        reverse("desk:new"),
        {
            "title": name[:100],
            "producer": desk.organisation.pk,
            "file": SimpleUploadedFile(name, CSV.encode()),
        },
        follow=True,
    )
    assert answer.status_code == 200
    desk.work()
    for upload in Upload.objects.all():
        kept = (portal / "uploads" / upload.path).resolve()
        assert kept.is_relative_to((portal / "uploads" / upload.dataset.slug).resolve())
        assert kept.read_bytes() == CSV.encode()
        page = desk.page(upload)
        assert "<script>alert" not in page
        desk.publish(upload)
        assert fresh(upload.dataset).current.records == 20


@pytest.mark.parametrize("title", ["new", "???", "New", "a" * 300, "Musées"])
def test_every_title_makes_an_address_of_its_own(desk, title):
    uploads = [desk.new(CSV, title=title) for _ in range(2)]
    slugs = {upload.dataset.slug for upload in uploads}
    assert len(slugs) == 2
    for upload in uploads:
        assert upload.dataset.slug != "new"
        assert (
            desk.client.get(reverse("desk:dataset", args=[upload.dataset.slug])).status_code == 200
        )


def test_texts_that_no_database_keeps_are_shown_all_the_same(desk):
    upload = desk.new('[{"a\\u0000b": "x\\u0000y", "c": "\\ud800"}, {"c": "z"}]', "a.json")
    assert last_run(upload).state in ("done", "refused")
    assert "\x00" not in str(upload.understanding)
    desk.page(upload)


def test_a_cell_of_megabytes_is_not_kept_beside_the_file(desk):
    upload = desk.new("a;b\n1;" + "x" * 3_000_000 + "\n2;y\n")
    assert len(str(upload.understanding)) < 50_000
    assert len(desk.page(upload)) < 300_000
