"""How many records, or datasets, have each value of a facet (§6)."""

from collections.abc import Sequence
from typing import Any

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils.translation import gettext_noop as _
from ninja import Router

from cimaise.engine.query import facets as counting
from cimaise.engine.query.facets import FacetGroup, FacetValue
from cimaise.web.api.freshness import fresh, tag
from cimaise.web.api.operations import answered, dataset_address, here, link, operation
from cimaise.web.api.parameters import CATALOGUE_FACETS, FACETS, read
from cimaise.web.api.questions import question_of
from cimaise.web.api.reach import asker, on_shelf
from cimaise.web.api.shapes import Facets
from cimaise.web.api.unchanged import standing_on
from cimaise.web.catalog.mirror import catalogue
from cimaise.web.catalog.search import facets_of_catalogue
from cimaise.web.catalog.shelf import reading_room

router = Router()


@operation(
    router,
    "/catalog/datasets/{dataset_id}/facets",
    FACETS,
    Facets,
    name="getRecordsFacets",
    summary=_("Count the records by facet"),
    tags=("Dataset",),
)
def record_facets(request: HttpRequest, dataset_id: str) -> HttpResponseBase:
    """Values of the facets of a dataset, with how many records have each."""
    address = dataset_address(request, dataset_id)
    links = [link("self", f"{address}/facets"), link("dataset", address)]
    return of_records(request, dataset_id, links)


def of_records(
    request: HttpRequest, dataset_id: str, links: list[dict[str, str]]
) -> HttpResponseBase:
    """The facets of a dataset, with these links."""
    asked = read(request.GET, FACETS)
    found = on_shelf(request, dataset_id, asked)
    question, wanted = question_of(asked, 0, 0), asked.several("facet")
    canonical = question.canonical()
    etag = tag("facets", dataset_id, found.name, canonical, wanted, links)

    def make() -> HttpResponseBase:
        groups = counting.facets(question, wanted, found.snapshot, reading_room())
        return answered(facets_body(links, groups))

    return standing_on(fresh(request, etag, found.made, make, question=canonical), found)


@operation(
    router,
    "/catalog/facets",
    CATALOGUE_FACETS,
    Facets,
    name="getDatasetsFacets",
    summary=_("Count the datasets by facet"),
    tags=("Catalog",),
)
def dataset_facets(request: HttpRequest) -> HttpResponseBase:
    """Values of the facets of the catalogue, with how many datasets have each."""
    address = f"{here(request)}/catalog"
    return of_catalogue(request, [link("self", f"{address}/facets"), link("source", address)])


def of_catalogue(request: HttpRequest, links: list[dict[str, str]]) -> HttpResponseBase:
    """The facets of the catalogue, with these links."""
    asked = read(request.GET, CATALOGUE_FACETS)
    seen = catalogue(asker(request))
    question, wanted = question_of(asked, 0, 0), asked.several("facet")
    canonical = question.canonical()
    etag = tag("catalogue facets", seen.state, seen.where, canonical, wanted, links)
    return fresh(
        request,
        etag,
        seen.built,
        lambda: answered(facets_body(links, facets_of_catalogue(seen, question, wanted))),
        question=canonical,
    )


def facets_body(links: list[dict[str, str]], groups: Sequence[FacetGroup]) -> dict[str, Any]:
    """The body of an answer, keys in the order of the live servers."""
    told = [
        {"name": group.name, "facets": values_body(group.values), **cut(group)} for group in groups
    ]
    return {"links": links, "facets": told}


def cut(told: FacetGroup | FacetValue) -> dict[str, bool]:
    """What Cimaise adds where there are more values than are listed."""
    return {"truncated": True} if told.truncated else {}


def values_body(values: Sequence[FacetValue]) -> list[dict[str, Any]]:
    """Values of a level; excluded ones are told without a count, deeper ones inside (§6.1)."""
    return [_value_body(value) for value in values]


def _value_body(value: FacetValue) -> dict[str, Any]:
    count = {} if value.count is None else {"count": value.count}
    below = {"facets": values_body(value.values), **cut(value)} if value.values else {}
    return {"name": value.name, **count, "state": value.state, "value": value.value, **below}
