"""Records of a dataset: pages of them, and one by its identifier."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils.translation import gettext_noop as _
from ninja import Router

from cimaise.engine.flow import answer
from cimaise.engine.query.question import Question
from cimaise.web.api.freshness import fresh, tag
from cimaise.web.api.operations import answered, dataset_address, here, operation
from cimaise.web.api.paging import page_links
from cimaise.web.api.parameters import RECORD, RECORDS, Asked, read, window
from cimaise.web.api.problems import json_bytes, unknown_resource
from cimaise.web.api.questions import question_of
from cimaise.web.api.reach import on_shelf
from cimaise.web.api.shapes import RecordBody, Records
from cimaise.web.catalog.shelf import Shown, reading_room

router = Router()


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
    limit, offset = window(asked)
    shown = on_shelf(request, dataset_id, asked)
    question = question_of(asked, limit, offset)
    dressed = asked.yes("include_links"), asked.yes("include_app_metas")
    etag = tag("records", dataset_id, shown.version.snapshot, question.canonical(), dressed,
               request.build_absolute_uri() if dressed[0] else "")  # fmt: skip

    def make() -> HttpResponse:
        found = answer(question, shown.snapshot, reading_room())
        body: dict[str, Any] = {}
        if found.total_count is not None:
            body["total_count"] = found.total_count
        body["results"] = found.records()
        return answered(body)

    return fresh(request, etag, shown.version.published, make, question=question.canonical())
