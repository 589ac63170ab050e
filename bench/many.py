"""Fill a portal with many described datasets; imported only where its settings are in force."""

import os
import sys
from pathlib import Path

from django.conf import settings

from bench.descriptions import COUNT, described
from cimaise.web.catalog import mirror
from cimaise.web.catalog.models import Dataset, Version

BATCH = 2_000


def fill() -> None:
    """Copies of the one dataset there is, each with a description of its own."""
    first = Dataset.objects.select_related("current").get(current__isnull=False)
    version = first.current
    if version is None:
        sys.exit("Nothing was published.")
    home = settings.SNAPSHOTS_ROOT / first.slug / version.snapshot
    made = [
        Dataset(slug=slug, title=title, description=text, keywords=words, producer=first.producer)
        for slug, title, text, words in described(COUNT)
    ]
    Dataset.objects.bulk_create(made, batch_size=BATCH)
    versions = [
        Version(
            dataset=each, number=1, snapshot=version.snapshot, records=version.records, rejects=0
        )
        for each in made
    ]
    Version.objects.bulk_create(versions, batch_size=BATCH)
    for each, its in zip(made, versions, strict=True):
        each.current = its
        link(home, settings.SNAPSHOTS_ROOT / each.slug / version.snapshot)
    Dataset.objects.bulk_update(made, ["current"], batch_size=BATCH)
    mirror.mark_changed()
    if not mirror.rebuild():
        sys.exit("The mirror of the catalogue could not be made.")


def link(source: Path, target: Path) -> None:
    """What answers need of a snapshot, under another name, without taking room."""
    target.mkdir(parents=True, exist_ok=True)
    for name in ("manifest.json", "serve.duckdb"):
        if not (target / name).exists():
            os.link(source / name, target / name)
