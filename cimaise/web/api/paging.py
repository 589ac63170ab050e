"""Links from a page to its neighbours, as `include_links` asks for them (§1.5)."""

from django.http import HttpRequest

from cimaise.web.api.operations import link


def next_address(request: HttpRequest, cursor: str) -> str:
    """The address of the page that begins at a cursor."""
    sent = request.GET.copy()
    for name in ("offset", "start"):
        sent.pop(name, None)
    sent["after"] = cursor
    return f"{request.build_absolute_uri(request.path)}?{sent.urlencode()}"


def page_links(
    request: HttpRequest, related: dict[str, str], limit: int, offset: int, total: int | None
) -> list[dict[str, str]]:
    """Self, first, last and next, then what the rows belong to.

    No other `rel` may stand here: the official Python client refuses any it does not know.
    """

    def page(start: int) -> str:
        sent = request.GET.copy()
        for name in ("rows", "start"):
            sent.pop(name, None)
        sent["limit"], sent["offset"] = str(limit), str(start)
        return f"{request.build_absolute_uri(request.path)}?{sent.urlencode()}"

    links = [link("self", page(offset)), link("first", page(0))]
    if total is not None and limit:
        links.append(link("last", page(max(0, (total - 1) // limit * limit))))
        if offset + limit < total:
            links.append(link("next", page(offset + limit)))
    return links + [link(rel, href) for rel, href in related.items()]
