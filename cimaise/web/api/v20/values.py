"""Values as v2.0 writes them: parts of dates as texts, groups by dates in milliseconds.

Points that are keys are texts, `[lat, lon]`; what aggregates say of dates ends in `.000Z`.
"""

from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime
from typing import Any

from cimaise.engine.odsql.nodes import Call, Item, walk
from cimaise.engine.odsql.parser import parse_group_by, parse_select
from cimaise.engine.query.plan import Column
from cimaise.engine.query.question import Question
from cimaise.web.api.problems import Problem, bad_parameter

DATE_PARTS = frozenset({"year", "month", "day", "hour", "minute", "second"})
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)

Rendering = Callable[[Any], Any]


def date_parts(question: Question) -> frozenset[str]:
    """The keys of an answer that are parts of dates."""
    items = [*_selected(question), *_keys(question)]
    return frozenset(
        item.key
        for item in items
        if isinstance(item.expression, Call) and item.expression.function in DATE_PARTS
    )


def keys(question: Question) -> tuple[str, ...]:
    """The names of the keys of groups."""
    return tuple(item.key for item in _keys(question))


def counts(question: Question) -> frozenset[str]:
    """The keys of an answer that count: 0 where there is nothing, all others null."""
    return frozenset(
        item.key
        for item in _selected(question)
        if isinstance(item.expression, Call) and item.expression.function == "count"
    )


def is_aggregate(question: Question) -> bool:
    """Whether a select list works anything out of several records."""
    functions = {"count", "sum", "avg", "min", "max", "median", "percentile", "envelope", "bbox"}
    return any(
        isinstance(part, Call) and part.function in functions
        for item in _selected(question)
        for part in walk(item.expression)
    )


def no_aggregate(question: Question) -> Problem:
    """What is said where aggregates are asked for and `select` works none out."""
    expected = "an aggregate, such as count(*) as n,"
    return bad_parameter("select", question.select or "nothing", expected)


def _selected(question: Question) -> Sequence[Item]:
    return parse_select(question.select) if question.select.strip() else ()


def _keys(question: Question) -> Sequence[Item]:
    return parse_group_by(question.group_by) if question.group_by.strip() else ()


def of_record(fields: dict[str, Any], question: Question) -> dict[str, Any]:
    """The fields of a record."""
    parts = date_parts(question)
    return {
        name: str(value) if name in parts and value is not None else value
        for name, value in fields.items()
    }


def of_group(columns: Sequence[Column], row: dict[str, Any], question: Question) -> dict[str, Any]:
    """The fields of a group."""
    parts, grouped = date_parts(question), keys(question)
    told: dict[str, Any] = {}
    for column in columns:
        value = row[column.name]
        if value is None:
            told[column.name] = None
        elif column.name in parts:
            told[column.name] = str(value)
        else:
            told[column.name] = _rendering(column, column.name in grouped)(value)
    return told


def _rendering(column: Column, is_key: bool) -> Rendering:
    if column.type in ("date", "datetime"):
        return in_milliseconds if is_key else with_milliseconds
    if column.type == "geo_point_2d" and is_key:
        return lambda point: f"[{point['lat']!r}, {point['lon']!r}]"
    return lambda value: value


def in_milliseconds(said: str) -> int:
    """An instant, or the first of a day, counted from 1970."""
    return round((_instant(said) - EPOCH).total_seconds() * 1000)


def with_milliseconds(said: str) -> str:
    """An instant as `2020-12-07T23:02:57.000Z`."""
    at = _instant(said)
    return f"{at:%Y-%m-%dT%H:%M:%S}.{at.microsecond // 1000:03d}Z"


def _instant(said: str) -> datetime:
    if "T" in said:
        return datetime.fromisoformat(said).astimezone(UTC)
    year, month, day = (*map(int, said.split("-")), 1, 1)[:3]
    first = date(year, month, day)
    return datetime(first.year, first.month, first.day, tzinfo=UTC)
