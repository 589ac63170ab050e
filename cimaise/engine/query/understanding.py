"""A question read and checked against a schema: nodes whose every name is known."""

from collections.abc import Collection
from dataclasses import dataclass, field
from zoneinfo import ZoneInfo

from cimaise.engine.odsql.check import Check
from cimaise.engine.odsql.errors import Source
from cimaise.engine.odsql.functions.base import Clock
from cimaise.engine.odsql.nodes import (
    NOWHERE,
    Either,
    Every,
    FullText,
    Item,
    Node,
    Ordering,
    walk,
)
from cimaise.engine.odsql.parser import (
    parse_where,
)
from cimaise.engine.odsql.v1.parser import parse_v1
from cimaise.engine.query.limits import clock_of, zone_of
from cimaise.engine.query.question import Question
from cimaise.engine.query.refinements import Refinement, excluded, read_refinements, refined
from cimaise.engine.query.shaping import Shaping
from cimaise.engine.schema.field import Field
from cimaise.engine.schema.schema import Schema


@dataclass(frozen=True, slots=True)
class Understood:
    """What a question asks: items and keys in their order, and the condition of its records.

    `having` keeps groups; `elements` are the multivalued fields whose elements are keys.
    """

    items: tuple[Item, ...]
    groups: tuple[Item, ...]
    orders: tuple[Ordering, ...]
    condition: Node | None
    zone: ZoneInfo
    having: Node | None = None
    elements: tuple[Field, ...] = ()
    clock: Clock = field(default_factory=Clock)


@dataclass(frozen=True, slots=True)
class Reader:
    """Reads the clauses of one question."""

    question: Question
    schema: Schema
    zone: ZoneInfo
    disjunctive: Collection[str] = field(default=())
    clock: Clock = field(default_factory=Clock)

    def understood(self) -> Understood:
        """The whole question; raises AskingError."""
        shape = Shaping(self.question, self.schema, self.zone).shape()
        return Understood(
            shape.items,
            shape.groups,
            shape.orders,
            self.condition(),
            self.zone,
            shape.having,
            shape.elements,
            self.clock,
        )

    # -- which records --------------------------------------------------------------------------

    def condition(self, without: str | None = None) -> Node | None:
        """The condition of the records, but for the refinements of field `without`."""
        parts = [self._where(text) for text in self.question.where if text.strip()]
        parts += self._queried()
        parts += self._refined(without)
        for refinement in read_refinements(self.question.exclude, "exclude", self.schema):
            parts.append(excluded(refinement, self.zone))
        if len(parts) < 2:
            return parts[0] if parts else None
        return Every(NOWHERE, tuple(parts))

    def refinements(self) -> tuple[Refinement, ...]:
        """What was chosen in facets."""
        return read_refinements(self.question.refine, "refine", self.schema)

    def _where(self, text: str) -> Node:
        check = Check(Source(text, "where"), self.schema, self.zone)
        return check.condition(parse_where(text, "where", self.schema.joined))

    def _queried(self) -> list[Node]:
        """What the queries of the v1 language ask."""
        found = (parse_v1(text, self.schema.own, self.zone) for text in self.question.qv1)
        return [node for node in found if node is not None]

    def _refined(self, without: str | None) -> list[Node]:
        chosen: dict[str, list[Refinement]] = {}
        for refinement in self.refinements():
            chosen.setdefault(refinement.field.name, []).append(refinement)
        conditions: list[Node] = []
        for name, refinements in chosen.items():
            parts = tuple(refined(refinement, self.zone) for refinement in refinements)
            if name == without:
                continue
            if self.is_disjunctive(name) and len(parts) > 1:
                conditions.append(Either(NOWHERE, parts))
            else:
                conditions += parts
        return conditions

    def is_disjunctive(self, name: str) -> bool:
        """Whether several values of a facet mean any of them rather than all."""
        if name in self.disjunctive or name in self.question.disjunctive:
            return True
        return self.schema[name].annotations.disjunctive


def understand(question: Question, schema: Schema) -> Understood:
    """The question with every name known; raises AskingError."""
    return reader(question, schema).understood()


def reader(question: Question, schema: Schema, disjunctive: Collection[str] = ()) -> Reader:
    """For those who need only part of a question (facets, tiles, bounds)."""
    return Reader(question, schema, zone_of(question), disjunctive, clock_of(question))


def searches(node: Node | None) -> tuple[FullText, ...]:
    """The full-text searches in a condition."""
    if node is None:
        return ()
    return tuple(
        part for part in walk(node) if isinstance(part, FullText) and part.mode != "startswith"
    )
