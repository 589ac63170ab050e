"""A dataset as the Explore API describes it: the object of `/catalog/datasets/{id}` (§1.6)."""

from datetime import UTC, datetime
from typing import Any

from django.conf import settings

from cimaise.engine.schema.field import Field
from cimaise.engine.schema.schema import Schema
from cimaise.web.catalog.extent import feature
from cimaise.web.catalog.models import Attachment, Dataset, Theme
from cimaise.web.catalog.popularity import explore_metas
from cimaise.web.catalog.shelf import Shown
from cimaise.web.catalog.templates import DCAT, DEFAULT, EXPLORE, INSPIRE

NAMED_OTHERWISE = {"json": "json_blob"}  # our type names that the Explore API calls otherwise


def dataset_body(shown: Shown, *, app_metas: bool = False, lang: str = "fr") -> dict[str, Any]:
    """The dataset with its fields and metadata, keys in the order of the live servers.

    Every key is there, null when nothing is known; dates are ISO 8601 in UTC. Metadata that have
    a translation are told in `lang`, and in the other language under `theme_en`.
    """
    schema, kept = shown.snapshot.schema, list(shown.dataset.attachments.all())
    metas: dict[str, Any] = {
        "dcat": dcat_metas(shown),
        "default": default_metas(shown, lang),
        "inspire": inspire_metas(shown),
    }
    if app_metas:
        used = explore_metas(getattr(shown.dataset, "uses", None))
        metas["explore"] = EXPLORE.filled({**used, "feedback_enabled": False})
    return {
        "visibility": visibility(shown.dataset.restricted),
        "fields": [field_body(field) for field in schema],
        "dataset_id": shown.dataset.slug,
        "dataset_uid": shown.dataset.uid,
        "has_records": shown.version.records > 0,
        "features": features(schema),
        "attachments": attached(shown.dataset, kept, Attachment.Kind.ATTACHMENT),
        "alternative_exports": attached(shown.dataset, kept, Attachment.Kind.ALTERNATIVE),
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


def attached(
    dataset: Dataset, kept: list[Attachment], kind: Attachment.Kind
) -> list[dict[str, str | None]]:
    """The files of one kind that go with a dataset, with the addresses they are read at."""
    root = f"{settings.SITE_ADDRESS}/api/explore/v2.1/catalog/datasets/{dataset.slug}/{kind}"
    return [
        {
            "id": each.name,
            "title": each.title,
            "mimetype": each.mimetype,
            "url": f"{root}/{each.name}",
            **(
                {"description": each.description or None}
                if kind == Attachment.Kind.ALTERNATIVE
                else {}
            ),
        }
        for each in kept
        if each.kind == kind
    ]


def default_metas(shown: Shown, lang: str = "fr") -> dict[str, Any]:
    """The standard metadata, in the order of §1.6, then their translations."""
    dataset, version = shown.dataset, shown.version
    counts = shown.snapshot.manifest.counts
    box = feature(counts.get("bbox"))
    themes = list(dataset.themes.all())
    point = ["Point"] if box and shown.snapshot.schema.point else None
    metas = DEFAULT.filled(
        {
            "title": dataset.title,
            "description": dataset.description or None,
            "theme": [theme_in(lang, theme) for theme in themes] or None,
            "keyword": list(dataset.keywords) or None,
            "license": dataset.licence.name if dataset.licence else None,
            "license_url": (dataset.licence.url or None) if dataset.licence else None,
            "language": dataset.language,
            "metadata_languages": [dataset.language],
            "modified": moment(version.published),
            "modified_updates_on_metadata_change": False,
            "modified_updates_on_data_change": True,
            "data_processed": moment(version.published),
            "metadata_processed": moment(dataset.modified),
            "geometry_types": counts.get("geometry_types") or point,
            "bbox": box,
            "publisher": dataset.producer.name,
            "references": dataset.references or None,
            "records_count": version.records,
            "attributions": list(dataset.attributions) or None,
            "federated": False,
            "update_frequency": dataset.update_frequency or None,
        }
    )
    if any(theme.name_en for theme in themes):
        other = "fr" if lang == "en" else "en"
        metas[f"theme_{other}"] = [theme_in(other, theme) for theme in themes]
    return metas


def theme_in(lang: str, theme: Theme) -> str:
    """The name of a theme in a language, or the one it has."""
    return (theme.name_en or theme.name) if lang == "en" else theme.name


def dcat_metas(shown: Shown) -> dict[str, Any]:
    """The DCAT metadata; what the catalogue does not ask for is null."""
    dataset = shown.dataset
    return DCAT.filled(
        {
            "created": moment(dataset.created),
            "accrualperiodicity": dataset.update_frequency or None,
        }
    )


def inspire_metas(shown: Shown) -> dict[str, Any]:
    """The INSPIRE metadata: where the data lie is known, the rest is null."""
    west, south, east, north = shown.snapshot.manifest.counts.get("bbox") or (None,) * 4
    box = "extend_bounding_box"
    return INSPIRE.filled(
        {
            f"{box}_westbound_longitude": west,
            f"{box}_eastbound_longitude": east,
            f"{box}_southbound_latitude": south,
            f"{box}_northbound_latitude": north,
        }
    )


def moment(at: datetime) -> str:
    """An instant as the Explore API writes it: ISO 8601 in UTC, `+00:00`."""
    return at.astimezone(UTC).isoformat()
