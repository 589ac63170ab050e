"""The portal under measure: published and served as `cimaise publish` and `cimaise serve` do."""

import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from bench import moments
from bench.places import DATASET, DESCRIPTION, KEPT, ROOT
from bench.server import Memory, free_port, serving

HOME = KEPT / "portal"
MANY = KEPT / "catalogue"  # another portal, of many datasets
FILLED = MANY / "filled"
# Everybody who asks has one address here: limits would be all that is measured.
ENVIRONMENT = {
    "CIMAISE_HOSTS": "127.0.0.1",
    "CIMAISE_ANONYMOUS_CALLS_A_DAY": "0",
    "CIMAISE_ANONYMOUS_CALLS_A_SECOND": "0",
}
CIMAISE = (sys.executable, "-m", "cimaise")
FILL = "import django; django.setup(); from bench.many import fill; fill()"


def published(file: Path) -> float:
    """Seconds that publishing into an empty portal takes, from typing the command to its end."""
    empty(HOME)
    began = time.perf_counter()
    cimaise(HOME, "publish", str(file), "--description", str(DESCRIPTION))
    return time.perf_counter() - began


def completed() -> None:
    """The second dataset beside it, unless it is there."""
    if not (HOME / "snapshots" / moments.DATASET).is_dir():
        file, description = moments.written()
        cimaise(HOME, "publish", str(file), "--description", str(description))


def filled() -> None:
    """The portal of many datasets, made once."""
    if FILLED.exists():
        return
    empty(MANY)
    first = KEPT / "first.csv"
    first.write_text("ref,name\n1,one\n2,two\n")
    toml = KEPT / "first.toml"
    toml.write_text('id = "first"\ntitle = "First"\nproducer = "Cimaise"\nlicence = "CC0"\n')
    cimaise(MANY, "publish", str(first), "--description", str(toml))
    settings = {"DJANGO_SETTINGS_MODULE": "cimaise.config.settings"}
    run([sys.executable, "-c", FILL], {**settings, **environment(MANY)})
    FILLED.touch()


def started() -> float:
    """Seconds that the command takes to start and do nothing: part of what `published` counts."""
    began = time.perf_counter()
    cimaise(HOME, "check")
    return time.perf_counter() - began


def snapshot(dataset: str = DATASET) -> Path:
    """The directory of the snapshot that answers."""
    return next((HOME / "snapshots" / dataset).rglob("serve.duckdb")).parent


def serve_file() -> Path:
    """The table that answers."""
    return snapshot() / "serve.duckdb"


@contextmanager
def running(home: Path = HOME, *, processes: int = 1) -> Iterator[tuple[int, Memory]]:
    """The portal's server, without its background worker."""
    port = free_port()
    command = [*CIMAISE, "serve", "--port", str(port), "--no-worker", "--workers", str(processes)]
    with serving(command, port, "/robots.txt", KEPT / "portal.log", environment(home)) as memory:
        yield port, memory


def settle(home: Path = HOME, *, quiet: float = 3.0, patience: float = 120.0) -> float:
    """Wait until the server makes no more aids; returns for how long it did, in seconds."""
    began = last = time.monotonic()
    before: list[tuple[str, int]] = []
    while time.monotonic() - last < quiet and time.monotonic() - began < patience:
        aids = (home / "snapshots").glob("*/*/aids/*")
        found = sorted((str(path), _size(path)) for path in aids)
        if found != before:
            before, last = found, time.monotonic()
        time.sleep(0.2)
    return last - began


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except FileNotFoundError:  # it just got its name
        return 0


def empty(home: Path) -> None:
    """A new portal without datasets."""
    shutil.rmtree(home, ignore_errors=True)
    home.mkdir(parents=True)
    cimaise(home, "migrate", "--verbosity", "0")


def environment(home: Path) -> dict[str, str]:
    """What a portal is told."""
    return {**ENVIRONMENT, "CIMAISE_HOME": str(home)}


def cimaise(home: Path, *words: str) -> None:
    """A verb of the command."""
    run([*CIMAISE, *words], environment(home))


def run(command: list[str], told: dict[str, str]) -> None:
    """A command that must succeed."""
    done = subprocess.run(
        command, check=False, cwd=ROOT, env={**os.environ, **told}, capture_output=True, text=True
    )
    if done.returncode:
        said = (done.stdout + done.stderr)[-3000:]
        raise SystemExit(f"{' '.join(command)[:80]} failed:\n{said}")
