"""Datasets and answers as files: streamed, or served from the file made once per snapshot."""

from collections.abc import Mapping

from django.conf import settings
from django.http import HttpRequest, HttpResponse, QueryDict, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.utils.translation import gettext_noop as _
from ninja import Router

from cimaise.engine.exports import EXPORTS, formats_for
from cimaise.engine.exports.base import ExportCard, ExportParameter, Provenance, Value
from cimaise.engine.exports.gpx import DESCRIBED
from cimaise.engine.exports.whole import is_kept, whole_file
from cimaise.engine.flow import export
from cimaise.engine.query.limits import WHOLE
from cimaise.engine.query.planner import plan
from cimaise.engine.query.question import Question
from cimaise.web.api.freshness import fresh, tag
from cimaise.web.api.operations import answered, dataset_address, link, operation
from cimaise.web.api.parameters import EXPORT, Parameter, read, whole
from cimaise.web.api.problems import unknown_resource
from cimaise.web.api.questions import question_of
from cimaise.web.api.ranges import served
from cimaise.web.api.reach import on_shelf
from cimaise.web.api.shapes import Links
from cimaise.web.catalog.pointer import Pointer
from cimaise.web.catalog.shelf import reading_room

router = Router()

# What live servers call these (§4.1), where the registered name is another.
LIVE = {"jsonl": "application/json", "parquet": "application/parquet"}


# As what browsers and proxies do not unpack by themselves; the documentation says `.csv.gzip`.
GZIP = "application/gzip"
# What an export may be: of each format, and compressed.
MEDIA_TYPES = (
    *dict.fromkeys(LIVE.get(name, card.media_type) for name, card in EXPORTS.items()),
    GZIP,
)


def _told(parameter: ExportParameter) -> Parameter:
    kinds = {bool: "boolean", int: "number"}
    return Parameter(
        parameter.name,
        kinds.get(type(parameter.default), "text"),
        parameter.description,
        parameter.default or None,
        choices=parameter.choices,
    )


# What any format takes, each once: what one format does not have, it ignores.
OF_FORMATS = tuple(
    {
        parameter.name: _told(parameter)
        for card in EXPORTS.values()
        for parameter in card.parameters
    }.values()
)


@operation(
    router,
    "/catalog/datasets/{dataset_id}/exports",
    (),
    Links,
    name="listDatasetExportFormats",
    summary=_("Formats a dataset can be exported to"),
    tags=("Dataset",),
)
def formats(request: HttpRequest, dataset_id: str) -> HttpResponseBase:
    """List the formats this dataset is offered in, as links."""
    found = on_shelf(request, dataset_id, read(request.GET, ()))
    address = f"{dataset_address(request, dataset_id)}/exports"
    links = [link("self", address)]
    links += [
        link(card.name, f"{address}/{card.name}") for card in formats_for(found.snapshot.schema)
    ]
    return answered({"links": links})


@operation(
    router,
    "/catalog/datasets/{dataset_id}/exports/{export_format}",
    (*EXPORT, *OF_FORMATS),
    None,
    name="exportRecords",
    summary=_("Export a dataset"),
    tags=("Dataset",),
    media_types=MEDIA_TYPES,
)
def export_records(request: HttpRequest, dataset_id: str, export_format: str) -> HttpResponseBase:
    """Export every record that matches, as a file; without filters, ranges are served too."""
    asked = read(request.GET, EXPORT)
    found = on_shelf(request, dataset_id, asked)
    card = EXPORTS.get(export_format)
    if card is None or not card.offered(found.snapshot.schema):
        raise unknown_resource("export format", export_format)
    question = question_of(asked, *whole(asked))
    said = said_of(request.GET)
    settled = card.settled(said)
    address = settings.SITE_ADDRESS if card.identifies else ""
    etag = tag("export", dataset_id, found.name, card.name, address,
               question.canonical(), sorted(settled.items()))  # fmt: skip

    def make() -> HttpResponseBase:
        if is_whole(question) and is_kept(card.name, said):
            told = provenance_of(found)
            path = whole_file(found.snapshot, card.name, reading_room(), said, told)
            media_type = media_type_of(card, settled)
            return served(request, path, media_type=media_type, etag=etag, changed=found.made)
        return streamed(request, found, question, card, settled)

    response = fresh(request, etag, found.made, make, question=question.canonical())
    if response.status_code in (200, 206):
        response["Content-Disposition"] = (
            f'attachment; filename="{file_name(dataset_id, card, settled)}"'
        )
    return response


def said_of(sent: QueryDict) -> dict[str, str]:
    """What was said of the file: of a parameter that is repeated the last, or the whole list."""
    said = {name: str(value) for name, value in sent.items() if value}
    if DESCRIBED.name in said:
        said[DESCRIBED.name] = ",".join(sent.getlist(DESCRIBED.name))
    return said


def provenance_of(found: Pointer) -> Provenance:
    """Where records come from, for formats that name them by the address of their page.

    The address is the portal's own, whatever host the request reached: a name does not change.
    """
    return Provenance(found.slug, settings.SITE_ADDRESS, found.made)


def is_whole(question: Question) -> bool:
    """Whether the question asks for everything: no filter, no choice, dates in UTC."""
    return question == Question(limit=None, lang=question.lang)


def streamed(
    request: HttpRequest,
    found: Pointer,
    question: Question,
    card: ExportCard,
    settled: Mapping[str, Value],
) -> HttpResponseBase:
    """The answer as a file, sent as it is made; what is wrong is told before the first byte."""
    room, media_type = reading_room(), media_type_of(card, settled)
    if request.method == "HEAD":
        plan(question, found.snapshot, room, WHOLE)
        return HttpResponse(content_type=media_type)
    pieces = export(question, card.name, found.snapshot, room, settled, provenance_of(found))
    return StreamingHttpResponse(pieces, content_type=media_type)


def media_type_of(card: ExportCard, settled: Mapping[str, Value]) -> str:
    """The media type of the file; text says its encoding."""
    if settled.get("compressed"):
        return GZIP
    media_type = LIVE.get(card.name, card.media_type)
    textual = media_type.startswith("text/") or media_type == "application/json"
    return f"{media_type}; charset=utf-8" if textual else media_type


def file_name(slug: str, card: ExportCard, settled: Mapping[str, Value]) -> str:
    """What the file is called where it is saved."""
    compressed = ".gzip" if settled.get("compressed") else ""
    return f"{slug}.{card.extension}{compressed}"
