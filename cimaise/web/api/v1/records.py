"""Records by question and by identifier: `records/1.0/search` and the lookup of one."""

from collections.abc import Sequence
from dataclasses import replace

from django.http import HttpRequest, HttpResponse, QueryDict
from django.http.response import HttpResponseBase

from cimaise.engine.exports import v1
from cimaise.engine.query import facets as counting
from cimaise.engine.query.answer import found_at
from cimaise.engine.query.limits import WHOLE
from cimaise.engine.query.plan import Plan
from cimaise.engine.query.planner import plan
from cimaise.engine.query.question import Question
from cimaise.web.api.freshness import fresh, tag
from cimaise.web.api.identified import IDENTIFIER
from cimaise.web.api.parameters import VERSIONS, read
from cimaise.web.api.problems import Problem, json_bytes
from cimaise.web.api.reach import on_shelf
from cimaise.web.api.v1.envelope import answers_v1, callback, dressed, sent
from cimaise.web.api.v1.facets import facets_of, groups, requests
from cimaise.web.api.v1.feeds import atom, rss
from cimaise.web.api.v1.filters import (
    V1,
    chosen,
    chosen_fields,
    order_by,
    read_filters,
    the_dataset,
    window,
)
from cimaise.web.catalog.description import moment
from cimaise.web.catalog.pointer import Pointer
from cimaise.web.catalog.shelf import reading_room

FORMATS = ("json", "jsonp", "geojson", "geojsonp", "csv", "rss", "atom")
NOT_ASKED = frozenset({"apikey", "access_token"})  # who asks is no part of what is asked


def about(request: HttpRequest, asked: QueryDict, slug: str) -> Pointer:
    """The snapshot of a dataset, in the version asked for; raises Problem or Moved."""
    return on_shelf(request, slug, read(asked, VERSIONS))


def tag_of(request: HttpRequest, kind: str, found: Pointer, asked: QueryDict) -> str:
    """The entity tag of an answer: every parameter counts, and the address it was asked at."""
    said = sorted((name, values) for name, values in asked.lists() if name not in NOT_ASKED)
    return tag("v1", kind, found.slug, found.name, request.get_host(), request.scheme, said)


def clock_of(asked: QueryDict) -> str:
    """What tells whether an answer hangs on the clock: the queries."""
    return " ".join(value for name, values in asked.lists() if name[:1] == "q" for value in values)


def edition_of(found: Pointer) -> v1.Edition:
    """What v1 says of every record of a snapshot."""
    return v1.Edition(found.slug, moment(found.made))


def question_of(asked: QueryDict, rows: int | None, start: int) -> Question:
    """The records asked for, in their order."""
    return read_filters(asked).question(
        select=chosen_fields(asked), order_by=order_by(asked), limit=rows, offset=start
    )


@answers_v1
def search(request: HttpRequest) -> HttpResponseBase:
    """`/api/records/1.0/search/`: a page of the records that match, with facets."""
    asked = sent(request)
    found = about(request, asked, the_dataset(asked))
    rows, start = window(asked)
    question = question_of(asked, rows, start)
    form = chosen(asked, "format", FORMATS)
    if form.endswith("jsonp"):
        callback(asked)
    makers = {
        "csv": lambda: as_csv(found, question),
        "rss": lambda: rss(request, found, question),
        "atom": lambda: atom(request, found, question),
    }
    as_json = as_geojson if form.startswith("geojson") else as_records

    def make() -> HttpResponseBase:
        maker = makers.get(form)
        return maker() if maker else as_json(asked, found, question)

    return fresh(
        request,
        tag_of(request, "search", found, asked),
        found.made,
        make,
        question=clock_of(asked),
    )


def planned_of(found: Pointer, question: Question) -> Plan:
    """The plan of a page of records with their identifiers."""
    planned = plan(question, found.snapshot, reading_room(), V1)
    return v1.identified(planned, found.snapshot.schema)


def as_records(asked: QueryDict, found: Pointer, question: Question) -> HttpResponse:
    """`nhits`, `parameters`, `records` and, when facets are asked, `facet_groups`."""
    room, planned = reading_room(), planned_of(found, question)
    batches = v1.records(planned, room, edition_of(found), room.seconds) if question.limit else []
    records = [text for batch in batches for text in batch]
    told = {
        "nhits": v1.counted(planned, room, len(records)),
        "parameters": echo(asked, found, question),
    }
    ends = b"]}"
    if facets_of(asked):
        counted = counting.facets(
            replace(question, select="", order_by="", limit=0, offset=0),
            requests(asked, read_filters(asked)),
            found.snapshot,
            room,
        )
        ends = b'], "facet_groups": ' + json_bytes(groups(counted)) + b"}"
    lead = json_bytes(told)[:-1] + b', "records": ['
    return dressed(asked, lead + ",".join(records).encode() + ends)


def echo(asked: QueryDict, found: Pointer, question: Question) -> dict[str, object]:
    """What was asked, as widgets read it back."""
    told: dict[str, object] = {
        "dataset": found.slug,
        "rows": question.limit,
        "start": question.offset,
        "format": chosen(asked, "format", FORMATS),
        "timezone": question.timezone,
    }
    lists: Sequence[str] = ("sort", "fields")
    told |= {name: asked.getlist(name) for name in lists if asked.get(name)}
    told |= {"facet": facets_of(asked)} if facets_of(asked) else {}
    return told | read_filters(asked).echo()


def as_geojson(asked: QueryDict, found: Pointer, question: Question) -> HttpResponse:
    """A FeatureCollection of the page."""
    room, planned = reading_room(), planned_of(found, question)
    batches = v1.features(planned, room, room.seconds)
    features = ",".join(text for batch in batches for text in batch)
    return dressed(
        asked, b'{"type": "FeatureCollection", "features": [' + features.encode() + b"]}"
    )


def as_csv(found: Pointer, question: Question) -> HttpResponse:
    """The page as CSV."""
    room = reading_room()
    planned = plan(question, found.snapshot, room, V1)
    made = v1.csv(planned, room, separator=";", use_labels=False, seconds=room.seconds)
    response = HttpResponse(b"".join(made), "text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{found.slug}.csv"'
    return response


@answers_v1
def lookup(request: HttpRequest, slug: str, record_id: str) -> HttpResponseBase:
    """`/api/datasets/1.0/{id}/records/{recordid}`: one record."""
    asked = sent(request)
    found = about(request, asked, slug.partition("@")[0])
    question = question_of(asked, None, 0)

    def make() -> HttpResponseBase:
        if not IDENTIFIER.fullmatch(record_id):
            raise unknown_record(record_id)
        room = reading_room()
        here = found_at(record_id, found.snapshot, room)
        planned = whole(found, question)
        one = replace(planned, tree=planned.tree.where(*here))
        texts = [text for batch in v1.records(one, room, edition_of(found)) for text in batch]
        if not texts:
            raise unknown_record(record_id)
        return dressed(asked, texts[0].encode())

    etag = tag_of(request, f"record {record_id}", found, asked)
    return fresh(request, etag, found.made, make)


def whole(found: Pointer, question: Question) -> Plan:
    """The plan of every record, filters left out, with what `question` selects of each."""
    shape = Question(
        select=question.select, limit=None, lang=question.lang, timezone=question.timezone
    )
    planned = plan(shape, found.snapshot, reading_room(), WHOLE)
    return v1.identified(planned, found.snapshot.schema)


def unknown_record(record_id: str) -> Problem:
    """No record has that identifier."""
    shown = record_id if len(record_id) <= 60 else f"{record_id[:60]}…"
    return Problem(404, "", f"Unknown record: {shown}")
