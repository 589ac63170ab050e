"""Keeping what a producer brings: bytes on disk first, then the row that names them."""

import os
import re
import secrets
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Protocol

from django.conf import settings

from cimaise.engine.messages import Refusal, say
from cimaise.engine.sources.base import Source
from cimaise.web.accounts.models import Person
from cimaise.web.catalog.models import Dataset
from cimaise.web.catalog.shelf import store
from cimaise.web.ingest.incoming import ArrivedFile, lack_of_room
from cimaise.web.ingest.models import Upload

_UNSAFE = re.compile(r"[^\w.()\- ]+")
_LONGEST = 200  # bytes of a file name: file systems take 255


class Brought(Protocol):
    """A file as a form hands it over."""

    name: str | None
    size: int | None

    def chunks(self) -> Iterator[bytes]:
        """Its bytes, in pieces."""


def safe_name(name: str) -> str:
    """The last part of a file name without characters that mean something to a file system."""
    last = Path(name.replace("\\", "/")).name
    plain = _UNSAFE.sub("_", last.encode("utf-8", "replace").decode()).strip(". ")
    stem, dot, extension = plain.rpartition(".")
    ending = f".{extension}" if dot and len(extension) <= 10 else ""
    room = _LONGEST - len(ending.encode())
    start = (stem if ending else plain).encode()[:room].decode("utf-8", "ignore")
    return f"{start}{ending}".strip(". ") or "file"


def keep(dataset: Dataset, brought: Brought, person: Person | None) -> Upload:
    """Put an uploaded file below UPLOADS_ROOT and record it; nothing is kept when it fails.

    Raises Refusal `disk_full`.
    """
    if refusal := lack_of_room(brought.size or 0, arrived=isinstance(brought, ArrivedFile)):
        raise refusal
    name = safe_name(brought.name or "file")
    folder = settings.UPLOADS_ROOT / dataset.slug / secrets.token_hex(8)
    folder.mkdir(parents=True)
    target = folder / name
    try:
        put(brought, target)
        return Upload.objects.create(
            dataset=dataset,
            filename=name,
            path=str(target.relative_to(settings.UPLOADS_ROOT)),
            size=target.stat().st_size,
            brought_by=person,
        )
    except BaseException:
        shutil.rmtree(folder, ignore_errors=True)
        raise


def put(brought: Brought, target: Path) -> None:
    """Move a file that is on this disk already, else write it; then flush it."""
    if isinstance(brought, ArrivedFile):
        brought.flush()
        brought.path.rename(target)
    else:
        with target.open("wb") as file:
            file.writelines(brought.chunks())
    with target.open("rb") as file:
        os.fsync(file.fileno())


def discard(dataset: Dataset) -> None:
    """Remove a dataset that was never published, and its files.

    Raises Refusal `published_once` or `already_publishing`.
    """
    with store().publishing(dataset.slug):
        if dataset.versions.exists():
            raise Refusal(
                "published_once",
                say("“{title}” was published once: its address must go on.", title=dataset.title),
                remedy=say("Restrict it, so that only its producer sees it."),
            )
        dataset.delete()
        shutil.rmtree(settings.UPLOADS_ROOT / dataset.slug, ignore_errors=True)
        shutil.rmtree(settings.ATTACHMENTS_ROOT / dataset.slug, ignore_errors=True)
        shutil.rmtree(store().home(dataset.slug), ignore_errors=True)


def source_of(upload: Upload) -> Source:
    """The upload as the engine reads it."""
    return Source(
        path=settings.UPLOADS_ROOT / upload.path, filename=upload.filename, origin=upload.filename
    )
