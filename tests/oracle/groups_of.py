"""Groups: keys of every kind, what is told of each group, which are kept, in which order."""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from decimal import Decimal
from itertools import pairwise, product
from typing import Any

from oracle import calendar_of, plain
from oracle.asking import Asker
from oracle.conditions_of import Conditions
from oracle.datasets import Row
from oracle.records_of import aggregate, rendered
from oracle.writing import Said, column_of, name_of

# A key of groups: what orders it, and what the answer shows.
Key = tuple[Any, Any]
NO_KEY: Key = (None, None)
OUTSIDE = object()  # of every range: in no group


@dataclass(frozen=True)
class Grouped:
    """A key of groups: its text, its name, its kind; the keys of a record.

    `every` are the keys that are shown even of no record.
    """

    text: str
    name: str
    kind: str
    of: Callable[[Row], list[Key]]
    every: list[Key] = field(default_factory=list)
    precision: str | None = None


def key(asker: Asker, place: int) -> Grouped:
    """One of the keys of group_by, under its own name or another."""
    way = asker.one(
        _field, _field, _elements, _part, _text, _width, _bounds, _bounds_of_dates, _period
    )
    made: Grouped = way(asker)
    if not asker.seldom():
        return made
    alias = f"{asker.one('k', 'la clé', 'été', 'by')} {place}"
    return Grouped(
        f"{made.text} as {name_of(alias)}", alias, made.kind, made.of, made.every, made.precision
    )


def _plain(said: Said, name: str | None = None) -> Grouped:
    return Grouped(said.text, name or said.text, said.kind, lambda row: [_same(said.of(row))])


def _same(value: Any) -> Key:
    return (value, value)


def _field(asker: Asker) -> Grouped:
    found = asker.field_of("text", "int", "double", "boolean", "date", "datetime", "file")
    return replace(
        _plain(column_of(found), found.name), precision=found.annotations.timeserie_precision
    )


def _elements(asker: Asker) -> Grouped:
    found = asker.field_of("texts")
    said = column_of(found)
    return Grouped(
        said.text,
        found.name,
        "text",
        lambda row: (
            [_same(each) for each in dict.fromkeys(plain.elements(said.of(row)))] or [NO_KEY]
        ),
    )


def _part(asker: Asker) -> Grouped:
    name, when = (
        asker.one("year", "YEAR", "month", "day", "hour", "minute"),
        asker.column("date", "datetime"),
    )
    zone = asker.zone
    text = asker.one(f"{name}({when.text})", f"{name}( {when.text} )")
    return _plain(Said(text, "int", lambda row: calendar_of.part(name.lower(), when.of(row), zone)))


def _text(asker: Asker) -> Grouped:
    way = asker.one("lower", "ifnull", "format")
    if way == "format":
        return _plain(asker.formatted())
    first = asker.column("text")
    if way == "lower":
        return _plain(
            Said(
                f"lower({first.text})",
                "text",
                lambda row: None if first.of(row) is None else first.of(row).lower(),
            )
        )
    return _plain(
        Said(
            f'ifnull({first.text}, "none")',
            "text",
            lambda row: "none" if first.of(row) is None else first.of(row),
        )
    )


# -- ranges ---------------------------------------------------------------------------------------


def _width(asker: Asker) -> Grouped:
    found = asker.column("int", "double")
    written = asker.one("1", "7", "10", "50", "0.1", "0.25", "1.5", "2.5")
    whole = found.kind == "int" and "." not in written

    def of(row: Row) -> list[Key]:
        value = found.of(row)
        if value is None:
            return [NO_KEY]
        width = Decimal(written)
        start = math.floor(Decimal(repr(value)) / width) * width
        if whole:
            return [(start, f"[{int(start)}, {int(start + width) - 1}]")]
        return [(start, f"[{_short(start)}, {_short(start + width)}[")]

    text = f"{asker.one('range', 'RANGE')}({found.text}, {written})"
    return Grouped(text, text, "text", of)


def _short(number: Decimal) -> str:
    value = float(number)
    return str(int(value)) if value == math.floor(value) and abs(value) < 1e15 else repr(value)


