"""Where snapshots live: `root/<dataset>/<snapshot>/`, one publisher at a time for each dataset."""

import fcntl
import json
import os
import re
import secrets
import shutil
import threading
from collections.abc import Iterator, Set
from contextlib import contextmanager
from pathlib import Path

from cimaise.engine.messages import Message, Refusal, say
from cimaise.engine.progress import Progress, Waypoint, unheard
from cimaise.engine.snapshots.aids import damages
from cimaise.engine.snapshots.disk import flush, flush_tree
from cimaise.engine.snapshots.examine import differences
from cimaise.engine.snapshots.manifest import FORMAT, Manifest, Snapshot

MANIFEST = "manifest.json"
_DATASET = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.@-]{0,199}")
_SNAPSHOT = re.compile(r"v[0-9]{6,}-[0-9a-f]{8}")
_STAGING = ".staging-"
_TRASH = ".trash-"


class SnapshotStore:
    """All snapshots of all datasets below `root`. A directory is either whole or hidden.

    Whoever publishes holds `publishing(dataset)`; under that lock every hidden directory is
    the leftover of a publisher that died.
    """

    def __init__(self, root: Path) -> None:
        self.root = root
        self.root.mkdir(parents=True, exist_ok=True)
        self._held = threading.local()

    def home(self, dataset: str) -> Path:
        """The directory of a dataset; raises Refusal for an id that cannot name one."""
        if not _DATASET.fullmatch(dataset):
            raise Refusal(
                "bad_dataset_id",
                say("{dataset} cannot be the id of a dataset.", dataset=repr(dataset)),
                remedy=say("Use letters without accents, digits, -, _, . and @."),
            )
        return self.root / dataset

    @contextmanager
    def publishing(self, dataset: str, *, wait: bool = False) -> Iterator[None]:
        """Be the only publisher of a dataset, over all processes; may be nested in one thread.

        Raises Refusal `already_publishing` when another one is at work, unless `wait`. The
        system frees the lock of a process that dies.
        """
        held: set[str] = self._held.__dict__.setdefault("datasets", set())
        if dataset in held:
            yield
            return
        home = self.home(dataset)
        home.mkdir(parents=True, exist_ok=True)
        with (home / ".lock").open("a") as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX if wait else fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError as error:
                raise Refusal(
                    "already_publishing",
                    say("Another version of {dataset} is being published.", dataset=dataset),
                    remedy=say("Wait until it is done, then publish again."),
                ) from error
            held.add(dataset)
            try:
                yield
            finally:
                held.discard(dataset)

    @contextmanager
    def staging(self, dataset: str, number: int) -> Iterator[Path]:
        """A hidden directory to write a new snapshot in; gone at the end unless sealed.

        Its name after the prefix is the name of the snapshot to be.
        """
        name = f"v{number:06d}-{secrets.token_hex(4)}"
        directory = self.home(dataset) / f"{_STAGING}{name}"
        directory.mkdir(parents=True)
        try:
            yield directory
        finally:
            shutil.rmtree(directory, ignore_errors=True)

    def name_in(self, staging: Path) -> str:
        """The name of the snapshot that is written in a staging directory."""
        return staging.name.removeprefix(_STAGING)

    def seal(self, staging: Path, manifest: Manifest, progress: Progress = unheard) -> Snapshot:
        """Write the manifest, flush everything, and let the snapshot appear in one rename.

        Nobody can stop the work once it has appeared.
        """
        progress(Waypoint("seal", 0, 3))
        text = json.dumps(manifest.to_json(), ensure_ascii=False, indent=1)
        (staging / MANIFEST).write_text(text, encoding="utf-8")
        progress(Waypoint("seal", 1, 3))
        flush_tree(staging)
        progress(Waypoint("seal", 2, 3))
        final = staging.with_name(manifest.snapshot)
        staging.rename(final)
        flush(final.parent)
        return Snapshot(final, manifest)

    def load(self, dataset: str, snapshot: str) -> Snapshot:
        """A sealed snapshot by its name; raises Refusal when it is not there or not readable."""
        if not _SNAPSHOT.fullmatch(snapshot):
            raise _missing(dataset, snapshot)
        directory = self.home(dataset) / snapshot
        try:
            kept = json.loads((directory / MANIFEST).read_text(encoding="utf-8"))
        except FileNotFoundError as error:
            raise _missing(dataset, snapshot) from error
        except (OSError, ValueError) as error:
            raise _unreadable(dataset, snapshot) from error
        if isinstance(kept, dict) and kept.get("format", 0) > FORMAT:
            raise Refusal(
                "snapshot_too_new",
                say("Version {snapshot} was written by a newer Cimaise.", snapshot=snapshot),
                remedy=say("Install that version of Cimaise, or a later one."),
            )
        try:
            return Snapshot(directory, Manifest.from_json(kept))
        except (KeyError, TypeError, ValueError) as error:
            raise _unreadable(dataset, snapshot) from error

    def snapshots(self, dataset: str) -> list[str]:
        """Names of the sealed snapshots of a dataset, oldest version first."""
        home = self.home(dataset)
        if not home.is_dir():
            return []
        return sorted(entry.name for entry in home.iterdir() if _SNAPSHOT.fullmatch(entry.name))

    def datasets(self) -> list[str]:
        """Ids of the datasets that have a directory."""
        return sorted(
            entry.name
            for entry in self.root.iterdir()
            if entry.is_dir() and _DATASET.fullmatch(entry.name)
        )

    def examine(self, dataset: str, snapshot: str) -> list[Message]:
        """Read a snapshot whole and say how it differs from what was sealed; empty when whole.

        Aids, which were made since, must be what was written then.
        """
        try:
            kept = self.load(dataset, snapshot)
        except Refusal as refusal:
            return [refusal.what]
        return [*differences(kept.directory, kept.manifest.digests), *damages(kept.directory)]

    def doctor(self) -> Iterator[tuple[str, str, list[Message]]]:
        """Every sealed snapshot of every dataset: dataset, snapshot, how it differs."""
        for dataset in self.datasets():
            for snapshot in self.snapshots(dataset):
                yield dataset, snapshot, self.examine(dataset, snapshot)

    def sweep(self, dataset: str, known: Set[str]) -> list[str]:
        """Remove what dead publishers left and every snapshot whose name is not `known`.

        Returns the names of what was removed. Raises Refusal `already_publishing` rather than
        taking the floor from under somebody.
        """
        with self.publishing(dataset):
            home = self.home(dataset)
            hidden = [e for e in home.iterdir() if e.name.startswith((_STAGING, _TRASH))]
            unknown = [home / name for name in self.snapshots(dataset) if name not in known]
            for directory in unknown:
                # Hidden first: a half-deleted snapshot must never look like a whole one.
                trash = home / f"{_TRASH}{directory.name}-{os.getpid()}"
                directory.rename(trash)
                hidden.append(trash)
            for directory in hidden:
                shutil.rmtree(directory)
            flush(home)
            return sorted({*(d.name for d in unknown), *(d.name for d in hidden)})


def _missing(dataset: str, snapshot: str) -> Refusal:
    return Refusal(
        "snapshot_missing",
        say("{dataset} has no version {snapshot}.", dataset=dataset, snapshot=snapshot),
    )


def _unreadable(dataset: str, snapshot: str) -> Refusal:
    return Refusal(
        "snapshot_unreadable",
        say(
            "The description of version {snapshot} of {dataset} cannot be read.",
            snapshot=snapshot,
            dataset=dataset,
        ),
        remedy=say("Restore its manifest.json from a copy."),
    )
