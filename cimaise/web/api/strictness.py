"""Parameters that an operation does not know: refused when strict, else told in a header."""

import re
from collections.abc import Callable, Sequence
from difflib import get_close_matches
from functools import wraps
from typing import Any

from django.http import HttpRequest, QueryDict
from django.http.response import HttpResponseBase

from cimaise.web.api.keys import PARAMETERS as OF_KEYS
from cimaise.web.api.parameters import JOIN, STRICT, Parameter, boolean
from cimaise.web.api.problems import Problem

View = Callable[..., HttpResponseBase]
SHOWN = 20  # unknown parameters named at most
# Leaving it out would answer another question.
NOT_JOINED = "join is taken by the records, the facets and the exports of a dataset only."
_ODD = re.compile(r"[^\w.\-\[\]]", re.ASCII)  # what a header, or a message, does not repeat


def watched(view: View, parameters: Sequence[Parameter]) -> View:
    """The view of an operation that takes only `parameters`, and says so."""
    known = {name for each in (*parameters, STRICT) for name in (each.name, *each.aliases)}
    known |= set(OF_KEYS)

    @wraps(view)
    def seen(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        unknown = [name for name in request.GET if name not in known]
        if JOIN.name in unknown:
            raise Problem(400, "InvalidRESTParameterError", NOT_JOINED)
        if unknown and is_strict(request.GET):
            raise refused(unknown[0], known)
        response = view(request, *args, **kwargs)
        if unknown:
            names = ", ".join(_said(name) for name in unknown[:SHOWN])
            response["Warning"] = f'299 - "Unknown parameters, not taken into account: {names}"'
        return response

    return seen


def is_strict(sent: QueryDict) -> bool:
    """Whether the request wants unknown parameters refused; raises Problem."""
    said = sent.get(STRICT.name, "").strip()
    return bool(said) and boolean(STRICT.name, said)


def refused(name: str, known: set[str]) -> Problem:
    """What a strict request is told of a parameter; the nearest that is known."""
    near = get_close_matches(name.lower(), sorted(known), n=1, cutoff=0.6)
    hint = f" Did you mean {near[0]}?" if near else ""
    return Problem(400, "InvalidRESTParameterError", f"Unknown API parameter: {_said(name)}.{hint}")


def _said(name: str) -> str:
    return _ODD.sub("?", name[:60])
