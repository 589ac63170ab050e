"""A publisher for tests, in a process of its own: its children publish and die where they are told.

Arguments: the folder of a portal and that of files. Reads one line a child on standard input, the
number of the waypoint to die at (-1: none), and answers with one line: how the child ended, and
the waypoints it passed.
"""

import json
import os
import signal
import sys
import traceback
from pathlib import Path

import django
from django.core.management import call_command
from django.db import connection, connections

os.environ["DJANGO_SETTINGS_MODULE"] = "cimaise.config.settings"
django.setup()

from cimaise.engine.metadata.description import DatasetDescription  # noqa: E402 - after setup
from cimaise.engine.sources.local import local_file  # noqa: E402
from cimaise.web.catalog.describe import describe  # noqa: E402
from cimaise.web.ingest.publication import Order, publish_version  # noqa: E402

DESCRIPTION = DatasetDescription("musees", "Musées", producer="Ministère", key=("ref",))


def publish(path: Path, fatal: int, out: int) -> None:
    """Publish, and die at a waypoint; database statements of the commit are waypoints too."""
    passed: list[str] = []

    def pass_by(name: str) -> None:
        if len(passed) == fatal:
            os.kill(os.getpid(), signal.SIGKILL)
        passed.append(name)
        os.write(out, f"{name}\n".encode())

    def statement(execute, sql, params, many, context):
        words = sql.split()
        if words[0] in ("INSERT", "UPDATE", "RELEASE", "SAVEPOINT"):
            pass_by(f"before {words[0]} {words[1 if words[0] == 'UPDATE' else 2]}")
        return execute(sql, params, many, context)

    dataset = describe(DESCRIPTION)
    order = Order(dataset, local_file(path), DESCRIPTION)
    with connection.execute_wrapper(statement):
        publish_version(order, lambda waypoint: pass_by(waypoint.stage))


def child(path: Path, fatal: int) -> dict[str, object]:
    """Publish in a child; how it ended and what it passed."""
    connections.close_all()
    read, write = os.pipe()
    pid = os.fork()
    if pid == 0:
        os.close(read)
        try:
            publish(path, fatal, write)
            os._exit(0)
        finally:  # whatever happened, this child must not go on as its parent would
            traceback.print_exc()
            os._exit(1)
    os.close(write)
    with os.fdopen(read) as passed:
        names = passed.read().split("\n")[:-1]
    status = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
    return {"status": status, "passed": names}


def main() -> None:
    """Serve requests until the end of standard input."""
    first, second = map(Path, sys.argv[1:])
    call_command("migrate", verbosity=0)
    sys.stdout.write(json.dumps(child(first, -1)) + "\n")
    sys.stdout.flush()
    for line in sys.stdin:
        sys.stdout.write(json.dumps(child(second, int(line))) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
