"""Verbatim cells become typed values; what cannot be read is kept as it is among the rejects."""

from collections.abc import Iterator

from sqlglot import exp

from cimaise.engine.readers.base import RawTable
from cimaise.engine.schema.field import Field
from cimaise.engine.schema.types import TYPES
from cimaise.engine.schema.types.base import (
    BLANKS,
    called,
    escaped,
    is_blank,
    literal,
    try_cast,
    when,
)
from cimaise.engine.schema.types.point import point_of
from cimaise.engine.schema.understanding import Origin, Understanding
from cimaise.engine.steps.profile import FORMS
from cimaise.engine.steps.typed import TypedRows


def type_rows(raw: RawTable, understanding: Understanding) -> TypedRows:
    """Every row with its types, as trees over the raw table: nothing runs here."""
    values = [
        exp.alias_(value_of(raw, understanding, field), field.name, quoted=True)
        for field in understanding.schema
    ]
    select = exp.select(*values).from_(raw.tree)
    return TypedRows(understanding.schema, select, rejects_of(raw, understanding))


def value_of(raw: RawTable, understanding: Understanding, field: Field) -> exp.Expression:
    """The typed value of a field in a row of the raw table."""
    origin = understanding.origins[field.name]
    if len(origin.columns) == 2:
        return point_of(*(_degrees(column, origin.form) for column in origin.columns))
    cell: exp.Expression = exp.column(origin.columns[0])
    storage = next(column.storage for column in raw.columns if column.column == origin.columns[0])
    if storage != "VARCHAR" and (natural := _natural(cell, storage, field)) is not None:
        return natural
    if storage != "VARCHAR":
        cell = exp.cast(cell, "VARCHAR")
    if field.type == "text":
        return _words(cell, understanding, field)
    if origin.form is not None:
        return FORMS[f"{field.type}.{origin.form}"].sql(cell)
    return TYPES[field.type].sql(_filled(cell))


def _filled(cell: exp.Expression) -> exp.Expression:
    return called("nullif", cell, literal(""))


def _words(cell: exp.Expression, understanding: Understanding, field: Field) -> exp.Expression:
    profile = understanding.profiles[field.name]
    separator = field.annotations.multivalued
    if separator is None:
        if not profile.blank:
            return _filled(cell)
        return exp.Case().when(is_blank(cell.copy()), exp.null()).else_(cell)
    several = _split(cell, separator)
    if any(value.lstrip().startswith("[") for value in profile.sample):
        as_json = exp.cast(exp.cast(cell.copy(), "JSON"), "VARCHAR[]")
        listed = exp.and_(
            called("starts_with", cell.copy(), literal("[")), called("json_valid", cell.copy())
        )
        several = exp.Case().when(listed, as_json).else_(several)
    return when((is_blank(cell.copy()).not_(), several))


def _split(cell: exp.Expression, separator: str) -> exp.Expression:
    """The items between separators, without the blanks around them, empty ones aside."""
    bare = called("trim", cell.copy(), literal(BLANKS + separator))
    blanks = f"[{escaped(BLANKS)}]*"
    cut = f"{blanks}(?:{escaped(separator)}{blanks})+"
    return called("string_split_regex", bare, literal(cut))


def _natural(cell: exp.Expression, storage: str, field: Field) -> exp.Expression | None:
    """The value of a column that a typed format already typed, None when it must be read again."""
    card = TYPES[field.type]
    if storage == "VARCHAR[]" and field.type == "text":
        return (
            cell if field.annotations.multivalued else called("array_to_string", cell, literal(";"))
        )
    if storage.startswith("TIMESTAMP WITH") and field.type == "datetime":
        return called("make_timestamp", called("epoch_us", cell))
    if field.type == "json":
        return exp.cast(called("to_json", cell), "VARCHAR")
    if field.type == "text" or storage == "BLOB":
        return None
    if field.type == "geo_shape" and storage.startswith("GEOMETRY"):
        return exp.cast(cell, "GEOMETRY")
    return try_cast(cell, card.storage)


def _degrees(column: str, form: str | None) -> exp.Expression:
    cell = exp.column(column)
    if form is not None:
        return FORMS[f"double.{form}"].sql(cell)
    return TYPES["double"].sql(exp.cast(cell, "VARCHAR"))


def rejects_of(raw: RawTable, understanding: Understanding) -> exp.Expression | None:
    """Cells that are not of the type that was asked for, and rows that were refused whole."""
    parts = list(_rejected_cells(raw, understanding))
    if raw.refused_tree is not None:
        parts.append(
            exp.select(
                exp.column("_line"),
                exp.alias_(exp.cast(exp.null(), "VARCHAR"), "field"),
                exp.alias_(exp.column("content"), "value"),
                exp.column("reason"),
            ).from_(raw.refused_tree)
        )
    if not parts:
        return None
    everything: exp.Expression = parts[0]
    for part in parts[1:]:
        everything = exp.Union(this=everything, expression=part, distinct=False)
    return everything


def _rejected_cells(raw: RawTable, understanding: Understanding) -> Iterator[exp.Expression]:
    for field in understanding.schema:
        origin = understanding.origins[field.name]
        if _may_reject(field, origin):
            cell = exp.cast(exp.column(origin.columns[0]), "VARCHAR")
            unread = exp.Is(this=value_of(raw, understanding, field), expression=exp.null())
            filled = is_blank(cell.copy()).not_()
            yield (
                exp.select(
                    exp.column("_line"),
                    exp.alias_(literal(field.name), "field"),
                    exp.alias_(cell, "value"),
                    exp.alias_(literal(f"not read as {field.type}"), "reason"),
                )
                .from_(raw.tree)
                .where(filled, unread)
            )


def _may_reject(field: Field, origin: Origin) -> bool:
    return not origin.sure and field.type != "text" and len(origin.columns) == 1
