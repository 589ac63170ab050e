"""A dataset as v1 describes it: flat metadata, without those that are empty (explore-api §5.4)."""

import csv
import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from xml.etree.ElementTree import Element, SubElement, tostring

from django.http import HttpRequest, HttpResponse
from django.utils.feedgenerator import rfc2822_date

from cimaise.engine.schema.field import Field
from cimaise.web.catalog.description import dataset_body, field_body
from cimaise.web.catalog.shelf import Shown

# Of the standard metadata, what v1 never told.
UNTOLD = frozenset({"bbox", "geometry_types", "license_url", "metadata_languages"})
UNWRITABLE = dict.fromkeys([*range(9), 11, 12, *range(14, 32), 0xFFFE, 0xFFFF])


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which metadata are told beside the standard ones."""

    interop: bool = False
    extra: bool = False
    asset: bool = False


def dataset_of(shown: Shown, request: HttpRequest, wanted: Wanted) -> dict[str, Any]:
    """The dataset, keys in the order of the documents."""
    said = dataset_body(shown, app_metas=True)
    metas = {
        **said["metas"]["default"],
        "domain": request.get_host(),
        "visibility": said["visibility"],
    }
    told = {name: value for name, value in filled(metas).items() if name not in UNTOLD}
    body: dict[str, Any] = {
        "datasetid": said["dataset_id"],
        "metas": told,
        "has_records": said["has_records"],
        "data_visible": said["data_visible"],
        "features": said["features"],
        "attachments": said["attachments"],
        "alternative_exports": said["alternative_exports"],
        "fields": [field_of(field) for field in shown.snapshot.schema],
        "basic_metas": {"default": told},
    }
    if wanted.interop:
        body["interop_metas"] = {
            name: filled(values)
            for name, values in said["metas"].items()
            if name not in ("default", "explore") and filled(values)
        }
    if wanted.extra or wanted.asset:
        body["extra_metas"] = _extra(shown, said["metas"].get("explore", {}), wanted)
    return body


def filled(metas: Mapping[str, Any]) -> dict[str, Any]:
    """The metadata that say something."""
    return {name: value for name, value in metas.items() if value not in (None, "", [])}


def _extra(shown: Shown, explore: Mapping[str, Any], wanted: Wanted) -> dict[str, Any]:
    extra: dict[str, Any] = {}
    if wanted.extra:
        extra = {"visualization": {}, "explore": filled(explore)}
    if wanted.asset:
        facets = [{"field_name": field.name} for field in shown.snapshot.schema.facets]
        extra["asset_content_configuration"] = {"facets": facets}
    return extra


def field_of(field: Field) -> dict[str, Any]:
    """A field, its annotations as a list of names and arguments."""
    said = field_body(field)
    told = {"name": said["name"], "label": said["label"], "type": said["type"]}
    if said["description"]:
        told["description"] = said["description"]
    return {**told, "annotations": annotations(field)}


def annotations(field: Field) -> list[dict[str, Any]]:
    """`[{"name": "facet"}, {"name": "timeserie_precision", "args": ["hour"]}]`."""
    return [
        {"name": name} if value is True else {"name": name, "args": [value]}
        for name, value in field.annotations.to_json().items()
    ]


# -- other formats --------------------------------------------------------------------------------

COLUMNS = (
    "datasetid", "title", "description", "theme", "keyword", "license", "language", "modified",
    "publisher", "references", "records_count", "attributions", "domain",
)  # fmt: skip


def as_csv(request: HttpRequest, shown: Sequence[Shown]) -> HttpResponse:
    """The datasets as CSV, a line each."""
    out = io.StringIO(newline="")
    writer = csv.writer(out, delimiter=";", lineterminator="\r\n")
    writer.writerow(COLUMNS)
    for each in shown:
        told = dataset_of(each, request, Wanted())
        metas = {"datasetid": told["datasetid"], **told["metas"]}
        writer.writerow([_cell(metas.get(name, "")) for name in COLUMNS])
    response = HttpResponse(out.getvalue(), "text/csv; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="datasets.csv"'
    return response


def _cell(value: object) -> str:
    return ",".join(map(str, value)) if isinstance(value, list) else str(value)


def as_rss(request: HttpRequest, shown: Sequence[Shown]) -> HttpResponse:
    """The datasets as RSS 2.0, each leading to its page."""
    root = Element("rss", version="2.0")
    channel = SubElement(root, "channel")
    page = request.build_absolute_uri("/explore/")
    _texts(channel, title=request.get_host(), link=page, description=request.get_host())
    for each in shown:
        address = f"{page}dataset/{each.dataset.slug}/"
        item = SubElement(channel, "item")
        said = each.dataset.description
        _texts(item, title=each.dataset.title, link=address, description=said, guid=address)
        _texts(item, pubDate=rfc2822_date(each.version.published))
    made = tostring(root, encoding="utf-8", xml_declaration=True)
    return HttpResponse(made, "application/rss+xml; charset=utf-8")


def _texts(parent: Element, **texts: str) -> None:
    for name, text in texts.items():
        SubElement(parent, name).text = text.translate(UNWRITABLE)
