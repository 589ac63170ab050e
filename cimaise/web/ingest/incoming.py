"""How the bytes of a large file arrive: to the disk of the uploads, as long as there is room."""

import errno
import os
import shutil
import tempfile
import time
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.core.files.uploadhandler import FileUploadHandler, SkipFile
from django.http import HttpRequest

from cimaise.engine.messages import Refusal, say

_FULL = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})
_FORGOTTEN = 24 * 3600  # seconds without a byte: whoever was sending has gone
# What publishing makes of a file of its size: a raw table, a typed table and a Parquet file.
_MADE_OF_IT = 3


class ArrivedFile(UploadedFile):  # type: ignore[type-arg]  # generic in the stubs alone
    """A file that arrived on the disk of the uploads: keeping it is moving it."""

    def __init__(self, path: Path, **said: Any) -> None:
        super().__init__(file=path.open("w+b"), **said)
        self.path = path

    def temporary_file_path(self) -> str:
        """Where it is until it is kept; Django's own name for it."""
        return str(self.path)

    def close(self) -> None:
        """Forget the file unless it was moved away."""
        super().close()
        self.path.unlink(missing_ok=True)


class ToDisk(FileUploadHandler):
    """Writes files as they come; one without room for it is skipped, and `refusal` says so."""

    file: ArrivedFile

    def __init__(self, request: HttpRequest | None = None) -> None:
        super().__init__(request)
        self.refusal: Refusal | None = None

    def handle_raw_input(self, input_data: Any, META: Any, content_length: int, *_: Any) -> None:  # noqa: N803 - Django's name
        """Refuse before the first byte what cannot fit."""
        self.refusal = lack_of_room(content_length)

    def new_file(self, *arguments: Any, **said: Any) -> None:
        """A file begins."""
        super().new_file(*arguments, **said)
        if self.refusal is not None:
            raise SkipFile
        handle, path = tempfile.mkstemp(dir=arriving())
        os.close(handle)
        self.file = ArrivedFile(
            Path(path),
            name=self.file_name,
            content_type=self.content_type,
            size=0,
            charset=self.charset,
            content_type_extra=self.content_type_extra,
        )

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        """Some of its bytes."""
        try:
            self.file.write(raw_data)
        except OSError as error:
            self.file.close()
            if error.errno not in _FULL:
                raise
            self.refusal = no_room(start + len(raw_data))
            raise SkipFile from error

    def file_complete(self, file_size: int) -> ArrivedFile:
        """The file, as the forms take it."""
        self.file.seek(0)
        self.file.size = file_size
        return self.file

    def upload_interrupted(self) -> None:
        """The sender went away in the middle."""
        if hasattr(self, "file"):
            self.file.close()


def arriving() -> Path:
    """The folder of files on their way in."""
    folder = Path(settings.UPLOADS_ROOT) / ".arriving"
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def refused_at_the_door(request: HttpRequest) -> Refusal | None:
    """Why a file of this request was not received, if one was not."""
    refusals = (getattr(handler, "refusal", None) for handler in request.upload_handlers)
    return next((refusal for refusal in refusals if refusal is not None), None)


def lack_of_room(size: int, *, arrived: bool = False) -> Refusal | None:
    """Why a file of so many bytes, and what publishing makes of it, has no room; None if it has."""
    free = shutil.disk_usage(arriving()).free
    return no_room(size) if size * (_MADE_OF_IT + (not arrived)) > free else None


def no_room(size: int) -> Refusal:
    """What is said when the disk is full."""
    return Refusal(
        "disk_full",
        say("There is not enough room on the server for a file of {size} bytes.", size=size),
        remedy=say("Ask the administrator of the portal to make room, then bring it again."),
    )


def forget_the_forgotten() -> int:
    """Remove what senders who went away left, as a server that died could not; how many files."""
    old = time.time() - _FORGOTTEN
    left = [path for path in arriving().iterdir() if path.stat().st_mtime < old]
    for path in left:
        path.unlink(missing_ok=True)
    return len(left)
