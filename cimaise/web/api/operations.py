"""How an operation of the API is declared: one address, its parameters, its shape, its words."""

from collections.abc import Callable, Sequence
from functools import wraps
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from ninja import Router, Schema

from cimaise.web.api.parameters import STRICT, Parameter, openapi
from cimaise.web.api.problems import JSON, json_bytes
from cimaise.web.api.shapes import Problem, TooMany
from cimaise.web.api.strictness import watched
from cimaise.web.catalog.uses import COUNT, Use

View = Callable[..., HttpResponseBase]
ROOT = "/api/explore/v2.1"
# How using an address below that of a dataset counts; all others are calls of the API.
TAKEN: dict[str, Use] = {
    "/exports/{export_format}": "downloads",
    "/attachments/{attachment_id}": "attachment_downloads",
    "/alternative_exports/{attachment_id}": "attachment_downloads",
    "/files/{file_id}": "file_downloads",
}


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
    counts: bool = True,
) -> Callable[[View], View]:
    """Serve a view for GET and HEAD and tell of it in OpenAPI; its docstring is the description.

    `media_types` are those of an answer that is a file rather than JSON. What it `counts` are
    uses of datasets, unless the view hands on to another that does.
    """
    extra: dict[str, Any] = openapi((*parameters, STRICT))
    if media_types:
        extra["responses"] = {200: {"content": {each: file_of(each) for each in media_types}}}
    declare = router.api_operation(
        ["GET", "HEAD"],
        path,
        response={200: shape, 400: Problem, 401: Problem, 404: Problem, 429: TooMany},
        operation_id=name,
        summary=summary,
        tags=list(tags),
        by_alias=True,  # told under the names that are answered
        openapi_extra=extra,
    )
    return lambda view: declare(watched(counted(view, path), parameters))


def file_of(media_type: str) -> dict[str, Any]:
    """What OpenAPI says of a file: bytes, unless it is JSON, of which each format has its own."""
    is_json = media_type.partition(";")[0].endswith(("/json", "+json"))
    return {"schema": {} if is_json else {"type": "string", "format": "binary"}}


def counted(view: View, path: str) -> View:
    """The view of an address, its uses counted where it is that of a dataset."""
    if "{dataset_id}" not in path:
        return view
    use = TAKEN.get(path.partition("{dataset_id}")[2], "api_calls")

    @wraps(view)
    def seen(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        response = view(request, *args, **kwargs)
        if request.method == "GET" and response.status_code < 400:
            COUNT.add(kwargs["dataset_id"], use)
        return response

    return seen


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
