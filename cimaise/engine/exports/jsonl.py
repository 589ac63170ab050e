"""JSON lines: one record a line, nothing around them (explore-api §4.1)."""

from collections.abc import Generator, Mapping

from cimaise.engine.duck import ReadingRoom
from cimaise.engine.exports.base import COMPRESSED, ExportCard, Value
from cimaise.engine.exports.lines import lines
from cimaise.engine.exports.objects import record
from cimaise.engine.query.plan import Plan


def write(plan: Plan, room: ReadingRoom, _parameters: Mapping[str, Value]) -> Generator[bytes]:
    """A line a record, each ended by a line feed."""
    for batch in lines(plan, room, lambda cells: record(cells, plan.timezone)):
        yield ("\n".join(batch) + "\n").encode()


JSONL = ExportCard(
    name="jsonl",
    label="JSON lines",
    extension="jsonl",
    media_type="application/jsonl",
    write=write,
    parameters=(COMPRESSED,),
)
