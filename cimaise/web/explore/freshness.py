"""Answers that only a new version changes: an ETag of snapshot, language and question."""

from collections.abc import Callable
from hashlib import sha256

from django.http import HttpRequest, HttpResponse
from django.utils.cache import get_conditional_response
from django.utils.translation import get_language

from cimaise.engine.snapshots.manifest import Snapshot


def made_unless_kept(
    request: HttpRequest,
    snapshot: Snapshot,
    make: Callable[[], HttpResponse],
    *,
    restricted: bool,
) -> HttpResponse:
    """What `make` answers with its ETag, or 304, before it is made, to who has it already.

    A restricted dataset's answer stays in the visitor's own cache.
    """
    said = f"{snapshot.manifest.snapshot} {get_language()} {request.get_full_path()}"
    etag = f'"{sha256(said.encode("utf-8", "surrogatepass")).hexdigest()[:32]}"'
    known = get_conditional_response(request, etag=etag)
    response = known if isinstance(known, HttpResponse) else make()
    response["ETag"] = etag
    response["Cache-Control"] = "private, no-cache" if restricted else "public, max-age=60"
    return response
