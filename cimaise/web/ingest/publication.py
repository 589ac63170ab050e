"""Publishing into the portal: the engine writes a snapshot, one transaction makes it visible."""

from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.db.models import Max

from cimaise.engine.flow import PublicationRequest, publish
from cimaise.engine.metadata.description import DatasetDescription
from cimaise.engine.progress import Progress, Waypoint, unheard
from cimaise.engine.snapshots.manifest import Snapshot
from cimaise.engine.snapshots.store import SnapshotStore
from cimaise.engine.sources.base import Source
from cimaise.web.accounts.models import Person
from cimaise.web.catalog.mirror import rebuild
from cimaise.web.catalog.models import Dataset, Version
from cimaise.web.catalog.shelf import snapshot_of, store
from cimaise.web.ingest.models import Run
from cimaise.web.ingest.runs import published_by


@dataclass(frozen=True, slots=True)
class Order:
    """What is to be published, by whom, and what the producer knows of it.

    `run` is the passage of the worker that publishes, if it is one: it is done in the very
    transaction that shows the version, so that neither is ever seen without the other.
    """

    dataset: Dataset
    source: Source
    description: DatasetDescription
    person: Person | None = None
    note: str = ""
    accept_breaking: bool = False
    run: Run | None = None


def publish_version(order: Order, progress: Progress = unheard) -> Version:
    """Publish the next version of a dataset and serve it from now on.

    Raises Refusal or Interrupted; then, as after a crash at any moment, the version served
    before is served still and what was half-written is swept away by the next publication.
    The waypoint `commit` 1 of 1 comes when the version is served: nobody can stop it then.
    """
    slug = order.dataset.slug
    shelf = store()
    with shelf.publishing(slug):
        sweep(order.dataset, shelf)
        current = Dataset.objects.select_related("current").get(pk=order.dataset.pk).current
        request = PublicationRequest(
            dataset=slug,
            source=order.source,
            description=order.description,
            parent=snapshot_of(current, slug) if current else None,
            number=next_number(order.dataset),
            accept_breaking=order.accept_breaking,
            note=order.note,
        )
        snapshot = publish(request, shelf, progress)
        try:
            progress(Waypoint("commit"))
            version = show(order, snapshot)
        except BaseException:
            sweep(order.dataset, shelf)
            raise
    progress(Waypoint("commit", 1, 1))
    rebuild()
    return version


def sweep(dataset: Dataset, shelf: SnapshotStore) -> None:
    """Remove every snapshot of a dataset that is none of its versions."""
    shelf.sweep(dataset.slug, set(dataset.versions.values_list("snapshot", flat=True)))


def next_number(dataset: Dataset) -> int:
    """Versions count from 1 and numbers are never used again, even after going back."""
    highest: dict[str, Any] = dataset.versions.aggregate(highest=Max("number"))
    return int(highest["highest"] or 0) + 1


def show(order: Order, snapshot: Snapshot) -> Version:
    """One transaction: the version exists, is the one served, and its run is done."""
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
        if order.run is not None:
            published_by(order.run, version)
    return version


def go_back(dataset: Dataset, number: int) -> Version:
    """Serve another version again; none is lost.

    Raises Version.DoesNotExist, or Refusal when its snapshot cannot be read or another version
    is being published.
    """
    with store().publishing(dataset.slug):
        version = dataset.versions.get(number=number)
        store().load(dataset.slug, version.snapshot)
        dataset.current = version
        dataset.save(update_fields=["current", "modified"])
    rebuild()
    return version
