"""Files that stay: flushed to the disk, digested, and a plain refusal when there is no room."""

import errno
import hashlib
import os
import shutil
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

from cimaise.engine.duck import DuckFailure
from cimaise.engine.messages import Refusal, say
from cimaise.engine.progress import Progress, Waypoint, unheard

_FULL = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})
_FULL_IN_WORDS = tuple(os.strerror(number).lower() for number in _FULL)


def _says_full(error: BaseException) -> bool:
    if isinstance(error, OSError) and error.errno in _FULL:
        return True
    # DuckDB and Tantivy only hand over the sentence of the operating system.
    return any(words in str(error).lower() for words in _FULL_IN_WORDS)


@contextmanager
def room_on_disk(directory: Path) -> Iterator[None]:
    """Turn every way in which a full disk shows itself to a Refusal `disk_full`."""
    try:
        yield
    except (OSError, DuckFailure, ValueError) as error:
        if not _says_full(error):
            raise
        try:
            free = shutil.disk_usage(directory).free // 2**20
        except OSError:
            free = 0
        raise Refusal(
            "disk_full",
            say("The disk is full: this version could not be written."),
            where=say("{free} MB are free where the snapshots are kept.", free=free),
            remedy=say("Nothing was changed. Make room, then publish again."),
        ) from error


def sha256(path: Path) -> str:
    """The digest of a file, read in bounded memory."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def files_below(directory: Path) -> list[Path]:
    """Every file below a directory in a stable order; hidden ones are locks, not content."""
    return sorted(
        path for path in directory.rglob("*") if path.is_file() and not path.name.startswith(".")
    )


def digests(directory: Path, progress: Progress = unheard) -> dict[str, str]:
    """The digest of every file below a directory, by its relative name."""
    paths = files_below(directory)
    found = {}
    with ThreadPoolExecutor(max_workers=2) as pool:
        for done, (path, digest) in enumerate(zip(paths, pool.map(sha256, paths), strict=True)):
            progress(Waypoint("digest", done, len(paths)))
            found[path.relative_to(directory).as_posix()] = digest
    return found


def flush(path: Path) -> None:
    """Make a file, or the names in a directory, survive a power cut."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def flush_tree(directory: Path) -> None:
    """Make everything below a directory survive a power cut, the directory last."""
    for path in sorted(directory.rglob("*"), reverse=True):
        flush(path)
    flush(directory)
