"""Records of a dataset: pages of them, and one by its identifier."""

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils.translation import gettext, override
from django.utils.translation import gettext_noop as _
from ninja import Router

from cimaise.engine.query.answer import Answer
from cimaise.engine.query.cursors import Position, cursor_of, page_from, position_at
from cimaise.engine.query.explain import explained
from cimaise.engine.query.joins import Joined, Partner
from cimaise.engine.query.question import Question
from cimaise.engine.snapshots.manifest import Snapshot
from cimaise.web.api.freshness import fresh, tag
from cimaise.web.api.identified import ID, one_record, technical
from cimaise.web.api.operations import answered, dataset_address, here, link, operation
from cimaise.web.api.paging import next_address, page_links
from cimaise.web.api.parameters import RECORD, RECORDS, Asked, read, window
from cimaise.web.api.problems import bad_parameter, unknown_resource
from cimaise.web.api.questions import question_of
from cimaise.web.api.reach import on_shelf
from cimaise.web.api.shapes import RecordBody, Records
from cimaise.web.api.unchanged import standing_on
from cimaise.web.catalog.pointer import Pointer
from cimaise.web.catalog.shelf import reading_room

router = Router()


@dataclass(frozen=True, slots=True)
class Dress:
    """What records are given beside their fields."""

    request: HttpRequest
    asked_of: Pointer
    links: bool
    technical: bool

    @property
    def any(self) -> bool:
        """Whether anything is."""
        return self.links or self.technical

    @property
    def part_of_tag(self) -> tuple[object, ...]:
        """What an entity tag must know of it: links repeat the address they were asked at."""
        address = self.request.build_absolute_uri() if self.links else ""
        return (self.links, self.technical, address)

    def related(self) -> dict[str, str]:
        """What records belong to."""
        address = dataset_address(self.request, self.asked_of.slug)
        return {"dataset": address, "catalog": f"{here(self.request)}/catalog"}

    def on(self, record: dict[str, Any]) -> dict[str, Any]:
        """A record that ends with its `_id`, turned to what is answered."""
        record_id = record.pop(ID)
        added: dict[str, Any] = {}
        if self.links:
            related = self.related()
            own = f"{related['dataset']}/records/{record_id}"
            added["_links"] = [link("self", own), *(link(*each) for each in related.items())]
        if self.technical:
            added |= technical(record, record_id, self.asked_of.snapshot)
        return {**added, **record}


def dress_of(request: HttpRequest, asked_of: Pointer, asked: Asked) -> Dress:
    """What this request wants beside the fields."""
    return Dress(request, asked_of, asked.yes("include_links"), asked.yes("include_app_metas"))


@operation(
    router,
    "/catalog/datasets/{dataset_id}/records",
    RECORDS,
    Records,
    name="getRecords",
    summary=_("Query the records of a dataset"),
    tags=("Dataset",),
)
def records(request: HttpRequest, dataset_id: str) -> HttpResponseBase:
    """A page of the records that match, or of the groups they make."""
    asked = read(request.GET, RECORDS)
    question = question_of(asked, *window(asked))
    found = on_shelf(request, dataset_id, asked)
    dress = dress_of(request, found, asked)
    canonical = question.canonical()
    etag = tag("records", dataset_id, found.name, canonical, asked.text("after"),
               dress.part_of_tag)  # fmt: skip
    if asked.yes("explain"):
        return answered(explanation(question, found))
    position = beginning(asked, question, found.snapshot)

    def make() -> HttpResponseBase:
        single = dress.any and not question.group_by
        reached = page_from(position, question, found.snapshot, reading_room(), identified=single)
        response = answered(page(question, dress, reached.answer, single=single))
        if reached.following is not None:
            cursor = cursor_of(reached.following, question, found.snapshot)
            response["Link"] = f'<{next_address(request, cursor)}>; rel="next"'
        return response

    return standing_on(fresh(request, etag, found.made, make, question=canonical), found)


def explanation(question: Question, asked_of: Pointer) -> dict[str, Any]:
    """What a question means, in the language it asks for, and what it would cost."""
    with override(question.lang):
        told = explained(question, asked_of.snapshot, gettext)
    snapshot = asked_of.snapshot
    manifest = snapshot.plain.manifest if isinstance(snapshot, Joined) else snapshot.manifest
    cost = {"plan": told.way, "records_read": told.read, "records": manifest.counts["records"]}
    read = {"dataset": asked_of.slug, "version": manifest.number, "snapshot": manifest.snapshot}
    if isinstance(snapshot, Joined):
        read["joined"] = [companion(each) for each in snapshot.partners]
    return {"explanation": {"meaning": told.meaning, "cost": cost, "asked_of": read}}


def companion(partner: Partner) -> dict[str, Any]:
    """What is told of a joined dataset."""
    manifest = partner.snapshot.manifest
    told = {"dataset": manifest.dataset, "version": manifest.number, "snapshot": manifest.snapshot}
    return {**told, "as": partner.alias}


def beginning(asked: Asked, question: Question, snapshot: Snapshot) -> Position:
    """Where the page asked for begins: after a cursor, else after so many; raises Refusal."""
    cursor = asked.text("after").strip()
    if not cursor:
        return Position(question.offset)
    if question.offset:
        raise bad_parameter("offset", str(question.offset), "no offset beside after")
    return position_at(cursor, question, snapshot)


def page(question: Question, dress: Dress, found: Answer, *, single: bool) -> dict[str, Any]:
    """The body of a page; grouped answers have no `total_count` (§1.5)."""
    body: dict[str, Any] = {}
    if found.total_count is not None:
        body["total_count"] = found.total_count
    if dress.links:
        limit = question.limit or 0
        body["_links"] = page_links(
            dress.request, dress.related(), limit, question.offset, found.total_count
        )
    body["results"] = [dress.on(each) for each in found.records()] if single else found.records()
    return body


@operation(
    router,
    "/catalog/datasets/{dataset_id}/records/{record_id}",
    RECORD,
    RecordBody,
    name="getRecord",
    summary=_("Read one record"),
    tags=("Dataset",),
)
def record(request: HttpRequest, dataset_id: str, record_id: str) -> HttpResponseBase:
    """The record of that identifier, which every version of the dataset keeps."""
    asked = read(request.GET, RECORD)
    found = on_shelf(request, dataset_id, asked)
    dress = dress_of(request, found, asked)
    question = question_of(asked, 1, 0)
    etag = tag("record", dataset_id, found.name, record_id,
               question.canonical(), dress.part_of_tag)  # fmt: skip

    def make() -> HttpResponseBase:
        record = one_record(question, found.snapshot, record_id)
        if record is None:
            raise unknown_resource("record", record_id)
        return answered(dress.on(record))

    response = fresh(request, etag, found.made, make, question=question.canonical())
    return standing_on(response, found)
