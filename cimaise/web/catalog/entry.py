"""One record of the catalogue's mirror: what is searched, counted and sorted about a dataset."""

from collections.abc import Iterator
from html import unescape
from typing import Any

import nh3
import orjson

from cimaise.engine.metadata.description import DatasetDescription, FieldWish
from cimaise.engine.odsql.to_sql import fold
from cimaise.web.catalog.description import dataset_body
from cimaise.web.catalog.models import Dataset
from cimaise.web.catalog.naming import mirror_name
from cimaise.web.catalog.shelf import Shown, snapshot_of
from cimaise.web.catalog.templates import TEMPLATES, Meta, Template

# Joins the values of a list in a cell; nobody types it, so no value can hold it.
SEPARATOR = "\x1f"
LIST = {"multivalued": SEPARATOR}
FACET = {"facet": True}
LIST_FACET = {**LIST, **FACET, "disjunctive": True}

FIELDS: tuple[FieldWish, ...] = (
    FieldWish("dataset_id", label="Identifier", type="text", annotations={"id": True}),
    FieldWish("dataset_uid", label="Permanent identifier", type="text"),
    FieldWish("title", label="Title", type="text", annotations={"sortable": True}),
    FieldWish("description", label="Description", type="text"),
    FieldWish(
        "features",
        label="Views",
        type="text",
        annotations={**LIST, **FACET, "facetsort": "alphanum"},
    ),
    FieldWish(
        "theme", label="Theme", type="text", annotations={**LIST_FACET, "facetsort": "alphanum"}
    ),
    FieldWish("keyword", label="Keyword", type="text", annotations=LIST_FACET),
    FieldWish(
        "publisher", label="Producer", type="text", annotations={**FACET, "disjunctive": True}
    ),
    FieldWish("license", label="Licence", type="text", annotations={**FACET, "disjunctive": True}),
    FieldWish("license_url", label="Address of the licence", type="text"),
    FieldWish("language", label="Language", type="text", annotations=FACET),
    FieldWish("modified", label="Modified", type="datetime", annotations=FACET),
    FieldWish("created", label="Created", type="datetime"),
    FieldWish("data_processed", label="Data processed", type="datetime"),
    FieldWish("metadata_processed", label="Metadata processed", type="datetime"),
    FieldWish("records_count", label="Records", type="int"),
    FieldWish("update_frequency", label="Update frequency", type="text"),
    FieldWish("references", label="References", type="text"),
    FieldWish("attributions", label="Attributions", type="text", annotations=LIST),
    FieldWish("bbox", label="Bounding box", type="json"),
    FieldWish("producer", label="Identifier of the producer", type="text"),
    FieldWish("visibility", label="Visibility", type="text"),
    FieldWish("has_records", annotations={"facet": False}, label="Has records", type="boolean"),
    FieldWish("is_sample", annotations={"facet": False}, label="Sample", type="boolean"),
    FieldWish("featured", annotations={"facet": False}, label="Featured", type="boolean"),
)


def _wish(template: Template, meta: Meta) -> FieldWish:
    """A metadata that is no facet, but may be asked for and sorted by all the same."""
    notes: dict[str, Any] = {"facet": False} | (LIST if meta.kind == "list" else {})
    return FieldWish(
        mirror_name(template.name, meta.name),
        label=meta.label,
        type=KINDS.get(meta.kind, meta.kind),
        annotations=notes,
    )


KINDS = {"html": "text", "list": "text", "geo_shape": "json"}
NAMED = frozenset(wish.name for wish in FIELDS)
FIELDS += tuple(
    _wish(template, meta)
    for template in TEMPLATES
    for meta in template.metas
    if mirror_name(template.name, meta.name) not in NAMED
)
LISTS = frozenset(wish.name for wish in FIELDS if "multivalued" in wish.annotations)


def mirror_description(slug: str) -> DatasetDescription:
    """The catalogue described as any other dataset is: every type declared, nothing guessed."""
    return DatasetDescription(id=slug, title="Catalogue", key=("dataset_id",), fields=FIELDS)


def entries() -> Iterator[dict[str, Any]]:
    """The record of every published dataset, restricted ones included, in order of title.

    Accents do not count in that order, whatever the database makes of them.
    """
    published = (
        Dataset.objects.filter(current__isnull=False)
        .select_related("current", "producer", "licence", "uses")
        .prefetch_related("themes", "attachments")
    )
    for dataset in sorted(published, key=lambda each: (fold(each.title), each.slug)):
        if dataset.current is not None:
            version = dataset.current
            yield entry(Shown(dataset, version, snapshot_of(version, dataset.slug)))


def entry(shown: Shown) -> dict[str, Any]:
    """The record of one dataset: the values of its API description, its HTML turned to text."""
    body = dataset_body(shown, app_metas=True)
    metas = body["metas"]["default"]
    box = metas["bbox"]
    templated = {
        mirror_name(template.name, name): body["metas"][template.name][name]
        for template in TEMPLATES
        for name in template.names
    }
    known = {
        **body,
        **templated,
        "description": plain_text(shown.dataset.description),
        "bbox": orjson.dumps(box["geometry"]).decode() if box else None,
        "producer": shown.dataset.producer.slug,
        "is_sample": shown.dataset.is_sample,
        "featured": shown.dataset.featured,
    }
    return {wish.name: _cell(wish.name, known[wish.name]) for wish in FIELDS}


def _cell(name: str, value: Any) -> Any:
    if name in LISTS:
        return SEPARATOR.join(value) if value else None
    return value


def plain_text(html: str) -> str:
    """The words of a description: no tags, no entities, one space where there was a gap."""
    spaced = html.replace("<", " <")
    return " ".join(unescape(nh3.clean(spaced, tags=set())).split())
