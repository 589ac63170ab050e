"""Publishes one file and dies by SIGKILL at the waypoint whose number it was given."""

import os
import signal
import sys
from pathlib import Path

from cimaise.engine.flow import PublicationRequest, publish
from cimaise.engine.metadata.description import DatasetDescription
from cimaise.engine.progress import Waypoint
from cimaise.engine.snapshots.store import SnapshotStore
from cimaise.engine.sources.base import Source


def main() -> None:
    """Arguments: root, file, parent snapshot, waypoint number (-1: live to the end)."""
    root, path, parent, fatal = sys.argv[1:]
    store = SnapshotStore(Path(root))
    passed: list[str] = []

    def walk(waypoint) -> None:
        if len(passed) == int(fatal):
            os.kill(os.getpid(), signal.SIGKILL)
        passed.append(waypoint.stage)

    request = PublicationRequest(
        dataset="sample",
        source=Source(Path(path), Path(path).name, "a test"),
        description=DatasetDescription("sample", "Sample", key=("ref",)),
        parent=store.load("sample", parent),
        number=2,
    )
    with store.publishing("sample"):
        snapshot = publish(request, store, walk)
        walk(Waypoint("commit"))
    sys.stdout.write(f"{len(passed)} {snapshot.manifest.snapshot}")


if __name__ == "__main__":
    main()
