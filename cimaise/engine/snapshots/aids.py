"""Finding aids: files beside a snapshot that only make answers faster, made on first demand."""

import fcntl
import hashlib
import mmap
import os
import queue
import shutil
import threading
import weakref
from collections import OrderedDict
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Generic, Literal, TypeVar, cast

from cimaise.engine.duck import DuckFailure, ReadingRoom, TooLong
from cimaise.engine.messages import Message, say
from cimaise.engine.snapshots.manifest import Snapshot

T = TypeVar("T")

DIRECTORY = "aids"
SIGNATURE = b"cimaise aid 1\n  "
DIGEST = hashlib.sha256().digest_size
SPARE = 1 << 30  # bytes of disk that making aids leaves free
OPEN = 256  # aids kept open by a process; the one unused for longest is let go
WORD = 8  # bytes: what an aid holds is filled up to a multiple, so that numbers are aligned


class Unsuitable(Exception):
    """This snapshot has no use for an aid of this kind, or cannot have one."""


class AidFile:
    """An aid on disk, mapped in memory: what it holds, then its digest, then the signature."""

    def __init__(self, path: Path) -> None:
        with path.open("rb") as file:
            self._map = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
            self._handle = os.dup(file.fileno())
        weakref.finalize(self, os.close, self._handle)
        self.size = len(self._map) - DIGEST - len(SIGNATURE)
        if self.size < 0 or self._map[-len(SIGNATURE) :] != SIGNATURE:
            raise ValueError(f"{path.name} is no aid")

    def numbers(
        self, code: Literal["I", "Q"], start: int = 0, end: int | None = None
    ) -> "memoryview[int]":
        """The bytes from `start` to `end` as numbers of 32 (`I`) or 64 bits (`Q`)."""
        return memoryview(self._map)[start : self.size if end is None else end].cast(code)

    def bytes_at(self, start: int, end: int) -> bytes:
        """Some of its bytes, read rather than mapped: they do not count as memory held."""
        return os.pread(self._handle, end - start, start)


@dataclass(frozen=True, slots=True)
class Kind(Generic[T]):
    """A kind of aid: the name of its file, how it is made, how it is used.

    `make` yields bytes and raises Unsuitable where there is nothing to make.
    """

    name: str
    make: Callable[[Snapshot, ReadingRoom], Iterable[bytes]]
    use: Callable[[AidFile, Snapshot], T]


# What the thread is told: an aid to make, somebody who waits, or the end.
_Asked = tuple[Snapshot, Kind[Any]] | threading.Event | None


class Aids:
    """The aids of the snapshots that one room reads; `make` says whether missing ones are made.

    They are made one after the other by a thread of their own; until one is there, and
    wherever none can be, questions are answered without it, the same way. May be used by any
    thread.
    """

    def __init__(self, room: ReadingRoom, *, make: bool = False) -> None:
        self._room = weakref.ref(room)
        self._make = make
        self._lock = threading.Lock()
        self._open: OrderedDict[Path, object] = OrderedDict()
        self._settled: set[Path] = set()  # waiting, or not to be had
        self._waiting: queue.SimpleQueue[_Asked] = queue.SimpleQueue()
        self._thread: threading.Thread | None = None
        self._stopped = threading.Event()

    def find(self, snapshot: Snapshot, kind: Kind[T]) -> T | None:
        """The aid, or None as long as there is none."""
        path = snapshot.directory / DIRECTORY / kind.name
        with self._lock:
            known = self._open.get(path)
            if known is not None:
                self._open.move_to_end(path)
                return cast("T", known)
            if path in self._settled:
                return None
        try:
            return self._opened(path, snapshot, kind)
        except OSError:
            pass
        except ValueError:
            if self._make:  # not written by this version: another takes its place
                with suppress(OSError):
                    path.unlink()
        if self._make:
            self._ask_for(path, snapshot, kind)
        return None

    def made(self, snapshot: Snapshot, kind: Kind[T]) -> T | None:
        """The aid, made now by this very thread; None where there can be none."""
        path = snapshot.directory / DIRECTORY / kind.name
        room = self._room()
        if room is not None and not path.exists():
            with suppress(Unsuitable):
                write(path, kind.make(snapshot, room))
        with self._lock:
            self._settled.discard(path)
        return self.find(snapshot, kind)

    def finish(self) -> None:
        """Wait until all that was missed so far is made, or known not to be had."""
        done = threading.Event()
        if self._thread is not None:
            self._waiting.put(done)
            done.wait()

    def stop(self) -> None:
        """Make no more; what is being made is given up at its next piece."""
        self._make = False
        self._stopped.set()
        self._waiting.put(None)
        if self._thread is not None:
            self._thread.join(timeout=10)

    def _opened(self, path: Path, snapshot: Snapshot, kind: Kind[T]) -> T:
        used = kind.use(AidFile(path), snapshot)
        with self._lock:
            self._open[path] = used
            while len(self._open) > OPEN:
                self._open.popitem(last=False)
        return used

    def _ask_for(self, path: Path, snapshot: Snapshot, kind: Kind[Any]) -> None:
        with self._lock:
            if path in self._settled:
                return
            self._settled.add(path)
            if self._thread is None:
                self._thread = threading.Thread(target=self._work, name="aids", daemon=True)
                self._thread.start()
        self._waiting.put((snapshot, kind))

    def _work(self) -> None:
        while (asked := self._waiting.get()) is not None and not self._stopped.is_set():
            if isinstance(asked, threading.Event):
                asked.set()
                continue
            snapshot, kind = asked
            path = snapshot.directory / DIRECTORY / kind.name
            room = self._room()
            if room is None:
                return
            # What cannot be made stays in `_settled`: it is not tried again by this process.
            with suppress(Unsuitable, DuckFailure, TooLong, OSError, ValueError, OverflowError):
                write(path, self._until_stopped(kind.make(snapshot, room)))
                with self._lock:
                    self._settled.discard(path)
            del room

    def _until_stopped(self, pieces: Iterable[bytes]) -> Iterator[bytes]:
        for piece in pieces:
            if self._stopped.is_set():
                raise Unsuitable("stopped")
            yield piece


