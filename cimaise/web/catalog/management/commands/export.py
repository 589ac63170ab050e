"""`cimaise export DATASET --format csv`: a dataset, or the answer to a question, as a file."""

import os
import sys
from argparse import ArgumentParser
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from cimaise.engine.exports import EXPORTS
from cimaise.engine.exports.base import Provenance
from cimaise.engine.flow import export
from cimaise.engine.messages import Refusal
from cimaise.engine.snapshots.manifest import Snapshot
from cimaise.web.catalog.management.asking import (
    question_arguments,
    question_of,
    refused,
    snapshot_named,
)
from cimaise.web.catalog.shelf import reading_room


class Command(BaseCommand):
    """Write a dataset, or an answer, to a file."""

    help = "Write a dataset, or an answer, to a file or to standard output."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """The question, the format and where to write."""
        question_arguments(parser)
        parser.add_argument("--format", choices=sorted(EXPORTS), default="csv")
        parser.add_argument("--limit", type=int, help="at most so many records")
        parser.add_argument("--use-labels", action="store_true", help="labels as headers")
        parser.add_argument("--output", type=Path, help="a file; default: standard output")

    def handle(self, *_: object, **said: Any) -> None:
        """Ask and write, piece by piece; a file appears under its name only when it is whole."""
        question = question_of(said, limit=said["limit"])
        parameters = {"use_labels": said["use_labels"]}
        snapshot = snapshot_named(said)
        try:
            pieces = export(
                question, said["format"], snapshot, reading_room(), parameters, told_of(snapshot)
            )
            if said["output"] is None:
                sys.stdout.buffer.writelines(pieces)
            else:
                write(pieces, said["output"])
        except Refusal as wrong:
            raise refused(wrong) from wrong
        except BrokenPipeError:
            # Whoever read had enough (`| head`): Python must not flush what it still holds.
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        except OSError as failure:
            raise CommandError(str(failure)) from failure


def told_of(snapshot: Snapshot) -> Provenance:
    """Where the records come from, for formats that name them by their address."""
    return Provenance(snapshot.manifest.dataset, settings.SITE_ADDRESS, snapshot.manifest.created)


def write(pieces: Iterable[bytes], path: Path) -> None:
    """Write a file that appears under its name when it is whole, or not at all."""
    part = path.with_name(f".{path.name}.part")
    try:
        with part.open("wb") as file:
            file.writelines(pieces)
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)
