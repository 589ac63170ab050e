"""How often each caller called today: a small table in a file that all processes share."""

import fcntl
import hashlib
import logging
import mmap
import os
import struct
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

log = logging.getLogger(__name__)

A_DAY = 86_400
PAUSED = 10.0  # seconds of calls at the highest rate that a caller may make all at once
A_MOMENT = 0.001  # seconds that sums of fractions may be off

SLOT = struct.Struct("<16sIId")  # caller, day, calls of that day, when its next call is due
SLOTS = 8  # of a bucket: a caller is in one of those that its digest names
BUCKET = SLOT.size * SLOTS
BUCKETS = 8_192
MOST = 2**32 - 1  # calls that a slot can hold
SIZE = BUCKET * BUCKETS  # 2 MiB for 65 536 callers


@dataclass(frozen=True, slots=True)
class Allowance:
    """How many calls are allowed; 0 stands for any number."""

    a_day: int
    a_second: int


@dataclass(frozen=True, slots=True)
class Spent:
    """What became of one call: `wait` seconds until the next is allowed, 0 when it was granted.

    `calls` are those granted today, this one included; `unit` is the limit that was met.
    """

    calls: int
    wait: float
    unit: Literal["day", "second"] = "day"


class Tally:
    """Calls of a day by caller, and how closely they follow each other.

    Every process of the machine counts in the same file, without a database: a call costs one
    lock and one write to memory. Days begin at 00:00 UTC. Where the file cannot be, each process
    counts for itself. A table that is full forgets who called least.
    """

    def __init__(self, path: Path, key: bytes) -> None:
        self._key = key[:64]
        self._threads = threading.Lock()
        try:
            self._file: int | None = _opened(path)
            self._table = mmap.mmap(self._file, SIZE)
        except OSError as error:
            log.warning("calls are counted by each process for itself: %s", error)
            self._file = None
            self._table = mmap.mmap(-1, SIZE)

    def spend(self, caller: str, allowed: Allowance, now: float) -> Spent:
        """Count a call at `now` (seconds since 1970), unless it is one too many."""
        name, bucket = self._place(caller)
        today = int(now // A_DAY)
        with self._held(bucket):
            slot = self._slot(name, bucket, today)
            _, day, calls, due = SLOT.unpack_from(self._table, slot)
            if day != today:
                calls, due = 0, 0.0
            if allowed.a_day and calls >= allowed.a_day:
                return Spent(calls, (today + 1) * A_DAY - now)
            if allowed.a_second:
                due = max(due, now) + 1 / allowed.a_second
                if due - now > PAUSED + A_MOMENT:
                    return Spent(calls, due - now - PAUSED, "second")
            SLOT.pack_into(self._table, slot, name, today, min(calls + 1, MOST), due)
        return Spent(calls + 1, 0.0)

    def calls(self, caller: str, now: float) -> int:
        """How many calls were granted today."""
        name, bucket = self._place(caller)
        for slot in range(bucket, bucket + BUCKET, SLOT.size):
            known, day, calls, _ = SLOT.unpack_from(self._table, slot)
            if known == name:
                return int(calls) if day == int(now // A_DAY) else 0
        return 0

    def _place(self, caller: str) -> tuple[bytes, int]:
        """What a caller is written as, which tells nobody who it is, and where."""
        name = hashlib.blake2b(caller.encode(), digest_size=16, key=self._key).digest()
        return name, int.from_bytes(name[:4], "little") % BUCKETS * BUCKET

    def _slot(self, name: bytes, bucket: int, today: int) -> int:
        """Where the caller is in its bucket, else the place of whoever will be missed least."""
        least, chosen = (today + 1, 0), bucket
        for slot in range(bucket, bucket + BUCKET, SLOT.size):
            known, day, calls, _ = SLOT.unpack_from(self._table, slot)
            if known == name:
                return slot
            if (day, calls) < least:
                least, chosen = (day, calls), slot
        SLOT.pack_into(self._table, chosen, name, today, 0, 0.0)
        return chosen

    @contextmanager
    def _held(self, bucket: int) -> Iterator[None]:
        """Alone at this bucket, among the threads of this process and all other processes."""
        with self._threads:
            if self._file is None:
                yield
                return
            fcntl.lockf(self._file, fcntl.LOCK_EX, BUCKET, bucket)
            try:
                yield
            finally:
                fcntl.lockf(self._file, fcntl.LOCK_UN, BUCKET, bucket)


def _opened(path: Path) -> int:
    """The file of the table, made whole: memory over a hole of a full disk would be fatal."""
    path.parent.mkdir(parents=True, exist_ok=True)
    file = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    fcntl.lockf(file, fcntl.LOCK_EX)
    try:
        missing = SIZE - os.fstat(file).st_size
        if missing > 0:
            os.lseek(file, 0, os.SEEK_END)
            while missing > 0:
                missing -= os.write(file, bytes(missing))
    except OSError:
        os.close(file)
        raise
    fcntl.lockf(file, fcntl.LOCK_UN)
    return file
