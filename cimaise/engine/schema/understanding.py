"""What was understood of a file: its schema, where fields come from, what people should know."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from cimaise.engine.messages import Message
from cimaise.engine.schema.profile import ColumnProfile
from cimaise.engine.schema.schema import Schema


@dataclass(frozen=True, slots=True)
class Origin:
    """Where the values of a field come from.

    `columns` are raw columns: one, or latitude then longitude for a point made of two. `form` is
    the one way the cells are written (a form of the type's card), None when they vary. `sure`
    says that every filled cell was found readable, so that nothing can be rejected.
    """

    columns: tuple[str, ...]
    form: str | None = None
    sure: bool = False


@dataclass(frozen=True, slots=True)
class KeyProposal:
    """Fields that tell every record apart, best first, and why they are thought to be the key."""

    fields: tuple[str, ...]
    reason: Message


@dataclass(frozen=True, slots=True)
class Proposal:
    """Annotations that a field seems to deserve, but that a person should decide."""

    field: str
    annotations: Mapping[str, Any]
    reason: Message


@dataclass(frozen=True, slots=True)
class Rejected:
    """What could not be read: a value of a field, or a whole row where `field` is None."""

    line: int
    field: str | None
    value: str
    reason: str


@dataclass(frozen=True, slots=True)
class Understanding:
    """A file understood, before anything is published.

    `origins` and `profiles` have an entry per field of `schema` (a point made of two columns has
    no profile). `counts` has `rows`, `refused` (rows that could not be cut into cells), `located`
    (rows with a point) and `rejected` (cells that are not of the type that was asked for).
    `sample` holds the first rows as found, by field name; `rejected` the first of what could not
    be read, verbatim.
    """

    schema: Schema
    origins: Mapping[str, Origin]
    profiles: Mapping[str, ColumnProfile]
    keys: tuple[KeyProposal, ...] = ()
    proposals: tuple[Proposal, ...] = ()
    notes: tuple[Message, ...] = ()
    counts: Mapping[str, int] = field(default_factory=dict)
    sample: tuple[Mapping[str, str | None], ...] = ()
    reading: Mapping[str, str] = field(default_factory=dict)
    rejected: tuple[Rejected, ...] = ()
