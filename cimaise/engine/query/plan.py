"""A question that was understood: trees ready for the engine, and what its columns mean."""

from dataclasses import dataclass

from sqlglot import exp

from cimaise.engine.schema.field import Field


@dataclass(frozen=True, slots=True)
class Column:
    """A column of an answer: `name` is its key in JSON, `field` the field it comes from, if any.

    `type` is a type name of `schema.types`; the engine yields it as that type is stored.
    """

    name: str
    type: str
    label: str
    field: Field | None = None


@dataclass(frozen=True, slots=True)
class Plan:
    """`tree` yields `columns` in order, one row an answer; `total` counts the matching records.

    Both bind `values` and `total_values` to their numbered placeholders.
    `total` is None for grouped questions, whose answers carry no count (explore-api §1.5);
    `known_total` spares the count where it is known beforehand.
    `page` is how many rows were asked for (None: all) after `offset`.
    """

    columns: tuple[Column, ...]
    tree: exp.Select
    values: tuple[object, ...] = ()
    total: exp.Select | None = None
    total_values: tuple[object, ...] = ()
    timezone: str = "UTC"
    lang: str = "fr"
    known_total: int | None = None
    page: int | None = None
    offset: int = 0
