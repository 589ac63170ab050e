"""Large files arrive on the disk of the uploads; those without room are refused, none is left."""

import errno
import os
import shutil
from collections import namedtuple

import pytest
from at_the_desk import CSV, fresh, last_run
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from cimaise.web.catalog.models import Dataset
from cimaise.web.ingest import incoming, uploads
from cimaise.web.ingest.incoming import ArrivedFile, forget_the_forgotten
from cimaise.web.ingest.models import Upload

Usage = namedtuple("Usage", "total used free")


@pytest.fixture(autouse=True)
def large(settings):
    """Every file counts as a large one."""
    settings.FILE_UPLOAD_MAX_MEMORY_SIZE = 0


def arriving(portal):
    return list((portal / "uploads" / ".arriving").glob("*"))


def test_a_large_file_is_moved_not_copied(desk, portal, monkeypatch):
    def chunks(self, size=None):
        raise AssertionError("the file was read again")

    monkeypatch.setattr(ArrivedFile, "chunks", chunks)
    upload = desk.new(CSV)
    assert (portal / "uploads" / upload.path).read_text() == CSV
    assert arriving(portal) == []
    desk.publish(upload)
    assert fresh(upload.dataset).current.records == 20


def test_a_form_with_errors_leaves_no_file(desk, portal):
    form = {"title": "", "producer": "", "file": SimpleUploadedFile("a.csv", CSV.encode())}
    answer = desk.client.post(reverse("desk:new"), form)
    assert answer.context["form"].errors
    assert arriving(portal) == []
    assert not Upload.objects.exists()


def test_no_room_is_told_before_anything_is_written(desk, portal, monkeypatch):
    monkeypatch.setattr(shutil, "disk_usage", lambda path: Usage(10**6, 10**6, 10))
    assert desk.new(CSV) is None
    errors = str(desk.answer.context["form"].errors["file"])
    assert "administrat" in errors
    assert not Dataset.objects.exists()
    assert arriving(portal) == []


def test_a_disk_that_fills_up_on_the_way_is_told(desk, portal, monkeypatch):
    def write(self, data):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(ArrivedFile, "write", write, raising=False)
    assert desk.new(CSV) is None
    assert "administrat" in str(desk.answer.context["form"].errors["file"])
    assert arriving(portal) == []


def test_a_failure_on_the_way_to_its_place_leaves_nothing(desk, portal, monkeypatch):
    def put(brought, target):
        target.touch()
        raise OSError("a failure")

    monkeypatch.setattr(uploads, "put", put)
    with pytest.raises(OSError, match="a failure"):
        desk.new(CSV)
    assert not Dataset.objects.exists()
    assert [path for path in (portal / "uploads").rglob("*") if path.is_file()] == []


def test_a_full_disk_while_publishing_is_refused_and_another_try_works(desk, portal, monkeypatch):
    upload = desk.new(CSV)

    def publish(*_):
        raise incoming.no_room(10)

    with monkeypatch.context() as patched:
        patched.setattr("cimaise.web.ingest.publication.publish", publish)
        desk.publish(upload)
    assert last_run(upload).refusal["code"] == "disk_full"
    desk.publish(upload)
    assert fresh(upload.dataset).current.number == 1


def test_files_stay_when_others_come(desk, portal):
    first = desk.new(CSV)
    desk.publish(first)
    second = desk.again(first.dataset, CSV)
    desk.publish(second)
    for upload in (first, second):
        assert (portal / "uploads" / upload.path).read_text() == CSV


def test_what_senders_who_went_away_left_is_forgotten_after_a_day(portal):
    recent, old = incoming.arriving() / "recent", incoming.arriving() / "old"
    recent.touch()
    old.touch()
    os.utime(old, (0, 0))
    assert forget_the_forgotten() == 1
    assert arriving(portal) == [recent]
