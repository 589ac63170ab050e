"""What stands before `datasets` in an address: `catalog`, and the names that stand for others.

`shared` and `opendatasoft` name what several portals share; a portal by itself shares its own
catalogue. `monitoring` would hold datasets about the portal, and there are none.
"""

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.urls import resolve

from cimaise.web.api.problems import Problem, refusal


def as_catalog(request: HttpRequest, version: str, rest: str) -> HttpResponseBase:
    """The answer of the catalogue at the same address; its links are those of the catalogue."""
    path = f"/api/explore/{version}/catalog{rest}"
    request.path_info = request.path = path
    found = resolve(path)
    answer: HttpResponseBase = found.func(request, *found.args, **found.kwargs)
    return answer


def removed(request: HttpRequest) -> HttpResponseBase:
    """Endpoints of v2.0 that v2.1 does not have any more."""
    message = f"The endpoint {request.path} was removed in version 2.1 of the API; use records."
    return refusal(Problem(410, "GoneResource", message))
