"""A crowd of visitors: mixed questions of 64 at once, and the same answer asked for again."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from http.client import HTTPConnection

from bench.load import Loaded, load

CLIENTS = 64
SECONDS = 30.0
MOST_SPREAD = 20.0  # times the median that the 99th percentile may be
LEAST_UNCHANGED = 3_000.0  # a second


@dataclass(frozen=True, slots=True)
class Crowd:
    """What many clients saw, in milliseconds."""

    p50: float
    p99: float
    a_second: float
    answers: int
    errors: int
    statuses: dict[int, int]

    @staticmethod
    def of(loaded: Loaded, *right: int) -> "Crowd":
        """In short; every status but these is an error."""
        return Crowd(
            loaded.percentile(0.5),
            loaded.percentile(0.99),
            loaded.a_second,
            len(loaded.times),
            loaded.errors(*right),
            loaded.statuses,
        )

    @property
    def spread(self) -> float:
        """How many times the median the 99th percentile is."""
        return self.p99 / self.p50 if self.p50 else 0.0


def mixed(port: int, addresses: Sequence[Callable[[int], str]], seconds: float = SECONDS) -> Crowd:
    """CLIENTS clients that put these questions in turn, no two alike."""
    kinds = len(addresses)

    def question(number: int) -> str:
        return addresses[number % kinds](number // kinds)

    return Crowd.of(load(port, question, clients=CLIENTS, seconds=seconds), 200)


def unchanged(port: int, address: str, seconds: float = 10.0) -> Crowd:
    """An answer that every client has already: 304, again and again."""
    asked = load(
        port,
        lambda _: address,
        clients=CLIENTS,
        seconds=seconds,
        headers={"If-None-Match": etag(port, address)},
    )
    return Crowd.of(asked, 304)


def etag(port: int, address: str) -> str:
    """The entity tag of an answer."""
    connection = HTTPConnection("127.0.0.1", port, timeout=60)
    connection.request("GET", address)
    answer = connection.getresponse()
    answer.read()
    connection.close()
    return answer.headers["ETag"] or ""
