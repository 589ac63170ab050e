"""Questions about records: what is selected, in which order, how many after how many."""

import json
import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo

from oracle import calendar_of, plain
from oracle.asking import Asker
from oracle.datasets import Row
from oracle.writing import Said, column_of, name_of

ALIASES = ("n", "x1", "un titre", "été", "Total (%)", "select", "`")


@dataclass(frozen=True)
class Shown:
    """An item of select: as written, its name in the answer, what it is for a record."""

    text: str
    key: str
    value: Said


# -- aggregates -----------------------------------------------------------------------------------


def aggregate(asker: Asker) -> tuple[str, str, Callable[[Sequence[Row]], Any]]:
    """An aggregate: as written, the kind of its value, and what it is for some records."""
    way = asker.one(
        "count(*)", "count", "distinct", "sum", "avg", "min", "max", "median", "percentile"
    )
    if way == "count(*)":
        return asker.one("count(*)", "COUNT(*)", "count( * )"), "int", len
    if way == "count":
        said = asker.one(lambda: column_of(asker.one(*asker.dataset.schema)), asker.numeric)()
        return f"count({said.text})", "int", lambda rows: len(_known(said, rows))
    if way == "distinct":
        said = asker.one(
            lambda: asker.column("text", "int", "double", "date", "boolean"), asker.wordy
        )()
        return f"count(distinct {said.text})", "int", lambda rows: len(set(_known(said, rows)))
    if way in ("min", "max"):
        said = asker.one(asker.numeric, lambda: asker.column("date", "datetime"))()
        rule = min if way == "min" else max
        return f"{way}({said.text})", said.kind, lambda rows: rule(_known(said, rows), default=None)
    return _numeric_aggregate(asker, way)


def _numeric_aggregate(asker: Asker, way: str) -> tuple[str, str, Callable[[Sequence[Row]], Any]]:
    said = asker.one(lambda: small(asker), lambda: small(asker), lambda: asker.column("double"))()
    if way == "sum":
        return (
            f"sum({said.text})",
            said.kind,
            lambda rows: sum(_known(said, rows)) if _known(said, rows) else None,
        )
    if way == "avg":
        return f"avg({said.text})", "double", lambda rows: _mean(_known(said, rows))
    percent = 50 if way == "median" else asker.one(0, 10, 50, 90, 99.5, 100)
    text = f"median({said.text})" if way == "median" else f"percentile({said.text}, {percent})"
    return text, "double", lambda rows: plain.percentile(_known(said, rows), percent)


def small(asker: Asker) -> Said:
    """Whole numbers whose sum no one fears."""
    name = asker.one("length", "year", "month")
    if name == "length":
        text = asker.column("text")
        return Said(
            f"length({text.text})",
            "int",
            lambda row: None if text.of(row) is None else len(text.of(row)),
        )
    when, zone = asker.column("date", "datetime"), asker.zone
    return Said(
        f"{name}({when.text})", "int", lambda row: calendar_of.part(name, when.of(row), zone)
    )


def _known(said: Said, rows: Sequence[Row]) -> list[Any]:
    return [value for row in rows if (value := said.of(row)) is not None]


def _mean(values: Sequence[Any]) -> float | None:
    return sum(values) / len(values) if values else None


# -- select ---------------------------------------------------------------------------------------


def items(asker: Asker) -> list[Shown]:
    """A select; none written is every field."""
    return [_item(asker, place) for place in range(asker.one(0, 1, 1, 2, 3))]


def _item(asker: Asker, place: int) -> Shown:
    way = asker.one("field", "field", "number", "text", "date", "distance")
    if way == "field":
        said = column_of(asker.one(*asker.dataset.schema))
    elif way == "distance":
        said = distance(asker)
    else:
        said = {
            "number": asker.numeric,
            "text": asker.wordy,
            "date": lambda: asker.dated("datetime"),
        }[way]()
    if not asker.seldom(3):
        return Shown(said.text, said.field.name if said.field else said.text, said)
    alias = f"{asker.one(*ALIASES)}{place}"
    return Shown(f"{said.text} {asker.one('as', 'AS')} {name_of(alias)}", alias, said)


