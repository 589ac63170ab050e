"""What the home page hangs on its wall: themes with their counts, and featured datasets."""

from urllib.parse import urlencode

from django.contrib.auth.models import AnonymousUser
from django.db.models import Count
from django.urls import reverse
from django.utils.translation import get_language

from cimaise.web.accounts.models import Person
from cimaise.web.catalog.models import Theme
from cimaise.web.catalog.shelf import visible
from cimaise.web.render.cartels import Cartel, cartel_of
from cimaise.web.theme.pieces import Link

ON_THE_WALL = 6  # cartels on the home page; the catalogue holds the rest


def themes_with_counts(person: Person | AnonymousUser) -> list[Link]:
    """Every theme that has datasets, in the editors' order, with how many."""
    counted = Theme.objects.filter(dataset__in=visible(person)).annotate(
        datasets=Count("dataset", distinct=True)
    )
    return [
        Link(
            _name(theme),
            f"{reverse('explore:catalogue')}?{urlencode({'refine.theme': theme.name})}",
            count=theme.datasets,
        )
        for theme in counted
    ]


def _name(theme: Theme) -> str:
    return theme.name_en if theme.name_en and get_language() == "en" else theme.name


def featured(person: Person | AnonymousUser) -> list[Cartel]:
    """The datasets editors chose to show, else the last published."""
    published = visible(person).select_related("current", "producer", "licence")
    chosen = published.filter(featured=True) or published.order_by("-current__published")
    return [cartel_of(dataset) for dataset in chosen[:ON_THE_WALL]]
