"""JSON lines: an object a line."""

from collections.abc import Iterator
from typing import Any

import orjson

from cimaise.engine.duck import Workspace
from cimaise.engine.metadata.description import ReadingWishes
from cimaise.engine.progress import Progress
from cimaise.engine.readers.base import RawTable, ReaderCard
from cimaise.engine.readers.json_items import JsonText
from cimaise.engine.readers.records import keep_records
from cimaise.engine.sources.base import Source


def _recognises(start: bytes, filename: str) -> bool:
    """A first line that is an object by itself, unless it is the whole of a .json file."""
    first, _, rest = start.removeprefix(b"\xef\xbb\xbf").lstrip().partition(b"\n")
    named = filename.lower().endswith((".jsonl", ".ndjson"))
    if not first.startswith(b"{") or not (named or rest.lstrip().startswith(b"{")):
        return False
    try:
        return isinstance(orjson.loads(first), dict)
    except orjson.JSONDecodeError:
        return named


def _records(text: JsonText) -> Iterator[Any]:
    while text.peek():
        yield text.value()


def _read(
    source: Source, wishes: ReadingWishes, workspace: Workspace, progress: Progress
) -> RawTable:
    return keep_records(source, _records, {"format": "jsonl"}, workspace, progress)


JSON_LINES = ReaderCard(
    name="jsonl",
    label="JSON lines",
    extensions=("jsonl", "ndjson"),
    media_types=("application/x-ndjson", "application/jsonl"),
    recognises=_recognises,
    read=_read,
    examples=(
        (
            b'{"code": "01", "n": 1}\n{"code": "02", "n": 2}\n',
            ({"code": "01", "n": "1"}, {"code": "02", "n": "2"}),
        ),
    ),
)
