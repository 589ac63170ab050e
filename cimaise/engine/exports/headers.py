"""Names of columns as formats want them: labels or names, unique, short, or fit for XML."""

import re
from collections.abc import Callable, Sequence

from cimaise.engine.query.plan import Column
from cimaise.engine.query.tiles import title_field
from cimaise.engine.schema.names import field_name
from cimaise.engine.schema.schema import Schema


def headers(columns: Sequence[Column], *, labels: bool = False) -> tuple[str, ...]:
    """A name for each column, none twice whatever the case: SQLite and GIS tell no case apart."""
    return _unique(columns, lambda column: column.label if labels else column.name)


def short_headers(columns: Sequence[Column], *, longest: int) -> tuple[str, ...]:
    """Names of at most so many ASCII letters, as files of type dBASE want them."""
    return _unique(columns, lambda column: field_name(column.name), longest)


def xml_headers(columns: Sequence[Column]) -> tuple[str, ...]:
    """Names that can be those of XML elements, and the end of an address."""
    return _unique(columns, lambda column: _element(column.name))


def titled(columns: Sequence[Column]) -> int | None:
    """The position of what names a record for people, as on maps; else of the first text."""
    fields = {column.field.name: column.field for column in columns if column.field is not None}
    title = title_field(Schema(tuple(fields.values())))
    texts = [each for each, column in enumerate(columns) if column.type == "text"]
    named = [each for each in texts if title is not None and columns[each].field == title]
    return next(iter([*named, *texts]), None)


def _element(name: str) -> str:
    safe = re.sub(r"[^\w.-]|[^\x00-\uffff]", "_", name)
    return safe if re.match(r"[^\W\d]", safe) else f"_{safe}"


def _unique(
    columns: Sequence[Column], named: Callable[[Column], str], longest: int | None = None
) -> tuple[str, ...]:
    taken: set[str] = set()
    names = []
    for column in columns:
        name = named(column)[:longest]
        if name.casefold() in taken:
            name = _numbered(name, taken, longest)
        taken.add(name.casefold())
        names.append(name)
    return tuple(names)


def _numbered(name: str, taken: set[str], longest: int | None) -> str:
    number = 2
    while True:
        end = f"_{number}"
        candidate = (name if longest is None else name[: longest - len(end)]) + end
        if candidate.casefold() not in taken:
            return candidate
        number += 1
