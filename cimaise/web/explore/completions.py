"""What may stand at the cursor of a box of the API tab, as JSON."""

from dataclasses import replace

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from cimaise.engine.odsql.completion import Candidate, complete
from cimaise.engine.odsql.functions.base import Clause
from cimaise.web.explore.freshness import made_unless_kept
from cimaise.web.explore.visit import Moved, Visit, moved_to, open_visit

LONGEST = 2000  # characters of a clause that is completed
CLAUSES: dict[str, Clause] = {
    "select": "select",
    "where": "where",
    "group_by": "group_by",
    "having": "having",
    "order_by": "order_by",
}


class Unreadable(Exception):
    """A parameter that cannot be completed for; the text is for people."""


@require_safe
def completions(request: HttpRequest, slug: str) -> HttpResponse:
    """`/explore/dataset/{id}/api/completions?clause=where&text=…&at=12`.

    `at` counts characters (code points) from 0 and is the end of the text where it is left out.
    Answers `{"start", "end", "candidates": [{"kind", "name", "text", "detail", "note"}, …]}`:
    `text` takes the place of what stands from `start` to before `end`. Errors have the shape
    of the API's; a dataset that may not be seen is not there.
    """
    try:
        visit = open_visit(request, slug, "api")
    except Moved as moved:
        return moved_to(request, slug, moved.slug)
    except Http404 as absent:
        return _refusal("UnknownResourceError", str(absent), 404)
    try:
        clause, text, at = _asked(request)
    except Unreadable as trouble:
        return _refusal("InvalidRESTParameterError", str(trouble), 400)
    return made_unless_kept(
        request,
        visit.snapshot,
        lambda: _completed(visit, clause, text, at),
        restricted=visit.dataset.restricted,
        language=get_language() or "",
    )


def _asked(request: HttpRequest) -> tuple[Clause, str, int]:
    """The clause, its text and the place of the cursor; raises Unreadable."""
    clause = CLAUSES.get(request.GET.get("clause", ""))
    if clause is None:
        raise Unreadable(_("clause is one of %(names)s.") % {"names": ", ".join(CLAUSES)})
    text = request.GET.get("text", "")
    if len(text) > LONGEST:
        raise Unreadable(_("text has at most %(most)d characters.") % {"most": LONGEST})
    at = request.GET.get("at", "") or str(len(text))
    if not (at.isascii() and at.isdigit() and len(at) <= 4 and int(at) <= len(text)):
        raise Unreadable(_("at is a place in the text, from 0 to its length."))
    return clause, text, int(at)


def _completed(visit: Visit, clause: Clause, text: str, at: int) -> HttpResponse:
    found = complete(text, at, clause, visit.schema)
    return JsonResponse(
        {
            "start": found.start,
            "end": found.end,
            "candidates": [_said(candidate) for candidate in found.candidates],
        }
    )


def _said(candidate: Candidate) -> dict[str, str]:
    """A candidate in the reader's language: labels of fields are said as they are."""
    if candidate.kind == "function" and candidate.note:
        candidate = replace(candidate, note=_(candidate.note))
    return {
        "kind": candidate.kind,
        "name": candidate.name,
        "text": candidate.text,
        "detail": candidate.detail,
        "note": candidate.note,
    }


def _refusal(code: str, message: str, status: int) -> HttpResponse:
    return JsonResponse({"error_code": code, "message": message}, status=status)
