"""Answers that only a new version changes: an ETag of snapshot and question."""

from collections.abc import Callable
from hashlib import sha256

from django.http import HttpRequest, HttpResponse
from django.utils.cache import get_conditional_response

from cimaise.engine.snapshots.manifest import Snapshot


def made_unless_kept(
    request: HttpRequest,
    snapshot: Snapshot,
    make: Callable[[], HttpResponse],
    *,
    restricted: bool,
    language: str = "",
) -> HttpResponse:
    """What `make` answers with its ETag, or 304, before it is made, to who has it already.

    `language` is that of the answer, where it has one: a tile is the same in every language.
    A restricted dataset's answer stays in the visitor's own cache.
    """
    said = f"{snapshot.manifest.snapshot} {language} {request.get_full_path()}"
    etag = f'"{sha256(said.encode("utf-8", "surrogatepass")).hexdigest()[:32]}"'
    known = get_conditional_response(request, etag=etag)
    response = known if isinstance(known, HttpResponse) else make()
    response["ETag"] = etag
    response["Cache-Control"] = "private, no-cache" if restricted else "public, max-age=60"
    return response
