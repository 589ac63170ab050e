"""Datasets by question and by identifier: `datasets/1.0/search` and the lookup of one."""

from dataclasses import replace
from typing import Any

from django.http import HttpRequest, HttpResponse, QueryDict
from django.http.response import HttpResponseBase

from cimaise.engine.query.answer import answer
from cimaise.engine.query.question import Question
from cimaise.web.api.freshness import fresh, tag
from cimaise.web.api.problems import json_bytes
from cimaise.web.api.reach import asker, described
from cimaise.web.api.v1.described import Wanted, as_csv, as_rss, dataset_of
from cimaise.web.api.v1.envelope import YES, answers_v1, body, callback, sent
from cimaise.web.api.v1.facets import facets_of, groups, requests
from cimaise.web.api.v1.filters import V1, Filters, chosen, ordered, read_filters, sorts, window
from cimaise.web.api.v1.records import NOT_ASKED, clock_of
from cimaise.web.catalog.bodies import shown_in_order
from cimaise.web.catalog.mirror import Catalogue, catalogue
from cimaise.web.catalog.naming import in_mirror
from cimaise.web.catalog.search import facets_of_catalogue, in_mirror_terms
from cimaise.web.catalog.shelf import Shown, reading_room

FORMATS = ("json", "jsonp", "csv", "rss")


@answers_v1
def search(request: HttpRequest) -> HttpResponseBase:
    """`/api/datasets/1.0/search/`: a page of the datasets that match, with facets."""
    asked = sent(request)
    rows, start = window(asked)
    seen = catalogue(asker(request))
    filters = read_filters(asked)
    filters = replace(filters, disjunctive=tuple(map(in_mirror, filters.disjunctive)))
    question = filters.question(
        select="dataset_id", order_by=_order_by(asked, seen), limit=rows, offset=start
    )
    form = chosen(asked, "format", FORMATS)
    if form == "jsonp":
        callback(asked)
    said = sorted((name, values) for name, values in asked.lists() if name not in NOT_ASKED)
    place = (request.scheme, request.get_host())
    etag = tag("v1 datasets", seen.state, seen.where, place, said)

    def make() -> HttpResponseBase:
        total, shown = _found(seen, question)
        if form == "csv":
            return as_csv(request, shown)
        if form == "rss":
            return as_rss(request, shown)
        wanted = _wanted(asked)
        told: dict[str, Any] = {
            "nhits": total,
            "parameters": _echo(asked, question, filters, form),
            "datasets": [dataset_of(each, request, wanted) for each in shown],
        }
        if facets_of(asked):
            told["facet_groups"] = _facet_groups(asked, seen, question, filters)
        return body(asked, told)

    return fresh(request, etag, seen.built, make, question=clock_of(asked))


def _found(seen: Catalogue, question: Question) -> tuple[int, list[Shown]]:
    if seen.snapshot is None:
        return 0, []
    found = answer(in_mirror_terms(seen, question), seen.snapshot, reading_room(), V1)
    slugs = [str(row[0]) for row in found.rows]
    return found.total_count or 0, shown_in_order(slugs)


def _order_by(asked: QueryDict, seen: Catalogue) -> str:
    """The order asked for; visits are not counted, so an order by them says nothing."""
    names = [(in_mirror(name), descending) for name, descending in sorts(asked)]
    return ordered([pair for pair in names if not pair[0].startswith("explore.")])


def _facet_groups(
    asked: QueryDict, seen: Catalogue, question: Question, filters: Filters
) -> list[dict[str, Any]]:
    """The facets asked for; those that our datasets have no metadata for have no values."""
    if seen.snapshot is None:
        return []
    known = asked.copy()
    names = [name for name in facets_of(asked) if in_mirror(name) in seen.snapshot.schema]
    known.setlist("facet", names)
    if not names:
        return []
    counting = replace(question, select="", order_by="", limit=0, offset=0)
    return groups(facets_of_catalogue(seen, counting, requests(known, filters)))


def _echo(asked: QueryDict, question: Question, filters: Filters, form: str) -> dict[str, Any]:
    told: dict[str, Any] = {
        "timezone": question.timezone,
        "rows": question.limit,
        "start": question.offset,
        "format": form,
        "staged": False,
    }
    told |= {"sort": asked.getlist("sort")} if asked.get("sort") else {}
    told |= {"facet": facets_of(asked)} if facets_of(asked) else {}
    return told | filters.echo()


def _wanted(asked: QueryDict) -> Wanted:
    """Which metadata are wanted beside the standard ones."""
    yes = {
        name: asked.get(name, "").lower() in YES
        for name in ("interopmetas", "extrametas", "assetmetas")
    }
    return Wanted(yes["interopmetas"], yes["extrametas"], yes["assetmetas"])


@answers_v1
def lookup(request: HttpRequest, slug: str) -> HttpResponse | HttpResponseBase:
    """`/api/datasets/1.0/{id}/`: one dataset; `{id}` may be `id@source`."""
    asked = sent(request)
    shown = described(request, slug.partition("@")[0])
    told = dataset_of(shown, request, _wanted(asked))
    changed = max(shown.version.published, shown.dataset.modified)
    said = sorted((name, values) for name, values in asked.lists() if name not in NOT_ASKED)
    # Nothing is asked of the engine here: the body itself is what the tag stands for.
    etag = tag("v1 dataset", json_bytes(told).decode(), said)
    return fresh(request, etag, changed, lambda: body(asked, told))
