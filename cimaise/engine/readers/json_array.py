"""JSON: a list of objects, or an object one of whose members is such a list."""

from collections.abc import Iterator
from typing import Any

from cimaise.engine.duck import Workspace
from cimaise.engine.metadata.description import ReadingWishes
from cimaise.engine.progress import Progress
from cimaise.engine.readers.base import RawTable, ReaderCard
from cimaise.engine.readers.json_items import JsonText, items_of, members_of
from cimaise.engine.readers.records import keep_records
from cimaise.engine.sources.base import Source

# Where other portals put their records, in the order of preference.
LISTS = ("results", "records", "data", "items", "rows", "values")


def _recognises(start: bytes, filename: str) -> bool:
    body = start.removeprefix(b"\xef\xbb\xbf").lstrip()
    if body[:1] == b"[":
        return body[1:].lstrip()[:1] in (b"{", b"]", b"") or filename.lower().endswith(".json")
    named = filename.lower().endswith(".json")
    return body[:1] == b"{" and (named or body[1:].lstrip()[:1] in (b'"', b"}"))


def _records(text: JsonText) -> Iterator[Any]:
    """The items of the list; those of the object's list of records; else the object itself."""
    if text.peek() == "[":
        yield from items_of(text)
        return
    whole = {name: text.value() for name in members_of(text)}
    for name in LISTS:
        found = whole.get(name)
        if isinstance(found, list) and found and all(isinstance(item, dict) for item in found):
            yield from found
            return
    yield whole


def _read(
    source: Source, wishes: ReadingWishes, workspace: Workspace, progress: Progress
) -> RawTable:
    return keep_records(source, _records, {"format": "json"}, workspace, progress)


JSON_ARRAY = ReaderCard(
    name="json",
    label="JSON",
    extensions=("json",),
    media_types=("application/json",),
    recognises=_recognises,
    read=_read,
    examples=(
        (
            b'[{"nom": "Le Louvre", "places": 12.5}, {"nom": null, "ouvert": true}]',
            (
                {"nom": "Le Louvre", "places": "12.5", "ouvert": None},
                {"nom": None, "places": None, "ouvert": "true"},
            ),
        ),
        (b'{"results": [{"a": ["x", "y"]}]}', ({"a": '["x","y"]'},)),
    ),
)
