"""Answers a client has already: asked again in the same words, they are told so at once.

Which question an address asks, and that its answer is the one the client has, is worked out once;
until another version of the dataset is served, neither can change. What is still looked at each
time is what that version is, and whether everybody may see it.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase

from cimaise.web.catalog.pointer import Pointer, public_name
from cimaise.web.catalog.uses import COUNT

MOST = 2_000  # answers remembered by a process
LONGEST = 2_000  # characters of an address that is remembered
# What else may make another answer of a condition.
OTHER_CONDITIONS = (
    "HTTP_IF_MATCH",
    "HTTP_IF_MODIFIED_SINCE",
    "HTTP_IF_UNMODIFIED_SINCE",
    "HTTP_RANGE",
    "HTTP_PREFER",
)
STANDS_ON = "stands_on"

Words = tuple[str, str, str, str]


@dataclass(frozen=True, slots=True)
class _Told:
    """A 304, and the version of a dataset that it stands on."""

    slug: str
    version: str
    headers: Mapping[str, str]


_told: dict[Words, _Told] = {}


def standing_on(response: HttpResponseBase, pointer: Pointer) -> HttpResponseBase:
    """The response, marked: as long as that version is served, nothing changes it.

    Only for strangers, and for what depends on nothing but the address and the version.
    """
    setattr(response, STANDS_ON, pointer)
    return response


def remember(request: HttpRequest, host: str, response: HttpResponseBase) -> None:
    """Keep a 304 to a stranger in mind, if it was marked."""
    pointer = getattr(response, STANDS_ON, None)
    words = _words(request, host)
    if response.status_code != 304 or words is None or not isinstance(pointer, Pointer):
        return
    if len(_told) >= MOST:
        _told.clear()
    _told[words] = _Told(pointer.slug, pointer.name, dict(response.headers))


def told_before(request: HttpRequest, host: str) -> HttpResponse | None:
    """The 304 that a stranger's request had before, if it would have it again."""
    words = _words(request, host)
    told = None if words is None else _told.get(words)
    if told is None or public_name(told.slug) != told.version:
        return None
    COUNT.add(told.slug, "api_calls")
    response = HttpResponse(status=304)
    response.headers.pop("Content-Type", None)  # 304 has no body to have a type
    for name, value in told.headers.items():
        response.headers[name] = value
    return response


def _words(request: HttpRequest, host: str) -> Words | None:
    """All that an answer without sessions and keys can depend on; None for what is not kept."""
    meta = request.META
    condition = meta.get("HTTP_IF_NONE_MATCH")
    if request.method != "GET" or not condition or any(name in meta for name in OTHER_CONDITIONS):
        return None
    asked = meta.get("QUERY_STRING", "")
    if len(request.path) + len(asked) + len(condition) > LONGEST:
        return None
    return f"{request.scheme}://{host}", request.path, asked, condition
