"""Where v2.0 is: two roots, and links that lead on below the one that was asked."""

from collections.abc import Mapping

from django.http import HttpRequest, QueryDict
from django.http.response import HttpResponseBase
from django.urls import resolve
from django.utils.http import urlencode

EXPLORE = "/api/explore/v2.0"
SHORT = "/api/v2"


def as_v20(request: HttpRequest, rest: str) -> HttpResponseBase:
    """The answer of `/api/explore/v2.0/…` at `/api/v2/…`; its links stay below `/api/v2`."""
    request.path_info = f"{EXPLORE}{rest.rstrip('/') or '/'}"
    found = resolve(request.path_info)
    answer: HttpResponseBase = found.func(request, *found.args, **found.kwargs)
    return answer


def here(request: HttpRequest) -> str:
    """The absolute address of the root that was asked; no slash after."""
    short = request.path == SHORT or request.path.startswith(f"{SHORT}/")
    return f"{request.scheme}://{request.get_host()}{SHORT if short else EXPLORE}"


def dataset_address(request: HttpRequest, slug: str) -> str:
    """The absolute address of a dataset."""
    return f"{here(request)}/catalog/datasets/{slug}"


def linked(rel: str, href: str) -> dict[str, str]:
    """One link, keys in the order of the live servers of that version."""
    return {"href": href, "rel": rel}


def dataset_links(request: HttpRequest, slug: str) -> list[dict[str, str]]:
    """Where to go from a dataset."""
    own = dataset_address(request, slug)
    return [
        linked("self", own),
        linked("datasets", f"{here(request)}/catalog/datasets"),
        linked("records", f"{own}/records"),
        linked("exports", f"{own}/exports"),
        linked("aggregate", f"{own}/aggregates"),
        linked("facets", f"{own}/facets"),
    ]


def of_records(request: HttpRequest, slug: str, own: str) -> list[dict[str, str]]:
    """Where to go from a record, or from groups of them; `own` is the address of these."""
    return [
        linked("self", own),
        linked("dataset", dataset_address(request, slug)),
        linked("datasets", f"{here(request)}/catalog/datasets"),
    ]


def echoed(request: HttpRequest, address: str, effective: Mapping[str, int | bool | None]) -> str:
    """An address with every parameter that had an effect, those by default included."""
    asked: QueryDict = request.GET
    sent = [(name, value) for name in asked for value in asked.getlist(name) if value.strip()]
    known = {"rows", "start", "apikey", "access_token", *effective}
    told = [(name, value) for name, value in sent if name not in known]
    told += [(name, str(value)) for name, value in effective.items()]
    return f"{address}?{urlencode(sorted(told, key=lambda pair: pair[0]))}"


def page_links(
    request: HttpRequest, address: str, limit: int, offset: int, total: int, **also: bool
) -> list[dict[str, str]]:
    """Self, first, last and, unless this is the last, next."""

    def page(start: int) -> str:
        return echoed(request, address, {"limit": limit, "offset": start, **also})

    last = max(0, (total - 1) // limit * limit) if limit else 0
    links = [linked("self", page(offset)), linked("first", page(0)), linked("last", page(last))]
    if limit and offset + limit < total:
        links.append(linked("next", page(offset + limit)))
    return links
