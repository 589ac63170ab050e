"""How long things take: many times the same kind of question, never twice the same question."""

import http.client
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from math import ceil


@dataclass(frozen=True, slots=True)
class Timing:
    """Milliseconds at the median and at the 95th percentile of `times` questions.

    `size` is the mean number of bytes of an answer; `cut` says that the last one was not awaited.
    """

    p50: float
    p95: float
    times: int
    size: int = 0
    cut: bool = False

    def to_json(self) -> dict[str, object]:
        """For the results file."""
        return asdict(self)


def percentile(sorted_times: list[float], share: float) -> float:
    """The smallest time that `share` of them do not exceed."""
    return sorted_times[max(0, ceil(share * len(sorted_times)) - 1)]


def timing(
    ask: Callable[[int], int], *, seconds: float, most: int = 300, least: int = 3, warm: int = 3
) -> Timing:
    """Ask question after question until `seconds` or `most`; `ask(n)` returns the bytes it read."""
    for number in range(warm):
        ask(number)
    taken: list[float] = []
    size = 0
    ends = time.perf_counter() + seconds
    while len(taken) < most and (len(taken) < least or time.perf_counter() < ends):
        began = time.perf_counter()
        size += ask(warm + len(taken))
        taken.append((time.perf_counter() - began) * 1000)
    taken.sort()
    return Timing(percentile(taken, 0.5), percentile(taken, 0.95), len(taken), size // len(taken))


class Unexpected(Exception):
    """A server did not answer what the benchmark asked for."""


class Caller:
    """One client on one kept connection to a server of this machine."""

    def __init__(self, port: int, *, patience: float = 60) -> None:
        self._connection = http.client.HTTPConnection("127.0.0.1", port, timeout=patience)

    def size(self, target: str) -> int:
        """Read a whole answer and return its length; raises Unexpected unless it is 200."""
        return sum(len(piece) for piece in self.pieces(target))

    def body(self, target: str) -> bytes:
        """A whole answer; raises Unexpected unless it is 200."""
        return b"".join(self.pieces(target))

    def pieces(self, target: str) -> Iterator[bytes]:
        """An answer as it comes."""
        self._connection.request("GET", target)
        answer = self._connection.getresponse()
        if answer.status != 200:
            said = answer.read(500).decode(errors="replace")
            raise Unexpected(f"{answer.status} for {target}: {said}")
        while piece := answer.read(1 << 18):
            yield piece

    def close(self) -> None:
        """Hang up, even in the middle of an answer."""
        self._connection.close()


@contextmanager
def calling(port: int) -> Iterator[Caller]:
    """A caller, hung up at the end."""
    caller = Caller(port)
    try:
        yield caller
    finally:
        caller.close()


def whole(port: int, target: str, *, patience: float) -> Timing:
    """The time of one long answer; after `patience` seconds it is cut and the rest not awaited."""
    with calling(port) as caller:
        began = time.perf_counter()
        size, cut = 0, False
        for piece in caller.pieces(target):
            size += len(piece)
            if time.perf_counter() - began > patience:
                cut = True
                break
        taken = (time.perf_counter() - began) * 1000
    return Timing(taken, taken, 1, size, cut)
