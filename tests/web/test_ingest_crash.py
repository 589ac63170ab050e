"""A publisher of the portal may die at any moment: what was served is served, nothing is left."""

import json
import os
import signal
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

from cimaise.engine.snapshots.store import SnapshotStore

PUBLISHER = Path(__file__).parent.parent / "dying_publisher.py"
ROOT = PUBLISHER.parent.parent
EDITIONS = tuple(
    "ref;nom\n" + "".join(f"A{row:03d};{word} {row}\n" for row in rows)
    for word, rows in (("Chêne", range(30)), ("Hêtre", range(10, 50)))
)


def own_portal():
    """The environment of a portal with a catalogue of its own, whatever the other tests run on."""
    return {name: value for name, value in os.environ.items() if name != "DATABASE_URL"}


class Publisher:
    """The process whose children publish and die."""

    def __init__(self, folder: Path) -> None:
        self.home = folder / "home"
        paths = [folder / "first.csv", folder / "second.csv"]
        for path, text in zip(paths, EDITIONS, strict=True):
            path.write_text(text)
        self.process = subprocess.Popen(
            [sys.executable, PUBLISHER, *paths],
            cwd=ROOT,
            env={**own_portal(), "PYTHONPATH": str(ROOT), "CIMAISE_HOME": str(self.home)},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def answer(self):
        return json.loads(self.process.stdout.readline())

    def publish(self, fatal=-1):
        self.process.stdin.write(f"{fatal}\n")
        self.process.stdin.flush()
        return self.answer()

    def versions(self):
        """Number, snapshot and records of every version, and the number of the one served."""
        with sqlite3.connect(self.home / "catalogue.sqlite3") as database:
            versions = database.execute(
                "select number, snapshot, records from catalog_version order by number"
            ).fetchall()
            served = database.execute(
                "select number from catalog_dataset d join catalog_version v on v.id = d.current_id"
            ).fetchone()[0]
        database.close()
        return versions, served

    def close(self):
        self.process.stdin.close()
        self.process.wait()
        self.process.stdout.close()


@pytest.fixture
def publisher(tmp_path):
    started = Publisher(tmp_path)
    yield started
    started.close()


@pytest.mark.slow
def test_the_portal_survives_every_death_of_its_publisher(publisher):
    assert publisher.answer()["status"] == 0
    store = SnapshotStore(publisher.home / "snapshots")
    whole = publisher.publish()
    assert whole["status"] == 0
    passed = whole["passed"]
    commit = passed.index("commit")
    around = {*range(commit - 3, min(commit + 9, len(passed)))}
    fatal_ones = sorted({*range(0, len(passed), max(1, len(passed) // 16)), *around})
    assert len(fatal_ones) >= 20
    assert any(name.startswith("before UPDATE") for name in passed[commit:])

    for fatal in fatal_ones:
        before, served = publisher.versions()
        died = publisher.publish(fatal)
        assert died["status"] == -signal.SIGKILL, (fatal, died)
        after, now = publisher.versions()
        # Either nothing happened, or the next version is there, whole and served.
        assert len(after) - len(before) == now - served, died["passed"][-1:]
        assert len(after) - len(before) in (0, 1)
        assert after[: len(before)] == before
        assert store.load("musees", after[-1][1]).manifest.number == now
        assert store.examine("musees", after[-1][1]) == []

    before, served = publisher.versions()
    assert publisher.publish()["status"] == 0
    after, now = publisher.versions()
    assert (len(after) - len(before), now - served) == (1, 1)
    assert after[-1][2] == 40
    # Every directory is a version: what the dead left was swept away.
    left = {path.name for path in (publisher.home / "snapshots" / "musees").iterdir()}
    assert left - {".lock"} == {snapshot for _, snapshot, _ in after}
    for _, snapshot, _ in after:
        assert store.examine("musees", snapshot) == []
