"""The demonstration portal in its own process, for tests that visit it as the world does."""

import os
import re
import signal
import socket
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from threading import Event

import pytest

ROOT = Path(__file__).resolve().parent.parent
PATIENCE = 60  # seconds until the portal answers


@dataclass(frozen=True, slots=True)
class Portal:
    """A portal that answers at `address`, and the account of its editor."""

    address: str
    home: Path
    editor: str
    password: str


def free_port() -> int:
    """A port that nobody listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def running_portal(home: Path) -> Iterator[Portal]:
    """The demonstration portal, made of the sample wherever the tests run, in its own process."""
    port = free_port()
    address = f"http://127.0.0.1:{port}"
    environment = {
        **{name: value for name, value in os.environ.items() if name != "DATABASE_URL"},
        "CIMAISE_HOME": str(home),
        "CIMAISE_ADDRESS": address,
        "CIMAISE_DEMO_DATA": str(home / "no-real-data"),
        "DJANGO_SETTINGS_MODULE": "cimaise.config.settings",
    }
    command = [sys.executable, "-m", "cimaise"]
    made = subprocess.run(
        [*command, "demo", "--no-serve"],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
    )
    assert made.returncode == 0, made.stdout + made.stderr
    account = re.search(r"(\S+) / (\S+)\s*$", made.stdout, flags=re.MULTILINE)
    assert account, made.stdout

    log = home / "server.log"
    with log.open("wb") as out:
        server = subprocess.Popen(
            [*command, "serve", "--port", str(port)],
            cwd=ROOT,
            env=environment,
            stdout=out,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    try:
        wait_until_it_answers(f"{address}/pages/home/", server, log)
        yield Portal(address, home, account[1], account[2])
    finally:
        stop(server)


def wait_until_it_answers(address: str, server: "subprocess.Popen[bytes]", log: Path) -> None:
    """Return when the portal answers; fail with what it said when it does not."""
    pause = Event()
    for _ in range(PATIENCE * 10):
        try:
            with urllib.request.urlopen(address, timeout=PATIENCE):
                return
        except urllib.error.HTTPError as answer:
            pytest.fail(f"{address} answers {answer.code}\n{log.read_text()}")
        except OSError:
            if server.poll() is not None:
                break
            pause.wait(0.1)
    pytest.fail(f"{address} does not answer\n{log.read_text()}")


def stop(server: "subprocess.Popen[bytes]") -> None:
    """Stop the portal as Ctrl-C does, and see that it does stop."""
    server.send_signal(signal.SIGINT)
    assert server.wait(PATIENCE) == 0
