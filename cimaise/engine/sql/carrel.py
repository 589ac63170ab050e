"""The process in which SQL questions are read and answered: it may fail, and fails alone.

DuckDB's own limit of memory does not count the long texts a question can make, a function that
works on one of them cannot be interrupted, and a parser can be led astray for ever. So the
operating system sets the limits here, of a process that knows no secret and can be killed.
Run as `python -m cimaise.engine.sql.carrel`; it hears questions on its standard input until that
is closed, and answers on its standard output.
"""

import contextlib
import json
import os
import resource
import signal
import sys
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import IO, Any

from cimaise.engine.duck import DuckFailure, ReadingRoom, TooLong
from cimaise.engine.exports import export, export_card
from cimaise.engine.exports.base import Provenance
from cimaise.engine.exports.lines import lines
from cimaise.engine.exports.objects import record
from cimaise.engine.messages import Message, Refusal
from cimaise.engine.query.plan import Plan
from cimaise.engine.sql.checking import Checked, checked
from cimaise.engine.sql.errors import SQLError
from cimaise.engine.sql.planning import Table, must_offer, planned
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

HOUSEHOLD_MB = 512  # of Python, of DuckDB itself, of threads: beside the room's memory
_MB = 1 << 20
_GROUPED = 1 << 16  # bytes of small pieces sent together


class Spent(Exception):
    """Memory ran out: whatever this process holds is not to be trusted to be small again."""


def main() -> None:
    """Answer until nobody asks any more."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the portal, which then hangs up
    hearing, saying = sys.stdin.buffer, sys.stdout.buffer
    with contextlib.suppress(Silence, Spent):
        settings = unpacked(hear_from(hearing)[1])
        room = ReadingRoom(
            Path(settings["root"]),
            memory_mb=settings["memory_mb"],
            threads=1,
            seconds=settings["seconds"],
            ceiling=settings["seconds"],
            open_snapshots=16,
            spill_mb=settings["file_mb"],
        )
        # Only now: the engine maps more at its opening than it keeps.
        _limit(settings["memory_mb"] + HOUSEHOLD_MB, settings["file_mb"])
        try:
            say_to(saying, READY)
            while True:
                _serve(hearing, saying, room)
        finally:
            room.close()


def _limit(memory_mb: int, file_mb: int) -> None:
    """Take from this process what it could harm others with."""
    resource.setrlimit(resource.RLIMIT_DATA, (memory_mb * _MB, memory_mb * _MB))
    resource.setrlimit(resource.RLIMIT_FSIZE, (file_mb * _MB, file_mb * _MB))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    with contextlib.suppress(OSError):  # where there is such a thing: the first to go
        Path("/proc/self/oom_score_adj").write_text("1000")


def _serve(hearing: IO[bytes], saying: IO[bytes], room: ReadingRoom) -> None:
    """One question: its text first; then, once its tables are known, how it is to be answered."""
    asked = unpacked(hear_from(hearing)[1])
    try:
        if "text" in asked:
            say_to(saying, READY, packed(_told(checked(asked["text"]))))
            return
        for piece in _answered(asked, room):
            say_to(saying, PIECE, piece)
        say_to(saying, END)
    except Silence:
        raise
    except Exception as error:
        trouble = _trouble(error)
        say_to(saying, TROUBLE, packed(trouble))
        if trouble["kind"] == "memory":
            raise Spent from error


def _told(found: Checked) -> dict[str, Any]:
    return {
        "statement": found.statement,
        "tables": {name: [place.start, place.end] for name, place in found.tables.items()},
        "unsteady": found.unsteady,
    }


def _answered(asked: Mapping[str, Any], room: ReadingRoom) -> Iterator[bytes]:
    found = checked(asked["statement"])
    tables = {
        name: Table(Path(said["file"]), tuple(said["hidden"]))
        for name, said in asked["tables"].items()
    }
    plan = planned(found.tree, tables, room, asked["timezone"])
    if asked["format"] is None:
        return _grouped(_page(plan, room, asked["limit"], asked["offset"]))
    card = export_card(asked["format"])
    must_offer(card, plan)
    told = Provenance("answer", asked["address"])
    return _grouped(export(plan, card.name, room, asked["parameters"], told))


def _page(plan: Plan, room: ReadingRoom, limit: int, offset: int) -> Iterator[bytes]:
    """A page as JSON: columns, rows written as everywhere else, and whether there are more."""
    columns = [{"name": column.name, "type": _type(column.type)} for column in plan.columns]
    yield b'{"columns": ' + json.dumps(columns, ensure_ascii=False).encode() + b', "results": ['
    tree = plan.tree.limit(limit + 1).offset(offset)
    page = Plan(plan.columns, tree, timezone=plan.timezone)
    count = 0
    for batch in lines(page, room, lambda cells: record(cells, page.timezone)):
        shown = batch[: max(0, limit - count)]
        lead = b", " if count and shown else b""
        count += len(batch)
        yield lead + ", ".join(shown).encode()
    yield b'], "truncated": ' + (b"true" if count > limit else b"false") + b"}"


def _type(kind: str) -> str:
    return "text" if kind == "texts" else kind


def _grouped(pieces: Iterable[bytes]) -> Iterator[bytes]:
    """The same bytes in fewer pieces."""
    held: list[bytes] = []
    size = 0
    for piece in pieces:
        held.append(piece)
        size += len(piece)
        if size >= _GROUPED:
            yield b"".join(held)
            held, size = [], 0
    yield b"".join(held)


def _trouble(error: Exception) -> dict[str, Any]:
    """What went wrong, for `carrels` to raise it again where it was asked."""
    if isinstance(error, SQLError):
        return {
            "kind": type(error).__name__,
            "what": _message(error.what),
            "hint": _message(error.hint),
            "position": error.position,
            "length": error.length,
        }
    if isinstance(error, Refusal):
        return {
            "kind": "refusal",
            "code": error.code,
            "what": _message(error.what),
            "hint": _message(error.remedy),
        }
    if isinstance(error, TooLong):
        return {"kind": "time"}
    said = str(error)
    if isinstance(error, MemoryError) or "Out of Memory" in said or "bad alloc" in said.lower():
        return {"kind": "memory"}
    if isinstance(error, DuckFailure):
        return {"kind": "engine", "said": said}
    return {"kind": "other", "said": f"{type(error).__name__}: {said}"}


def _message(message: Message | None) -> list[Any] | None:
    if message is None:
        return None
    return [message.text, {name: str(value) for name, value in message.places.items()}]


if __name__ == "__main__":
    main()
    sys.stdout.flush()
    os._exit(0)  # threads of the engine that still work are not waited for