def _bounds(asker: Asker) -> Grouped:
    found = asker.column("int", "double")
    asked = asker.one(
        ("0", "10"), ("-1", "1", "50"), ("0.5",), ("20",), ("-2.5", "0.5", "22.25"), ("3", "5")
    )
    values = [float(each) if "." in each else int(each) for each in asked]
    whole = found.kind == "int" and all(isinstance(each, int) for each in values)

    def label(low: Any, high: Any) -> str:
        if whole:
            return f"[{'*' if low is None else low}, {'*' if high is None else high - 1}]"
        first, last = ("*" if each is None else repr(float(each)) for each in (low, high))
        return f"[{first}, {last}["

    return _between(asker, found, list(zip(asked, values, strict=True)), label)


def _bounds_of_dates(asker: Asker) -> Grouped:
    found = asker.column("date", "datetime")
    asked = asker.one(("2000-01-01",), ("2000-01-01", "2000-07-14"), ("2000", "2000-03-26", "2001"))
    pairs = []
    for text in asked:
        day = datetime.fromisoformat((text + "-01-01")[:10])
        value = day.date() if found.kind == "date" else calendar_of.utc(day, asker.zone)
        pairs.append((f"date'{text}'" if asker.seldom(2) else f"'{text}'", value))

    def label(low: Any, high: Any) -> str:
        ends = [
            "*" if each is None else f"{plain.midnight(each).isoformat(timespec='milliseconds')}Z"
            for each in (low, high)
        ]
        return f"[{ends[0]}, {ends[1]}["

    return _between(asker, found, pairs, label)


def _between(
    asker: Asker,
    found: Said,
    pairs: Sequence[tuple[str, Any]],
    label: Callable[[Any, Any], str],
) -> Grouped:
    values: list[Any] = [value for _, value in pairs]
    texts = [text for text, _ in pairs]
    low, high = asker.one((True, True), (True, True), (True, False), (False, True))
    if len(values) > 1 and asker.seldom():
        low = high = False
    ends = [*([None] if low else []), *values, *([None] if high else [])]
    ranges = list(pairwise(ends))
    every = [(place, label(*ends)) for place, ends in enumerate(ranges)]

    def of(row: Row) -> list[Key]:
        value = found.of(row)
        if value is None:
            return [NO_KEY]
        for place, (first, last) in enumerate(ranges):
            if (first is None or value >= first) and (last is None or value < last):
                return [every[place]]
        return [(OUTSIDE, None)]

    said = ", ".join([*(["*"] if low else []), *texts, *(["*"] if high else [])])
    text = f"range({found.text}, {said})"
    return Grouped(text, text, "text", of, every)


PERIODS = (
    *((1, "day", "d"), (1, "month", "M"), (1, "M", "M"), (1, "year", "y"), (1, "week", "w")),
    *((1, "quarter", "q"), (7, "days", "d"), (1, "hour", "h"), (15, "m", "m"), (30, "s", "s")),
    *((6, "h", "h"), (12, "hours", "h"), (1, "d", "d"), (1, "minute", "m")),
)


def _period(asker: Asker) -> Grouped:
    found = asker.column("date", "datetime")
    count, word, unit = asker.one(*PERIODS)
    zone = asker.zone
    text = f"range({found.text}, {count} {word})"
    return Grouped(
        text,
        text,
        "text",
        lambda row: [calendar_of.period(found.of(row), count, unit, zone) or NO_KEY],
    )


# -- the answer -----------------------------------------------------------------------------------


@dataclass(frozen=True)
class Group:
    """Its keys and its records."""

    keys: tuple[Key, ...]
    rows: list[Row]


def groups_of(keys: Sequence[Grouped], rows: Sequence[Row]) -> list[Group]:
    """The groups of records, in the order of their keys."""
    found: dict[tuple[Key, ...], list[Row]] = {}
    for row in rows:
        for each in product(*(one.of(row) for one in keys)):
            if _agree(keys, each):
                found.setdefault(each, []).append(row)
    others = {
        tuple(NO_KEY if one.every else each for each, one in zip(combination, keys, strict=True))
        for combination in found
    }
    if all(one.every for one in keys):
        others = {tuple(NO_KEY for _ in keys)}
    if any(one.every for one in keys):
        for other in others:
            for each in product(
                *(one.every or [own] for own, one in zip(other, keys, strict=True))
            ):
                if _agree(keys, each):
                    found.setdefault(each, [])
    kept = [
        Group(each, own)
        for each, own in found.items()
        if all(one[0] is not OUTSIDE for one in each)
    ]
    return sorted(kept, key=lambda group: tuple(rank(one[0]) for one in group.keys))


