"""The catalogue, facets and files in the shapes of v2.0."""

from dataclasses import replace
from typing import Any

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils.translation import gettext_noop as _
from ninja import Router

from cimaise.engine.exports import formats_for
from cimaise.web.api import attachments as files
from cimaise.web.api import catalogue as newer
from cimaise.web.api import catalogue_exports, exports
from cimaise.web.api import facets as counting
from cimaise.web.api.freshness import fresh, tag
from cimaise.web.api.operations import answered
from cimaise.web.api.parameters import (
    AGGREGATES,
    CATALOGUE_EXPORT,
    CATALOGUE_FACETS,
    DATASET,
    DATASETS,
    EXPORT,
    FACETS,
    read,
    window,
)
from cimaise.web.api.problems import json_bytes
from cimaise.web.api.questions import question_of
from cimaise.web.api.reach import asker, described, on_shelf
from cimaise.web.api.shapes import Attachments, Facets, Links
from cimaise.web.api.v20.addresses import (
    dataset_address,
    dataset_links,
    echoed,
    here,
    linked,
    page_links,
)
from cimaise.web.api.v20.datasets import enveloped, of_v21
from cimaise.web.api.v20.operations import operation
from cimaise.web.api.v20.shapes import Aggregations, DatasetEnvelope, DatasetsPage
from cimaise.web.api.v20.values import is_aggregate, no_aggregate
from cimaise.web.catalog.description import dataset_body
from cimaise.web.catalog.exports import CATALOGUE_EXPORTS
from cimaise.web.catalog.mirror import catalogue
from cimaise.web.catalog.search import asked_of_catalogue

router = Router()
CATALOG, DATASET_TAG = ("Catalog",), ("Dataset",)
FORMER = {"xls": "xlsx"}  # what v2.0 called a format otherwise: it is the file of today


@operation(router, "/", (), Links, name="root", summary=_("Where to start"), tags=CATALOG)
def root(request: HttpRequest) -> HttpResponseBase:
    """Links to the catalogue and to the description of this API."""
    address = here(request)
    links = [linked("self", f"{address}/"), linked("catalog", f"{address}/catalog")]
    return answered({"links": [*links, linked("description", f"{address}/swagger.json")]})


@operation(
    router, "/catalog", (), Links, name="getCatalog", summary=_("The catalogue"), tags=CATALOG
)
def catalog(request: HttpRequest) -> HttpResponseBase:
    """Links to what the catalogue holds."""
    address = f"{here(request)}/catalog"
    links = [linked(rel, f"{address}/{rel}") for rel in ("datasets", "facets", "exports")]
    return answered({"links": [linked("self", address), *links]})


@operation(
    router, "/catalog/datasets", DATASETS, DatasetsPage,
    name="getDatasets", summary=_("Query the datasets of the catalogue"), tags=CATALOG,
)  # fmt: skip
def datasets(request: HttpRequest) -> HttpResponseBase:
    """A page of the datasets that match, as the asker may see them."""
    asked = read(request.GET, DATASETS)
    limit, offset = window(asked)
    seen, question = catalogue(asker(request)), question_of(asked, limit, offset)
    address, app_metas = f"{here(request)}/catalog/datasets", asked.yes("include_app_metas")
    total, results = newer.found(seen, question, asked)
    told = [
        enveloped(request, of_v21(result) if "metas" in result and "fields" in result else result)
        for result in results
    ]
    effective: dict[str, bool] = {"include_app_metas": app_metas}
    body: dict[str, Any]
    if total is None:
        own = echoed(request, address, {"limit": limit, "offset": offset, **effective})
        body = {"links": [linked("self", own)], "datasets": told}
    else:
        links = page_links(request, address, limit, offset, total, **effective)
        body = {"total_count": total, "links": links, "datasets": told}
    etag = tag("datasets 2.0", json_bytes(body).decode())
    changed = None if newer.tells_uses(asked) else seen.built
    return fresh(request, etag, changed, lambda: answered(body), question=question.canonical())


@operation(
    router, "/catalog/datasets/{dataset_id}", DATASET, DatasetEnvelope,
    name="getDataset", summary=_("Describe a dataset"), tags=DATASET_TAG,
)  # fmt: skip
def dataset(request: HttpRequest, dataset_id: str) -> HttpResponseBase:
    """The fields and metadata of a dataset."""
    asked = read(request.GET, DATASET)
    shown = described(request, dataset_id, asked)
    told = dataset_body(shown, app_metas=newer.tells_uses(asked), lang=asked.text("lang"))
    select = asked.text("select").strip()
    told = of_v21(told) if select in ("", "*") else newer.selected_of(told, select)
    body = {"links": dataset_links(request, dataset_id), "dataset": told}
    etag = tag("dataset 2.0", json_bytes(body).decode())
    return fresh(request, etag, None, lambda: answered(body))


