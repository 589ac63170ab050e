"""Why an answer need not be made twice: entity tags, 304, and how long caches may keep it."""

import hashlib
import re
from collections.abc import Callable
from datetime import datetime

from django.conf import settings
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils.cache import get_conditional_response
from django.utils.http import http_date

import cimaise
from cimaise.web.api.keys import KEY

CLOCK = re.compile(r"\b(?:now|random)\s*\(", re.IGNORECASE)
EVERYONE = "public, max-age=0, must-revalidate"
ONE_PERSON = "private, max-age=0, must-revalidate"


def tag(*parts: object) -> str:
    """A strong entity tag of everything an answer depends on, this software's version included."""
    digest = hashlib.blake2b(digest_size=16)
    for part in (cimaise.__version__, *parts):
        digest.update(str(part).encode("utf-8", "surrogatepass") + b"\x00")
    return f'"{digest.hexdigest()}"'


def is_known(request: HttpRequest) -> bool:
    """Whether the request carries what may tell who asks: only then is `request.user` looked at."""
    return (
        settings.SESSION_COOKIE_NAME in request.COOKIES
        or "HTTP_AUTHORIZATION" in request.META
        or KEY in request.META
    )


def fresh(
    request: HttpRequest,
    etag: str,
    changed: datetime | None,
    make: Callable[[], HttpResponseBase],
    *,
    question: str = "",
) -> HttpResponseBase:
    """What `make` answers with its entity tag, or a 304 before anything was made.

    A `question` that looks at the clock or draws lots has another answer each time: no tag.
    If-Modified-Since alone is not honoured: going back to an earlier version would fool it.
    """
    if CLOCK.search(question):
        response = make()
        response["Cache-Control"] = "no-store"
        return response
    unchanged = get_conditional_response(request, etag=etag)
    response = make() if unchanged is None else unchanged
    if response.status_code == 412:  # If-Match of another answer
        return response
    response["ETag"] = etag
    if changed is not None:
        response["Last-Modified"] = http_date(changed.timestamp())
    if not response.has_header("Cache-Control"):
        response["Cache-Control"] = ONE_PERSON if is_known(request) else EVERYONE
    return response
