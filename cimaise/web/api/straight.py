"""The short way to a view of the API for strangers: nothing that knows people stands on it.

Sessions, forms, messages and frames are for pages; going through their middleware took longer
than answering 304. What of them matters to a program is done here.
"""

import re

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.urls import Resolver404, resolve
from django.utils import translation

from cimaise.web.api.keys import KEY
from cimaise.web.api.problems import refusal, unknown_address
from cimaise.web.api.unchanged import remember, told_before

QUESTIONS = re.compile(r"/api/explore/v2\.[01]/catalog(?:/|$)")


def is_strangers(request: HttpRequest) -> bool:
    """Whether a request asks the catalogue or a dataset and tells nothing of who asks."""
    return (
        request.method in ("GET", "HEAD")
        and QUESTIONS.match(request.path_info) is not None
        and settings.SESSION_COOKIE_NAME not in request.COOKIES
        and "HTTP_AUTHORIZATION" not in request.META
        and KEY not in request.META
    )


def straight(request: HttpRequest) -> HttpResponseBase:
    """What the view answers; raises what it raises, and SuspiciousOperation for a forged host."""
    host = request.get_host()
    known = told_before(request, host)
    if known is not None:
        return known
    request.user = AnonymousUser()
    language = translation.get_language_from_request(request)
    translation.activate(language)  # a thread keeps that of its last request
    request.LANGUAGE_CODE = language
    try:
        match = resolve(request.path_info)
    except Resolver404:
        return refusal(unknown_address(request.path))
    request.resolver_match = match
    response: HttpResponseBase = match.func(request, *match.args, **match.kwargs)
    if not response.streaming and not response.has_header("Content-Length"):
        response.headers["Content-Length"] = str(len(getattr(response, "content", b"")))
    remember(request, host, response)
    return response
