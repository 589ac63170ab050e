"""`cimaise demo`: the portal with its demonstration datasets, in one command."""

from argparse import ArgumentParser
from typing import Any

from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext
from rich.console import Console

from cimaise.demo.build import build
from cimaise.demo.content import ContentMissing
from cimaise.demo.editor import EDITOR
from cimaise.engine.messages import Refusal

INTERRUPTED = 130  # the status of a program that Ctrl-C ended


class Command(BaseCommand):
    """Publish the demonstration datasets, create an editor, and serve."""

    help = "Publish the demonstration datasets, create an editor, and serve."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Where to serve, or not at all."""
        parser.add_argument("--address", default="127.0.0.1")
        parser.add_argument("--port", type=int, default=8000)
        parser.add_argument("--no-serve", action="store_true", help="publish, then stop")

    def handle(self, *_: object, **said: Any) -> None:
        """Build what is missing, show the editor's password once, serve until Ctrl-C."""
        console = Console(stderr=True)
        try:
            password = build(console)
        except ContentMissing as missing:
            raise CommandError(str(missing)) from missing
        except Refusal as refusal:
            raise CommandError(refusal.in_words(gettext)) from refusal
        except KeyboardInterrupt as stop:
            words = gettext("Stopped. Run it again, and it goes on where it was.")
            raise CommandError(words, returncode=INTERRUPTED) from stop
        if password is not None:
            words = gettext("Editor's account, shown this once: {name} / {password}")
            self.stdout.write(f"\n  {words.format(name=EDITOR, password=password)}\n")
        if said["no_serve"]:
            return
        address = f"http://{said['address']}:{said['port']}/"
        words = gettext("The portal answers at {address} (Ctrl-C stops it)")
        self.stdout.write(f"  {words.format(address=address)}\n")
        call_command("serve", address=said["address"], port=said["port"])
