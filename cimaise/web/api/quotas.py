"""What is left of a caller's calls: headers of every answer, and 429 when nothing is (§1.8)."""

import math
import re
from datetime import timedelta

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase

from cimaise.web.accounts.allowances import Quota, spend_of_address, spend_of_key
from cimaise.web.accounts.callers import address_of
from cimaise.web.accounts.models import ApiKey
from cimaise.web.api.problems import JSON, json_bytes

PAGES = re.compile(r".*/console/?$")  # read by people, who are not counted
ON_THE_DOMAIN = (
    10002,
    "Too many requests on the domain. Please contact the domain administrator.",
)
ANONYMOUS = (10005, "You have exceeded the requests limit for anonymous users.")


def counted(request: HttpRequest, key: ApiKey | None) -> Quota | None:
    """Count a call against its key, else against its address; None for what is not counted."""
    if PAGES.match(request.path_info):
        return None
    return spend_of_address(address_of(request)) if key is None else spend_of_key(key)


def tell(response: HttpResponseBase, quota: Quota) -> None:
    """Say on an answer what is left of the day; nothing where any number is allowed."""
    if not quota.allowed.a_day:
        return
    response["X-RateLimit-Limit"] = str(quota.allowed.a_day)
    response["X-RateLimit-Remaining"] = str(quota.remaining)
    response["X-RateLimit-Reset"] = str(quota.reset)


def too_many(quota: Quota, key: ApiKey | None) -> HttpResponse:
    """429, in the one envelope that both versions of the API have for it."""
    wait = max(1, math.ceil(quota.spent.wait))
    code, words = ANONYMOUS if key is None else ON_THE_DOMAIN
    by_day = quota.spent.unit == "day"
    again = quota.reset if by_day else quota.at + timedelta(seconds=wait)
    body = {
        "errorcode": code,
        "reset_time": f"{again:%Y-%m-%dT%H:%M:%SZ}",
        "limit_time_unit": quota.spent.unit,
        "call_limit": quota.allowed.a_day if by_day else quota.allowed.a_second,
        "error": words,
    }
    response = HttpResponse(json_bytes(body), content_type=JSON, status=429)
    response["Retry-After"] = str(wait)
    response["Cache-Control"] = "no-store"
    return response
