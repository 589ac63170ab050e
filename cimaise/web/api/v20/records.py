"""Records of a dataset in the shapes of v2.0, and `/aggregates`, which v2.1 has no more."""

from dataclasses import replace
from typing import Any

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils.translation import gettext_noop as _
from ninja import Router

from cimaise.engine.query.answer import Answer, answer, carry_out
from cimaise.engine.query.limits import PAGE
from cimaise.engine.query.planner import plan
from cimaise.engine.query.question import Question
from cimaise.engine.snapshots.manifest import Snapshot
from cimaise.web.api.freshness import fresh, tag
from cimaise.web.api.identified import ID, one_record
from cimaise.web.api.operations import answered
from cimaise.web.api.parameters import AGGREGATES, RECORD, RECORDS, read, window
from cimaise.web.api.problems import json_bytes, unknown_resource
from cimaise.web.api.questions import question_of
from cimaise.web.api.reach import on_shelf
from cimaise.web.api.v20.addresses import dataset_address, echoed, of_records, page_links
from cimaise.web.api.v20.operations import operation
from cimaise.web.api.v20.shapes import Aggregations, RecordEnvelope, RecordsPage
from cimaise.web.api.v20.values import (
    counts,
    is_aggregate,
    keys,
    no_aggregate,
    of_group,
    of_record,
    with_milliseconds,
)
from cimaise.web.catalog.description import moment
from cimaise.web.catalog.shelf import reading_room

router = Router()
TAGS = ("Dataset",)


@operation(
    router,
    "/catalog/datasets/{dataset_id}/records",
    RECORDS,
    RecordsPage,
    name="getRecords",
    summary=_("Query the records of a dataset"),
    tags=TAGS,
)
def records(request: HttpRequest, dataset_id: str) -> HttpResponseBase:
    """A page of the records that match, or of the groups they make."""
    asked = read(request.GET, RECORDS)
    question = question_of(asked, *window(asked))
    found = on_shelf(request, dataset_id, asked)
    address = f"{dataset_address(request, dataset_id)}/records"
    etag = tag("records 2.0", dataset_id, found.name, request.build_absolute_uri())

    def make() -> HttpResponseBase:
        if question.group_by:
            return answered(grouped(request, dataset_id, address, question, found.snapshot))
        room = reading_room()
        got = carry_out(plan(question, found.snapshot, room).with_id(), room)
        total, limit = got.total_count or 0, question.limit or 0
        told = [
            record_body(request, dataset_id, each, question, found.snapshot)
            for each in got.records()
        ]
        links = page_links(request, address, limit, question.offset, total)
        return answered({"total_count": total, "links": links, "records": told})

    return fresh(request, etag, found.made, make, question=question.canonical())


def record_body(
    request: HttpRequest, slug: str, row: dict[str, Any], question: Question, snapshot: Snapshot
) -> dict[str, Any]:
    """A record that ends with its `_id`, in its envelope."""
    record_id = str(row.pop(ID))
    own = f"{dataset_address(request, slug)}/records/{record_id}"
    record = {
        "id": record_id,
        "timestamp": with_milliseconds(moment(snapshot.manifest.created)),
        "size": len(json_bytes(row)),
        "fields": of_record(row, question),
    }
    return {"links": of_records(request, slug, own), "record": record}


def grouped(
    request: HttpRequest, slug: str, address: str, question: Question, snapshot: Snapshot
) -> dict[str, Any]:
    """The groups of a question, without those whose key is null."""
    told = [{"record": {"fields": each}} for each in groups(question, snapshot)]
    effective = {"limit": question.limit, "offset": question.offset}
    own = echoed(request, address, effective)
    return {"links": of_records(request, slug, own), "records": told}


def groups(question: Question, snapshot: Snapshot) -> list[dict[str, Any]]:
    """The fields of each group; v2.0 groups by points too, and leaves groups of null out."""
    known = tuple(f"{quoted(key)} is not null" for key in keys(question))
    asked = replace(question, by_points=True, having=(*question.having, *known))
    found: Answer = answer(asked, snapshot, reading_room())
    return [of_group(found.columns, row, question) for row in found.records()]


def quoted(name: str) -> str:
    """A name as ODSQL writes any."""
    escaped = name.replace("\\", "\\\\").replace("`", "\\`")
    return f"`{escaped}`"


@operation(
    router,
    "/catalog/datasets/{dataset_id}/records/{record_id}",
    RECORD,
    RecordEnvelope,
    name="getRecord",
    summary=_("Read one record"),
    tags=TAGS,
)
def record(request: HttpRequest, dataset_id: str, record_id: str) -> HttpResponseBase:
    """The record of that identifier."""
    asked = read(request.GET, RECORD)
    found, question = on_shelf(request, dataset_id, asked), question_of(asked, 1, 0)
    etag = tag("record 2.0", dataset_id, found.name, record_id, request.build_absolute_uri())

    def make() -> HttpResponseBase:
        row = one_record(question, found.snapshot, record_id)
        if row is None:
            raise unknown_resource("record", record_id)
        return answered(record_body(request, dataset_id, row, question, found.snapshot))

    return fresh(request, etag, found.made, make, question=question.canonical())


@operation(
    router,
    "/catalog/datasets/{dataset_id}/aggregates",
    AGGREGATES,
    Aggregations,
    name="aggregateRecords",
    summary=_("Work something out of the records of a dataset"),
    tags=TAGS,
)
def aggregates(request: HttpRequest, dataset_id: str) -> HttpResponseBase:
    """What `select` works out of all records that match, or of each group of them."""
    asked = read(request.GET, AGGREGATES)
    question = question_of(asked, *window(asked))
    found = on_shelf(request, dataset_id, asked)
    if not is_aggregate(question):
        raise no_aggregate(question)
    address = f"{dataset_address(request, dataset_id)}/aggregates"
    etag = tag("aggregates 2.0", dataset_id, found.name, request.build_absolute_uri())

    def make() -> HttpResponseBase:
        effective = {"limit": question.limit, "offset": question.offset}
        links = of_records(request, dataset_id, echoed(request, address, effective))
        told = (
            groups(question, found.snapshot)
            if question.group_by
            else [whole(question, found.snapshot)]
        )
        return answered({"links": links, "aggregations": told})

    return fresh(request, etag, found.made, make, question=question.canonical())


def whole(question: Question, snapshot: Snapshot) -> dict[str, Any]:
    """What is worked out of all records; of none, counts are 0 and the rest is null."""
    once = replace(question, limit=1, offset=0, order_by="")
    found = answer(once, snapshot, reading_room())
    if found.rows:
        return of_group(found.columns, found.records()[0], question)
    counted, columns = counts(question), plan(once, snapshot, reading_room(), PAGE).columns
    return {each.name: 0 if each.name in counted else None for each in columns}
