"""The key a request carries, wherever clients put it, and what it turns the asker into (§1.9)."""

import re

from django.http import HttpRequest, HttpResponse

from cimaise.web.accounts.keys import recognised
from cimaise.web.accounts.models import ApiKey
from cimaise.web.api.problems import JSON, Problem, json_bytes, refusal

KEY = "cimaise.key"  # where a request's META keeps the key it was let in with
SCHEMES = ("apikey", "bearer")
PARAMETERS = ("apikey", "access_token")
# A parameter that may be one of these: others are not read here, most requests have none of them.
NAMED = re.compile(r"(?:^|&)(?:apikey|access_token|[^=&]*%)")
FORM = "application/x-www-form-urlencoded"
# Addresses of the API v1, and of portals older still: they tell errors in an envelope of their own.
FIRST = re.compile(r"/api/(?:records|datasets)/1\.0(?:/|$)|/explore/")
NOT_VALID = "API key is not valid"


class WrongKey(Exception):
    """The request carries a key that opens nothing: unknown, expired, revoked, or not a key."""


def key_of(request: HttpRequest) -> ApiKey | None:
    """The key of a request, None when it carries none; raises WrongKey.

    The first of these that is there counts: the header, `apikey`, `access_token`, and
    `access_token` in the body of a POST. Raises SuspiciousOperation for a body beyond measure.
    """
    said = secret_of(request)
    if said is None:
        return None
    key = recognised(said)
    if key is None:
        raise WrongKey
    request.META[KEY] = key
    return key


def secret_of(request: HttpRequest) -> str | None:
    """What a request gives as its key; None when it gives none.

    A header of another scheme (`Basic`, for a proxy in front of the portal) is none; an empty
    parameter, which old widgets send, is none either.
    """
    header: str = request.META.get("HTTP_AUTHORIZATION", "")
    scheme, _, said = header.strip().partition(" ")
    if scheme.lower() in SCHEMES:
        return said.strip()
    may_be_named = NAMED.search(request.META.get("QUERY_STRING", ""))
    for name in PARAMETERS if may_be_named else ():
        if sent := request.GET.get(name, "").strip():
            return sent
    if request.method == "POST" and request.content_type == FORM:
        return request.POST.get("access_token", "").strip() or None
    return None


def take_the_place(request: HttpRequest) -> None:
    """Make the person of the request's key the one who asks, whoever is signed in."""
    key = request.META.get(KEY)
    if isinstance(key, ApiKey):
        request.user = key.person


def not_valid(request: HttpRequest) -> HttpResponse:
    """401, in the envelope that clients of this address read."""
    if is_first(request.path_info):
        response = HttpResponse(json_bytes({"error": NOT_VALID}), content_type=JSON, status=401)
        response["Cache-Control"] = "no-store"
    else:
        response = refusal(Problem(401, "AuthenticationError", NOT_VALID))
    response["WWW-Authenticate"] = "ApiKey, Bearer"
    return response


def is_first(path: str) -> bool:
    """Whether an address is one of the API v1."""
    return FIRST.match(path) is not None
