"""A question that was understood: trees ready for the engine, and what its columns mean."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Self

from sqlglot import exp

from cimaise.engine.schema.field import Field
from cimaise.engine.snapshots.manifest import Snapshot
from cimaise.engine.snapshots.trees import ID

RECORDS = "r"  # the alias of table `records` in every question
ROW = "rowid"  # of that table; no field bears this name


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
class Shortcut:
    """How a plan of plain fields may be carried out by row numbers (`query.gather`).

    `names` are the columns of table `records` that `tree` yields, ROW perhaps among them. The rows
    are `rows` if known beforehand, else those `where` keeps but for the first `skip`, in `orders`
    (none: as they lie); `sorted_by` says what the orders are if they are those of one field. A
    plan whose tree is no longer `tree` has lost its shortcut.
    """

    snapshot: Snapshot
    tree: exp.Select
    names: tuple[str, ...]
    table: exp.Expr
    skip: int = 0
    rows: Sequence[int] | None = None
    where: exp.Expr | None = None
    orders: tuple[exp.Expr, ...] = ()
    sorted_by: str | None = None


@dataclass(frozen=True, slots=True)
class Plan:
    """`tree` yields `columns` in order, one row an answer; `total` counts the matching records.

    Both bind `values` and `total_values` to their numbered placeholders.
    `total` is None for grouped questions, whose answers carry no count (explore-api §1.5);
    `known_total` spares the count where it is known beforehand.
    `page` is how many rows were asked for (None: all) after `offset`. `in_rows` says that each
    answer is a record of table RECORDS, so ordered that `query.following` can go on from one.
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
    short: Shortcut | None = None
    in_rows: bool = False

    @property
    def shortcut(self) -> Shortcut | None:
        """The way by row numbers, as long as it leads to what `tree` yields."""
        return self.short if self.short is not None and self.short.tree is self.tree else None

    def with_id(self) -> Self:
        """The same plan, yielding the `_id` of each record besides; not for groups."""
        return self._besides(exp.column(ID, table=RECORDS, quoted=True), ID, "text")

    def with_row(self) -> Self:
        """The same plan, yielding the number of each record's row besides; not for groups."""
        return self._besides(exp.column(ROW, table=RECORDS), ROW, "int")

    def _besides(self, column: exp.Column, name: str, kind: str) -> Self:
        tree = self.tree.select(exp.alias_(column, name, quoted=True))
        short = self.shortcut
        if short is not None:
            short = replace(short, tree=tree, names=(*short.names, name))
        return replace(
            self, tree=tree, columns=(*self.columns, Column(name, kind, name)), short=short
        )
