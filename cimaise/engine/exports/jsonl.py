"""JSON lines: one record a line, nothing around them (explore-api §4.1)."""

from collections.abc import Generator

from cimaise.engine.duck import ReadingRoom
from cimaise.engine.exports.base import COMPRESSED, EPSG, ExportCard, Rendition
from cimaise.engine.exports.lines import lines
from cimaise.engine.exports.objects import record


def write(rendition: Rendition, room: ReadingRoom) -> Generator[bytes]:
    """A line a record, each ended by a line feed."""
    plan = rendition.plan
    for batch in lines(plan, room, lambda cells: record(cells, plan.timezone)):
        yield ("\n".join(batch) + "\n").encode()


JSONL = ExportCard(
    name="jsonl",
    label="JSON lines",
    extension="jsonl",
    media_type="application/jsonl",
    write=write,
    parameters=(EPSG, COMPRESSED),
)
