"""`facet_groups`: how many records, or datasets, have each value (explore-api §5.4)."""

from collections.abc import Sequence
from typing import Any

from django.http import QueryDict

from cimaise.engine.odsql.v1.geofilters import quoted
from cimaise.engine.query.facets import FacetGroup, FacetValue
from cimaise.web.api.v1.filters import Filters, named


def requests(asked: QueryDict, filters: Filters) -> list[str]:
    """The facets asked for, each as v2 asks; none asked, none given."""
    sorts = dict(named(asked, "facetsort"))
    return [
        request(name, sorts.get(name), name in filters.disjunctive)
        for name in dict.fromkeys(facets_of(asked))
    ]


def facets_of(asked: QueryDict) -> list[str]:
    """The names of the facets asked for."""
    return [name.strip() for name in asked.getlist("facet") if name.strip()]


def request(name: str, sort: str | None, disjunctive: bool) -> str:
    """`facet(name="…", …)`."""
    said = [f"name={quoted(name)}"]
    said += [f"sort={quoted(sort)}"] if sort else []
    said += ["disjunctive=true"] if disjunctive else []
    return f"facet({', '.join(said)})"


def groups(found: Sequence[FacetGroup]) -> list[dict[str, Any]]:
    """The groups of an answer; `count` is how many hits have a value shown."""
    return [
        {
            "name": group.name,
            "count": sum(value.count or 0 for value in group.values),
            "facets": [_told(value) for value in group.values],
        }
        for group in found
    ]


def _told(value: FacetValue) -> dict[str, Any]:
    count = {} if value.count is None else {"count": value.count}
    below = {"facets": [_told(each) for each in value.values]} if value.values else {}
    return {"name": value.name, "path": value.value, **count, "state": value.state, **below}
