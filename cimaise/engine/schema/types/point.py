"""geo_point_2d: a place on the Earth, WGS 84, written "latitude, longitude"."""

import re

import orjson
from sqlglot import exp

from cimaise.engine.schema.types.base import (
    BLANKS,
    Form,
    TypeCard,
    called,
    literal,
    matches,
    trimmed,
    try_cast,
    when,
)

_DEGREES = r"[+-]?[0-9]{1,3}(?:\.[0-9]*)?(?:[eE]-[0-9]{1,2})?"
PAIR = rf"\[?[ ]*({_DEGREES})[ ]*[,;][ ]*({_DEGREES})[ ]*\]?"
OBJECT = r"\{.*\}"
GEOJSON = (
    rf"\{{\s*\"type\"\s*:\s*\"Point\"\s*,\s*\"coordinates\"\s*:\s*"
    rf"\[\s*({_DEGREES})\s*,\s*({_DEGREES})\s*\]\s*\}}"
)


def _read(text: str) -> dict[str, float]:
    word = text.strip(BLANKS)
    pair = re.fullmatch(PAIR, word)
    if pair:
        latitude, longitude = float(pair[1]), float(pair[2])
    elif geojson := re.fullmatch(GEOJSON, word):
        longitude, latitude = float(geojson[1]), float(geojson[2])
    else:
        latitude, longitude = _of_object(word)
    if not (-90 <= latitude <= 90 and -180 <= longitude <= 180):
        raise ValueError(text)
    return {"lon": longitude, "lat": latitude}


def _of_object(word: str) -> tuple[float, float]:
    try:
        said = orjson.loads(word)
        return float(said["lat"]), float(said["lon"])
    except (TypeError, KeyError) as error:
        raise ValueError(word) from error


def point_of(latitude: exp.Expression, longitude: exp.Expression) -> exp.Expression:
    """The point of two numbers, null unless both are there and on the Earth."""
    members = (("lon", longitude), ("lat", latitude))
    place = exp.Struct(
        expressions=[
            exp.PropertyEQ(this=exp.to_identifier(name), expression=number)
            for name, number in members
        ]
    )
    on_earth = exp.and_(
        exp.Between(this=latitude.copy(), low=_number(-90), high=_number(90)),
        exp.Between(this=longitude.copy(), low=_number(-180), high=_number(180)),
    )
    return when((on_earth, place))


def _number(value: int) -> exp.Expr:
    return exp.convert(value)


def _pair(text: exp.Expression) -> exp.Expression:
    return point_of(*(_group(text, PAIR, number) for number in (1, 2)))


def _geojson(text: exp.Expression) -> exp.Expression:
    return point_of(*(_group(text, GEOJSON, number) for number in (2, 1)))


def _group(text: exp.Expression, pattern: str, number: int) -> exp.Expression:
    part = called("regexp_extract", trimmed(text), literal(pattern), exp.convert(number))
    return try_cast(part, "DOUBLE")


def _object(text: exp.Expression) -> exp.Expression:
    said = try_cast(text, "JSON")
    parts = (
        try_cast(called("json_extract_string", said.copy(), literal(f"$.{name}")), "DOUBLE")
        for name in ("lat", "lon")
    )
    return point_of(*parts)


def _sql(text: exp.Expression) -> exp.Expression:
    word = trimmed(text)
    return when(
        (matches(word, PAIR), _pair(text)),
        (matches(word.copy(), GEOJSON), _geojson(text)),
        (matches(word.copy(), f"(?s:{OBJECT})"), _object(text)),
    )


_SURE_PAIR = (
    r"[+-]?[0-9]{1,2}(\.[0-9]*)?(?:[eE]-[0-9]{1,2})? *, *"
    r"[+-]?[0-9]{1,3}\.[0-9]*(?:[eE]-[0-9]{1,2})?"
)
_SURE_OBJECT = r"\{\s*\"(lat|lon)\"\s*:\s*[^,:]+,\s*\"(lat|lon)\"\s*:\s*[^,:]+\}"

GEO_POINT = TypeCard(
    name="geo_point_2d",
    label="Point",
    storage="STRUCT(lon DOUBLE, lat DOUBLE)",
    json_schema={
        "type": "object",
        "properties": {"lon": {"type": "number"}, "lat": {"type": "number"}},
        "required": ["lon", "lat"],
    },
    description="A place in WGS 84 degrees, written 'latitude, longitude'.",
    read=_read,
    sql=_sql,
    forms=(
        Form("pair", _SURE_PAIR, _sql),
        Form("list", rf"\[ *{_SURE_PAIR} *\]", _sql),
        Form("object", _SURE_OBJECT, _sql),
        Form("geojson", GEOJSON, _sql),
    ),
    examples=(
        ("48.824977, 7.482915", {"lon": 7.482915, "lat": 48.824977}),
        ('{"lon": 4.5, "lat": 46.7}', {"lon": 4.5, "lat": 46.7}),
        ("-21.1,55.5", {"lon": 55.5, "lat": -21.1}),
    ),
    unreadable=("93.5, 4.5", "rue de la Paix", '{"lat": 4}', "48.8"),
)
