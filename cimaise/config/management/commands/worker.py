"""`cimaise worker`: the background worker alone, for a portal that something else serves."""

from argparse import ArgumentParser
from typing import Any

from django.core.management import call_command
from django.core.management.base import BaseCommand
from django.utils.translation import gettext

from cimaise.config.parent import end_with
from cimaise.web.ingest.recovery import recover


class Command(BaseCommand):
    """Do the background work until stopped; what is under way is ended first."""

    help = "Run the background worker alone."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Whom to end with."""
        parser.add_argument("--parent", type=int, help="end when this process is gone")

    def handle(self, *_: object, **said: Any) -> None:
        """Give back what dead workers had taken, then work."""
        if said["parent"] is not None:
            end_with(said["parent"])
        if dead := recover():
            words = gettext("{count} tasks had died with their worker; they are settled.")
            self.stdout.write(words.format(count=dead))
        call_command("db_worker", startup_delay=False, reload=False, verbosity=0)
