"""Headers completed: every column gets a name that people can read and tell apart."""

from collections.abc import Sequence

from cimaise.engine.messages import Message, say
from cimaise.engine.readers.base import RawColumn


def columns_of(
    header: Sequence[str], width: int, storages: Sequence[str] | None = None
) -> tuple[tuple[RawColumn, ...], tuple[Message, ...]]:
    """Columns for a header row as found, and what the producer should know of it.

    An empty header becomes "Column 3" by its place; the second of two equal headers gets " (2)".
    """
    notes: list[Message] = []
    seen: dict[str, int] = {}
    columns = []
    for place in range(max(width, len(header))):
        written = header[place].strip("\ufeff") if place < len(header) else ""
        said = written
        if not written.strip():
            said = f"Column {place + 1}"
            notes.append(
                say(
                    "Column {place} had no header: it is called “{name}”.",
                    place=place + 1,
                    name=said,
                )
            )
        seen[said] = seen.get(said, 0) + 1
        if seen[said] > 1:
            said = f"{written} ({seen[said]})"
            notes.append(
                say(
                    "Two columns are called “{header}”: column {place} is called “{name}”.",
                    header=written.strip(),
                    place=place + 1,
                    name=said,
                )
            )
        storage = storages[place] if storages else "VARCHAR"
        columns.append(RawColumn(column=f"c{place}", header=said, storage=storage))
    return tuple(columns), tuple(notes)
