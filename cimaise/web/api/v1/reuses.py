"""Two addresses that widgets ask beside the data: reuses, and outlines of administrative areas."""

from django.http import HttpRequest
from django.http.response import HttpResponseBase

from cimaise.web.api.problems import Problem
from cimaise.web.api.v1.envelope import answers_v1, body, sent


@answers_v1
def reuses(request: HttpRequest) -> HttpResponseBase:
    """`/api/reuses/`: what people made with the data; nobody has told of anything yet."""
    return body(sent(request), {"nhits": 0, "reuses": []})


@answers_v1
def georeference(request: HttpRequest, uid: str) -> HttpResponseBase:
    """`/api/georeference/v1/uid/{uid}/`: no outline of an area is known by such an identifier."""
    shown = uid if len(uid) <= 60 else f"{uid[:60]}…"
    raise Problem(404, "", f"Unknown uid: {shown}")
