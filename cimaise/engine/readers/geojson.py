"""GeoJSON: features with a geometry and properties."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from cimaise.engine.duck import Workspace
from cimaise.engine.messages import Refusal, say
from cimaise.engine.metadata.description import ReadingWishes
from cimaise.engine.progress import Progress
from cimaise.engine.readers.base import RawTable, ReaderCard
from cimaise.engine.readers.json_items import JsonText, items_of, members_of
from cimaise.engine.readers.records import keep_records
from cimaise.engine.schema.types.shape import KINDS
from cimaise.engine.sources.base import Source

GEOMETRY = "geo_shape"
_WGS84 = re.compile(r"CRS:?84|EPSG:+(\d*:)?4326|^$", re.IGNORECASE)


def _recognises(start: bytes, filename: str) -> bool:
    body = start.removeprefix(b"\xef\xbb\xbf").lstrip()
    if not body.startswith(b"{"):
        return False
    named = filename.lower().endswith((".geojson", ".geo.json"))
    return named or re.search(rb'"type"\s*:\s*"Feature(Collection)?"', body) is not None


def _records(text: JsonText) -> Iterator[Any]:
    found = False
    for name in members_of(text):
        if name == "features":
            found = True
            for number, feature in enumerate(items_of(text), start=1):
                yield _record(feature, number)
        elif name == "crs":
            _check_system(text.value())
        else:
            text.value()
    if not found:
        raise Refusal(
            "invalid_geojson",
            say("This GeoJSON has no list of features."),
            remedy=say("Export it as a FeatureCollection."),
        )


def _record(feature: Any, number: int) -> Any:
    """The properties and, last, the geometry; an item that is no feature is given as it is."""
    if not isinstance(feature, Mapping) or feature.get("type") != "Feature":
        raise _wrong(number, "not a feature")
    geometry = feature.get("geometry")
    if geometry is not None and not _is_geometry(geometry):
        raise _wrong(number, "its geometry is not one of GeoJSON")
    record = dict(feature.get("properties") or {})
    if "id" in feature and "id" not in record:
        record = {"id": feature["id"], **record}
    while GEOMETRY in record:
        record[f"{GEOMETRY} (property)"] = record.pop(GEOMETRY)
    return {**record, GEOMETRY: geometry}


def _is_geometry(geometry: Any) -> bool:
    if not isinstance(geometry, Mapping) or geometry.get("type") not in KINDS:
        return False
    if geometry["type"] == "GeometryCollection":
        parts = geometry.get("geometries")
        return isinstance(parts, list) and all(map(_is_geometry, parts))
    return isinstance(geometry.get("coordinates"), list)


def _wrong(number: int, reason: str) -> Refusal:
    return Refusal(
        "invalid_geojson",
        say("This is not valid GeoJSON: {reason}.", reason=reason),
        where=say("Feature {number}.", number=number),
        remedy=say("Check it with the software that made it, then export it again."),
    )


def _check_system(crs: Any) -> None:
    """GeoJSON is WGS 84 (RFC 7946 §4); an older file that says otherwise would be misplaced."""
    properties = crs.get("properties") if isinstance(crs, Mapping) else None
    name = str(properties.get("name", "")) if isinstance(properties, Mapping) else ""
    if not _WGS84.search(name):
        raise Refusal(
            "not_wgs84",
            say("The coordinates of this GeoJSON are not in WGS 84 but in {system}.", system=name),
            remedy=say("Export it in WGS 84 (EPSG:4326), as GeoJSON asks for."),
        )


def _read(
    source: Source, wishes: ReadingWishes, workspace: Workspace, progress: Progress
) -> RawTable:
    return keep_records(source, _records, {"format": "geojson"}, workspace, progress)


GEOJSON = ReaderCard(
    name="geojson",
    label="GeoJSON",
    extensions=("geojson",),
    media_types=("application/geo+json",),
    recognises=_recognises,
    read=_read,
    examples=(
        (
            b'{"type": "FeatureCollection", "features": [{"type": "Feature", "properties": '
            b'{"nom": "Capitole"}, "geometry": {"type": "Point", "coordinates": [1.44, 43.6]}}]}',
            (
                {
                    "nom": "Capitole",
                    "geo_shape": '{"type":"Point","coordinates":[1.44,43.6]}',
                },
            ),
        ),
    ),
)
