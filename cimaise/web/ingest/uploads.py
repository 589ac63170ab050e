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
from cimaise.web.ingest.models import Upload

_UNSAFE = re.compile(r"[^\w.()\- ]+")


class Brought(Protocol):
    """A file as a form hands it over."""

    name: str | None
    size: int | None

    def chunks(self) -> Iterator[bytes]:
        """Its bytes, in pieces."""


def safe_name(name: str) -> str:
    """The last part of a file name without characters that mean something to a file system."""
    last = Path(name.replace("\\", "/")).name
    return _UNSAFE.sub("_", last).strip(". ")[-150:] or "file"


def room_for(size: int) -> None:
    """Raise Refusal when the disk has no room for an upload and what publishing makes of it."""
    settings.UPLOADS_ROOT.mkdir(parents=True, exist_ok=True)
    free = shutil.disk_usage(settings.UPLOADS_ROOT).free
    if size * 4 > free:  # the upload, its raw table, its typed table and its Parquet file
        raise Refusal(
            "disk_full",
            say("There is not enough room on the server for a file of {size} bytes.", size=size),
            remedy=say("Ask the administrator of the portal to make room, then bring it again."),
        )


def keep(dataset: Dataset, brought: Brought, person: Person | None) -> Upload:
    """Write an uploaded file below UPLOADS_ROOT and record it; nothing is kept when it fails."""
    room_for(brought.size or 0)
    name = safe_name(brought.name or "file")
    folder = settings.UPLOADS_ROOT / dataset.slug / secrets.token_hex(8)
    folder.mkdir(parents=True)
    target = folder / name
    try:
        with target.open("wb") as file:
            for piece in brought.chunks():
                file.write(piece)
            file.flush()
            os.fsync(file.fileno())
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


def source_of(upload: Upload) -> Source:
    """The upload as the engine reads it."""
    return Source(
        path=settings.UPLOADS_ROOT / upload.path, filename=upload.filename, origin=upload.filename
    )
