"""How a portal and its carrels speak: frames of one kind, a length and that many bytes."""

import json
import struct
from collections.abc import Mapping
from typing import IO, Any

READY = b"R"  # the carrel is open; the check of a question
PIECE = b"D"  # a piece of an answer
END = b"E"  # the answer is whole
TROUBLE = b"X"  # why there is none, as JSON

_HEAD = struct.Struct(">cI")


class Silence(Exception):
    """The other side has gone."""


def say_to(file: IO[bytes], kind: bytes, body: bytes = b"") -> None:
    """Send one frame; raises Silence."""
    try:
        file.write(_HEAD.pack(kind, len(body)))
        file.write(body)
        file.flush()
    except (OSError, ValueError) as error:
        raise Silence from error


def hear_from(file: IO[bytes]) -> tuple[bytes, bytes]:
    """The kind and the body of the next frame; raises Silence."""
    try:
        head = file.read(_HEAD.size)
        if len(head) < _HEAD.size:
            raise Silence
        kind, length = _HEAD.unpack(head)
        body = file.read(length)
    except (OSError, ValueError) as error:
        raise Silence from error
    if len(body) < length:
        raise Silence
    return kind, body


def packed(said: Mapping[str, Any]) -> bytes:
    """A message as bytes."""
    return json.dumps(said).encode()


def unpacked(body: bytes) -> dict[str, Any]:
    """The inverse of `packed`."""
    found: dict[str, Any] = json.loads(body)
    return found