def _agree(keys: Sequence[Grouped], combination: Sequence[Key]) -> bool:
    """Whether an element of a list that is a key twice is the same element."""
    said: dict[str, Key] = {}
    texts = [one.text.split(" as ")[0].replace("date'", "'") for one in keys]
    return all(
        said.setdefault(text, own) == own for text, own in zip(texts, combination, strict=True)
    )


def rank(value: Any) -> tuple[bool, Any]:
    """What groups are ordered by: missing values are the least."""
    if value is None:
        return (False, 0)
    if isinstance(value, str):
        return (True, (plain.order_key(value), value.encode()))
    return (True, value)


def raw_rank(value: Any) -> tuple[bool, Any]:
    """What settles ties: texts letter for letter."""
    return (True, value.encode()) if isinstance(value, str) else rank(value)


@dataclass(frozen=True)
class Told:
    """Something told of a group: its text, its name, its kind, its value, what orders it."""

    text: str
    name: str
    kind: str
    of: Callable[[Group], Any]
    order: Callable[[Group], Any]
    precision: str | None = None

    @property
    def item(self) -> str:
        """How select says it."""
        return self.text if self.name == self.text else f"{self.text} as {name_of(self.name)}"


def keys_told(keys: Sequence[Grouped]) -> list[Told]:
    """The keys as columns of the answer; ways to name them again."""
    return [
        Told(
            name_of(one.name, always=True),
            one.name,
            one.kind,
            lambda group, place=place: group.keys[place][1],
            lambda group, place=place: group.keys[place][0],
            one.precision,
        )
        for place, one in enumerate(keys)
    ]


def aggregates_told(asker: Asker) -> list[Told]:
    """Some aggregates of groups, with names of their own or without."""
    told = []
    for place in range(asker.one(0, 1, 1, 2, 3)):
        text, kind, rule = aggregate(asker)
        named = asker.seldom(2)
        name = f"{asker.one('n', 'le total', 'Ç')}{place}" if named else text

        def of(group: Group, rule: Callable[[Sequence[Row]], Any] = rule) -> Any:
            return rule(group.rows)

        told.append(Told(text, name, kind, of, of))
    return told


def shown(told: Sequence[Told], group: Group, asker: Asker) -> dict[str, Any]:
    """A group as the answer shows it."""
    return {
        each.name: rendered(each.of(group), each.kind, asker.zone, each.precision) for each in told
    }


def sorted_groups(
    groups: Sequence[Group], asked: Sequence[tuple[Told, bool]], keys: Sequence[Told]
) -> list[Group]:
    """As asked, missing values the least; equals by their keys."""
    found = list(groups)
    if not asked:
        return found
    for told in reversed(keys):
        if all(told is not each for each, _ in asked):
            found.sort(key=lambda group, told=told: raw_rank(told.order(group)))
    for told, descending in reversed(asked):
        found.sort(key=lambda group, told=told: rank(told.order(group)), reverse=descending)
    return found


class Having(Conditions):
    """Conditions of groups: on keys by their names, on aggregates."""

    told: Sequence[Told] = ()

    def predicate(self) -> Said:
        told = self.one(*self.told)
        text = told.text
        if told.name != text and self.seldom(2):
            text = name_of(told.name, always=True)
        if self.seldom(3) or told.kind not in ("int", "double"):
            negated = self.one("", "not ")
            return Said(
                f"{text} is {negated}null",
                "condition",
                lambda group: (told.of(group) is None) == (not negated),
            )
        if self.seldom():
            values = [self.number() for _ in range(2)]
            return Said(
                f"{text} in ({values[0].text}, {values[1].text})",
                "condition",
                lambda group: any(
                    plain.compare("=", told.of(group), each.of({})) for each in values
                ),
            )
        op, number = (
            self.one("=", "!=", "<", "<=", ">", ">="),
            self.one(*["0", "1", "2", "3", "5", "0.5", "2000"]),
        )
        value = float(number)
        return Said(
            f"{text} {op} {number}",
            "condition",
            lambda group: plain.compare(op, told.of(group), value),
        )
