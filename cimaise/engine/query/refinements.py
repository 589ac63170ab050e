"""`refine` and `exclude`: a field and one of its facet values, turned to a condition."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta, tzinfo
from typing import Literal

from cimaise.engine.messages import say
from cimaise.engine.odsql.coercion import instant
from cimaise.engine.odsql.errors import Source
from cimaise.engine.odsql.kinds import kind_of_field
from cimaise.engine.odsql.nodes import (
    NOWHERE,
    Between,
    Column,
    Comparison,
    Complement,
    Either,
    FullText,
    Instant,
    Node,
    Number,
    Text,
    Truth,
)
from cimaise.engine.odsql.tokens import is_storable, unescape
from cimaise.engine.schema.field import Field
from cimaise.engine.schema.schema import Schema

_NAME = r"(?:`(?P<quoted>(?:[^`\\]|\\.)*)`|(?P<plain>[^:,`\"]+?))\s*:"
_START = re.compile(rf"\s*{_NAME}\s*", re.DOTALL)
_QUOTED = re.compile(
    r'\s*(?:"(?P<double>(?:[^"\\]|\\.)*)"|\'(?P<single>(?:[^\'\\]|\\.)*)\')\s*', re.DOTALL
)
_DAY = re.compile(r"([0-9]{4})(?:[-/]([0-9]{1,2})(?:[-/]([0-9]{1,2}))?)?")


@dataclass(frozen=True, slots=True)
class Refinement:
    """A value chosen (`refine`) or put aside (`exclude`) in the facet of a field."""

    field: Field
    value: str
    source: Source


def read_refinements(
    texts: Sequence[str], clause: Literal["refine", "exclude"], schema: Schema
) -> tuple[Refinement, ...]:
    """The refinements of a parameter's values (explore-api §6.3); raises ODSQLError."""
    found: list[Refinement] = []
    for text in texts:
        if text.strip():
            found += _read(Source(text, clause), schema)
    return tuple(found)


def _read(source: Source, schema: Schema) -> list[Refinement]:
    for place, letter in enumerate(source.text):
        if not is_storable(letter):
            raise source.unexpected(f"character U+{ord(letter):04X}", place, place + 1)
    found: list[Refinement] = []
    at = 0
    while at < len(source.text):
        start = _START.match(source.text, at)
        if start is None:
            hint = say("Write field:value.")
            raise source.malformed(say("Invalid refinement"), at, len(source.text), hint)
        field = _field(source, start, schema)
        end = _end_of_value(source.text, start.end(), schema)
        found.append(Refinement(field, _value(source, start.end(), end), source))
        at = end + 1
    return found


def _field(source: Source, start: re.Match[str], schema: Schema) -> Field:
    quoted = start["quoted"]
    name = (
        start["plain"] if quoted is None else unescape(source, quoted, start.start(), start.end())
    )
    if name in schema:
        return schema[name]
    near = schema.nearest(name)
    hint = say("Did you mean {name}?", name=near) if near else None
    what = say("Unknown field: {name}", name=name[:100])
    raise source.malformed(what, start.start(), start.end() - 1, hint)


def _end_of_value(text: str, start: int, schema: Schema) -> int:
    """Where a value ends: several stand in one parameter only if a known field follows."""
    quoted = _QUOTED.match(text, start)
    if quoted is not None and (quoted.end() == len(text) or text[quoted.end()] == ","):
        return quoted.end()
    comma = text.find(",", start)
    while comma >= 0:
        following = _START.match(text, comma + 1)
        if following is not None and (following["quoted"] or following["plain"]) in schema:
            return comma
        comma = text.find(",", comma + 1)
    return len(text)


def _value(source: Source, start: int, end: int) -> str:
    quoted = _QUOTED.fullmatch(source.text, start, end)
    if quoted is None:
        body = source.text[start:end].strip()
        return unescape(source, body.replace("\\", "\\\\"), start, end) if body else ""
    body = quoted["double"] if quoted["double"] is not None else quoted["single"]
    return unescape(source, body, start, end)


# -- conditions ---------------------------------------------------------------------------------


