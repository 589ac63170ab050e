"""The carrels of a portal: so many SQL questions at once, each in a process apart, and no more."""

import os
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from cimaise.engine.duck import DuckFailure, TooLong
from cimaise.engine.exports.base import NOWHERE
from cimaise.engine.messages import Message, Refusal
from cimaise.engine.sql import errors
from cimaise.engine.sql.checking import Place
from cimaise.engine.sql.errors import SQLError, Written
from cimaise.engine.sql.misfits import misfit
from cimaise.engine.sql.speech import (
    END,
    PIECE,
    READY,
    TROUBLE,
    Silence,
    hear_from,
    packed,
    say_to,
    unpacked,
)
from cimaise.engine.watchdog import Watchdog

OPENING = 60.0  # seconds for one to open, on a machine that is busy
HELD = 1 << 20  # bytes of an answer kept in memory; the rest lies in a file without a name
# The stack of threads is settled when a program begins, and the engine starts one a processor, each
# time it opens a file to write: eighty of them at 8 MB would be all that a carrel may have.
_OPENER = """
import os, resource, sys
resource.setrlimit(resource.RLIMIT_STACK, (2 << 20, resource.getrlimit(resource.RLIMIT_STACK)[1]))
os.execv(sys.executable, [sys.executable, "-m", "cimaise.engine.sql.carrel"])
"""
_KEPT = ("PATH", "LANG", "LC_ALL", "LD_LIBRARY_PATH", "PYTHONPATH", "SYSTEMROOT")


class AllTaken(Exception):
    """As many questions as there are carrels are being answered."""


class TooMuch(Exception):
    """A question needed more memory than it may have."""


@dataclass(frozen=True, slots=True)
class Limits:
    """What one question may use: `seconds` of work, memory, and bytes of a file or of an answer.

    A carrel that has said nothing `grace` seconds after that is killed.
    """

    seconds: float = 10.0
    grace: float = 3.0
    memory_mb: int = 192
    file_mb: int = 1024


@dataclass(frozen=True, slots=True)
class Reading:
    """A question that was read and checked, as `checking.Checked` says it."""

    text: str
    statement: str
    tables: Mapping[str, Place]
    unsteady: bool


@dataclass(frozen=True, slots=True)
class Asking:
    """How a question that was read is to be answered.

    `tables` gives for each name the `serve.duckdb` of its snapshot and the identifiers hidden in
    it; `columns` are what hints may name. `format` is that of an export, with its `parameters`;
    None is a page of JSON. `address` is that of the portal, for formats that name it.
    """

    reading: Reading
    tables: Mapping[str, tuple[Path, tuple[str, ...]]]
    format: str | None = None
    parameters: Mapping[str, object] | None = None
    limit: int = 100
    offset: int = 0
    timezone: str = "UTC"
    columns: tuple[str, ...] = ()
    address: str = NOWHERE.address


class Carrels:
    """At most `most` processes, opened when first needed, used again and again.

    All methods may be called from any thread. They raise AllTaken at once when every carrel is
    taken, TooLong, TooMuch, SQLError, Refusal and DuckFailure.
    """

    def __init__(self, root: Path, most: int = 2, limits: Limits | None = None) -> None:
        self.root = root.resolve()
        self.limits = limits or Limits()
        self._free = threading.BoundedSemaphore(most)
        self._lock = threading.Lock()
        self._idle: list[_Carrel] = []
        self._watchdog = Watchdog()

    def read(self, text: str) -> Reading:
        """What a text asks, checked; nothing is looked up yet."""
        with self._taken() as carrel:
            kind, body = carrel.ask({"text": text})
            if kind != READY:
                raise _trouble(unpacked(body), text)
            said = unpacked(body)
        tables = {name: Place(*place) for name, place in said["tables"].items()}
        return Reading(text, said["statement"], tables, said["unsteady"])

    def answer(self, asking: Asking) -> IO[bytes]:
        """The whole answer, as a file to read from its beginning and to close.

        The carrel is free again once the answer is there, however slowly it is fetched.
        """
        said = {
            "statement": asking.reading.statement,
            "tables": {
                name: {"file": str(file), "hidden": hidden}
                for name, (file, hidden) in asking.tables.items()
            },
            "format": asking.format,
            "parameters": dict(asking.parameters or {}),
            "limit": asking.limit,
            "offset": asking.offset,
            "timezone": asking.timezone,
            "address": asking.address,
        }
        with self._taken() as carrel:
            return carrel.fetch(said, asking)

    def close(self) -> None:
        """End every carrel that is not answering."""
        with self._lock:
            idle, self._idle = self._idle, []
        for carrel in idle:
            carrel.end()
        self._watchdog.close()

    @contextmanager
    def _taken(self) -> Iterator["_Carrel"]:
        if not self._free.acquire(blocking=False):
            raise AllTaken
        try:
            carrel = self._one()
            try:
                yield carrel
            finally:
                self._give_back(carrel)
        finally:
            self._free.release()

    def _one(self) -> "_Carrel":
        while True:
            with self._lock:
                carrel = self._idle.pop() if self._idle else None
            if carrel is None:
                return _Carrel(self.root, self.limits, self._watchdog)
            if carrel.is_open:
                return carrel
            carrel.end()

    def _give_back(self, carrel: "_Carrel") -> None:
        if not carrel.is_open:
            carrel.end()
            return
        with self._lock:
            self._idle.append(carrel)


