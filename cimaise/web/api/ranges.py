"""A file over HTTP: whole or one range of it (RFC 9110 §14), never more of it in memory."""

import re
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.utils.http import http_date

RANGE = re.compile(r"bytes=\s*([0-9]{0,18})\s*-\s*([0-9]{0,18})\s*")
PIECE = 1 << 18


def served(
    request: HttpRequest, path: Path, *, media_type: str, etag: str, changed: datetime | None
) -> HttpResponseBase:
    """The file, or the range asked for (206), or 416 when the range lies beyond its end.

    Several ranges at once, and a range whose If-Range no longer holds, get the whole file.
    """
    size = path.stat().st_size
    asked = _asked(request.headers.get("Range", ""))
    first, last, status = 0, size - 1, 200
    if asked and _still_holds(request, etag, changed):
        first, last = _bounds(*asked, size)
        if first > last or first >= size:
            return _beyond(size)
        status = 206
    length = last - first + 1
    response: HttpResponseBase
    if request.method == "HEAD":
        response = HttpResponse(content_type=media_type, status=status)
    else:
        response = StreamingHttpResponse(
            _pieces(path, first, length), content_type=media_type, status=status
        )
    response["Content-Length"] = str(length)
    response["Accept-Ranges"] = "bytes"
    if status == 206:
        response["Content-Range"] = f"bytes {first}-{last}/{size}"
    return response


def _asked(header: str) -> tuple[str, str] | None:
    """The ends of a single range as written; None when there is none, or none that makes sense."""
    found = RANGE.fullmatch(header)
    if found is None or not (found[1] or found[2]):
        return None
    backwards = found[1] and found[2] and int(found[2]) < int(found[1])
    return None if backwards else (found[1], found[2])


def _bounds(first: str, last: str, size: int) -> tuple[int, int]:
    if not first:  # the last n bytes
        return max(0, size - int(last)), size - 1 if int(last) else -1
    return int(first), min(int(last), size - 1) if last else size - 1


def _beyond(size: int) -> HttpResponse:
    return HttpResponse(
        status=416, headers={"Content-Range": f"bytes */{size}"}, content_type="application/json"
    )


def _still_holds(request: HttpRequest, etag: str, changed: datetime | None) -> bool:
    condition = request.headers.get("If-Range", "").strip()
    dates = () if changed is None else (http_date(changed.timestamp()),)
    return not condition or condition in (etag, *dates)


def _pieces(path: Path, first: int, length: int) -> Iterator[bytes]:
    with path.open("rb") as file:
        file.seek(first)
        left = length
        while left > 0 and (piece := file.read(min(PIECE, left))):
            left -= len(piece)
            yield piece