def refined(refinement: Refinement, zone: tzinfo) -> Node:
    """The condition that a record has this value in this facet; raises ODSQLError."""
    column = Column(NOWHERE, refinement.field)
    kind = kind_of_field(refinement.field)
    if kind in ("date", "datetime"):
        return _period(refinement, column, kind, zone)
    if kind in ("int", "double"):
        return Comparison(NOWHERE, "=", column, _number(refinement))
    if kind == "boolean":
        return Comparison(NOWHERE, "=", column, _truth(refinement))
    if kind in ("geo_point_2d", "geo_shape"):
        raise _unfit(refinement)
    return _path(refinement, column)


def excluded(refinement: Refinement, zone: tzinfo) -> Node:
    """The condition that a record has not this value; records without value stay."""
    return Complement(NOWHERE, refined(refinement, zone))


def _path(refinement: Refinement, column: Column) -> Node:
    """The value itself, and all below it in a hierarchy."""
    exact = Comparison(NOWHERE, "=", column, Text(NOWHERE, refinement.value))
    separator = refinement.field.annotations.hierarchical
    if separator is None:
        return exact
    below = FullText(NOWHERE, "startswith", (refinement.field,), refinement.value + separator)
    return Either(NOWHERE, (exact, below))


def _unfit(refinement: Refinement) -> Exception:
    source = refinement.source
    what = say(
        "{value} is not a value of {field}",
        value=refinement.value[:60],
        field=refinement.field.name,
    )
    return source.malformed(what, 0, len(source.text))


def _number(refinement: Refinement) -> Number:
    try:
        value = float(refinement.value)
        whole = int(value) if value.is_integer() and abs(value) < 2**53 else None
        if refinement.value.lstrip("-").isdecimal():
            whole = int(refinement.value)
    except (ValueError, OverflowError) as error:
        raise _unfit(refinement) from error
    if value != value or abs(value) == float("inf"):
        raise _unfit(refinement)
    return Number(NOWHERE, whole if whole is not None and abs(whole) < 2**63 else value)


def _truth(refinement: Refinement) -> Truth:
    value = {"true": True, "1": True, "false": False, "0": False}.get(refinement.value.lower())
    if value is None:
        raise _unfit(refinement)
    return Truth(NOWHERE, value)


def day_parts(value: str) -> tuple[int, ...] | None:
    """`2020/11/5` as (2020, 11, 5); one to three numbers, None for anything else."""
    match = _DAY.fullmatch(value.strip())
    return tuple(int(part) for part in match.groups() if part) if match else None


def _period(refinement: Refinement, column: Column, kind: str, zone: tzinfo) -> Node:
    """From the first instant of a year, month or day to before the first of the next."""
    parts = day_parts(refinement.value)
    try:
        if parts is None:
            return _moment(refinement, column, kind, zone)
        first = date(*(*parts, 1, 1)[:3])
        after = _next(first, len(parts))
    except (ValueError, OverflowError) as error:
        raise _unfit(refinement) from error
    bounds = (_bound(first, kind, zone), _bound(after, kind, zone) if after else None)
    return Between(NOWHERE, column, *bounds, high_open=True)


def _next(first: date, precision: int) -> date | None:
    """The first day after the period; None at the end of time."""
    if precision == 1:
        return first.replace(year=first.year + 1) if first.year < 9999 else None
    if precision == 2:
        return _next_month(first)
    return first + timedelta(days=1) if first < date.max else None


def _next_month(first: date) -> date | None:
    if first.month < 12:
        return first.replace(month=first.month + 1)
    return date(first.year + 1, 1, 1) if first.year < 9999 else None


def _bound(day: date, kind: str, zone: tzinfo) -> Instant:
    if kind == "date":
        return Instant(NOWHERE, day)
    local = datetime(day.year, day.month, day.day, tzinfo=zone)
    shift = local.utcoffset() or timedelta(0)
    return Instant(NOWHERE, local.replace(tzinfo=None) - shift)


def _moment(refinement: Refinement, column: Column, kind: str, zone: tzinfo) -> Node:
    found = instant(refinement.value, kind, zone, NOWHERE)
    if not isinstance(found, Node):
        raise _unfit(refinement)
    return Comparison(NOWHERE, "=", column, found)