_aids: weakref.WeakKeyDictionary[ReadingRoom, Aids] = weakref.WeakKeyDictionary()
_aids_lock = threading.Lock()


def aids_of(room: ReadingRoom) -> Aids:
    """The aids of a room: those that lie there, none made unless `make_aids` was said."""
    with _aids_lock:
        found = _aids.get(room)
        if found is None:
            found = _aids[room] = Aids(room)
        return found


def make_aids(room: ReadingRoom) -> None:
    """From now on make the aids that questions of this room miss, until it is gone."""
    aids = Aids(room, make=True)
    with _aids_lock:
        _aids[room] = aids
    weakref.finalize(room, aids.stop)


def write(path: Path, pieces: Iterable[bytes]) -> None:
    """An aid that appears whole or not at all; nothing is done if another process makes it.

    Raises OSError, also where it would leave less than SPARE bytes of the disk.
    """
    path.parent.mkdir(exist_ok=True)
    if shutil.disk_usage(path.parent).free < SPARE:
        raise OSError("there is not enough room on this disk")
    with _alone(path.parent / f".{path.name}.lock") as alone:
        if alone and not path.exists():
            _write(path, pieces)


def _write(path: Path, pieces: Iterable[bytes]) -> None:
    part = path.parent / f".{path.name}.part"  # one that a crash left is written over
    digest = hashlib.sha256()
    size = 0
    try:
        with part.open("wb") as file:
            for piece in pieces:
                size += file.write(piece)
                digest.update(piece)
            filling = bytes(-size % WORD)
            file.write(filling)
            digest.update(filling)
            file.write(digest.digest() + SIGNATURE)
            file.flush()
            os.fsync(file.fileno())
        part.rename(path)
    finally:
        part.unlink(missing_ok=True)


@contextmanager
def _alone(lock: Path) -> Iterator[bool]:
    with lock.open("wb") as held:
        try:
            fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            yield False
            return
        yield True


def damages(directory: Path) -> list[Message]:
    """The aids of a snapshot that are not what was written; each may simply be deleted."""
    found = []
    for path in sorted((directory / DIRECTORY).glob("[!.]*")):
        try:
            whole = _is_whole(path)
        except OSError:
            whole = False
        if not whole:
            what = say(
                "{file} is damaged; delete it, and it is made again.",
                file=f"{DIRECTORY}/{path.name}",
            )
            found.append(what)
    return found


def _is_whole(path: Path) -> bool:
    tail = DIGEST + len(SIGNATURE)
    left = path.stat().st_size - tail
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while left > 0 and (piece := file.read(min(left, 1 << 20))):
            digest.update(piece)
            left -= len(piece)
        return left == 0 and file.read() == digest.digest() + SIGNATURE
