"""Facets: values counted at each level, chosen or put aside, in plain Python."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from oracle import calendar_of, plain
from oracle.asking import Asker
from oracle.datasets import Row, kind_of
from oracle.writing import name_of, quoted

from cimaise.engine.schema.field import Field

REFINED = ("text", "texts", "int", "double", "boolean", "date", "datetime")


@dataclass(frozen=True)
class Chosen:
    """A refinement: as written, of which field, the values that it keeps, by their paths."""

    text: str
    field: Field
    path: tuple[str, ...]


def paths(found: Field, row: Row, asker: Asker) -> list[tuple[str, ...]]:
    """The values of a record in a facet, each by its steps from the top."""
    value, kind = row.get(found.name), kind_of(found)
    if value is None:
        return []
    if kind in ("date", "datetime"):
        day = calendar_of.local(value, asker.zone)
        steps = (f"{day.year:04d}", f"{day.month:02d}", f"{day.day:02d}")
        return [
            steps[: {"year": 1, "month": 2}.get(found.annotations.timeserie_precision or "", 3)]
        ]
    if kind == "boolean":
        return [("true" if value else "false",)]
    if found.annotations.hierarchical:
        return [tuple(each.split("/")) for each in plain.elements(value)]
    return [
        (each if isinstance(each, str) else repr(each),)
        for each in dict.fromkeys(plain.elements(value))
    ]


def chosen(asker: Asker, field: Field | None = None) -> Chosen | None:
    """A value of a field as people choose it; None where no record has one."""
    found = field or asker.field_of(*REFINED)
    known = [path for row in asker.dataset.rows for path in paths(found, row, asker)]
    known = [path for path in known if path[-1].strip() == path[-1] and all(path)]
    if not known:
        return None
    path = asker.one(*dict.fromkeys(known))
    path = path[: asker.some(len(path))]
    value = "/".join(path)
    if kind_of(found) in ("date", "datetime") and asker.seldom():
        value = asker.one("-", "/").join(str(int(step)) for step in path)
    if value.count("%") or asker.seldom(2):
        written = quoted(value)
    else:
        bare = value[0] not in "\"'" and "," not in value and "\\" not in value
        written = value if bare else quoted(value)
    name = (
        found.name
        if ":" not in found.name and not set(found.name) & set('`,"')
        else name_of(found.name, always=True)
    )
    return Chosen(f"{name}:{written}", found, path)


def holds(each: Chosen, row: Row, asker: Asker) -> bool:
    """Whether a record has the value, or one below it."""
    return any(path[: len(each.path)] == each.path for path in paths(each.field, row, asker))


def kept(
    rows: Sequence[Row],
    refined: Sequence[Chosen],
    excluded: Sequence[Chosen],
    asker: Asker,
    without: str = "",
) -> list[Row]:
    """The records that refinements leave: of a disjunctive field those of any of its values."""
    names = dict.fromkeys(each.field.name for each in refined if each.field.name != without)
    found = list(rows)
    for name in names:
        own = [each for each in refined if each.field.name == name]
        rule: Callable[[Any], bool] = any if own[0].field.annotations.disjunctive else all
        found = [row for row in found if rule(holds(each, row, asker) for each in own)]
    return [row for row in found if not any(holds(each, row, asker) for each in excluded)]


def counted(
    found: Field,
    rows: Sequence[Row],
    refined: Sequence[Chosen],
    asker: Asker,
    parent: tuple[str, ...] = (),
) -> list[tuple[str, str, int, str, list[Any]]]:
    """Name, value, count, state and the values below, of each value below `parent`."""
    numbers: dict[tuple[str, ...], int] = {}
    depth = len(parent) + 1
    for row in rows:
        own = {path[:depth] for path in paths(found, row, asker) if len(path) >= depth}
        for path in own:
            if path[: len(parent)] == parent:
                numbers[path] = numbers.get(path, 0) + 1
    ordered = sorted(
        numbers, key=lambda path: (-numbers[path], plain.folded("/".join(path)), "/".join(path))
    )
    told = []
    for path in ordered:
        below = [
            each for each in refined if each.field.name == found.name and each.path[:depth] == path
        ]
        deeper = counted(found, rows, refined, asker, path) if below else []
        told.append(
            (path[-1], "/".join(path), numbers[path], "refined" if below else "displayed", deeper)
        )
    return told


def told(values: Sequence[Any]) -> list[tuple[Any, ...]]:
    """The engine's facet values in the same form, those put aside left out."""
    return [
        (each.name, each.value, each.count, each.state, told(each.values))
        for each in values
        if each.state != "excluded"
    ]
