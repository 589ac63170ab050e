"""Datasets as v2.0 describes them: each in its own envelope, annotations as lists (§1.10)."""

from typing import Any

from django.http import HttpRequest

from cimaise.web.api.v20.addresses import dataset_links

ORDER = (
    "dataset_id", "dataset_uid", "attachments", "has_records", "data_visible", "fields", "metas",
    "features",
)  # fmt: skip
FORMERLY = ("oauth_scope", "geographic_area", "geographic_area_mode")


def enveloped(request: HttpRequest, told: dict[str, Any]) -> dict[str, Any]:
    """A dataset, or what was selected of it, with its links where it says which it is."""
    slug = told.get("dataset_id")
    links = {} if slug is None else {"links": dataset_links(request, slug)}
    return {**links, "dataset": told}


def of_v21(body: dict[str, Any]) -> dict[str, Any]:
    """A whole description, from that of v2.1."""
    metas = {name: dict(values) for name, values in body["metas"].items()}
    metas["default"] |= dict.fromkeys(FORMERLY)
    told = {**body, "metas": metas, "fields": [field(each) for each in body["fields"]]}
    return {name: told[name] for name in ORDER}


def field(told: dict[str, Any]) -> dict[str, Any]:
    """A field; `{"facet": true}` was `{"facet": []}`."""
    notes = {name: listed(value) for name, value in told["annotations"].items()}
    return {
        "description": told["description"],
        "label": told["label"],
        "type": told["type"],
        "name": told["name"],
        "annotations": notes,
    }


def listed(value: object) -> list[object]:
    """The arguments of an annotation."""
    return [] if value is True else [value]
