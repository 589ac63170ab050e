"""The `cimaise` command: every verb is a management command of the part it belongs to."""

import os
import sys
from collections.abc import Sequence

from django.core.management import execute_from_command_line

from cimaise import __version__

# verb: what it does; the verb itself lives in <part>/management/commands/<verb>.py
VERBS = {
    "demo": "publish the demonstration datasets and serve them (see demo --help)",
    "serve": "serve the portal and its background worker",
    "worker": "run the background worker alone",
    "publish": "publish a file as a new version of a dataset",
    "ask": "ask a dataset a question in ODSQL",
    "export": "write a dataset, or an answer, to a file",
    "doctor": "check the installation and every snapshot's digests",
    "migrate": "bring the catalogue's database up to date",
    "createsuperuser": "create an administrator's account",
}

INTERRUPTED = 130  # the status of a program that Ctrl-C ended

HELP = "usage: cimaise VERB [options]\n\n" + "\n".join(
    f"  {verb:16} {purpose}" for verb, purpose in VERBS.items()
)


def main(arguments: Sequence[str] | None = None) -> None:
    """Run one verb; without one, list them all. Exits with the verb's own status."""
    said = list(sys.argv[1:] if arguments is None else arguments)
    if not said or said[0] in {"-h", "--help", "help"}:
        print(HELP)
        return
    if said[0] in {"--version", "version"}:
        print(f"cimaise {__version__}")
        return
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "cimaise.config.settings")
    try:
        execute_from_command_line(["cimaise", *said])
    except KeyboardInterrupt:
        sys.exit(INTERRUPTED)
