"""Asking the catalogue: its search box, its facets, and any other question to its mirror.

The pages of the catalogue call `search_catalogue`; the API calls `asked_of_catalogue` and
`facets_of_catalogue`. All three see only what the person who asks may see.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from django.contrib.auth.models import AnonymousUser

from cimaise.engine.query.answer import answer
from cimaise.engine.query.facets import FacetGroup, facets
from cimaise.engine.query.question import Question
from cimaise.web.accounts.models import Person
from cimaise.web.catalog.bodies import shown_in_order
from cimaise.web.catalog.mirror import Catalogue, catalogue
from cimaise.web.catalog.naming import facet_request, refinement, selected, translated
from cimaise.web.catalog.shelf import Shown, reading_room

PAGE_FACETS = ("theme", "publisher", "keyword", "license")


@dataclass(frozen=True, slots=True)
class CatalogueAnswer:
    """What the mirror answers: how many datasets match (None when grouped) and rows of values."""

    total_count: int | None
    records: list[dict[str, Any]]


@dataclass(frozen=True, slots=True)
class CatalogueSearch:
    """A page of results, best or first ones first, with how many there are and how they divide."""

    total: int
    results: list[Shown]
    facets: tuple[FacetGroup, ...]


def search_catalogue(
    person: Person | AnonymousUser,
    text: str = "",
    *,
    refine: Sequence[str] = (),
    exclude: Sequence[str] = (),
    where: Sequence[str] = (),
    sort: str = "",
    page: int = 1,
    size: int = 20,
    counted: Sequence[str] = PAGE_FACETS,
) -> CatalogueSearch:
    """The search box of the portal: words, facet values chosen, an order, a page.

    Every word of `text` must be found in the title, description, keywords, themes, producer or
    licence of a dataset, whatever its accents, plural or elision (French stemming); results then
    come best first, else by title. `refine` and `exclude` items read `facet:value`
    (`theme:"Musées"`), `where` items are ODSQL, `sort` is an ODSQL order (`modified desc`) over
    the fields of `catalog.entry.FIELDS`; pages count from 1. `counted` names the facets wanted.
    Raises Refusal (AskingError) for a `where`, `refine` or `sort` that cannot be.
    """
    seen = catalogue(person)
    words = " ".join(text.split())
    question = Question(
        where=(*((json.dumps(words, ensure_ascii=False),) if words else ()), *where),
        refine=tuple(refine),
        exclude=tuple(exclude),
        order_by=sort,
        limit=size,
        offset=(max(1, page) - 1) * size,
    )
    found = asked_of_catalogue(seen, question, only="dataset_id")
    results = shown_in_order(record["dataset_id"] for record in found.records)
    groups = facets_of_catalogue(seen, question, counted) if counted else ()
    return CatalogueSearch(found.total_count or 0, results, groups)


def asked_of_catalogue(seen: Catalogue, question: Question, only: str = "") -> CatalogueAnswer:
    """The answer to a question about datasets; metadata go by their API names (`default.title`).

    With `only`, that column alone is selected, whatever the question selects. Raises AskingError.
    """
    if seen.snapshot is None:
        return CatalogueAnswer(None if question.group_by else 0, [])
    asked = in_mirror_terms(seen, replace(question, select=only or question.select))
    found = answer(asked, seen.snapshot, reading_room())
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
        group_by=selected(question.group_by),
        order_by=translated(question.order_by),
        refine=tuple(refinement(item) for item in question.refine),
        exclude=tuple(refinement(item) for item in question.exclude),
    )