def distance(asker: Asker) -> Said:
    """Metres to a point."""
    point, lon, lat = asker.column("geo_point_2d"), asker.one(0.25, -1.5), asker.one(46.0, 45.25)
    text = f"distance({point.text}, geom'POINT({lon} {lat})')"
    return Said(text, "double", lambda row: plain.metres(point.of(row), lon, lat))


def every_field(asker: Asker) -> list[Shown]:
    """All fields, as `*` is."""
    return [Shown(each.name, each.name, column_of(each)) for each in asker.dataset.schema]


# -- orders ---------------------------------------------------------------------------------------


def orders(asker: Asker, shown: Sequence[Shown] = ()) -> tuple[str, list[tuple[Said, bool]]]:
    """An order_by, and what it compares in which direction."""
    texts, found = [], []
    aliases = [
        each for each in shown if each.text != each.value.text and each.value.kind not in UNSORTED
    ]
    for _ in range(asker.one(0, 1, 1, 2)):
        ways = [
            lambda: asker.column(*SORTED),
            lambda: asker.column(*SORTED),
            asker.numeric,
            asker.wordy,
        ]
        said = asker.one(*ways)()
        written = said.text
        if aliases and asker.seldom(2):
            item = asker.one(*aliases)
            said, written = item.value, name_of(item.key)
        direction = asker.one("", " asc", " desc", " DESC", "-")
        minus = direction == "-" and written[0] not in "-("
        texts.append(f"-{written}" if minus else written + direction.replace("-", ""))
        found.append((said, minus or "desc" in direction.lower()))
    return ", ".join(texts), found


SORTED = ("text", "int", "double", "boolean", "date", "datetime")
UNSORTED = ("texts", "geo_point_2d", "geo_shape", "json")


def sorted_by(rows: Sequence[Row], asked: Sequence[tuple[Said, bool]]) -> list[Row]:
    """Missing values last, both ways; equals as they came."""
    found = list(rows)
    for said, descending in reversed(asked):
        keys = {id(row): plain.order_key(said.of(row)) for row in found}
        known = [row for row in found if keys[id(row)] is not None]
        unknown = [row for row in found if keys[id(row)] is None]
        found = [*sorted(known, key=lambda row: keys[id(row)], reverse=descending), *unknown]
    return found


# -- what is read ---------------------------------------------------------------------------------


def rendered(value: Any, kind: str, zone: ZoneInfo, precision: str | None = None) -> Any:
    """A value as JSON has it."""
    if value is None:
        return None
    if kind in ("date", "datetime"):
        text = calendar_of.rendered(value, zone)
        return text[: {"year": 4, "month": 7}.get(precision or "")]
    if kind == "geo_shape":
        west, south, east, north = plain.box_of(value) or (0.0, 0.0, 0.0, 0.0)
        ring = [[west, south], [east, south], [east, north], [west, north], [west, south]]
        geometry = {"type": "Polygon", "coordinates": [ring]}
        return {"type": "Feature", "geometry": geometry, "properties": {}}
    if kind == "json":
        try:
            return json.loads(value)
        except ValueError:
            return value
    return value


def read(shown: Sequence[Shown], row: Row, zone: ZoneInfo) -> dict[str, Any]:
    """A record of the answer; of two items of one name the last, where the first stood."""
    last = {each.key: each for each in shown}
    return {
        each.key: rendered(
            each.value.of(row),
            each.value.kind,
            zone,
            each.value.field.annotations.timeserie_precision if each.value.field else None,
        )
        for each in last.values()
    }


def same(found: Any, expected: Any) -> bool:
    """Equal, and of the same type: 1 is not 1.0 nor true; the last digit of a double is free."""
    if isinstance(found, float) and isinstance(expected, float):
        return math.isclose(found, expected, rel_tol=1e-9, abs_tol=1e-9)
    if isinstance(found, Mapping) and isinstance(expected, Mapping):
        keys = list(found) == list(expected) or {*found} <= {"lon", "lat", "type", "coordinates"}
        return keys and all(same(found[key], expected[key]) for key in expected)
    if isinstance(found, list) and isinstance(expected, list):
        return len(found) == len(expected) and all(map(same, found, expected))
    return type(found) is type(expected) and bool(found == expected)
