"""What went wrong with a question, as a page tells it: what, where (with the caret), what to do."""

from dataclasses import dataclass

from django.utils.translation import gettext as _

from cimaise.engine.duck import DuckFailure, TooLong
from cimaise.engine.messages import Refusal
from cimaise.engine.odsql.errors import AskingError

ASKED_WRONG = (Refusal, TooLong, DuckFailure)  # what an answer may raise because of its question


@dataclass(frozen=True, slots=True)
class Problem:
    """The places of the kit's alert."""

    what: str
    where: str = ""
    remedy: str = ""


def problem_of(error: Exception) -> Problem:
    """The problem in the reader's language."""
    if isinstance(error, Refusal):
        return Problem(
            error.what.in_words(_),
            _where(error),
            error.remedy.in_words(_) if error.remedy else "",
        )
    if isinstance(error, TooLong):
        return Problem(
            _("This question takes too long to answer."),
            remedy=_("Ask for fewer records, or for fewer things at once."),
        )
    return Problem(
        _("This question could not be answered."),
        remedy=_("Remove a filter, or write the condition otherwise."),
    )


def _where(error: Refusal) -> str:
    """The text with the caret under the place, for a question; else the place in words."""
    if isinstance(error, AskingError) and error.drawn:
        return error.drawn
    return error.where.in_words(_) if error.where else ""
