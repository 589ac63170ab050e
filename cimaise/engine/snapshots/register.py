"""The register of a snapshot: from the id of a record to its row, without asking the engine."""

from array import array
from bisect import bisect_left
from collections.abc import Iterator

from sqlglot import exp

from cimaise.engine.duck import ReadingRoom
from cimaise.engine.snapshots.aids import AidFile, Kind, Unsuitable
from cimaise.engine.snapshots.heads import SIGNS
from cimaise.engine.snapshots.manifest import Snapshot

KEPT = 32  # bits of an id that the register keeps, before 32 bits for the row
_CUT = 4 * SIGNS - KEPT  # bits of a head that it leaves out
SECONDS = 60.0


def _made(snapshot: Snapshot, room: ReadingRoom) -> Iterator[bytes]:
    if int(snapshot.manifest.counts["records"]) >= 1 << 32:
        raise Unsuitable("rows have larger numbers than a register can write")
    # Table `heads` lies by head already.
    tree = exp.select("head", "place").from_(room.table(snapshot.serve_file, "heads"))
    for batch in room.batches(tree.order_by("head"), size=2_000, seconds=SECONDS):
        yield array("Q", [(head >> _CUT) << 32 | place for head, place in batch]).tobytes()


class Register:
    """Rows by the ids of their records; may be shared by threads."""

    def __init__(self, file: AidFile, _: Snapshot) -> None:
        self._entries = file.numbers("Q")

    def rows(self, record_id: str) -> Iterator[int]:
        """The rows where the record of an id (40 hexadecimal signs) may be: one, or a few."""
        start = int(record_id[: KEPT // 4], 16)
        place = bisect_left(self._entries, start << 32)
        while place < len(self._entries) and self._entries[place] >> 32 == start:
            yield self._entries[place] & 0xFFFFFFFF
            place += 1


REGISTER = Kind("ids.register", _made, Register)
