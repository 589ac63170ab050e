"""What the API says when it cannot answer: the error bodies of the Explore API (§1.8)."""

from collections.abc import Mapping

import orjson
from django.http import HttpResponse

JSON = "application/json; charset=utf-8"


class Problem(Exception):
    """A request that cannot be answered: an HTTP status, a stable code and a sentence.

    `also` is what Cimaise tells besides, where it knows: `hint` what to write instead, `position`
    and `drawn` the place in the text that was sent.
    """

    def __init__(
        self, status: int, code: str, message: str, also: Mapping[str, object] | None = None
    ) -> None:
        super().__init__(message)
        self.status = status
        self.code = code
        self.message = message
        self.also = also or {}


def unknown_dataset(slug: str) -> Problem:
    """Unknown, unpublished and hidden datasets: they look alike to those without rights."""
    return Problem(404, "NotFoundResource", f"The requested dataset {slug} does not exist.")


def unknown_address(path: str) -> Problem:
    """A path under `/api/` that means nothing."""
    return Problem(404, "NotFoundURI", f"The requested URI {path} does not exist.")


def unknown_resource(kind: str, name: str) -> Problem:
    """A record, a format or a version that a known dataset does not have."""
    return Problem(404, "NotFoundResource", f"The requested {kind} {name} does not exist.")


def bad_parameter(name: str, found: str, expected: str) -> Problem:
    """A parameter whose value cannot be; `expected` completes «… is expected»."""
    shown = found if len(found) <= 100 else found[:100] + "…"
    return Problem(
        400,
        "InvalidRESTParameterError",
        f"Invalid value for {name} API parameter: {shown} was found but {expected} is expected.",
    )


def json_bytes(body: object, *, pretty: bool = False) -> bytes:
    """A body as UTF-8 JSON; half characters (lone surrogates), which UTF-8 has not, become `?`."""
    options = orjson.OPT_NON_STR_KEYS | (orjson.OPT_INDENT_2 if pretty else 0)
    try:
        return orjson.dumps(body, option=options)
    except TypeError:
        return orjson.dumps(_whole(body), option=options)


def _whole(value: object) -> object:
    if isinstance(value, str):
        return value.encode("utf-8", "replace").decode()
    if isinstance(value, dict):
        return {_whole(key): _whole(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_whole(item) for item in value]
    return value


def refusal(problem: Problem) -> HttpResponse:
    """The answer to a request with a problem: pretty-printed as the live servers do, never kept."""
    told = {"error_code": problem.code, "message": problem.message, **problem.also}
    body = json_bytes(told, pretty=True)
    response = HttpResponse(body, content_type=JSON, status=problem.status)
    response["Cache-Control"] = "no-store"
    return response
