"""A file on this machine."""

import os
from pathlib import Path

from cimaise.engine.messages import Refusal, say
from cimaise.engine.sources.base import Source


def local_file(path: Path) -> Source:
    """The source of a local file; refuses what is not a readable, non-empty file."""
    # A name may hold bytes that are no text; what is kept and shown of it must be one.
    name = os.fsencode(path.name).decode("utf-8", "replace")
    where = say("Looked for: {path}.", path=os.fsencode(path).decode("utf-8", "replace"))
    if not path.exists():
        raise Refusal(
            "no_such_file",
            say("The file “{name}” does not exist.", name=name),
            where=where,
            remedy=say("Check its name and folder."),
        )
    if not path.is_file():
        raise Refusal(
            "not_a_file",
            say("“{name}” is not a file.", name=name),
            where=where,
            remedy=say("Give one file."),
        )
    if path.stat().st_size == 0:
        raise empty_file(name)
    return Source(path=path, filename=name, origin=name)


def empty_file(name: str) -> Refusal:
    """What to say of a file without a byte."""
    return Refusal(
        "empty_file",
        say("“{name}” is empty: there is not one byte in it.", name=name),
        remedy=say("Export it again from where it comes, then send it again."),
    )
