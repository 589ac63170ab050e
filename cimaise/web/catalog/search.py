"""Asking the catalogue in the names of the API: any question to its mirror, and its facets.

Words are asked as in any dataset: `where="musées"` finds every dataset in whose title,
description, keywords, themes, producer or licence each word stands, whatever its accents, plural
or elision. Answers hold only what the person who asks may see.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from cimaise.engine.query.answer import answer
from cimaise.engine.query.facets import FacetGroup, facets
from cimaise.engine.query.limits import PAGE, Limits
from cimaise.engine.query.question import Question
from cimaise.web.catalog.mirror import Catalogue
from cimaise.web.catalog.naming import (
    facet_request,
    in_mirror,
    refinement,
    selected,
    translated,
)
from cimaise.web.catalog.shelf import reading_room


@dataclass(frozen=True, slots=True)
class CatalogueAnswer:
    """What the mirror answers: how many datasets match (None when grouped) and rows of values."""

    total_count: int | None
    records: list[dict[str, Any]]


def asked_of_catalogue(
    seen: Catalogue, question: Question, only: str = "", limits: Limits = PAGE
) -> CatalogueAnswer:
    """The answer to a question about datasets; metadata go by their API names (`default.title`).

    With `only`, that column alone is selected, whatever the question selects. Raises AskingError.
    """
    if seen.snapshot is None:
        return CatalogueAnswer(None if question.group_by else 0, [])
    asked = in_mirror_terms(seen, replace(question, select=only or question.select))
    found = answer(asked, seen.snapshot, reading_room(), limits)
    return CatalogueAnswer(found.total_count, found.records())


def facets_of_catalogue(
    seen: Catalogue, question: Question, requested: Sequence[str]
) -> tuple[FacetGroup, ...]:
    """How the datasets a question matches divide by facet; raises AskingError."""
    if seen.snapshot is None:
        return ()
    asked = in_mirror_terms(seen, question)
    wanted = [facet_request(text) for text in requested]
    return facets(asked, wanted, seen.snapshot, reading_room())


def in_mirror_terms(seen: Catalogue, question: Question) -> Question:
    """The question by the names of the mirror, over what this person may see."""
    return replace(
        question,
        select=selected(question.select),
        where=(*(translated(clause) for clause in question.where), *seen.where),
        qv1=tuple(translated(query) for query in question.qv1),
        group_by=selected(question.group_by),
        having=tuple(translated(clause) for clause in question.having),
        order_by=translated(question.order_by),
        refine=tuple(refinement(item) for item in question.refine),
        exclude=tuple(refinement(item) for item in question.exclude),
        disjunctive=tuple(in_mirror(name) for name in question.disjunctive),
    )
