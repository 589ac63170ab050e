"""The portal under measure: published and served as `cimaise publish` and `cimaise serve` do."""

import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from bench.places import DATASET, DESCRIPTION, KEPT, ROOT
from bench.server import Memory, free_port, serving

HOME = KEPT / "portal"
ENVIRONMENT = {
    "CIMAISE_HOME": str(HOME),
    "CIMAISE_HOSTS": "127.0.0.1",
    # Calls are counted, as in any portal; the one address that asks here may ask without end.
    "CIMAISE_ANONYMOUS_CALLS_A_DAY": "4000000000",
    "CIMAISE_ANONYMOUS_CALLS_A_SECOND": "1000000",
}
CIMAISE = (sys.executable, "-m", "cimaise")


def published(file: Path) -> float:
    """Seconds that publishing into an empty portal takes, from typing the command to its end."""
    shutil.rmtree(HOME, ignore_errors=True)
    HOME.mkdir(parents=True)
    _run("migrate", "--verbosity", "0")
    began = time.perf_counter()
    _run("publish", str(file), "--description", str(DESCRIPTION))
    return time.perf_counter() - began


def started() -> float:
    """Seconds that the command takes to start and do nothing: part of what `published` counts."""
    began = time.perf_counter()
    _run("check")
    return time.perf_counter() - began


def serve_file() -> Path:
    """The table that answers."""
    return next((HOME / "snapshots" / DATASET).rglob("serve.duckdb"))


@contextmanager
def running() -> Iterator[tuple[int, Memory]]:
    """The portal's server, without its background worker."""
    port = free_port()
    command = [*CIMAISE, "serve", "--port", str(port), "--no-worker"]
    target = f"/api/explore/v2.1/catalog/datasets/{DATASET}"
    with serving(command, port, target, KEPT / "portal.log", ENVIRONMENT) as memory:
        yield port, memory


def _run(*words: str) -> None:
    done = subprocess.run(
        [*CIMAISE, *words],
        check=False,
        cwd=ROOT,
        env={**os.environ, **ENVIRONMENT},
        capture_output=True,
        text=True,
    )
    if done.returncode:
        raise SystemExit(f"cimaise {words[0]} failed:\n{(done.stdout + done.stderr)[-3000:]}")
