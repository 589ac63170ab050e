"""How an operation of the API is declared: one address, its parameters, its shape, its words."""

from collections.abc import Callable, Sequence
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from ninja import Router, Schema

from cimaise.web.api.parameters import Parameter, openapi
from cimaise.web.api.problems import JSON, json_bytes
from cimaise.web.api.shapes import Problem, TooMany

View = Callable[..., HttpResponseBase]
ROOT = "/api/explore/v2.1"


def operation(
    router: Router,
    path: str,
    parameters: Sequence[Parameter],
    shape: type[Schema] | None,
    *,
    name: str,
    summary: str,
    tags: Sequence[str],
    media_types: Sequence[str] = (),
) -> Callable[[View], View]:
    """Serve a view for GET and HEAD and tell of it in OpenAPI; its docstring is the description.

    `media_types` are those of an answer that is a file rather than JSON.
    """
    extra: dict[str, Any] = openapi(parameters)
    if media_types:
        file = {"schema": {"type": "string", "format": "binary"}}
        extra["responses"] = {200: {"content": dict.fromkeys(media_types, file)}}
    return router.api_operation(
        ["GET", "HEAD"],
        path,
        response={200: shape, 400: Problem, 401: Problem, 404: Problem, 429: TooMany},
        operation_id=name,
        summary=summary,
        tags=list(tags),
        openapi_extra=extra,
    )


def answered(body: object) -> HttpResponse:
    """A body as JSON."""
    return HttpResponse(json_bytes(body), content_type=JSON)


def here(request: HttpRequest) -> str:
    """The absolute address of the root of the API, as this request reached it; no slash after."""
    return f"{request.scheme}://{request.get_host()}{ROOT}"


def dataset_address(request: HttpRequest, slug: str) -> str:
    """The absolute address of a dataset in the API."""
    return f"{here(request)}/catalog/datasets/{slug}"


def link(rel: str, href: str) -> dict[str, str]:
    """One link, keys in the order of the live servers."""
    return {"rel": rel, "href": href}
