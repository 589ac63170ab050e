"""Addresses that portals of before had: each leads to what answers it here (explore-api §7.1)."""

from collections.abc import Callable
from urllib.parse import quote

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import URLPattern, path, re_path, reverse
from django.views.decorators.http import require_safe

from cimaise.web.explore.embed import embed

DATASET = "explore/dataset/<str:slug>/"
# Tabs that portals of before had, and those that show the same here.
OTHER_TABS = {"metas": "information", "calendar": "table", "custom": "information"}
View = Callable[..., HttpResponse]


def leads_to(address: str) -> View:
    """A view that leads elsewhere, with what was asked."""

    @require_safe
    def view(request: HttpRequest, **_named: str) -> HttpResponse:
        return HttpResponseRedirect(address + asked_of(request))

    return view


def asked_of(request: HttpRequest) -> str:
    """The query of a request, to be put after another address."""
    query = request.GET.urlencode()
    return f"?{query}" if query else ""


@require_safe
def page(request: HttpRequest, slug: str) -> HttpResponse:
    """`/p/{slug}/`: the editorial page of that name."""
    return HttpResponseRedirect(f"/pages/{quote(slug)}/{asked_of(request)}")


@require_safe
def asset(request: HttpRequest, slug: str, view: str = "") -> HttpResponse:
    """`/explore/assets/{slug}/[view/]`: the dataset, or its tab of that name."""
    if view in OTHER_TABS or not view:
        return HttpResponseRedirect(_tab(request, slug, OTHER_TABS.get(view, "dataset")))
    place = reverse("explore:dataset", args=[slug])
    return HttpResponseRedirect(f"{place}{quote(view)}/{asked_of(request)}")


def _tab(request: HttpRequest, slug: str, tab: str) -> str:
    return reverse(f"explore:{tab}", args=[slug]) + asked_of(request)


def tab(name: str) -> View:
    """A tab of before, to the one that shows the same."""

    @require_safe
    def view(request: HttpRequest, slug: str) -> HttpResponse:
        return HttpResponseRedirect(_tab(request, slug, OTHER_TABS[name]))

    return view


urlpatterns: list[URLPattern] = [
    path("explore/embed/dataset/<str:slug>/<str:view>/", embed, name="embed"),
    path("explore/assets/<str:slug>/", asset),
    path("explore/assets/<str:slug>/<str:view>/", asset),
    *(path(f"{DATASET}{name}/", tab(name)) for name in OTHER_TABS),
    path("p/<str:slug>/", page),
    re_path(r"^(?:map|chart)/(?:embed/)?$", leads_to("/explore/")),
    re_path(r"^(?:login|signup)/$", leads_to("/account/")),
    re_path(r"^publish/", leads_to("/backoffice/")),
]
