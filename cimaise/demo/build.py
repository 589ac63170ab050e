"""Publishing the demonstration: what is not there yet is published, nothing is published twice."""

from django.conf import settings
from django.core.management import call_command
from django.utils.translation import gettext
from rich.console import Console

from cimaise.demo.content import DATASETS, DemoDataset, demo_dataset, real_data
from cimaise.demo.editor import ensure_editor
from cimaise.engine.sources.local import local_file
from cimaise.web.catalog.describe import describe
from cimaise.web.catalog.models import Dataset
from cimaise.web.ingest.publication import Order, publish_version
from cimaise.web.ingest.terminal import shown
from cimaise.web.pages.home import ensure_home

REFERENCE = "Référentiels"  # official lists serve the others: they take no place on the wall


def build(console: Console) -> str | None:
    """Bring the portal to life; returns the editor's password when the account is new."""
    settings.HOME.mkdir(parents=True, exist_ok=True)
    call_command("migrate", verbosity=0, interactive=False)
    real = real_data()
    for name in DATASETS:
        published(demo_dataset(name, real), console)
    ensure_home()
    return ensure_editor()


def published(demo: DemoDataset, console: Console) -> None:
    """Publish one dataset unless a version of it is served already."""
    said = demo.description
    if Dataset.objects.filter(slug=said.id, current__isnull=False).exists():
        words = gettext("{title}: already published")
        console.print(f"  {words.format(title=said.title)}", markup=False)
        return
    dataset = describe(said)
    dataset.is_sample = demo.is_sample
    dataset.featured = REFERENCE not in said.themes
    dataset.save(update_fields=["is_sample", "featured"])
    order = Order(dataset=dataset, source=local_file(demo.file), description=said)
    with shown(console, said.title) as progress:
        publish_version(order, progress)
