"""What may be asked of `/api/sql/`, in an address, a form or JSON."""

from typing import Any

import orjson
from django.core.exceptions import RequestDataTooBig
from django.http import HttpRequest, QueryDict
from django.utils.translation import gettext_noop as _

from cimaise.engine.exports import EXPORTS
from cimaise.web.api.exports import OF_FORMATS, said_of
from cimaise.web.api.parameters import TIMEZONE, Parameter, read
from cimaise.web.api.problems import Problem, bad_parameter
from cimaise.web.catalog.sql import MOST, PAGE, Form

QUERY = Parameter(
    "query",
    "text",
    _("One SELECT. Tables are identifiers of datasets between double quotes, and `catalogue`."),
)
FORMAT = Parameter(
    "format",
    "text",
    _("A format of exports: the whole answer as a file. Without it, a page of JSON."),
    choices=tuple(EXPORTS),
)
LIMIT = Parameter(
    "limit", "number", _("How many rows of a page."), default=PAGE, low=0, high=MOST
)  # fmt: skip
OFFSET = Parameter(
    "offset", "number", _("How many rows of a page to skip."), default=0, low=0, high=MOST
)
PARAMETERS = (QUERY, FORMAT, LIMIT, OFFSET, TIMEZONE, *OF_FORMATS)


def sent_by(request: HttpRequest) -> QueryDict:
    """The parameters of a request, of its body too where it has one; raises Problem."""
    sent = request.GET.copy()
    if request.method != "POST":
        return sent
    try:
        if request.content_type == "application/json":
            for name, value in _object(request.body).items():
                sent.setlist(name, _texts(name, value))
        elif request.content_type in ("application/sql", "text/plain"):
            sent["query"] = request.body.decode("utf-8")
        else:
            for name, values in request.POST.lists():
                sent.setlist(name, [str(value) for value in values])
    except RequestDataTooBig as error:
        raise Problem(413, "InvalidRESTParameterError", "The request is too large.") from error
    except UnicodeDecodeError as error:
        raise bad_parameter("query", "a text", "a text in UTF-8") from error
    return sent


def _object(body: bytes) -> dict[str, Any]:
    try:
        found = orjson.loads(body)
    except orjson.JSONDecodeError as error:
        raise Problem(
            400, "InvalidRESTParameterError", f"The body is not JSON: {error}."
        ) from error
    if not isinstance(found, dict):
        raise Problem(400, "InvalidRESTParameterError", "The body is not a JSON object.")
    return found


def _texts(name: str, value: object) -> list[str]:
    if isinstance(value, bool):
        return [str(value).lower()]
    if isinstance(value, str | int | float):
        return [str(value)]
    if isinstance(value, list):
        return [text for each in value for text in _texts(name, each)]
    if value is None:
        return []
    raise bad_parameter(name, str(value), "a text, a number or a boolean")


def query_of(sent: QueryDict) -> str:
    """The question, as it was written: no part of it is cut or joined."""
    texts = sent.getlist(QUERY.name)
    if not texts or not texts[-1].strip():
        raise bad_parameter(QUERY.name, "nothing", "one SELECT")
    return str(texts[-1])


def form_of(sent: QueryDict) -> Form:
    """How the answer is wanted; raises Problem."""
    asked = read(sent, tuple(each for each in PARAMETERS if each is not QUERY))
    name = asked.text("format").strip().lower() or None
    if name is not None and name not in EXPORTS:
        raise bad_parameter("format", name, f"one of {', '.join(EXPORTS)}")
    limit, offset = asked.number("limit"), asked.number("offset") or 0
    limit = PAGE if limit is None else limit
    if not -1 <= limit <= MOST:
        raise bad_parameter("limit", str(limit), f"0 <= limit <= {MOST}")
    if not 0 <= offset <= MOST:
        raise bad_parameter("offset", str(offset), f"0 <= offset <= {MOST}")
    parameters = EXPORTS[name].settled(said_of(sent)) if name else {}
    timezone = asked.text("timezone") or "UTC"
    return Form(name, parameters, MOST if limit == -1 else limit, offset, timezone)
