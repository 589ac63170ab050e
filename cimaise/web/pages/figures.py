"""The portal's key figures, each with the address where anybody can recompute it."""

from django.contrib.auth.models import AnonymousUser
from django.urls import reverse
from django.utils.translation import gettext as _

from cimaise.web.accounts.models import Person
from cimaise.web.catalog.shelf import snapshot_of, visible
from cimaise.web.theme.pieces import Fact
from cimaise.web.theme.templatetags.theme import grouped


def key_figures(person: Person | AnonymousUser) -> list[Fact]:
    """Datasets, records, located records and producers, as far as this person may see them."""
    datasets = list(visible(person).select_related("current", "producer"))
    versions = [(dataset, dataset.current) for dataset in datasets if dataset.current]
    records = sum(version.records for _dataset, version in versions)
    located = sum(
        int(snapshot_of(version, dataset.slug).manifest.counts.get("located", 0))
        for dataset, version in versions
    )
    explore = reverse("explore:catalogue")
    return [
        Fact(_("datasets"), grouped(len(datasets)), explore),
        Fact(_("records"), grouped(records), f"{explore}?sort=records_count"),
        Fact(_("records placed on a map"), grouped(located), f"{explore}?refine.features=geo"),
        Fact(
            _("producers"),
            grouped(len({dataset.producer_id for dataset in datasets})),
            f"{explore}#facet-publisher",
        ),
    ]
