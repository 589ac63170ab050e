"""Answers that only a new version changes: an ETag of the snapshot and of the question."""

from hashlib import sha256

from django.http import HttpResponse
from django.utils.cache import get_conditional_response

from cimaise.web.explore.visit import Visit


def kept_until_changed(visit: Visit, response: HttpResponse) -> HttpResponse:
    """The response with its ETag, or 304 to who has it already.

    A restricted dataset's answer stays in the visitor's own cache.
    """
    request = visit.request
    said = f"{visit.snapshot.manifest.snapshot} {request.get_full_path()}"
    etag = f'"{sha256(said.encode()).hexdigest()[:32]}"'
    response["ETag"] = etag
    private = visit.dataset.restricted
    response["Cache-Control"] = "private, no-cache" if private else "public, max-age=60"
    answer = get_conditional_response(request, etag=etag, response=response)
    return answer if isinstance(answer, HttpResponse) else response
