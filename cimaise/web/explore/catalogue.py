"""The public catalogue: search, facets, order and cartels, all in the address."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from cimaise.engine.snapshots.manifest import Snapshot
from cimaise.web.catalog.mirror import Catalogue, catalogue
from cimaise.web.catalog.shelf import visible
from cimaise.web.explore.listing import Listing
from cimaise.web.render.answers import facet_values, found
from cimaise.web.render.cartels import Cartel, cartel_of
from cimaise.web.render.chips import chips, cleared
from cimaise.web.render.facets import MANY, Facet, Facets
from cimaise.web.render.filters import Filters, read_filters
from cimaise.web.render.paging import Paging, page_number
from cimaise.web.render.problems import ASKED_WRONG, Problem, problem_of
from cimaise.web.theme.pieces import Link

ON_A_PAGE = 12
# Orders offered, with the direction that comes first: names A to Z, the rest from the most.
ORDERS: Mapping[str, bool] = {"title": False, "modified": True, "records_count": True}


@dataclass(frozen=True)
class Browsing:
    """One look at the catalogue: who looks, at what, through which filters."""

    request: HttpRequest
    filters: Filters
    catalogue: Catalogue

    def address(self, filters: Filters, **more: object) -> str:
        """The address of the catalogue under other filters."""
        query = filters.address(**more)
        place = reverse("explore:catalogue")
        return place if query == "?" else place + query

    @property
    def asked(self) -> Filters:
        """The filters, with what this person may not see left out."""
        return replace(self.filters, where=(*self.filters.where, *self.catalogue.where))

    def order_by(self) -> str:
        """The ODSQL order: by relevance where words are searched, else the latest first."""
        if self.filters.sort is None:
            return "" if self.filters.q else "modified desc, title"
        name, as_natural = self.filters.sort
        descending = ORDERS[name] == as_natural
        return f"{name} {'desc' if descending else 'asc'}, title"


@require_safe
def catalogue_page(request: HttpRequest) -> HttpResponse:
    """`/explore/`: the cartels of the datasets that answer the address."""
    filters = read_filters(request.GET)
    if filters.sort is not None and filters.sort[0] not in ORDERS:
        filters = replace(filters, sort=None)
    browsing = Browsing(request, filters, catalogue(request.user))
    problem = None
    context: dict[str, Any] = {"total": 0, "cartels": [], "facets": []}
    try:
        if browsing.catalogue.snapshot is not None:
            context |= _answer(browsing, browsing.catalogue.snapshot)
    except ASKED_WRONG as error:
        problem = problem_of(error)
    context |= _around(browsing, problem)
    return render(request, "explore/catalogue.html", context, status=400 if problem else 200)


def _around(browsing: Browsing, problem: Problem | None) -> dict[str, Any]:
    """What the page shows whatever the answer."""
    filters = browsing.filters
    place = reverse("explore:catalogue")
    return {
        "place": place,
        "filters": filters,
        "problem": problem,
        "canonical": browsing.request.build_absolute_uri(place),
        "chips": _chips(browsing),
        "cleared": browsing.address(cleared(filters)),
        "orders": _orders(browsing),
        "kept_by_search": list(replace(filters, q="").pairs()),
    }


def _answer(browsing: Browsing, snapshot: Snapshot) -> dict[str, Any]:
    page = page_number(browsing.request.GET.get("page", ""), ON_A_PAGE)
    question = browsing.asked.question(
        limit=ON_A_PAGE,
        offset=(page - 1) * ON_A_PAGE,
        order_by=browsing.order_by(),
        select="dataset_id",
    )
    answer = found(snapshot, question)
    paging = Paging(page, ON_A_PAGE, answer.total)
    listing = Listing(paging, lambda number: browsing.address(browsing.filters, page=number))
    slugs = [str(values[0]) for _id, values in answer.records]
    return {
        "total": answer.total,
        "cartels": _cartels(browsing.request, slugs),
        "facets": _facets(browsing, snapshot),
        **listing.context(),
    }


def _cartels(request: HttpRequest, slugs: list[str]) -> list[Cartel]:
    """The cartels in the order of the answer, straight from the database."""
    shown = visible(request.user).select_related("current", "producer", "licence")
    by_slug = {dataset.slug: dataset for dataset in shown.filter(slug__in=slugs)}
    return [cartel_of(by_slug[slug]) for slug in slugs if slug in by_slug]


def _labels() -> dict[str, str]:
    return {
        "theme": _("Theme"),
        "publisher": _("Producer"),
        "keyword": _("Keyword"),
        "license": _("Licence"),
    }


def _spoken() -> dict[str, str]:
    """What codes of the catalogue mean."""
    return {
        "geo": _("on a map"),
        "analyze": _("as a chart"),
        "timeserie": _("with dates"),
        "image": _("with images"),
    }


def _facets(browsing: Browsing, snapshot: Snapshot) -> list[Facet]:
    labels = _labels()
    writing = Facets(
        browsing.filters,
        browsing.address,
        frozenset(browsing.request.GET.getlist("more")),
        _spoken(),
    )
    values = facet_values(snapshot, browsing.asked, list(labels), MANY)
    return [writing.facet(name, label, values.get(name, [])) for name, label in labels.items()]


def _chips(browsing: Browsing) -> list[Any]:
    labels = {**_labels(), "features": _("Can be seen")}
    return chips(browsing.filters, labels, browsing.address, _spoken())


def _orders(browsing: Browsing) -> list[Link]:
    """The orders to choose from; the one in force leads to its reverse."""
    filters = browsing.filters
    said = {
        ("title", False): _("name, A to Z"),
        ("title", True): _("name, Z to A"),
        ("modified", True): _("latest first"),
        ("modified", False): _("oldest first"),
        ("records_count", True): _("most records"),
        ("records_count", False): _("fewest records"),
    }
    links = []
    if filters.q:
        none = replace(filters, sort=None)
        links.append(Link(_("relevance"), browsing.address(none), here=filters.sort is None))
    for name, natural in ORDERS.items():
        here = name == (filters.sort[0] if filters.sort else "" if filters.q else "modified")
        as_natural = filters.sort[1] if here and filters.sort else True
        after = replace(filters, sort=(name, not (here and as_natural)))
        links.append(Link(said[name, natural == as_natural], browsing.address(after), here=here))
    return links
