"""`cimaise ask DATASET`: put a question to a dataset, read the answer as a table or as JSON."""

from argparse import ArgumentParser
from typing import Any

import orjson
from django.core.management.base import BaseCommand
from rich.console import Console
from rich.table import Table
from rich.text import Text

from cimaise.engine.flow import answer
from cimaise.engine.messages import Refusal
from cimaise.engine.query.answer import Answer
from cimaise.web.catalog.management.asking import (
    question_arguments,
    question_of,
    refused,
    snapshot_named,
)
from cimaise.web.catalog.shelf import reading_room

CELL = 60  # characters of a cell shown in a terminal; --json gives everything


class Command(BaseCommand):
    """Ask a dataset a question in ODSQL."""

    help = "Ask a dataset a question in ODSQL."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """The question, and how to show its answer."""
        question_arguments(parser)
        parser.add_argument("--limit", type=int, default=10)
        parser.add_argument("--offset", type=int, default=0)
        parser.add_argument("--json", action="store_true", help="as the API would answer")

    def handle(self, *_: object, **said: Any) -> None:
        """Ask and show."""
        question = question_of(said, limit=said["limit"], offset=said["offset"])
        try:
            found = answer(question, snapshot_named(said), reading_room())
        except Refusal as wrong:
            raise refused(wrong) from wrong
        if said["json"]:
            body = {"total_count": found.total_count, "results": found.records()}
            self.stdout.write(orjson.dumps(body, option=orjson.OPT_INDENT_2).decode())
        else:
            console = Console()
            with console.capture() as drawn:
                console.print(shown(found))
            self.stdout.write(drawn.get(), ending="")


def shown(found: Answer) -> Table:
    """The answer as a table on the terminal, cells cut to CELL characters."""
    table = Table(caption=None if found.total_count is None else f"{found.total_count:,}")
    for column in found.columns:
        table.add_column(Text(column.name))
    for record in found.records():
        table.add_row(*(Text("" if cell is None else str(cell)[:CELL]) for cell in record.values()))
    return table
