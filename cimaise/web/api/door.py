"""The door of the API: who calls and how often, one spelling, every origin, errors in JSON."""

import logging
import re
from collections.abc import Callable
from typing import Any

from django.core.exceptions import SuspiciousOperation
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase

from cimaise.web.api.freshness import ONE_PERSON, is_known
from cimaise.web.api.keys import WrongKey, is_first, key_of, not_valid, take_the_place
from cimaise.web.api.problems import Problem, refusal, unknown_address
from cimaise.web.api.quotas import counted, tell, too_many
from cimaise.web.api.straight import is_strangers, straight

log = logging.getLogger(__name__)

ROOT = "/api/"
# Files of datasets, which old addresses give to programs beside the pages for people.
FILES = re.compile(r"/explore/dataset/[^/]+/(?:download|files|attachments|alternative_exports)/?")
PRIVATE = re.compile(r"\b(?:private|no-store)\b")
METHODS = "GET, HEAD, OPTIONS"
SQL = f"{ROOT}sql"  # the one address that takes POST: a question may be longer than an address
CORS = {
    "Access-Control-Allow-Origin": "*",
    "Access-Control-Allow-Methods": "GET, HEAD, POST, OPTIONS",  # v1 reads by POST too
    "Access-Control-Max-Age": "1000",
    "Access-Control-Allow-Headers": (
        "Authorization, X-Requested-With, Origin, ODS-API-Analytics-App, "
        "ODS-API-Analytics-Embed-Type, ODS-API-Analytics-Embed-Referrer, ODS-Widgets-Version, "
        "Accept, Content-Type, If-None-Match, If-Range, Range"
    ),
    "Access-Control-Expose-Headers": (
        "ODS-Explore-API-Deprecation, Link, ETag, Content-Disposition, Content-Range, "
        "Accept-Ranges, ods-analyze-truncated, Retry-After, "
        "X-RateLimit-Remaining, X-RateLimit-Limit, X-RateLimit-Reset, "
        "X-RateLimit-dataset-Remaining, X-RateLimit-dataset-Limit, X-RateLimit-dataset-Reset"
    ),
}
SAID_IN_HTML = {
    400: ("InvalidRESTParameterError", "The request could not be understood."),
    403: ("ForbiddenAccess", "You don't have permission to access the requested resource"),
    405: ("MethodNotAllowed", f"Only {METHODS} are allowed."),
    500: ("InternalError", "The server could not answer; what happened was logged."),
}


class ApiDoor:
    """Middleware around every address for programs; pages for people pass untouched."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Answer OPTIONS here, hand on the rest with one spelling of its address."""
        if not is_for_programs(request.path_info):
            return self.get_response(request)
        if request.method == "OPTIONS":
            response: HttpResponseBase = HttpResponse(headers={"Allow": methods_of(request)})
        else:
            response = self._let_in(request)
        for name, value in CORS.items():
            response[name] = value
        response["Access-Control-Allow-Methods"] = methods_of(request)
        if is_known(request):
            kept_from_others(response)
        if not response.headers.get("Content-Type", "").startswith("text/html"):
            same_in_every_language(response)
        return response

    def process_view(
        self, request: HttpRequest, view: Any, args: Any, kwargs: Any
    ) -> HttpResponseBase | None:
        """Once Django has told who is signed in: a key goes before."""
        take_the_place(request)
        return None

    def _let_in(self, request: HttpRequest) -> HttpResponseBase:
        """The answer, unless the caller has called too often or with a key that is none.

        Wrong keys count as calls of their address.
        """
        key, refused = None, None
        try:
            key = key_of(request)
        except WrongKey:
            refused = not_valid(request)
        except SuspiciousOperation:  # thousands of parameters, a body beyond measure …
            refused = refusal(Problem(400, *SAID_IN_HTML[400]))
        quota = counted(request, key)
        if quota is None:
            return refused or self._answered(request)
        granted = (refused or self._answered(request)) if quota.granted else too_many(quota, key)
        tell(granted, quota)
        return granted

    def _answered(self, request: HttpRequest) -> HttpResponseBase:
        if not request.path_info.startswith(ROOT):
            return self.get_response(request)
        request.path_info = one_spelling(request.path_info)
        if is_strangers(request):
            return self._in_json(request, self._straight(request))
        return self._in_json(request, self.get_response(request))

    def _straight(self, request: HttpRequest) -> HttpResponseBase:
        try:
            return straight(request)
        except Exception as error:
            told = self.process_exception(request, error)
            if told is None:
                raise
            return told

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponseBase | None:
        """What no view of the API caught: logged in full, told in JSON without a detail."""
        if not request.path_info.startswith(ROOT):
            return None
        if isinstance(error, Problem):
            return refusal(error)
        if isinstance(error, SuspiciousOperation):  # thousands of parameters, a forged host …
            return refusal(Problem(400, *SAID_IN_HTML[400]))
        log.exception("an API request failed: %s", request.path, exc_info=error)
        return refusal(Problem(500, *SAID_IN_HTML[500]))

    def _in_json(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        kind = response.headers.get("Content-Type", "")
        if response.status_code < 400 or kind.startswith("application/json"):
            return response
        if response.status_code == 404:
            return refusal(unknown_address(request.path))
        code, message = SAID_IN_HTML.get(response.status_code, SAID_IN_HTML[400])
        if response.status_code == 405:
            message = f"Only {methods_of(request)} are allowed."
        told = refusal(Problem(response.status_code, code, message))
        if response.status_code == 405:
            told["Allow"] = methods_of(request)
        return told


def methods_of(request: HttpRequest) -> str:
    """What may be asked of an address."""
    path = request.path_info
    takes_forms = path.rstrip("/") == SQL or is_first(path)  # v1 reads by POST too
    return METHODS.replace("HEAD", "HEAD, POST") if takes_forms else METHODS


def is_for_programs(path: str) -> bool:
    """Whether an address is of the API, or gives a file of a dataset."""
    return path.startswith(ROOT) or FILES.match(path) is not None


def kept_from_others(response: HttpResponseBase) -> None:
    """See that no shared cache keeps what was answered to somebody, whatever the view said."""
    said = response.headers.get("Cache-Control", "")
    if not PRIVATE.search(said):
        response["Cache-Control"] = ONE_PERSON


def same_in_every_language(response: HttpResponseBase) -> None:
    """Take back that the answer depends on the reader's language: `lang` alone decides."""
    varies = [name.strip() for name in response.headers.get("Vary", "").split(",")]
    kept = ", ".join(name for name in varies if name and name != "Accept-Language")
    for name in ("Vary", "Content-Language"):
        response.headers.pop(name, None)
    if kept:
        response["Vary"] = kept


def one_spelling(path: str) -> str:
    """The path without trailing slashes, which every address of the API may carry or not.

    The root of a version keeps exactly one: `/api/explore/v2.1/`.
    """
    bare = path.rstrip("/")
    return bare + "/" if bare.count("/") <= ROOT_DEPTH else bare


ROOT_DEPTH = "/api/explore/v2.1".count("/")
