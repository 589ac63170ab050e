"""GeoJSON: features with a geometry and properties."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from cimaise.engine.duck import Workspace
from cimaise.engine.messages import Refusal, say
from cimaise.engine.metadata.description import ReadingWishes
from cimaise.engine.progress import Progress
from cimaise.engine.readers.base import RawTable, ReaderCard
from cimaise.engine.readers.json_items import JsonBroken, JsonText, items_of, members_of
from cimaise.engine.readers.records import keep_records
from cimaise.engine.schema.types.shape import KINDS
from cimaise.engine.sources.base import Source
from cimaise.engine.sources.opened import opened

SHAPE, POINT = "geo_shape", "geo_point_2d"
_WGS84 = re.compile(r"CRS:?84|EPSG:+(\d*:)?4326|^$", re.IGNORECASE)


def _recognises(start: bytes, filename: str) -> bool:
    body = start.removeprefix(b"\xef\xbb\xbf").lstrip()
    if not body.startswith(b"{"):
        return False
    named = filename.lower().endswith((".geojson", ".geo.json"))
    return named or re.search(rb'"type"\s*:\s*"Feature(Collection)?"', body) is not None


def _features(text: JsonText) -> Iterator[Any]:
    """The features of a collection, checked."""
    found = False
    for name in members_of(text):
        if name == "features":
            found = True
            for number, feature in enumerate(items_of(text), start=1):
                yield _checked(feature, number)
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


def _checked(feature: Any, number: int) -> Any:
    if not isinstance(feature, Mapping) or feature.get("type") != "Feature":
        raise _wrong(number, "not a feature")
    geometry = feature.get("geometry")
    if geometry is not None and not _is_geometry(geometry):
        raise _wrong(number, "its geometry is not one of GeoJSON")
    return feature


def _record(feature: Mapping[str, Any], name: str) -> dict[str, Any]:
    """The geometry first, as `name`, then the properties.

    A property of the same name, as other portals write it, is left out where it says the same
    point, and called otherwise where it does not.
    """
    properties = dict(feature.get("properties") or {})
    geometry = feature.get("geometry")
    if name in properties:
        said = properties.pop(name)
        if not _same_point(said, geometry):
            properties[f"{name} (property)"] = said
    if "id" in feature and "id" not in properties:
        properties = {"id": feature["id"], **properties}
    if geometry is not None:
        geometry = {"type": geometry["type"], **geometry}  # the type first, whoever wrote it
    return {name: geometry, **properties}


def _is_flat_point(feature: Mapping[str, Any]) -> bool:
    """A point without altitude (a geo_point_2d would lose it), or no geometry at all."""
    geometry = feature.get("geometry")
    if geometry is None:
        return True
    return geometry["type"] == "Point" and len(geometry["coordinates"]) == 2


def _same_point(said: Any, geometry: Any) -> bool:
    """Whether `[lat, lon]` or `{"lat", "lon"}` is the place of a GeoJSON point."""
    place = geometry.get("coordinates") if isinstance(geometry, Mapping) else None
    if isinstance(said, Mapping):
        said = [said.get("lat"), said.get("lon")]
    return isinstance(place, list) and said == place[1::-1]


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


def _only_points(source: Source) -> bool:
    """Whether every geometry is a point; stops at the first that is not."""
    with opened(source) as stream:
        try:
            return all(_is_flat_point(feature) for feature in _features(JsonText(stream)))
        except JsonBroken:
            return False  # the reading itself will say what is wrong, and where


def _read(
    source: Source, wishes: ReadingWishes, workspace: Workspace, progress: Progress
) -> RawTable:
    name = POINT if _only_points(source) else SHAPE

    def records(text: JsonText) -> Iterator[Any]:
        return (_record(feature, name) for feature in _features(text))

    return keep_records(source, records, {"format": "geojson"}, workspace, progress)


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
                    "geo_point_2d": '{"type":"Point","coordinates":[1.44,43.6]}',
                },
            ),
        ),
    ),
)
