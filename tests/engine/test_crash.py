"""A publisher may die at any moment: what was served is served still, and nothing is left."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

PUBLISHER = Path(__file__).with_name("crashing_publisher.py")
ROOT = PUBLISHER.parents[2]
FIRST = "ref;nom\n" + "".join(f"A{row:03d};Chêne {row}\n" for row in range(300))
SECOND = "ref;nom\n" + "".join(f"A{row:03d};Hêtre {row}\n" for row in range(100, 500))


def run(store, path, parent, fatal):
    command = [sys.executable, PUBLISHER, store.root, path, parent, str(fatal)]
    return subprocess.run(
        command,
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
    )


@pytest.mark.slow
def test_the_version_served_survives_every_death(store, published, tmp_path):
    first = published(FIRST, key=("ref",)).manifest.snapshot
    path = tmp_path / "second.csv"
    path.write_text(SECOND)
    whole = run(store, path, first, -1)
    assert whole.returncode == 0, whole.stderr
    waypoints = int(whole.stdout.split()[0])
    store.sweep("sample", {first})

    assert waypoints >= 20
    fatal_ones = {*range(0, waypoints, waypoints // 20), *range(waypoints - 4, waypoints)}
    for fatal in sorted(fatal_ones):
        died = run(store, path, first, fatal)
        assert died.returncode == -signal.SIGKILL, died.stderr
        assert store.snapshots("sample")[0] == first
        for whole_or_hidden in store.snapshots("sample"):
            assert store.examine("sample", whole_or_hidden) == []
        store.sweep("sample", {first})
        left = sorted(entry.name for entry in store.home("sample").iterdir())
        assert left == [".lock", first]

    again = run(store, path, first, -1)
    second = again.stdout.split()[1]
    assert store.snapshots("sample") == [first, second]
    assert store.examine("sample", second) == []
    assert store.load("sample", second).manifest.counts["changes"] == {
        "added": 200,
        "removed": 100,
        "changed": 200,
        "values": 200,
    }
