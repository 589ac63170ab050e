"""JSON: a bare array of flat records (explore-api §4.1)."""

from collections.abc import Generator

from cimaise.engine.duck import ReadingRoom
from cimaise.engine.exports.base import COMPRESSED, EPSG, ExportCard, Rendition
from cimaise.engine.exports.lines import lines
from cimaise.engine.exports.objects import record


def write(rendition: Rendition, room: ReadingRoom) -> Generator[bytes]:
    """`[{…},{…}]`, one record a line so that a person can look at it."""
    plan, lead = rendition.plan, "["
    for batch in lines(plan, room, lambda cells: record(cells, plan.timezone)):
        yield (lead + ",\n".join(batch)).encode()
        lead = ",\n"
    yield b"[]" if lead == "[" else b"]"


JSON = ExportCard(
    name="json",
    label="JSON",
    extension="json",
    media_type="application/json",
    write=write,
    parameters=(EPSG, COMPRESSED),
)
