"""The Explore API v2.0: its operations and its description."""

from functools import lru_cache

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.views.decorators.http import require_safe

from cimaise.web.api.described import DescribedAPI, tell_errors
from cimaise.web.api.freshness import fresh, tag
from cimaise.web.api.problems import JSON, json_bytes
from cimaise.web.api.troubles import Trouble, told
from cimaise.web.api.v20 import catalogue, records
from cimaise.web.api.v20.operations import superseded

DESCRIPTION = """The version before: what 2.1 answers, in the shapes that older clients read.

Write new programs against version 2.1.
"""

api = DescribedAPI(
    title="Explore API",
    version="2.0",
    description=DESCRIPTION,
    docs_url=None,
    openapi_url=None,
    urls_namespace="explore-api-2.0",
)
for module in (catalogue, records):
    api.add_router("", module.router)


def told_as_superseded(request: HttpRequest, error: Trouble) -> HttpResponse:
    """An error as every version tells it, with the word that there is a newer one."""
    return superseded(request, told(request, error))


tell_errors(api, told_as_superseded)


@lru_cache(maxsize=1)
def document() -> bytes:
    """The OpenAPI document, made once a process: the code does not change while it runs."""
    return json_bytes(api.get_openapi_schema())


@require_safe
def swagger(request: HttpRequest) -> HttpResponseBase:
    """`swagger.json`: what this version can do, for programs."""
    made = document()
    return superseded(
        request,
        fresh(request, tag(made.decode()), None, lambda: HttpResponse(made, content_type=JSON)),
    )
