"""A full disk ends in a plain refusal, and nothing is left behind."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from cimaise.engine.duck import DuckFailure
from cimaise.engine.messages import Refusal
from cimaise.engine.snapshots.disk import room_on_disk

ROOT = Path(__file__).resolve().parents[2]

# A limit on the size of files is what a process can be given without being root: writes beyond
# it fail in DuckDB, in Tantivy and in Python as they do on a full disk.
PUBLISH = """
import resource, signal, sys
from pathlib import Path
from cimaise.engine.flow import PublicationRequest, publish
from cimaise.engine.messages import Refusal
from cimaise.engine.metadata.description import DatasetDescription
from cimaise.engine.snapshots.store import SnapshotStore
from cimaise.engine.sources.base import Source

root, path, most = sys.argv[1:]
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (int(most), int(most)))
source = Source(Path(path), "a.csv", "a test")
request = PublicationRequest("sample", source, DatasetDescription("sample", "Sample"))
try:
    publish(request, SnapshotStore(Path(root)))
except Refusal as refusal:
    print(refusal.code)
else:
    print("published")
"""


@pytest.mark.parametrize("most", [1_000, 20_000, 100_000, 400_000, 1_200_000])
def test_no_room_for_a_version(store, tmp_path, most):
    path = tmp_path / "a.csv"
    rows = (f"{row};{row * 7919 % 10007} {row * 104729 % 99991:x}" for row in range(60_000))
    path.write_text("ref;nom\n" + "\n".join(rows) + "\n")
    found = subprocess.run(
        [sys.executable, "-c", PUBLISH, str(store.root), str(path), str(most)],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
    )
    assert found.returncode == 0, found.stderr
    assert found.stdout.strip() == "disk_full"
    assert [entry.name for entry in store.home("sample").iterdir()] == [".lock"]


@pytest.mark.parametrize(
    "error",
    [
        OSError(28, "No space left on device"),
        DuckFailure("IO Error: Could not write file: No space left on device"),
        ValueError("An IO error occurred: 'No space left on device (os error 28)'"),
    ],
)
def test_every_way_to_say_it(tmp_path, error):
    with pytest.raises(Refusal) as refused, room_on_disk(tmp_path):
        raise error
    assert refused.value.code == "disk_full"


def test_other_failures_are_not_hidden(tmp_path):
    with pytest.raises(ValueError, match="other"), room_on_disk(tmp_path):
        raise ValueError("other")
