"""Rows with their types, still as a question to the workspace: nothing is copied until written."""

from dataclasses import dataclass

from sqlglot import exp

from cimaise.engine.schema.schema import Schema


@dataclass(frozen=True, slots=True)
class TypedRows:
    """Rows as trees over the raw table.

    `select` yields one column per field of `schema`, named and typed as its card stores it,
    in the order of the source; `_line` is in scope of its FROM, so that a refusal can say where.
    `rejects` yields `_line`, `field`, `value`, `reason` for every
    cell or row that could not be read (None when nothing can be rejected).
    """

    schema: Schema
    select: exp.Select
    rejects: exp.Expression | None = None
