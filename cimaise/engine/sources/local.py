"""A file on this machine."""

from pathlib import Path

from cimaise.engine.messages import Refusal, say
from cimaise.engine.sources.base import Source


def local_file(path: Path) -> Source:
    """The source of a local file; refuses what is not a readable, non-empty file."""
    where = say("Looked for: {path}.", path=path)
    if not path.exists():
        raise Refusal(
            "no_such_file",
            say("The file “{name}” does not exist.", name=path.name),
            where=where,
            remedy=say("Check its name and folder."),
        )
    if not path.is_file():
        raise Refusal(
            "not_a_file",
            say("“{name}” is not a file.", name=path.name),
            where=where,
            remedy=say("Give one file."),
        )
    if path.stat().st_size == 0:
        raise empty_file(path.name)
    return Source(path=path, filename=path.name, origin=path.name)


def empty_file(name: str) -> Refusal:
    """What to say of a file without a byte."""
    return Refusal(
        "empty_file",
        say("“{name}” is empty: there is not one byte in it.", name=name),
        remedy=say("Export it again from where it comes, then send it again."),
    )
