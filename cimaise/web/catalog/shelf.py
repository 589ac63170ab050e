"""Where the rest of the web takes published datasets from: one reading room, one store."""

import threading
from dataclasses import dataclass
from functools import lru_cache

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.db.models import Q, QuerySet

from cimaise.engine.duck import ReadingRoom
from cimaise.engine.snapshots.aids import make_aids
from cimaise.engine.snapshots.manifest import Snapshot
from cimaise.engine.snapshots.store import SnapshotStore
from cimaise.web.accounts.models import Person
from cimaise.web.catalog.models import Dataset, Version

_room_lock = threading.Lock()
_room: ReadingRoom | None = None


class NotOnShelf(Exception):
    """No such dataset or version for this person: unknown, unpublished and hidden look alike."""


@dataclass(frozen=True, slots=True)
class Shown:
    """A dataset with the version a visitor sees of it."""

    dataset: Dataset
    version: Version
    snapshot: Snapshot


def store() -> SnapshotStore:
    """The snapshots of this portal."""
    return SnapshotStore(settings.SNAPSHOTS_ROOT)


def reading_room() -> ReadingRoom:
    """The one sandboxed engine of this process."""
    global _room  # noqa: PLW0603 - one engine a process is the memory bound
    with _room_lock:
        if _room is None or _room.root != settings.SNAPSHOTS_ROOT.resolve():
            settings.SNAPSHOTS_ROOT.mkdir(parents=True, exist_ok=True)
            _room = ReadingRoom(
                settings.SNAPSHOTS_ROOT,
                memory_mb=settings.ANSWER_MEMORY_MB,
                seconds=settings.ANSWER_SECONDS,
            )
        return _room


def open_to_readers() -> None:
    """Have this process make what quickens its answers, unless the settings forbid it.

    For servers; commands that ask one question use what lies there and make nothing.
    """
    if settings.MAKE_AIDS:
        make_aids(reading_room())


@lru_cache(maxsize=512)
def loaded(root: str, dataset: str, snapshot: str) -> Snapshot:
    """A snapshot of the store below `root`; immutable, so its manifest is read once a process."""
    return store().load(dataset, snapshot)


def snapshot_of(version: Version, slug: str) -> Snapshot:
    """The snapshot of a version."""
    return loaded(str(settings.SNAPSHOTS_ROOT), slug, version.snapshot)


def visible(person: Person | AnonymousUser) -> QuerySet[Dataset]:
    """Published datasets this person may see: the only place that decides it.

    Restricted ones are seen by administrators, by people of their producer, and by the people and
    organisations they were opened to.
    """
    published = Dataset.objects.filter(current__isnull=False)
    if person.is_superuser:
        return published
    allowed = Q(restricted=False)
    if isinstance(person, Person):
        theirs = person.organisations.values("pk")
        opened = Dataset.reading_organisations.through.objects.filter(organisation__in=theirs)
        allowed |= Q(producer__in=theirs)
        allowed |= Q(pk__in=Dataset.readers.through.objects.filter(person=person).values("dataset"))
        allowed |= Q(pk__in=opened.values("dataset"))
    return published.filter(allowed)


def find(slug: str, person: Person | AnonymousUser, number: int | None = None) -> Shown:
    """The dataset `slug` in its current version, or in version `number`; raises NotOnShelf."""
    dataset = (
        visible(person)
        .select_related("current", "producer", "licence", "uses")
        .filter(slug=slug)
        .first()
    )
    if dataset is None or dataset.current is None:
        raise NotOnShelf(slug)
    version: Version | None = dataset.current
    if number is not None and dataset.current.number != number:
        version = dataset.versions.filter(number=number).first()
    if version is None:
        raise NotOnShelf(f"{slug} v{number}")
    return Shown(dataset, version, snapshot_of(version, slug))
