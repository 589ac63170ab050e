"""From what the engine refuses to what the API says: one status and code for each trouble."""

import logging

from django.http import HttpRequest, HttpResponse, HttpResponsePermanentRedirect

from cimaise.engine.duck import TooLong
from cimaise.engine.messages import Refusal
from cimaise.engine.odsql.errors import AskingError
from cimaise.web.api.problems import Problem, refusal
from cimaise.web.api.reach import Moved

Trouble = Exception | type[Exception]  # as ninja hands it on

log = logging.getLogger(__name__)


def told(request: HttpRequest, error: Trouble) -> HttpResponse:
    """The answer to an error of the engine or of the API."""
    return moved(request, error) if isinstance(error, Moved) else refusal(problem_of(error))


def problem_of(error: Trouble) -> Problem:
    """What the API says of an error; what nobody foresaw is logged and not detailed."""
    if isinstance(error, Problem):
        return error
    if isinstance(error, AskingError):
        return Problem(400, error.error_code, error.message, besides(error))
    if isinstance(error, Refusal):
        return Problem(400, "ODSQLError", error.in_words())
    if isinstance(error, TooLong):
        return Problem(
            503, "QueryTimeout", "The query took too long and was stopped; ask for less at once."
        )
    log.error("the engine could not run a question", exc_info=True)
    return Problem(400, "ODSQLError", "ODSQL query is malformed: it cannot be computed.")


def besides(error: AskingError) -> dict[str, object]:
    """What to write instead, and where the error is, as far as that is known."""
    told: dict[str, object] = {} if error.hint is None else {"hint": str(error.hint)}
    if error.position is not None:
        told |= {"position": error.position, "drawn": error.drawn}
    return told


def moved(request: HttpRequest, error: Moved) -> HttpResponse:
    """To the same address under the identifier the dataset has now."""
    before, after = f"/datasets/{error.former}", f"/datasets/{error.slug}"
    path = request.get_full_path().replace(before, after, 1)
    return HttpResponsePermanentRedirect(path)
