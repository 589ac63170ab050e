"""The few SQL expressions that every part of a snapshot is written with."""

from pathlib import Path

from sqlglot import exp

from cimaise.engine.schema.field import Field

ID = "_id"
LINE = "_line"
RECORDS = exp.table_("records", quoted=True)


def column(name: str, table: str | None = None) -> exp.Column:
    """A column by its exact name."""
    return exp.column(name, table=table, quoted=True)


def call(function: str, *arguments: exp.Expr) -> exp.Anonymous:
    """A DuckDB function, as DuckDB calls it."""
    return exp.Anonymous(this=function, expressions=list(arguments))


def in_words(field: Field, table: str | None = None) -> exp.Expr:
    """A value as text, the same text for the same value whatever the version (null stays null)."""
    value = column(field.name, table)
    if field.type in ("text", "file", "json") and field.annotations.multivalued is None:
        return value
    return exp.cast(value, "VARCHAR")


def parquet(path: Path) -> exp.Table:
    """The rows of a Parquet file."""
    return exp.Table(this=call("read_parquet", exp.Literal.string(str(path))))


def number(value: int) -> exp.Expr:
    """A whole number."""
    return exp.Literal.number(value)


def text(value: str) -> exp.Literal:
    """A text."""
    return exp.Literal.string(value)
