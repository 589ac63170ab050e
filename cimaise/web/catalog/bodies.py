"""Descriptions of many datasets at once, in the order the mirror found them."""

from collections.abc import Iterable
from typing import Any

from cimaise.web.catalog.description import dataset_body
from cimaise.web.catalog.models import Dataset
from cimaise.web.catalog.shelf import Shown, snapshot_of


def shown_in_order(slugs: Iterable[str]) -> list[Shown]:
    """The datasets of those slugs in their current version, in that order.

    Whoever calls has checked that they may be seen; one that was withdrawn since is left out.
    """
    wanted = list(slugs)
    found = (
        Dataset.objects.filter(slug__in=wanted, current__isnull=False)
        .select_related("current", "producer", "licence", "uses")
        .prefetch_related("themes", "attachments")
    )
    shown = {
        dataset.slug: Shown(dataset, dataset.current, snapshot_of(dataset.current, dataset.slug))
        for dataset in found
        if dataset.current is not None
    }
    return [shown[slug] for slug in wanted if slug in shown]


def bodies(
    slugs: Iterable[str], *, app_metas: bool = False, lang: str = "fr"
) -> list[dict[str, Any]]:
    """Their descriptions as the Explore API gives them."""
    return [dataset_body(each, app_metas=app_metas, lang=lang) for each in shown_in_order(slugs)]
