"""Deep pages: followed by their cursor to the millionth row, and measured from there on."""

import re
import time
from http.client import HTTPConnection

from bench.clock import Timing, Unexpected, percentile
from bench.questions import API

DEEP = "deep paging by cursor"
START = 1_000_000
PAGE = 100
MOST = 300
NEXT = re.compile(r'<https?://[^/>]+(/[^>]*)>\s*;\s*rel="?next"?')


def deep_pages(port: int, seconds: float) -> Timing:
    """The pages of PAGE rows after row START, each by the `Link` of the one before.

    Raises Unexpected when an answer does not say where the next page is.
    """
    connection = HTTPConnection("127.0.0.1", port, timeout=60)
    target = f"{API}/records?limit={PAGE}"
    for _ in range(START // PAGE):
        target, _ = _next(connection, target)
    taken: list[float] = []
    size = 0
    ends = time.perf_counter() + seconds
    while not taken or (len(taken) < MOST and time.perf_counter() < ends):
        began = time.perf_counter()
        target, read = _next(connection, target)
        taken.append((time.perf_counter() - began) * 1000)
        size += read
    connection.close()
    taken.sort()
    times = len(taken)
    return Timing(percentile(taken, 0.5), percentile(taken, 0.95), times, size // times)


def _next(connection: HTTPConnection, target: str) -> tuple[str, int]:
    """The address of the page after `target`, and the length of that page."""
    connection.request("GET", target)
    answer = connection.getresponse()
    body = answer.read()
    found = NEXT.search(answer.headers.get("Link") or "")
    if answer.status != 200 or found is None:
        raise Unexpected(f"{answer.status} without a next page for {target}")
    return found[1], len(body)
