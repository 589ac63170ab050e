"""The engine alone, in this process: how long it plans a question and how long it works on it."""

import time
from collections.abc import Callable

from bench.clock import Timing, percentile
from bench.language import Spoken
from bench.portal import HOME, snapshot
from cimaise.engine.duck import ReadingRoom
from cimaise.engine.query.answer import carry_out
from cimaise.engine.query.planner import plan
from cimaise.engine.snapshots.manifest import Snapshot
from cimaise.engine.snapshots.store import SnapshotStore

WARM = 3
LEAST, MOST = 3, 200


class Engine:
    """A reading room over the published snapshots, as the server's."""

    def __init__(self) -> None:
        self._store = SnapshotStore(HOME / "snapshots")
        self._room = ReadingRoom(self._store.root)
        self._known: dict[str, Snapshot] = {}

    def snapshot(self, dataset: str) -> Snapshot:
        """What is asked."""
        if dataset not in self._known:
            self._known[dataset] = self._store.load(dataset, snapshot(dataset).name)
        return self._known[dataset]

    def spent(self, line: Spoken, seconds: float) -> tuple[Timing, Timing]:
        """Planning and carrying out, in milliseconds."""
        asked = self.snapshot(line.dataset)
        planning: list[float] = []
        working: list[float] = []
        ends = time.perf_counter() + seconds
        number = 0
        while number < LEAST + WARM or (number < MOST and time.perf_counter() < ends):
            began = time.perf_counter()
            planned = plan(line.question(number), asked, self._room)
            known = time.perf_counter()
            carry_out(planned, self._room)
            done = time.perf_counter()
            if number >= WARM:
                planning.append((known - began) * 1000)
                working.append((done - known) * 1000)
            number += 1
        return _timing(planning), _timing(working)

    def close(self) -> None:
        """Let go of the files."""
        self._room.close()


def _timing(taken: list[float]) -> Timing:
    taken.sort()
    return Timing(percentile(taken, 0.5), percentile(taken, 0.95), len(taken))


def without_bytes(ask: Callable[[int], object]) -> Callable[[int], int]:
    """The same question for a clock that wants to know the size of answers."""

    def asked(number: int) -> int:
        ask(number)
        return 0

    return asked
