"""`cimaise serve`: the portal on a local address, with its background worker beside it."""

import os
import subprocess
import sys
from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.handlers.wsgi import WSGIHandler
from django.core.management import call_command
from django.core.management.base import BaseCommand
from django.core.wsgi import get_wsgi_application
from django.db import connections
from granian import Granian
from granian.constants import Interfaces
from granian.log import LogLevels

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
        settings.STATIC_ROOT.mkdir(parents=True, exist_ok=True)  # looked into, filled or not
        call_command("migrate", verbosity=0, interactive=False)
        connections.close_all()  # the processes made below must not inherit any
        worker = None if said["no_worker"] else start_worker()
        try:
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
            ).serve(target_loader=out_of_reach, wrap_loader=False)
        finally:
            if worker is not None:
                stop(worker)


def out_of_reach() -> WSGIHandler:
    """The portal, in a process that the terminal's Ctrl-C does not reach.

    It reaches the server, which then stops its processes. Stopped by both at once, one of
    granian's would wait for ever.
    """
    os.setpgid(0, 0)
    return get_wsgi_application()


def start_worker() -> "subprocess.Popen[bytes]":
    """The background worker: its own process, so that a long publication slows no page.

    Ctrl-C does not reach it either: it is told to stop, and ends what it was publishing.
    """
    return subprocess.Popen(
        [sys.executable, "-m", "cimaise", "db_worker", "--no-startup-delay"],
        start_new_session=True,
    )


def stop(worker: "subprocess.Popen[bytes]") -> None:
    """Let the worker end its publication; one that takes too long is cut, which harms nothing."""
    worker.terminate()
    try:
        worker.wait(PATIENCE)
    except subprocess.TimeoutExpired:
        worker.kill()
        worker.wait()
