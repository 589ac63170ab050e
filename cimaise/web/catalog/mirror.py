"""The catalogue is a dataset too: its mirror, published by the same engine at each change."""

import json
import logging
import tempfile
import time
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.db.models import F
from django.utils import timezone

from cimaise.engine.flow import PublicationRequest, publish
from cimaise.engine.snapshots.manifest import Snapshot
from cimaise.engine.snapshots.store import SnapshotStore
from cimaise.engine.sources.base import Source
from cimaise.web.accounts.models import Person
from cimaise.web.catalog.entry import entries, mirror_description
from cimaise.web.catalog.models import Dataset, Mirror
from cimaise.web.catalog.shelf import loaded, store, visible

log = logging.getLogger(__name__)

MIRROR = "catalogue.mirror"  # a dot: no slug can be the same
PATIENCE = 20.0  # seconds before a mirror that could not be built is tried again
KEPT = 3  # snapshots that stay: someone may still be reading one that was just replaced


@dataclass(frozen=True, slots=True)
class Catalogue:
    """The mirror as one person may see it.

    Every question to `snapshot` must be ANDed with `where`; None stands for an empty portal or
    one whose mirror could never be built. `state` changes whenever anything in the catalogue
    does: with `where` it tells one state of what this person sees from another. `hidden` are the
    identifiers that `where` leaves out.
    """

    snapshot: Snapshot | None
    where: tuple[str, ...]
    state: str
    built: datetime | None
    hidden: tuple[str, ...] = ()


def catalogue(person: Person | AnonymousUser) -> Catalogue:
    """The catalogue this person may see, up to the last committed change.

    What is hidden is asked of the database each time, so that a dataset which became restricted
    is gone at once, even if its mirror could not be rebuilt.
    """
    row = _row()
    if row.shown != row.wanted and not _failures.recent(row.wanted):
        rebuild()
        row = _row()
    snapshot = loaded(str(settings.SNAPSHOTS_ROOT), MIRROR, row.snapshot) if row.snapshot else None
    published = Dataset.objects.filter(current__isnull=False, restricted=True)
    hidden = tuple(
        published.exclude(pk__in=visible(person).filter(restricted=True).values("pk"))
        .order_by("slug")
        .values_list("slug", flat=True)
    )
    state = f"{row.snapshot} {row.wanted}"
    return Catalogue(snapshot, _without(hidden), state, row.built, hidden)


class _Failures:
    """When a state of the catalogue could not be mirrored, so that not every reader tries."""

    def __init__(self) -> None:
        self.state: tuple[Path, int] | None = None
        self.until = 0.0

    def note(self, wanted: int) -> None:
        self.state = (settings.SNAPSHOTS_ROOT, wanted)
        self.until = time.monotonic() + PATIENCE

    def recent(self, wanted: int) -> bool:
        return self.state == (settings.SNAPSHOTS_ROOT, wanted) and time.monotonic() < self.until


_failures = _Failures()


def _without(hidden: tuple[str, ...]) -> tuple[str, ...]:
    if not hidden:
        return ()
    names = ", ".join(json.dumps(slug) for slug in hidden)
    return (f"not (dataset_id in ({names}))",)


def mark_changed() -> None:
    """Count a change of the catalogue, within the transaction that makes it."""
    if not Mirror.objects.filter(pk=1).update(wanted=F("wanted") + 1):
        _row()


def rebuild() -> bool:
    """Bring the mirror up to the database; whether it is. Never raises.

    A publication is not lost because the mirror could not follow: the failure is logged, the
    mirror served before is served still, and the next reader tries again.
    """
    try:
        shelf = store()
        with shelf.publishing(MIRROR, wait=True):
            _rebuild(shelf)
    except Exception:
        log.exception("the mirror of the catalogue could not be rebuilt")
        _failures.note(_row().wanted)
        return False
    return True


def _row() -> Mirror:
    row, _ = Mirror.objects.get_or_create(pk=1)
    return row


def _rebuild(shelf: SnapshotStore) -> None:
    row = _row()
    if row.shown == row.wanted:
        return
    snapshot = _published(shelf, number=row.wanted)
    # Only forward: whoever counted more changes than we did has the fresher mirror.
    Mirror.objects.filter(pk=1, shown__lt=row.wanted).update(
        snapshot=snapshot, shown=row.wanted, built=timezone.now()
    )
    shelf.sweep(MIRROR, {*shelf.snapshots(MIRROR)[-KEPT:], snapshot})


def _published(shelf: SnapshotStore, number: int) -> str:
    """The name of a new snapshot of the catalogue; empty when there is nothing to show."""
    with tempfile.TemporaryDirectory(prefix="cimaise-catalogue-") as directory:
        path = Path(directory) / "catalogue.jsonl"
        with path.open("w", encoding="utf-8") as lines:
            written = sum(1 for line in _lines() if lines.write(line))
        if not written:
            return ""
        request = PublicationRequest(
            dataset=MIRROR,
            source=Source(path, path.name, "the catalogue"),
            description=mirror_description(MIRROR),
            parent=None,
            number=number,
        )
        return publish(request, shelf).manifest.snapshot


def _lines() -> list[str]:
    return [json.dumps(record, ensure_ascii=False) + "\n" for record in entries()]
