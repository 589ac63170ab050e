"""One thread that stops whatever lasts too long."""

import heapq
import itertools
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field


@dataclass(order=True, slots=True)
class Watch:
    """One statement under watch: what to do at `deadline`, unless it is over before."""

    deadline: float
    order: int
    interrupt: Callable[[], None] = field(compare=False)
    over: bool = field(default=False, compare=False)
    struck: bool = field(default=False, compare=False)


class Watchdog:
    """One thread that interrupts whatever has passed its deadline.

    A timer per question would start a thread per question; here a question costs a push on a
    heap. `interrupt` is called under the same lock that ends a watch, so that a statement that
    ended in time is never interrupted, nor the next one on its cursor.
    """

    def __init__(self) -> None:
        self._condition = threading.Condition()
        self._heap: list[Watch] = []
        self._order = itertools.count()
        self._thread: threading.Thread | None = None
        self._closed = False

    @contextmanager
    def watch(self, seconds: float, interrupt: Callable[[], None]) -> Iterator[Watch]:
        """Call `interrupt` if the block lasts longer than `seconds`; the watch says if it did."""
        watch = Watch(time.monotonic() + seconds, next(self._order), interrupt)
        with self._condition:
            if self._thread is None:
                self._thread = threading.Thread(target=self._run, name="watchdog", daemon=True)
                self._thread.start()
            heapq.heappush(self._heap, watch)
            if self._heap[0] is watch:
                self._condition.notify()
        try:
            yield watch
        finally:
            with self._condition:
                watch.over = True

    def close(self) -> None:
        """End the thread."""
        with self._condition:
            self._closed = True
            self._condition.notify()
        if self._thread is not None:
            self._thread.join()

    def _run(self) -> None:
        with self._condition:
            while not self._closed:
                while self._heap and self._heap[0].over:
                    heapq.heappop(self._heap)
                if not self._heap:
                    self._condition.wait()
                    continue
                left = self._heap[0].deadline - time.monotonic()
                if left > 0:
                    self._condition.wait(left)
                    continue
                watch = heapq.heappop(self._heap)
                watch.struck = True
                watch.interrupt()