@operation(
    router, "/catalog/aggregates", AGGREGATES, Aggregations,
    name="aggregateDatasets", summary=_("Work something out of the datasets"), tags=CATALOG,
)  # fmt: skip
def aggregates(request: HttpRequest) -> HttpResponseBase:
    """What `select` works out of all datasets that match, or of each group of them."""
    asked = read(request.GET, AGGREGATES)
    limit, offset = window(asked)
    question, seen = question_of(asked, limit, offset), catalogue(asker(request))
    if not is_aggregate(question):
        raise no_aggregate(question)
    # Ungrouped, an aggregate stands on every row of a page (explore-api §1.5): one tells it.
    once = question if question.group_by else replace(question, limit=1, offset=0, order_by="")
    effective = {"limit": limit, "offset": offset}
    own = echoed(request, f"{here(request)}/catalog/aggregates", effective)
    links = [linked("self", own), linked("datasets", f"{here(request)}/catalog/datasets")]
    body = {"links": links, "aggregations": asked_of_catalogue(seen, once).records}
    etag = tag("catalogue aggregates 2.0", json_bytes(body).decode())
    return fresh(request, etag, seen.built, lambda: answered(body), question=question.canonical())


@operation(
    router, "/catalog/facets", CATALOGUE_FACETS, Facets,
    name="getDatasetsFacets", summary=_("Count the datasets by facet"), tags=CATALOG,
)  # fmt: skip
def catalogue_facets(request: HttpRequest) -> HttpResponseBase:
    """Values of the facets of the catalogue, with how many datasets have each."""
    address = f"{here(request)}/catalog"
    links = [linked("self", f"{address}/facets"), linked("source", address)]
    return counting.of_catalogue(request, links)


@operation(
    router, "/catalog/datasets/{dataset_id}/facets", FACETS, Facets,
    name="getRecordsFacets", summary=_("Count the records by facet"), tags=DATASET_TAG,
)  # fmt: skip
def record_facets(request: HttpRequest, dataset_id: str) -> HttpResponseBase:
    """Values of the facets of a dataset, with how many records have each."""
    address = dataset_address(request, dataset_id)
    links = [linked("self", f"{address}/facets"), linked("dataset", address)]
    return counting.of_records(request, dataset_id, links)


@operation(
    router, "/catalog/exports", (), Links,
    name="listExportFormats", summary=_("Formats the catalogue can be exported to"), tags=CATALOG,
)  # fmt: skip
def formats_of_catalogue(request: HttpRequest) -> HttpResponseBase:
    """List the formats of the catalogue, as links."""
    return exports_listed(f"{here(request)}/catalog/exports", tuple(CATALOGUE_EXPORTS))


@operation(
    router, "/catalog/datasets/{dataset_id}/exports", (), Links,
    name="listDatasetExportFormats", summary=_("Formats a dataset can be exported to"),
    tags=DATASET_TAG,
)  # fmt: skip
def formats_of_dataset(request: HttpRequest, dataset_id: str) -> HttpResponseBase:
    """List the formats this dataset is offered in, as links."""
    found = on_shelf(request, dataset_id, read(request.GET, ()))
    names = tuple(card.name for card in formats_for(found.snapshot.schema))
    return exports_listed(f"{dataset_address(request, dataset_id)}/exports", names)


def exports_listed(address: str, names: tuple[str, ...]) -> HttpResponseBase:
    """Formats as links, under the names that v2.0 had for them."""
    before = {new: old for old, new in FORMER.items()}
    told = [before.get(name, name) for name in names]
    links = [linked("self", address), *(linked(name, f"{address}/{name}") for name in told)]
    return answered({"links": links})


@operation(
    router, "/catalog/exports/{catalogue_format}",
    (*CATALOGUE_EXPORT, *catalogue_exports.OF_FORMATS), None,
    name="exportDatasets", summary=_("Export the catalogue"), tags=CATALOG,
    media_types=tuple(dict.fromkeys(card.media_type for card in CATALOGUE_EXPORTS.values())),
)  # fmt: skip
def export_datasets(request: HttpRequest, catalogue_format: str) -> HttpResponseBase:
    """Export every dataset that matches; CSV has no byte order mark unless one is asked for."""
    name = FORMER.get(catalogue_format, catalogue_format)
    return catalogue_exports.export_datasets(without_mark(request), catalogue_format=name)


@operation(
    router, "/catalog/datasets/{dataset_id}/exports/{export_format}",
    (*EXPORT, *exports.OF_FORMATS), None,
    name="exportRecords", summary=_("Export a dataset"), tags=DATASET_TAG,
    media_types=exports.MEDIA_TYPES, counts=False,
)  # fmt: skip
def export_records(request: HttpRequest, dataset_id: str, export_format: str) -> HttpResponseBase:
    """Export every record that matches; CSV has no byte order mark unless one is asked for."""
    name = FORMER.get(export_format, export_format)
    return exports.export_records(without_mark(request), dataset_id=dataset_id, export_format=name)


def without_mark(request: HttpRequest) -> HttpRequest:
    """The request with the defaults that v2.0 had: no byte order mark, no GPX extensions."""
    sent = request.GET.copy()
    for name in ("with_bom", "use_extension"):
        sent.setdefault(name, "false")
    request.GET = sent  # type: ignore[assignment]  # a mutable copy is a QueryDict too
    return request


@operation(
    router, "/catalog/datasets/{dataset_id}/attachments", (), Attachments,
    name="getDatasetAttachments", summary=_("Attachments of a dataset"), tags=DATASET_TAG,
    counts=False,
)  # fmt: skip
def attachments(request: HttpRequest, dataset_id: str) -> HttpResponseBase:
    """List the files attached to a dataset; they are given by the version of today."""
    return files.attachments(request, dataset_id=dataset_id)
