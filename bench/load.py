"""Many clients at once, in one thread that does next to nothing else: it must not be the limit."""

import selectors
import socket
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

END = b"\r\n\r\n"
LAST_PIECE = b"0\r\n\r\n"
LENGTH = b"content-length:"
CHUNKED = b"transfer-encoding: chunked"


@dataclass(slots=True)
class Loaded:
    """What many clients saw: milliseconds of each answer, how many of each status."""

    seconds: float
    times: list[float] = field(default_factory=list)
    statuses: dict[int, int] = field(default_factory=dict)
    broken: int = 0

    @property
    def a_second(self) -> float:
        """Answers a second."""
        return len(self.times) / self.seconds

    def percentile(self, share: float) -> float:
        """The smallest time that `share` of the answers do not exceed."""
        ordered = sorted(self.times)
        return ordered[min(len(ordered) - 1, int(share * len(ordered)))] if ordered else 0.0

    def errors(self, *right: int) -> int:
        """Answers of another status than these, and connections that broke."""
        return self.broken + sum(n for status, n in self.statuses.items() if status not in right)


@dataclass(slots=True)
class _Client:
    """One kept connection with one question at a time."""

    line: socket.socket
    came: bytearray
    asked: float = 0.0
    missing: int = -1  # bytes of the body still to come; -1: the head is not whole, -2: in pieces


def load(
    port: int,
    question: Callable[[int], str],
    *,
    clients: int,
    seconds: float,
    headers: Mapping[str, str] | None = None,
) -> Loaded:
    """Ask question after question over `clients` connections for `seconds`.

    The next question of a client goes out when the answer to its last is whole.
    """
    said = "".join(f"{name}: {value}\r\n" for name, value in (headers or {}).items())
    crowd = _Crowd(port, question, said)
    return crowd.ask(clients, seconds)


class _Crowd:
    def __init__(self, port: int, question: Callable[[int], str], headers: str) -> None:
        self._port = port
        self._question = question
        self._headers = headers
        self._number = 0
        self._selector = selectors.DefaultSelector()

    def ask(self, clients: int, seconds: float) -> Loaded:
        began = time.perf_counter()
        ends = began + seconds
        loaded = Loaded(seconds)
        for _ in range(clients):
            self._open()
        while self._selector.get_map():
            for key, _ in self._selector.select(timeout=1):
                self._hear(key.data, loaded, ends)
            if time.perf_counter() > ends + 30:  # what has not come by now never will
                loaded.broken += len(self._selector.get_map())
                break
        for key in list(self._selector.get_map().values()):
            key.data.line.close()
        self._selector.close()
        loaded.seconds = time.perf_counter() - began
        return loaded

    def _open(self) -> None:
        line = socket.create_connection(("127.0.0.1", self._port))
        line.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        client = _Client(line, bytearray())
        self._selector.register(line, selectors.EVENT_READ, client)
        self._send(client)

    def _send(self, client: _Client) -> None:
        target = self._question(self._number)
        self._number += 1
        client.came.clear()
        client.missing = -1
        client.asked = time.perf_counter()
        asked = f"GET {target} HTTP/1.1\r\nHost: 127.0.0.1:{self._port}\r\n{self._headers}\r\n"
        client.line.sendall(asked.encode())

    def _hear(self, client: _Client, loaded: Loaded, ends: float) -> None:
        piece = client.line.recv(1 << 18)
        if not piece:
            loaded.broken += 1
            self._hang_up(client)
            return
        client.came += piece
        if not _is_whole(client):
            return
        now = time.perf_counter()
        status = int(client.came[9:12])
        loaded.times.append((now - client.asked) * 1000)
        loaded.statuses[status] = loaded.statuses.get(status, 0) + 1
        if now < ends:
            self._send(client)
        else:
            self._hang_up(client)

    def _hang_up(self, client: _Client) -> None:
        self._selector.unregister(client.line)
        client.line.close()


def _is_whole(client: _Client) -> bool:
    came = client.came
    if client.missing == -1:
        end = came.find(END)
        if end < 0:
            return False
        head = bytes(came[:end]).lower()
        client.missing = _whole_size(head, end + len(END))
    if client.missing == -2:
        return came.endswith(LAST_PIECE)
    return len(came) >= client.missing


def _whole_size(head: bytes, start: int) -> int:
    """The length of the answer, head included; -2 when it comes in pieces of unknown number."""
    place = head.find(LENGTH)
    if place >= 0:
        return start + int(head[place + len(LENGTH) :].split(b"\r\n", 1)[0])
    return -2 if CHUNKED in head else start