class _Carrel:
    """One process; it is of use as long as it `is_open`, and for one question at a time."""

    def __init__(self, root: Path, limits: Limits, watchdog: Watchdog) -> None:
        self.limits = limits
        self.watchdog = watchdog
        self.scratch = tempfile.TemporaryDirectory(prefix="cimaise-carrel-")
        self.process = subprocess.Popen(  # noqa: S603 - our own program, nothing of the asker
            [sys.executable, "-c", _OPENER],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env=_environment(self.scratch.name),
        )
        self.sound = True
        settings = {
            "root": str(root),
            "seconds": limits.seconds,
            "memory_mb": limits.memory_mb,
            "file_mb": limits.file_mb,
        }
        try:
            self._exchange(settings, OPENING)
        except BaseException:
            self.end()
            raise

    @property
    def is_open(self) -> bool:
        return self.sound and self.process.poll() is None

    def ask(self, said: Mapping[str, Any]) -> tuple[bytes, bytes]:
        """One message, one frame back; raises TooLong and DuckFailure when none comes."""
        return self._exchange(said, self.limits.seconds + self.limits.grace)

    def fetch(self, said: Mapping[str, Any], asking: Asking) -> IO[bytes]:
        """One message, an answer of many frames back."""
        file: IO[bytes] = tempfile.SpooledTemporaryFile(HELD + 1)  # noqa: SIM115 - handed on, open
        try:
            kind, body = self.ask(said)
            while kind == PIECE:
                file.write(body)
                if file.tell() > self.limits.file_mb << 20:
                    raise TooMuch
                kind, body = self._listen(self.limits.seconds + self.limits.grace)
            if kind != END:
                raise _trouble(unpacked(body), asking.reading.text, asking.columns)
            self.sound = True
        except BaseException:
            file.close()
            raise
        file.seek(0)
        return file

    def end(self) -> None:
        """Kill the process and take away what it wrote."""
        self.sound = False
        self.process.kill()
        self.process.wait()
        for pipe in (self.process.stdin, self.process.stdout):
            if pipe is not None:
                with suppress(OSError):
                    pipe.close()
        self.scratch.cleanup()

    def _exchange(self, said: Mapping[str, Any], seconds: float) -> tuple[bytes, bytes]:
        self.sound = False  # until it has said all there is to say
        with suppress(Silence):  # its last words may still be there to be read
            say_to(_pipe(self.process.stdin), READY, packed(said))
        return self._listen(seconds)

    def _listen(self, seconds: float) -> tuple[bytes, bytes]:
        with self.watchdog.watch(seconds, self.process.kill) as watch:
            try:
                kind, body = hear_from(_pipe(self.process.stdout))
            except Silence:
                if watch.struck:
                    raise TooLong("stopped: the question took too long") from None
                raise DuckFailure("the process that answered has died") from None
        self.sound = kind == READY or (kind == TROUBLE and unpacked(body)["kind"] != "memory")
        return kind, body


def _pipe(pipe: IO[bytes] | None) -> IO[bytes]:
    if pipe is None:
        raise Silence
    return pipe


def _environment(scratch: str) -> dict[str, str]:
    """What a carrel is told of the world: no secret, no address of a database."""
    kept = {name: os.environ[name] for name in _KEPT if name in os.environ}
    return {**kept, "TMPDIR": scratch, "PYTHONDONTWRITEBYTECODE": "1"}


def _trouble(said: Mapping[str, Any], text: str, columns: tuple[str, ...] = ()) -> Exception:
    """The error a carrel told of, as if it had happened here."""
    match said["kind"]:
        case "SQLError" | "SQLSyntaxError" as name:
            kind: type[SQLError] = getattr(errors, name)
            start = said["position"]
            end = None if start is None else start + said["length"]
            what, hint = _message(said["what"]), _message(said["hint"])
            return Written(text).trouble(what or Message(""), start, end, hint, kind=kind)
        case "refusal":
            what = _message(said["what"]) or Message("")
            return Refusal(said["code"], what, remedy=_message(said["hint"]))
        case "time":
            return TooLong("stopped: the question took too long")
        case "memory":
            return TooMuch()
        case "engine":
            return misfit(said["said"], Written(text), columns)
        case _:
            return DuckFailure(said["said"])


def _message(said: list[Any] | None) -> Message | None:
    return None if said is None else Message(said[0], said[1])
