"""How the v1 API answers: JSON or JSONP, and errors in its own envelope."""

import json
import re
from collections.abc import Callable
from functools import wraps
from typing import Any

from django.core.exceptions import SuspiciousOperation
from django.http import Http404, HttpRequest, HttpResponse, HttpResponsePermanentRedirect, QueryDict
from django.http.response import HttpResponseBase
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from cimaise.engine.duck import DuckFailure, TooLong
from cimaise.engine.messages import Refusal
from cimaise.engine.odsql.errors import AskingError
from cimaise.web.api.problems import JSON, Problem, json_bytes
from cimaise.web.api.reach import Moved
from cimaise.web.api.troubles import problem_of

JAVASCRIPT = "application/javascript; charset=utf-8"
CALLBACK = re.compile(r"[A-Za-z_$][\w$]*(?:\.[A-Za-z_$][\w$]*|\[[0-9]{1,9}\])*", re.ASCII)
LONGEST_CALLBACK = 120
UNKNOWN_DATASET = re.compile(r"The requested dataset (.*) does not exist\.", re.DOTALL)
YES = frozenset({"true", "1", "yes", "on"})

View = Callable[..., HttpResponseBase]


def sent(request: HttpRequest) -> QueryDict:
    """The parameters of a request: those of its address, and of its form when it is a POST."""
    if request.method != "POST":
        return request.GET
    both = request.GET.copy()
    both.update(request.POST)
    return both


def answers_v1(view: View) -> View:
    """Serve a view for GET, HEAD and POST (a POST asks like a GET and changes nothing).

    Whatever it raises is told in the envelope of v1: `{"error": "…"}`.
    """

    @csrf_exempt
    @require_http_methods(["GET", "HEAD", "POST"])
    @wraps(view)
    def answered(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        try:
            return view(request, *args, **kwargs)
        except Moved as moved:
            return elsewhere(request, moved)
        except SuspiciousOperation:
            return refused(Problem(400, "", "The request could not be understood."))
        except (Problem, Refusal, TooLong, DuckFailure, Http404) as error:
            return refused(problem_of(error) if not isinstance(error, Http404) else NOT_HERE,
                           in_words(error))  # fmt: skip

    return answered


NOT_HERE = Problem(404, "", "There is nothing at this address.")


def in_words(error: Exception) -> str:
    """What is wrong, and what to write instead; empty when the problem says it all."""
    if isinstance(error, AskingError) and error.hint is not None:
        return f"{error.message} {error.hint}"
    return ""


def refused(problem: Problem, said: str = "") -> HttpResponse:
    """An error as v1 tells it; never kept by caches."""
    message = UNKNOWN_DATASET.sub(r"Unknown dataset: \1", said or problem.message)
    response = HttpResponse(json_bytes({"error": message}), JSON, status=problem.status)
    response["Cache-Control"] = "no-store"
    return response


def elsewhere(request: HttpRequest, moved: Moved) -> HttpResponseBase:
    """To the same question about the dataset under the identifier it has now."""
    asked = sent(request).copy()
    if asked.get("dataset"):
        asked["dataset"] = moved.slug
    path = request.path.replace(f"/{moved.former}", f"/{moved.slug}", 1)
    query = asked.urlencode()
    return HttpResponsePermanentRedirect(f"{path}?{query}" if query else path)


def body(asked: QueryDict, told: object) -> HttpResponse:
    """A body as JSON, or as a call of the function that `callback` names when JSONP is asked."""
    return dressed(asked, json_bytes(told))


def dressed(asked: QueryDict, made: bytes) -> HttpResponse:
    """JSON already written, as the request wants it."""
    if asked.get("pretty_print", "").lower() in YES:
        made = json_bytes(json.loads(made), pretty=True)
    if not asked.get("format", "").lower().endswith("jsonp"):
        return HttpResponse(made, JSON)
    response = HttpResponse(called(callback(asked), made), JAVASCRIPT)
    response["X-Content-Type-Options"] = "nosniff"
    return response


def called(function: str, made: bytes) -> bytes:
    """A statement that hands JSON to a function.

    The comment first keeps the answer from being read as another kind of file; the two line ends
    that JSON allows in texts and old JavaScript does not are escaped.
    """
    return b"/**/" + function.encode() + b"(" + in_script(made) + b");"


def in_script(made: bytes) -> bytes:
    """JSON as JavaScript reads it, old engines too."""
    return made.replace("\u2028".encode(), b"\\u2028").replace("\u2029".encode(), b"\\u2029")


def callback(asked: QueryDict) -> str:
    """The function to call; raises Problem for anything but a name."""
    name = asked.get("callback", "") or "callback"
    if len(name) > LONGEST_CALLBACK or not CALLBACK.fullmatch(name):
        shown = name if len(name) <= 60 else f"{name[:60]}…"
        raise Problem(400, "", f"Invalid callback: {shown} is not the name of a function.")
    return name
