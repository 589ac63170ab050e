"""Operations of v2.0: declared as those of v2.1 are, their answers saying that these are newer."""

from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar

from django.http import HttpRequest
from django.http.response import HttpResponseBase

from cimaise.web.api.operations import ROOT, View
from cimaise.web.api.operations import operation as declared

DEPRECATION = "ODS-Explore-API-Deprecation"
SUPERSEDED = "EXPLORE_API_V2_0: version 2.0 is superseded by version 2.1"

Answer = TypeVar("Answer", bound=HttpResponseBase)


def superseded(request: HttpRequest, answer: Answer) -> Answer:
    """An answer with the word that there is a newer version, and where."""
    answer[DEPRECATION] = SUPERSEDED
    newer = f"{request.scheme}://{request.get_host()}{ROOT}/"
    answer["Link"] = f'<{newer}>; rel="successor-version"'
    return answer


def operation(*arguments: Any, **said: Any) -> Callable[[View], View]:
    """Declare an operation of v2.0; the arguments are those of an operation of v2.1."""
    declare = declared(*arguments, **said)

    def former(view: View) -> View:
        @wraps(view)
        def answered(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            return superseded(request, view(request, *args, **kwargs))

        return declare(answered)

    return former
