"""A dataset as the Explore API describes it: the object of `/catalog/datasets/{id}` (§1.6)."""

from datetime import UTC, datetime
from typing import Any

from cimaise.engine.schema.field import Field
from cimaise.engine.schema.schema import Schema
from cimaise.web.catalog.extent import feature
from cimaise.web.catalog.shelf import Shown

NAMED_OTHERWISE = {"json": "json_blob"}  # our type names that the Explore API calls otherwise
DCAT = (
    "created", "issued", "creator", "contributor", "contact_name", "contact_email",
    "accrualperiodicity", "spatial", "temporal", "granularity", "dataquality", "publisher_type",
    "conforms_to", "temporal_coverage_start", "temporal_coverage_end", "accessRights", "relation",
)  # fmt: skip
EXPLORE = (
    "download_count", "popularity_score", "attachment_download_count",
    "file_fields_download_count", "geographic_reference_path",
    "geographic_reference_path_labels", "feedback_enabled", "reuse_count", "api_call_count",
)  # fmt: skip


def dataset_body(shown: Shown, *, app_metas: bool = False) -> dict[str, Any]:
    """The dataset with its fields and metadata, keys in the order of the live servers.

    Every key is there, null when nothing is known; dates are ISO 8601 in UTC. Visits are not
    counted, so what `app_metas` adds under `explore` is null.
    """
    schema = shown.snapshot.schema
    metas: dict[str, Any] = {"dcat": dcat_metas(shown), "default": default_metas(shown)}
    if app_metas:
        metas["explore"] = dict.fromkeys(EXPLORE) | {"feedback_enabled": False}
    return {
        "visibility": visibility(shown.dataset.restricted),
        "fields": [field_body(field) for field in schema],
        "dataset_id": shown.dataset.slug,
        "dataset_uid": shown.dataset.uid,
        "has_records": shown.version.records > 0,
        "features": features(schema),
        "attachments": [],
        "alternative_exports": [],
        "data_visible": True,
        "metas": metas,
    }


def visibility(restricted: bool) -> str:
    """What the Explore API calls a dataset everybody sees, and one that some see."""
    return "restricted" if restricted else "domain"


def field_body(field: Field) -> dict[str, Any]:
    """A field with its annotations as scalars, as live servers answer (the documents say lists)."""
    return {
        "name": field.name,
        "description": field.description or None,
        "annotations": field.annotations.to_json(),
        "label": field.label,
        "type": NAMED_OTHERWISE.get(field.type, field.type),
    }


def features(schema: Schema) -> list[str]:
    """What can be done with data of this schema: analyze, timeserie, geo, image (§1.6)."""
    dates = bool(schema.of_type("date", "datetime"))
    can = {
        "analyze": dates or bool(schema.facets),
        "timeserie": dates,
        "geo": bool(schema.of_type("geo_point_2d", "geo_shape")),
        "image": bool(schema.of_type("file")),
    }
    return [name for name, true in can.items() if true]


def default_metas(shown: Shown) -> dict[str, Any]:
    """The standard metadata, in the order of §1.6."""
    dataset, version = shown.dataset, shown.version
    box = feature(shown.snapshot.manifest.counts.get("bbox"))
    return {
        "title": dataset.title,
        "description": dataset.description or None,
        "theme": [theme.name for theme in dataset.themes.all()] or None,
        "keyword": list(dataset.keywords) or None,
        "license": dataset.licence.name if dataset.licence else None,
        "license_url": (dataset.licence.url or None) if dataset.licence else None,
        "language": dataset.language,
        "metadata_languages": [dataset.language],
        "timezone": None,
        "modified": moment(version.published),
        "modified_updates_on_metadata_change": False,
        "modified_updates_on_data_change": True,
        "data_processed": moment(version.published),
        "metadata_processed": moment(dataset.modified),
        "geographic_reference": None,
        "geographic_reference_auto": None,
        "territory": None,
        "geometry_types": ["Point"] if box and shown.snapshot.schema.point else None,
        "bbox": box,
        "publisher": dataset.producer.name,
        "references": dataset.references or None,
        "records_count": version.records,
        "attributions": list(dataset.attributions) or None,
        "source_domain": None,
        "source_domain_title": None,
        "source_domain_address": None,
        "source_dataset": None,
        "shared_catalog": None,
        "federated": False,
        "parent_domain": None,
        "update_frequency": dataset.update_frequency or None,
    }


def dcat_metas(shown: Shown) -> dict[str, Any]:
    """The DCAT metadata; what the catalogue does not ask for is null."""
    dataset = shown.dataset
    known = {
        "created": moment(dataset.created),
        "accrualperiodicity": dataset.update_frequency or None,
    }
    return {name: known.get(name) for name in DCAT}


def moment(at: datetime) -> str:
    """An instant as the Explore API writes it: ISO 8601 in UTC, `+00:00`."""
    return at.astimezone(UTC).isoformat()
