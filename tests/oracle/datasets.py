"""Datasets that hypothesis writes: fields of every type under difficult names, and their rows."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from typing import Any

from hypothesis import strategies as st
from served import a_field

from cimaise.engine.schema.field import Field
from cimaise.engine.schema.schema import Schema

Row = Mapping[str, Any]
Draw = Callable[[st.SearchStrategy[Any]], Any]

# Words of the language, of SQL and of the engine, and what needs quotes.
NAMES = (
    *("and", "or", "not", "in", "is", "like", "as", "null", "true", "by", "asc", "select", "where"),
    *("count", "year", "range", "date", "lower", "group", "order", "limit", "table", "from"),
    *("element", "records", "groups", "totals", "row", "rank", "key", "value", "lists", "others"),
    *("12", "1_uai", "été", "nom du lieu", "x-y", "a.b", 'guil"lemet', "d'art", "50%", "back`tick"),
    *("plain", "_score", "$cost", "total 1", "key 1", "value 1", "ILIKE", "Ünï", "geo point", "n"),
)
WORDS = (
    *("alpha", "bêta", "Gamma", "delta-1", "DELTA", "é", "x_y", "50%", "l'eau", "ZZ top", "x"),
    *("Musée", "les musées", "cœur", "nationaux", "NATIONALE", "e\u0301te\u0301", "alpha gamma"),
)
PATHS = ("France", "France/Paris", "France/Paris/3e", "France/Eure", "Espagne/Eure", "Île/été")
KINDS = (
    *("text", "text", "text", "texts", "texts", "path", "int", "int", "double", "double"),
    *("boolean", "date", "datetime", "datetime", "geo_point_2d", "geo_shape", "file", "json"),
)
FIRST, LAST = datetime.fromisoformat("1999-12-30"), datetime.fromisoformat("2001-01-03")
# Around the hours that clocks skip and repeat, and where days and years turn.
MOMENTS = tuple(
    datetime.fromisoformat(text)
    for text in (
        *("2000-03-26T00:30", "2000-03-26T01:30", "2000-10-29T00:30", "2000-10-29T01:30:15"),
        *("1999-12-31T23:30", "2000-01-01T00:00", "2000-01-02T23:00:00.250", "2000-12-31T12:00"),
        *("2000-04-02T06:59:59", "2000-10-29T05:30", "2000-07-14T10:11:12.123456"),
    )
)
DAYS = tuple(
    date.fromisoformat(text)
    for text in ("1999-12-31", "2000-01-01", "2000-02-29", "2000-07-14", "2001-01-01", "1808-03-06")
)
JSONS = ('{"a": [1, 2.5]}', "[]", '"é"', "12", "no json")


@dataclass(frozen=True)
class Dataset:
    """Its schema and its rows."""

    schema: Schema
    rows: tuple[Row, ...]

    def named(self, *kinds: str) -> tuple[Field, ...]:
        """The fields of these kinds; `texts` are lists of texts."""
        return tuple(field for field in self.schema if kind_of(field) in kinds)

    def known(self, field: Field) -> tuple[Any, ...]:
        """Values of a field that are not missing, elements of lists."""
        found = [row.get(field.name) for row in self.rows]
        return tuple(one for each in found for one in (each if isinstance(each, list) else [each])
                     if one is not None)  # fmt: skip


def kind_of(field: Field) -> str:
    """The type of a field; `texts` of a multivalued one."""
    if field.type == "text" and field.annotations.multivalued is not None:
        return "texts"
    return str(field.type)


@lru_cache(maxsize=4096)
def one_of(options: tuple[Any, ...]) -> st.SearchStrategy[Any]:
    """One of these."""
    return st.sampled_from(options)


letters = st.text(alphabet="abÉé _-%'\"\\;/", min_size=1, max_size=4)
texts = one_of(WORDS) | one_of(WORDS) | letters
whole = st.integers(-5, 5) | one_of((2**62, -(2**62), 10**6, 9, 10, 49, 50))
decimals = one_of((-2.5, -1.0, 0.0, 0.5, 1.0, 3.25, 1e10, 0.1, 0.3, -0.7, 20.0, 22.2))
days = one_of(DAYS) | st.dates(FIRST.date(), LAST.date())
moments = one_of(MOMENTS) | st.datetimes(FIRST, LAST).map(lambda at: at.replace(fold=0))
points = st.builds(
    lambda x, y: {"lon": x / 2, "lat": 46 + y / 2}, st.integers(-4, 4), st.integers(-4, 4)
)
shapes = st.builds(
    lambda x, y, width, height: rectangle(x, 46 + y, x + width, 46 + y + height),
    *(st.integers(-2, 2), st.integers(-2, 2), st.integers(1, 3), st.integers(1, 2)),
)
VALUES: dict[str, st.SearchStrategy[Any]] = {
    "text": texts,
    "texts": st.lists(texts, min_size=1, max_size=3),
    "path": one_of(PATHS),
    "int": whole,
    "double": decimals,
    "boolean": st.booleans(),
    "date": days,
    "datetime": moments,
    "geo_point_2d": points,
    "geo_shape": shapes,
    "file": one_of(("a.jpg", "É.png", "a.pdf")),
    "json": one_of(JSONS),
}


def rectangle(west: float, south: float, east: float, north: float) -> str:
    """A rectangle as WKT."""
    ring = ((west, south), (east, south), (east, north), (west, north), (west, south))
    return f"POLYGON (({', '.join(f'{x} {y}' for x, y in ring)}))"


def a_field_of(draw: Draw, name: str, kind: str) -> Field:
    """A field of a kind with some annotations."""
    notes: dict[str, Any] = {"facet": kind not in ("geo_point_2d", "geo_shape", "file", "json")}
    if kind in ("text", "texts", "path", "int"):
        notes["disjunctive"] = draw(one_of((False, True))) or None
    if kind == "texts":
        notes["multivalued"] = ";"
    if kind == "path":
        notes["hierarchical"] = "/"
    if kind == "date":
        notes["timeserie_precision"] = draw(one_of((None, None, "month", "year")))
    kept = {key: value for key, value in notes.items() if value is not None}
    return a_field(name, "text" if kind in ("texts", "path") else kind, **kept)


def precise(value: Any, field: Field) -> Any:
    """A date as far as its field tells it: fields of years hold the first day of each."""
    precision = field.annotations.timeserie_precision
    if precision == "year":
        return value.replace(month=1, day=1)
    return value.replace(day=1) if precision == "month" else value


@st.composite
def datasets(draw: Draw, most: int = 12) -> Dataset:
    """A dataset of every type of field, and few rows with values missing here and there."""
    names = draw(st.lists(one_of(NAMES), min_size=len(KINDS), max_size=len(KINDS), unique=True))
    kinds = draw(st.permutations(KINDS))
    fields = [a_field_of(draw, name, kind) for name, kind in zip(names, kinds, strict=True)]
    size = draw(one_of((most, most - 3, 6, 3, 1, 0)))
    missing = draw(one_of((3, 5, 5, 9)))
    rows = [
        {
            field.name: precise(draw(VALUES[kind]), field)
            if draw(st.integers(0, missing))
            else None
            for field, kind in zip(fields, kinds, strict=True)
        }
        for _ in range(size)
    ]
    return Dataset(Schema(tuple(fields)), tuple(rows))
