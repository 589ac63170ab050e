"""The bytes of a source as readers see them: decompressed, in a stream of bounded memory."""

import gzip
import shutil
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO, cast

import zstandard

from cimaise.engine.messages import Refusal, say
from cimaise.engine.sources.base import Source

HEAD_BYTES = 65_536
_MAGIC = {b"\x1f\x8b": "gzip", b"\x28\xb5\x2f\xfd": "zstd"}
_SUFFIXES = (".gz", ".zst")


def compression(source: Source) -> str | None:
    """`gzip`, `zstd` or None, by the first bytes and not by the name."""
    with source.path.open("rb") as stream:
        start = stream.read(4)
    return next((name for magic, name in _MAGIC.items() if start.startswith(magic)), None)


def plain_name(source: Source) -> str:
    """The name of the file inside the compression."""
    name = source.filename
    for suffix in _SUFFIXES:
        name = name.removesuffix(suffix)
    return name


@contextmanager
def opened(source: Source) -> Iterator[BinaryIO]:
    """The decompressed bytes; a damaged compression ends in a Refusal while reading."""
    kind = compression(source)
    try:
        with source.path.open("rb") as stream:
            if kind == "gzip":
                yield cast(BinaryIO, gzip.GzipFile(fileobj=stream))
            elif kind == "zstd":
                yield cast(
                    BinaryIO,
                    zstandard.ZstdDecompressor().stream_reader(stream, read_across_frames=True),
                )
            else:
                yield stream
    except (EOFError, zlib.error, gzip.BadGzipFile, zstandard.ZstdError) as error:
        raise Refusal(
            "damaged_compression",
            say("“{name}” cannot be decompressed to its end.", name=source.filename),
            remedy=say("Compress it again, or send it without compression."),
        ) from error


def head(source: Source, size: int = HEAD_BYTES) -> bytes:
    """The first bytes, decompressed."""
    with opened(source) as stream:
        parts: list[bytes] = []
        while size > 0 and (part := stream.read(size)):
            parts.append(part)
            size -= len(part)
    return b"".join(parts)


def plain_file(source: Source, directory: Path) -> Path:
    """A file of the decompressed bytes: the source itself, or a scratch file in `directory`."""
    if compression(source) is None:
        return source.path
    target = directory / "decompressed"
    with opened(source) as stream, target.open("wb") as copy:
        shutil.copyfileobj(stream, copy, 1 << 20)
    return target
