"""Run a command on a PostgreSQL of its own, by DATABASE_URL; it is gone when the command ends."""

import os
import pwd
import shutil
import signal
import subprocess
import sys
import tempfile
import urllib.parse
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

DEBIAN = Path("/usr/lib/postgresql")
SETTINGS = {
    "listen_addresses": "",  # a socket in a private folder: no port to find free, none to guard
    "fsync": "off",  # nothing here outlives the tests
    "full_page_writes": "off",
    "synchronous_commit": "off",
}


def binaries() -> Path | None:
    """The folder of `initdb` and `pg_ctl`: on PATH, else the newest that Debian installed."""
    if found := shutil.which("initdb"):
        return Path(found).resolve().parent
    versions = [path for path in DEBIAN.glob("*/bin") if (path / "initdb").exists()]
    return max(versions, key=lambda path: int(path.parent.name), default=None)


def unprivileged() -> str | None:
    """Who runs the server when root asks, since PostgreSQL refuses to run as root."""
    if os.geteuid() != 0:
        return None
    people = {entry.pw_name for entry in pwd.getpwall()}
    return next((name for name in ("postgres", "nobody") if name in people), None)


@contextmanager
def cluster(programs: Path) -> Iterator[str]:
    """A fresh cluster on a socket in a temporary folder; yields its DATABASE_URL."""
    someone = unprivileged()
    with tempfile.TemporaryDirectory(prefix="pg-") as folder:
        home = Path(folder)
        if someone:
            owner = pwd.getpwnam(someone)
            os.chown(home, owner.pw_uid, owner.pw_gid)

        def run(program: str, *arguments: str) -> None:
            subprocess.run(
                [programs / program, "-D", home / "data", *arguments],
                check=True,
                cwd=home,
                user=someone,
                group=pwd.getpwnam(someone).pw_gid if someone else None,
                extra_groups=[] if someone else None,
                stdout=subprocess.DEVNULL,
            )

        run("initdb", "-U", "cimaise", "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8", "-N")
        options = [f"-c {name}={value}" for name, value in SETTINGS.items()]
        options.append(f"-c unix_socket_directories={home}")
        run("pg_ctl", "-w", "-l", str(home / "log"), "-o", " ".join(options), "start")
        try:
            host = urllib.parse.quote(str(home), safe="")
            yield f"postgres://cimaise@{host}/postgres"
        finally:
            run("pg_ctl", "-w", "-m", "immediate", "stop")


def main(command: list[str]) -> int:
    """The command's exit status; 0 with a plain word when there is no PostgreSQL here."""
    programs = binaries()
    if programs is None:
        print(
            f"Not run on PostgreSQL: no initdb on PATH nor in {DEBIAN}/*/bin "
            "(apt install postgresql)."
        )
        return 0
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(128 + signal.SIGTERM))  # stops the server
    with cluster(programs) as address:
        return subprocess.run(command, env={**os.environ, "DATABASE_URL": address}).returncode


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
