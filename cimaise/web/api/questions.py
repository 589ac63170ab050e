"""From the parameters of a request to a question for the engine."""

from cimaise.engine.query.facet_request import disjunctive_names
from cimaise.engine.query.question import Question
from cimaise.web.api.parameters import Asked


def question_of(asked: Asked, limit: int | None, offset: int) -> Question:
    """The question the parameters ask, within limits already checked."""
    return Question(
        select=asked.text("select"),
        where=asked.several("where"),
        qv1=asked.several("qv1"),
        join=asked.several("join"),
        group_by=asked.text("group_by"),
        having=asked.several("having"),
        order_by=asked.text("order_by"),
        limit=limit,
        offset=offset,
        refine=asked.several("refine"),
        exclude=asked.several("exclude"),
        lang=asked.text("lang") or "fr",
        timezone=asked.text("timezone") or "UTC",
        disjunctive=disjunctive_names(asked.several("facet")),
    )
