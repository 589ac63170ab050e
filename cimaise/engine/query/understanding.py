"""A question read and checked against a schema: nodes whose every name is known."""

from collections.abc import Collection
from dataclasses import dataclass, field
from zoneinfo import ZoneInfo

from cimaise.engine.messages import say
from cimaise.engine.odsql.check import Check, sortable
from cimaise.engine.odsql.errors import Source
from cimaise.engine.odsql.kinds import has_aggregate, is_aggregate, kind_of
from cimaise.engine.odsql.nodes import (
    NOWHERE,
    Column,
    Either,
    Every,
    FullText,
    Item,
    Node,
    Ordering,
    Star,
    children,
    walk,
)
from cimaise.engine.odsql.parser import (
    parse_group_by,
    parse_order_by,
    parse_select,
    parse_where,
)
from cimaise.engine.odsql.v1.parser import parse_v1
from cimaise.engine.query.limits import zone_of
from cimaise.engine.query.question import Question
from cimaise.engine.query.refinements import Refinement, excluded, read_refinements, refined
from cimaise.engine.schema.schema import Schema

_UNGROUPABLE = ("geo_point_2d", "geo_shape", "json", "shape")


@dataclass(frozen=True, slots=True)
class Understood:
    """What a question asks: items and keys in their order, and the condition of its records."""

    items: tuple[Item, ...]
    groups: tuple[Item, ...]
    orders: tuple[Ordering, ...]
    condition: Node | None
    zone: ZoneInfo


@dataclass(frozen=True, slots=True)
class Reader:
    """Reads the clauses of one question."""

    question: Question
    schema: Schema
    zone: ZoneInfo
    disjunctive: Collection[str] = field(default=())

    def understood(self) -> Understood:
        """The whole question; raises AskingError."""
        groups = self.groups()
        items = self.items(groups)
        return Understood(items, groups, self.orders(items, groups), self.condition(), self.zone)

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
        return check.condition(parse_where(text))

    def _queried(self) -> list[Node]:
        """What the queries of the v1 language ask."""
        found = (parse_v1(text, self.schema, self.zone) for text in self.question.qv1)
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

    # -- what of them ---------------------------------------------------------------------------

    def groups(self) -> tuple[Item, ...]:
        """The checked keys of group_by."""
        text = self.question.group_by
        if not text.strip():
            return ()
        check = Check(Source(text, "group_by"), self.schema, self.zone)
        return tuple(self._group(check, item) for item in parse_group_by(text))

    def _group(self, check: Check, item: Item) -> Item:
        node = check.value(item.expression)
        kind = kind_of(node)
        if kind == "geo_point_2d":
            what = say(
                "Aggregation on geo point field is not possible. Use the "
                "geo_cluster(position, int_precision) aggregation function instead"
            )
            raise check.source.malformed(what, item.expression.span.start, item.expression.span.end)
        if kind in _UNGROUPABLE or isinstance(node, Star) or not _is_of_records(node):
            what = say("Records cannot be grouped by {key}", key=item.key[:60])
            raise check.source.malformed(what, item.expression.span.start, item.expression.span.end)
        return Item(node, item.key, item.aliased)

    def items(self, groups: tuple[Item, ...]) -> tuple[Item, ...]:
        """The checked items of select; keys of groups that it leaves out come first."""
        text = self.question.select
        if not text.strip():
            return groups or self._every_field()
        names = {item.key: item.expression for item in groups if item.aliased}
        check = Check(Source(text, "select"), self.schema, self.zone, names, aggregates=True)
        found: list[Item] = []
        for item in parse_select(text):
            if isinstance(item.expression, Star):
                found += groups or self._every_field()
            else:
                found.append(self._item(check, item, groups))
        chosen = [item.expression for item in found]
        missing = [key for key in groups if key.expression not in chosen]
        return _last_of_each([*missing, *found])

    def _item(self, check: Check, item: Item, groups: tuple[Item, ...]) -> Item:
        node = check.value(item.expression)
        span = item.expression.span
        if kind_of(node) in ("condition", "shape", "distance", "star"):
            what = say("{written} is not a value", written=item.key[:60])
            raise check.source.malformed(what, span.start, span.end)
        keys = [key.expression for key in groups]
        if groups and not _is_of_groups(node, keys):
            what = say("{written} is not in group_by", written=item.key[:60])
            hint = say("Add it to group_by, or take its count, sum, avg, min, max or median.")
            raise check.source.malformed(what, span.start, span.end, hint)
        key = item.key
        if groups and not item.aliased:
            key = next((group.key for group in groups if group.expression == node), key)
        return Item(node, key, item.aliased)

    def _every_field(self) -> tuple[Item, ...]:
        return tuple(Item(Column(NOWHERE, each), each.name, aliased=False) for each in self.schema)

    # -- in which order -------------------------------------------------------------------------

    def orders(self, items: tuple[Item, ...], groups: tuple[Item, ...]) -> tuple[Ordering, ...]:
        """The checked items of order_by."""
        text = self.question.order_by
        if not text.strip():
            return ()
        names = {item.key: item.expression for item in (*groups, *items)}
        names = {key: node for key, node in names.items() if key not in self.schema or groups}
        check = Check(
            Source(text, "order_by"), self.schema, self.zone, names, aggregates=bool(groups)
        )
        keys = [key.expression for key in groups]
        return tuple(self._ordering(check, each, keys) for each in parse_order_by(text))

    def _ordering(self, check: Check, ordering: Ordering, keys: list[Node]) -> Ordering:
        node = check.value(ordering.expression)
        span = ordering.expression.span
        grouped_badly = bool(keys) and not _is_of_groups(node, keys)
        if not (sortable(kind_of(node)) or node in keys) or grouped_badly:
            what = say("Records cannot be sorted by this")
            raise check.source.malformed(what, span.start, span.end)
        return Ordering(node, ordering.descending)


def understand(question: Question, schema: Schema) -> Understood:
    """The question with every name known; raises AskingError."""
    return Reader(question, schema, zone_of(question)).understood()


def reader(question: Question, schema: Schema, disjunctive: Collection[str] = ()) -> Reader:
    """For those who need only part of a question (facets, tiles, bounds)."""
    return Reader(question, schema, zone_of(question), disjunctive)


def is_only_text(node: Node | None) -> bool:
    """Whether nothing is asked but words: then the index alone answers, best first."""
    return isinstance(node, FullText) and node.mode != "startswith"


def searches(node: Node | None) -> tuple[FullText, ...]:
    """The full-text searches in a condition."""
    if node is None:
        return ()
    return tuple(
        part for part in walk(node) if isinstance(part, FullText) and part.mode != "startswith"
    )


def _last_of_each(items: list[Item]) -> tuple[Item, ...]:
    """One item a key: the last said, where the first stood."""
    return tuple({item.key: item for item in items}.values())


def _is_of_records(node: Node) -> bool:
    """Whether a node is worked out from fields: a constant groups nothing."""
    return any(isinstance(part, Column) for part in walk(node)) and not has_aggregate(node)


def _is_of_groups(node: Node, keys: list[Node]) -> bool:
    """Whether a node has one value a group: keys, aggregates, constants and what they make."""
    waiting: list[Node] = [node]
    while waiting:
        part = waiting.pop()
        if part in keys or is_aggregate(part):
            continue
        if isinstance(part, Column):
            return False
        waiting.extend(children(part))
    return True
