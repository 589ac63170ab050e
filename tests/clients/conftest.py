"""Clients that others wrote, driven against the running portal, and what they should be told."""

import csv
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from a_portal import Portal

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent.parent
SAMPLE = ROOT / "cimaise" / "demo" / "sample"
MAKE_KEY = """
import django
django.setup()
from cimaise.web.accounts.keys import new_key
from cimaise.web.accounts.models import Person
print(new_key(Person.objects.get(username="editrice"), "test")[1])
"""


@pytest.fixture(scope="session")
def museums() -> tuple[dict[str, str], ...]:
    """The museums of the demonstration portal, read without our own reader."""
    with (SAMPLE / "musees-de-france.csv").open(encoding="utf-8", newline="") as file:
        return tuple(csv.DictReader(file))


@pytest.fixture(scope="session")
def key(demonstration: Portal) -> str:
    """An API key of the portal's editor."""
    said = {**os.environ, "CIMAISE_HOME": str(demonstration.home)}
    said["DJANGO_SETTINGS_MODULE"] = "cimaise.config.settings"
    said.pop("DATABASE_URL", None)
    made = subprocess.run(
        [sys.executable, "-c", MAKE_KEY], capture_output=True, text=True, cwd=ROOT, env=said
    )
    assert made.returncode == 0, made.stderr
    return made.stdout.strip()


@pytest.fixture(scope="session")
def driven() -> Callable[..., str]:
    """Run a program in JavaScript; skips where the front-end packages are not installed."""
    if not (ROOT / "node_modules" / "ods-client").is_dir():
        pytest.skip("the JavaScript clients are not installed: make build")

    def drive(program: str, *said: str) -> str:
        command = ["sh", str(ROOT / "make" / "node"), "node", str(HERE / program), *said]
        done = subprocess.run(command, capture_output=True, text=True, cwd=ROOT)
        assert done.returncode == 0, done.stderr
        return done.stdout

    return drive
