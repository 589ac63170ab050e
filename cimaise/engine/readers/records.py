"""Records that are mappings, from JSON or GeoJSON, into the raw table."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from cimaise.engine.duck import Workspace
from cimaise.engine.messages import Refusal, say
from cimaise.engine.progress import Progress, Waypoint
from cimaise.engine.readers.base import RawTable
from cimaise.engine.readers.delimited import canonical_rows, cell_columns
from cimaise.engine.readers.headers import columns_of
from cimaise.engine.readers.json_items import JsonBroken, JsonText, cell_of, refused_json
from cimaise.engine.sources.base import Source
from cimaise.engine.sources.opened import opened

Records = Callable[[JsonText], Iterator[Any]]
_EVERY = 5_000


def keep_records(
    source: Source,
    records: Records,
    reading: Mapping[str, str],
    workspace: Workspace,
    progress: Progress,
) -> RawTable:
    """The raw table of all records, with a column per name that any record has, in first order.

    The text is read twice: once for the names, once for the cells, never as a whole. An item
    that is no object is kept verbatim among the refused rows.
    """
    names: dict[str, None] = {}
    progress(Waypoint("read"))
    for _, record in _read(source, records):
        if isinstance(record, Mapping):
            names.update(dict.fromkeys(record))
    if not names:
        raise Refusal(
            "no_records",
            say("“{name}” holds no record.", name=source.filename),
            remedy=say("Send a list of objects that have the same members."),
        )
    refused, kept = 0, 0
    columns, notes = columns_of(list(names), len(names))
    with (
        canonical_rows(workspace, "refused_cells", ("content", "reason")) as refuse,
        canonical_rows(workspace, "cells", cell_columns(len(names))) as keep,
    ):
        for line, record in _read(source, records):
            if isinstance(record, Mapping):
                kept += 1
                keep(line, _cells(record, tuple(names)))
            else:
                refused += 1
                refuse(line, (cell_of(record), "not an object"))
            if line % _EVERY == 0:
                progress(Waypoint("read", line))
    return RawTable("cells", columns, kept, "refused_cells" if refused else None, reading, notes)


def _cells(record: Mapping[str, Any], names: Sequence[str]) -> list[str | None]:
    return [cell_of(record.get(name)) for name in names]


def _read(source: Source, records: Records) -> Iterator[tuple[int, Any]]:
    """Records with their number, from 1."""
    number = 0
    with opened(source) as stream:
        text = JsonText(stream)
        try:
            for number, record in enumerate(records(text), start=1):
                yield number, record
            if text.peek():
                raise text.broken("something follows the end")
        except JsonBroken as error:
            raise refused_json(source.filename, error, number) from error
