"""Publishing into the portal: the engine writes a snapshot, one transaction makes it visible."""

from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.db.models import Max

from cimaise.engine.flow import PublicationRequest, publish
from cimaise.engine.metadata.description import DatasetDescription
from cimaise.engine.progress import Progress, Waypoint, unheard
from cimaise.engine.snapshots.manifest import Snapshot
from cimaise.engine.sources.base import Source
from cimaise.web.accounts.models import Person
from cimaise.web.catalog.mirror import rebuild
from cimaise.web.catalog.models import Dataset, Version
from cimaise.web.catalog.shelf import snapshot_of, store


@dataclass(frozen=True, slots=True)
class Order:
    """What is to be published, by whom, and what the producer knows of it."""

    dataset: Dataset
    source: Source
    description: DatasetDescription
    person: Person | None = None
    note: str = ""
    accept_breaking: bool = False


def publish_version(order: Order, progress: Progress = unheard) -> Version:
    """Publish the next version of a dataset and serve it from now on.

    Raises Refusal or Interrupted; then, as after a crash at any moment, the version served
    before is served still and what was half-written is swept away by the next publication.
    """
    slug = order.dataset.slug
    shelf = store()
    with shelf.publishing(slug):
        known = set(order.dataset.versions.values_list("snapshot", flat=True))
        shelf.sweep(slug, known)
        current = Dataset.objects.select_related("current").get(pk=order.dataset.pk).current
        request = PublicationRequest(
            dataset=slug,
            source=order.source,
            description=order.description,
            parent=snapshot_of(current, slug) if current else None,
            number=next_number(order.dataset),
            accept_breaking=order.accept_breaking,
        )
        snapshot = publish(request, shelf, progress)
        progress(Waypoint("commit"))
        version = show(order, snapshot)
    progress(Waypoint("commit", 1, 1))
    rebuild()
    return version


def next_number(dataset: Dataset) -> int:
    """Versions count from 1 and numbers are never used again, even after going back."""
    highest: dict[str, Any] = dataset.versions.aggregate(highest=Max("number"))
    return int(highest["highest"] or 0) + 1


def show(order: Order, snapshot: Snapshot) -> Version:
    """One transaction: the version exists and is the one served."""
    with transaction.atomic():
        version = Version.objects.create(
            dataset=order.dataset,
            number=snapshot.manifest.number,
            snapshot=snapshot.manifest.snapshot,
            records=snapshot.manifest.counts["records"],
            rejects=snapshot.manifest.counts["rejects"],
            origin=order.source.origin[:500],
            note=order.note,
            published_by=order.person,
        )
        order.dataset.current = version
        order.dataset.save(update_fields=["current", "modified"])
    return version


def go_back(dataset: Dataset, number: int) -> Version:
    """Serve another version again; none is lost. Raises Version.DoesNotExist."""
    with store().publishing(dataset.slug):
        version = dataset.versions.get(number=number)
        dataset.current = version
        dataset.save(update_fields=["current", "modified"])
    rebuild()
    return version
