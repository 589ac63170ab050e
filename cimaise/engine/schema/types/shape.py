"""geo_shape: a geometry of any kind, WGS 84, written as GeoJSON."""

import orjson
from sqlglot import exp

from cimaise.engine.schema.types.base import Form, TypeCard, called, when

KINDS = frozenset(
    {
        "Point",
        "MultiPoint",
        "LineString",
        "MultiLineString",
        "Polygon",
        "MultiPolygon",
        "GeometryCollection",
    }
)
_GEOMETRY = (
    rf"\{{\s*\"type\"\s*:\s*\"({'|'.join(sorted(KINDS))})\"\s*,"
    r"\s*\"(coordinates|geometries)\"\s*:.*\}"
)


def _read(text: str) -> dict[str, object]:
    said = orjson.loads(text)
    if not isinstance(said, dict) or said.get("type") not in KINDS:
        raise ValueError(text)
    if said["type"] != "GeometryCollection" and not isinstance(said.get("coordinates"), list):
        raise ValueError(text)
    return said


def _sql(text: exp.Expression) -> exp.Expression:
    shape = called("try", called("ST_GeomFromGeoJSON", text))
    return when((called("json_valid", text.copy()), shape))


GEO_SHAPE = TypeCard(
    name="geo_shape",
    label="Shape",
    storage="GEOMETRY",
    json_schema={"type": "object", "description": "GeoJSON"},
    description="A point, line or area in WGS 84 degrees, as a GeoJSON geometry.",
    read=_read,
    sql=_sql,
    forms=(Form("geojson", rf"(?s:{_GEOMETRY})", _sql),),
    examples=(
        (
            '{"type": "Point", "coordinates": [1.5, 43.5]}',
            {"type": "Point", "coordinates": [1.5, 43.5]},
        ),
    ),
    unreadable=("POINT", '{"type": "Cercle"}', "[1, 2]"),
)
