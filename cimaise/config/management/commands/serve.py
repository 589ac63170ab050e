"""`cimaise serve`: the portal on a local address, with its background worker beside it."""

import os
import socket
from argparse import ArgumentParser
from functools import partial
from typing import Any

from django.conf import settings
from django.core.handlers.wsgi import WSGIHandler
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.core.wsgi import get_wsgi_application
from django.db import connections
from django.utils.translation import gettext
from granian import Granian
from granian.constants import Interfaces
from granian.log import LogLevels

from cimaise.config.background import Background
from cimaise.config.parent import end_with
from cimaise.web.catalog.shelf import open_to_readers

THREADS = min(8, 2 * (os.cpu_count() or 1) + 1)  # granian finds more than that too many
PATIENCE = 10  # seconds that an answer under way has to end when the portal stops


class Command(BaseCommand):
    """Serve the portal and its background worker until Ctrl-C."""

    help = "Serve the portal and its background worker."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Where to listen and with how much."""
        parser.add_argument("--address", default="127.0.0.1")
        parser.add_argument("--port", type=int, default=8000)
        parser.add_argument("--workers", type=int, default=1, help="processes that answer")
        parser.add_argument("--threads", type=int, default=THREADS, help="threads of each process")
        parser.add_argument("--no-worker", action="store_true", help="no background worker")

    def handle(self, *_: object, **said: Any) -> None:
        """Bring the database up to date, start the worker, serve."""
        check_free(said["address"], said["port"])
        settings.STATIC_ROOT.mkdir(parents=True, exist_ok=True)  # looked into, filled or not
        call_command("migrate", verbosity=0, interactive=False)
        connections.close_all()  # the processes made below must not inherit any
        background = None if said["no_worker"] else Background(self.died)
        try:
            if background is not None:
                background.start()
            Granian(
                "cimaise.config.wsgi:application",
                address=said["address"],
                port=said["port"],
                interface=Interfaces.WSGI,
                workers=said["workers"],
                blocking_threads=said["threads"],
                log_access=False,
                log_level=LogLevels.warning,
                websockets=False,
                workers_kill_timeout=PATIENCE,
                respawn_failed_workers=True,
            ).serve(target_loader=partial(out_of_reach, os.getpid()), wrap_loader=False)
        finally:
            if background is not None:
                background.stop()

    def died(self, status: int) -> None:
        """Say that the background worker died; another one takes its place."""
        words = gettext("The background worker ended with status {status}; another one starts.")
        self.stderr.write(words.format(status=status))


def check_free(address: str, port: int) -> None:
    """Raise CommandError when nothing can listen there.

    The server's own socket would share the port with another server of the same person, and
    each would get some of the visitors.
    """
    try:
        family, kind, _, _, place = socket.getaddrinfo(address, port, type=socket.SOCK_STREAM)[0]
        with socket.socket(family, kind) as trial:
            trial.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            trial.bind((address, port, *place[2:]))  # a port too large was wrapped in `place`
            trial.listen()
    except (OSError, OverflowError) as error:
        words = gettext(
            "Nothing can listen on {address}, port {port}: {reason}. Stop what listens there, or "
            "choose another with --port."
        )
        said = words.format(address=address, port=port, reason=error)
        raise CommandError(said) from error


def out_of_reach(parent: int) -> WSGIHandler:
    """The portal, in a process that the terminal's Ctrl-C does not reach.

    It reaches the server, which then stops its processes. Stopped by both at once, one of
    granian's would wait for ever. A server that was killed stops nothing: they see to it.
    """
    os.setpgid(0, 0)
    end_with(parent, PATIENCE)
    application = get_wsgi_application()
    open_to_readers()
    return application
