"""Records as a table of the kit: columns that sort, cells typed, each row named and linked."""

from collections.abc import Callable, Iterable, Sequence
from typing import Any, Literal

from django.http import QueryDict
from django.utils.translation import gettext as _

from cimaise.engine.schema.field import Field
from cimaise.engine.snapshots.manifest import Snapshot
from cimaise.web.render.filters import Filters
from cimaise.web.render.naming import first_columns
from cimaise.web.render.values import NUMERIC, plain, shown
from cimaise.web.theme.pieces import Cell, Column

UNSORTABLE = ("geo_point_2d", "geo_shape", "json", "file")


def chosen_columns(given: QueryDict, snapshot: Snapshot) -> list[Field]:
    """The columns an address asks for (`columns=a&columns=b` or `columns=a,b`), else the first."""
    names = {name for said in given.getlist("columns") for name in said.split(",")}
    return [field for field in snapshot.schema if field.name in names] or first_columns(snapshot)


def headings(
    fields: Sequence[Field], filters: Filters, address: Callable[[Filters], str]
) -> list[Column]:
    """The columns; following one sorts by it, following it again turns the order round."""
    return [
        Column(
            field.label,
            None if unsortable(field) else address(filters.sorted_by(field.name)),
            order_of(field, filters),
            number=field.type in NUMERIC,
            hint=field.description or "",
        )
        for field in fields
    ]


def unsortable(field: Field) -> bool:
    """Whether there is no order worth offering."""
    return field.type in UNSORTABLE or field.annotations.multivalued is not None


def order_of(field: Field, filters: Filters) -> Literal["ascending", "descending", ""]:
    """How a column is sorted now, as `aria-sort` says it."""
    if filters.sort is None or filters.sort[0] != field.name:
        return ""
    return "descending" if filters.sort[1] else "ascending"


def lines(
    fields: Sequence[Field],
    records: Iterable[tuple[str, Sequence[Any]]],
    address: Callable[[str], str],
) -> list[list[Cell]]:
    """Rows from (record id, values in the order of `fields`); the first cell opens the record."""
    return [
        [
            _head(field, value, address(record))
            if rank == 0
            else Cell(shown(value, field, short=True), number=field.type in NUMERIC)
            for rank, (field, value) in enumerate(zip(fields, values, strict=True))
        ]
        for record, values in records
    ]


def _head(field: Field, value: Any, address: str) -> Cell:
    return Cell(plain(value, field)[:140] or _("no name"), address, head=True)
