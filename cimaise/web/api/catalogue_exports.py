"""The catalogue as files: which formats there are, and each of them (§4.4)."""

from collections.abc import Mapping

from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.utils.translation import gettext_noop as _
from ninja import Router

from cimaise.engine.exports.base import Value
from cimaise.engine.query.limits import WHOLE
from cimaise.engine.query.question import Question
from cimaise.web.api.catalogue import check_names
from cimaise.web.api.freshness import fresh, tag
from cimaise.web.api.operations import answered, here, link, operation
from cimaise.web.api.parameters import CATALOGUE_EXPORT, of_formats, read, whole
from cimaise.web.api.problems import unknown_resource
from cimaise.web.api.questions import question_of
from cimaise.web.api.reach import asker
from cimaise.web.api.shapes import Links
from cimaise.web.catalog.exports import CATALOGUE_EXPORTS
from cimaise.web.catalog.exports.base import Wanted
from cimaise.web.catalog.mirror import Catalogue, catalogue
from cimaise.web.catalog.naming import plain_names
from cimaise.web.catalog.search import asked_of_catalogue

router = Router()
TAGS = ("Catalog",)
OF_FORMATS = of_formats(CATALOGUE_EXPORTS.values())


@operation(
    router,
    "/catalog/exports",
    (),
    Links,
    name="listExportFormats",
    summary=_("Formats the catalogue can be exported to"),
    tags=TAGS,
)
def formats(request: HttpRequest) -> HttpResponseBase:
    """List the formats of the catalogue, as links."""
    address = f"{here(request)}/catalog/exports"
    links = [link("self", address)]
    return answered(
        {"links": links + [link(name, f"{address}/{name}") for name in CATALOGUE_EXPORTS]}
    )


@operation(
    router,
    "/catalog/exports/{catalogue_format}",
    (*CATALOGUE_EXPORT, *OF_FORMATS),
    None,
    name="exportDatasets",
    summary=_("Export the catalogue"),
    tags=TAGS,
    media_types=tuple(dict.fromkeys(card.media_type for card in CATALOGUE_EXPORTS.values())),
)
def export_datasets(request: HttpRequest, catalogue_format: str) -> HttpResponseBase:
    """Export every dataset that matches, as the asker may see them."""
    card = CATALOGUE_EXPORTS.get(catalogue_format)
    if card is None:
        raise unknown_resource("export format", catalogue_format[:100])
    asked = read(request.GET, CATALOGUE_EXPORT)
    question = question_of(asked, *whole(asked))
    settled = card.settled({name: value for name, value in request.GET.items() if value})
    seen, address = catalogue(asker(request)), f"{request.scheme}://{request.get_host()}"
    etag = tag("catalogue export", seen.state, seen.where, card.name, address,
               question.canonical(), sorted(settled.items()))  # fmt: skip

    def make() -> HttpResponseBase:
        wanted = wanted_of(seen, question, settled, address)
        if request.method == "HEAD":
            return HttpResponse(content_type=card.media_type)
        return StreamingHttpResponse(card.write(wanted), content_type=card.media_type)

    response = fresh(request, etag, seen.built, make, question=question.canonical())
    if response.status_code == 200:
        response["Content-Disposition"] = f'attachment; filename="{card.file_name}"'
    return response


def wanted_of(
    seen: Catalogue, question: Question, said: Mapping[str, Value], address: str
) -> Wanted:
    """What is to be written; whatever is wrong with the question is raised here."""
    names = () if question.select.strip() in ("", "*") else plain_names(question.select)
    if names is None or question.group_by:
        computed = asked_of_catalogue(seen, question, limits=WHOLE).records
        return Wanted((), address, question.lang, computed=computed, said=said)
    check_names(names)
    found = asked_of_catalogue(seen, question, only="dataset_id", limits=WHOLE).records
    slugs = [record["dataset_id"] for record in found]
    return Wanted(slugs, address, question.lang, names, said=said)
