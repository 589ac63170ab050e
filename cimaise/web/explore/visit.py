"""A visit to a dataset: which version, seen through which filters, under which tab."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cached_property, wraps
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, HttpResponsePermanentRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.text import Truncator
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from cimaise.engine.query.places import drawn_field
from cimaise.engine.schema.schema import Schema
from cimaise.engine.snapshots.manifest import Snapshot
from cimaise.web.catalog.entry import plain_text
from cimaise.web.catalog.models import Dataset, Redirect, Version
from cimaise.web.catalog.shelf import NotOnShelf, Shown, find, visible
from cimaise.web.explore.linked import dataset_as_schema_org
from cimaise.web.render.chips import chips, cleared, labels_of
from cimaise.web.render.filters import Filters, read_filters
from cimaise.web.render.problems import ASKED_WRONG, problem_of
from cimaise.web.theme.pieces import Chip, Link

TABS = ("information", "table", "map", "analyze", "images", "export", "api")
EMBEDDED = "cimaise.embedded"  # where a request's META says that its page stands in a frame
Pairs = list[tuple[str, str]]


class Moved(Exception):
    """The dataset is known by another identifier now."""

    def __init__(self, slug: str) -> None:
        super().__init__(slug)
        self.slug = slug


@dataclass(frozen=True)
class Visit:
    """One request for one tab of one dataset; `filters` are read from its address."""

    request: HttpRequest
    shown: Shown
    filters: Filters
    tab: str

    @property
    def dataset(self) -> Dataset:
        """What is visited."""
        return self.shown.dataset

    @property
    def version(self) -> Version:
        """The version that is looked at."""
        return self.shown.version

    @property
    def snapshot(self) -> Snapshot:
        """Its records."""
        return self.shown.snapshot

    @property
    def schema(self) -> Schema:
        """Its fields."""
        return self.shown.snapshot.schema

    @property
    def is_current(self) -> bool:
        """Whether this is the version that is served to everybody."""
        return self.dataset.current_id == self.version.pk

    @property
    def language(self) -> str:
        """Two letters, as questions to the engine want it."""
        return (get_language() or "fr")[:2]

    @property
    def embedded(self) -> bool:
        """Whether the page stands alone in the frame of another site."""
        return EMBEDDED in self.request.META

    def place(self, tab: str = "") -> str:
        """The address of a tab without any parameter; within a frame, the tab stays in it."""
        if self.embedded and (tab or self.tab) == self.tab:
            return reverse("embed", args=[self.dataset.slug, self.tab])
        return self.open_place(tab)

    def open_place(self, tab: str = "") -> str:
        """The address of a tab outside any frame."""
        return reverse(f"explore:{_place_of(tab or self.tab)}", args=[self.dataset.slug])

    def address(self, filters: Filters, **more: object) -> str:
        """The address of this tab under other filters."""
        return self.tab_address(self.tab, filters, **more)

    def tab_address(self, tab: str, filters: Filters | None = None, **more: object) -> str:
        """The address of a tab, under these filters unless told otherwise."""
        query = (self.filters if filters is None else filters).address(**more)
        return self.place(tab) if query == "?" else self.place(tab) + query

    def way_back(self) -> str:
        """The same view outside any frame."""
        query = self.filters.address()
        return self.open_place() if query == "?" else self.open_place() + query

    def record_address(self, record_id: str) -> str:
        """The page of a record, in the version that is looked at."""
        place = reverse("explore:record", args=[self.dataset.slug, record_id])
        return place if self.is_current else f"{place}?version={self.version.number}"

    @cached_property
    def chips(self) -> list[Chip]:
        """The active filters."""
        return chips(self.filters, labels_of(self.schema), self.address)

    def kept_pairs(self, *left_out: str) -> Pairs:
        """The parameters of the address that a form of the page hands on."""
        given = self.request.GET
        drop = {"page", *left_out}
        return [
            (name, value) for name in given for value in given.getlist(name) if name not in drop
        ]

    def tabs(self) -> list[Link]:
        """The tabs this data can fill."""
        labels = {
            "information": _("Information"),
            "table": _("Table"),
            "map": _("Map"),
            "analyze": _("Analyze"),
            "images": _("Images"),
            "export": _("Export"),
            "api": _("API"),
        }
        return [
            Link(labels[tab], self.tab_address(tab), here=tab == self.tab)
            for tab in TABS
            if self.can_fill(tab)
        ]

    def can_fill(self, tab: str) -> bool:
        """Whether a tab has anything to show: a map wants points, images want addresses."""
        if tab == "map":
            return drawn_field(self.schema) is not None
        if tab == "images":
            return bool(self.schema.of_type("file"))
        return True

    def context(self) -> dict[str, Any]:
        """What every tab shows around its own matter."""
        tabs = self.tabs()
        return {
            "visit": self,
            "dataset": self.dataset,
            "summary": Truncator(plain_text(self.dataset.description)).chars(160, truncate="…"),
            "version": self.version,
            "filters": self.filters,
            "crumbs": [
                Link(_("Datasets"), reverse("explore:catalogue")),
                Link(self.dataset.title, "", here=True),
            ],
            "tabs": tabs,
            "tab_label": next((tab.label for tab in tabs if tab.here), ""),
            "place": self.place(),
            "chips": self.chips,
            "cleared": self.address(cleared(self.filters)),
            "current_address": self.address(replace(self.filters, version=None)),
            "canonical": self.request.build_absolute_uri(self.open_place()),
            "frame": "explore/embed.html" if self.embedded else "base.html",
            "way_back": self.way_back(),
            "with_card": self.request.GET.get("datasetcard", "").lower() != "false",
            "stands_alone": self.tab in ("table", "map", "images"),
            "linked": dataset_as_schema_org(self.request, self.shown),
        }


def _place_of(tab: str) -> str:
    """Tabs have an address; what is no tab (a record) is left through the table."""
    return tab if tab in TABS else "table"


def open_visit(request: HttpRequest, slug: str, tab: str) -> Visit:
    """The visit an address asks for; raises Http404 or Moved."""
    number = read_filters(request.GET).version
    try:
        shown = find(slug, request.user, number)
    except NotOnShelf as absent:
        former = Redirect.objects.filter(slug=slug, dataset__in=visible(request.user))
        moved = former.values_list("dataset__slug", flat=True).first()
        if moved is not None:
            raise Moved(moved) from absent
        raise Http404(_("There is no dataset “%(slug)s” here.") % {"slug": slug}) from absent
    return Visit(request, shown, read_filters(request.GET, shown.snapshot.schema), tab)


View = Callable[..., HttpResponse]


def visited(tab: str) -> Callable[[Callable[..., HttpResponse]], View]:
    """Make a view of a tab from a function of a Visit: safe methods only, old slugs redirected."""

    def made(answer: Callable[..., HttpResponse]) -> View:
        @require_safe
        @wraps(answer)
        def view(request: HttpRequest, slug: str, **more: Any) -> HttpResponse:
            try:
                visit = open_visit(request, slug, tab)
            except Moved as moved:
                return moved_to(request, slug, moved.slug)
            if not visit.can_fill(tab):
                raise Http404(_("This dataset has nothing to show here."))
            response = answer(visit, **more)
            if visit.dataset.restricted and not response.has_header("Cache-Control"):
                response["Cache-Control"] = "private, no-cache"
            return response

        return view

    return made


def page(visit: Visit, template: str, matter: Callable[[], dict[str, Any]]) -> HttpResponse:
    """The tab as a page; what is wrong with the question is told in it, with status 400.

    A matter that tells it in its own place says `refused`.
    """
    context = visit.context()
    try:
        context |= matter()
    except ASKED_WRONG as error:
        context["problem"] = problem_of(error)
    status = 400 if context.get("problem") or context.get("refused") else 200
    return render(visit.request, template, context, status=status)


def moved_to(request: HttpRequest, old: str, new: str) -> HttpResponsePermanentRedirect:
    """The same page under the dataset's identifier of today."""
    path = request.get_full_path().replace(f"/dataset/{old}/", f"/dataset/{new}/", 1)
    return HttpResponsePermanentRedirect(path)
