"""The catalogue as Project Open Data 1.1 describes one (`data.json`)."""

from collections.abc import Iterator
from typing import Any

import orjson

from cimaise.engine.exports import EXPORTS
from cimaise.web.catalog.exports.base import CatalogueCard, Wanted

SCHEMA = "https://project-open-data.cio.gov/v1.1/schema"
OFFERED = ("csv", "json", "xlsx")  # forms that every dataset with records has


def write(wanted: Wanted) -> Iterator[bytes]:
    """The head of the catalogue, then a dataset at a time."""
    head = {
        "@context": f"{SCHEMA}/catalog.jsonld",
        "@id": f"{wanted.address}/api/explore/v2.1/catalog/exports/data.json",
        "@type": "dcat:Catalog",
        "conformsTo": SCHEMA,
        "describedBy": f"{SCHEMA}/catalog.json",
    }
    yield orjson.dumps(head)[:-1] + b',"dataset":['
    before = b""
    for body in wanted.described():
        yield before + orjson.dumps(dataset(body, wanted.address))
        before = b",\n"
    yield b"]}"


def dataset(body: dict[str, Any], address: str) -> dict[str, Any]:
    """One dataset; what it does not say is left out, as the schema wants."""
    metas, dcat = body["metas"]["default"], body["metas"]["dcat"]
    page = f"{address}/explore/dataset/{body['dataset_id']}/"
    told = {
        "@type": "dcat:Dataset",
        "identifier": page,
        "title": metas["title"],
        "description": metas["description"] or metas["title"],
        "keyword": [*(metas["keyword"] or metas["theme"] or ["data"])],
        "theme": metas["theme"],
        "modified": metas["modified"],
        "issued": dcat["created"],
        "publisher": {"@type": "org:Organization", "name": metas["publisher"]},
        "contactPoint": {
            "@type": "vcard:Contact",
            "fn": dcat["contact_name"] or metas["publisher"],
            **({"hasEmail": f"mailto:{dcat['contact_email']}"} if dcat["contact_email"] else {}),
        },
        "accessLevel": "public" if body["visibility"] == "domain" else "restricted public",
        "license": metas["license_url"],
        "language": [metas["language"]],
        "spatial": _box(metas["bbox"]),
        "landingPage": page,
        "references": [metas["references"]] if metas["references"] else None,
        "distribution": [*_distributions(body, address)],
    }
    return {name: value for name, value in told.items() if value not in (None, [])}


def _box(feature: dict[str, Any] | None) -> str | None:
    """West, south, east and north, parted by commas."""
    if feature is None:
        return None
    ring = feature["geometry"]["coordinates"][0]
    (west, south), (east, north) = ring[2], ring[0]
    return f"{west},{south},{east},{north}"


def _distributions(body: dict[str, Any], address: str) -> Iterator[dict[str, str]]:
    exports = f"{address}/api/explore/v2.1/catalog/datasets/{body['dataset_id']}/exports"
    forms = (*OFFERED, "geojson") if "geo" in body["features"] else OFFERED
    for name in forms if body["has_records"] else ():
        card = EXPORTS[name]
        yield {
            "@type": "dcat:Distribution",
            "title": card.label,
            "format": card.label,
            "mediaType": card.media_type,
            "downloadURL": f"{exports}/{name}",
        }
    for each in (*body["attachments"], *body["alternative_exports"]):
        yield {
            "@type": "dcat:Distribution",
            "title": each["title"],
            "mediaType": each["mimetype"],
            "downloadURL": each["url"],
        }


DATA_JSON = CatalogueCard(
    name="data.json",
    label="Project Open Data",
    file_name="data.json",
    media_type="application/json; charset=utf-8",
    write=write,
)
