"""What is answered of the records of a question: select, group_by, having and order_by, checked."""

from dataclasses import dataclass
from typing import NoReturn
from zoneinfo import ZoneInfo

from cimaise.engine.messages import Message, say
from cimaise.engine.odsql.check import Check, sortable
from cimaise.engine.odsql.errors import Source
from cimaise.engine.odsql.kinds import (
    has_aggregate,
    is_aggregate,
    is_group,
    is_of_record,
    kind_of,
)
from cimaise.engine.odsql.nodes import (
    NOWHERE,
    Column,
    Every,
    FullText,
    Item,
    Name,
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
from cimaise.engine.query.patterns import is_patterned, patterned
from cimaise.engine.query.question import Question
from cimaise.engine.schema.field import Field
from cimaise.engine.schema.schema import Schema

_UNGROUPABLE = ("geo_shape", "json", "shape", "condition", "distance", "period", "star", "texts")


@dataclass(frozen=True, slots=True)
class Shape:
    """Items and keys in their order; `having` keeps groups.

    `elements` are the multivalued fields among the keys: each of their elements is a key.
    """

    items: tuple[Item, ...]
    groups: tuple[Item, ...]
    orders: tuple[Ordering, ...]
    having: Node | None = None
    elements: tuple[Field, ...] = ()


@dataclass(frozen=True, slots=True)
class Shaping:
    """Reads the clauses that shape the answer to a question."""

    question: Question
    schema: Schema
    zone: ZoneInfo

    def shape(self) -> Shape:
        """All of them; raises AskingError."""
        groups = self._groups()
        elements = self._elements(groups)
        inner = Shaping(self.question, _with_elements(self.schema, elements), self.zone)
        items = inner._items(groups)
        return Shape(
            items, groups, inner._orders(items, groups), inner._having(items, groups), elements
        )

    # -- group_by -------------------------------------------------------------------------------

    def _groups(self) -> tuple[Item, ...]:
        """The checked keys; one said twice is one."""
        text = self.question.group_by
        if not text.strip():
            return ()
        lists = tuple(each for each in self.schema if each.annotations.multivalued is not None)
        check = Check(Source(text, "group_by"), _with_elements(self.schema, lists), self.zone)
        found: dict[str, Item] = {}
        for item in parse_group_by(text, self.schema.joined):
            key = self._group(check, item)
            if found.setdefault(key.key, key) != key:
                what = say("{name} is the name of two keys", name=key.key[:60])
                _refuse(check, what, item.expression)
        return tuple(found.values())

    def _group(self, check: Check, item: Item) -> Item:
        node = check.value(item.expression)
        kind = kind_of(node)
        if kind == "geo_point_2d" and self.question.by_points:
            return Item(node, item.key, item.aliased)
        if kind == "geo_point_2d":
            what = say(
                "Aggregation on geo point field is not possible. Use the "
                "geo_cluster(position, int_precision) aggregation function instead"
            )
            _refuse(check, what, item.expression)
        if is_group(node):
            return Item(node, item.key, item.aliased)
        if kind in _UNGROUPABLE or not _is_of_records(node):
            what = say("Records cannot be grouped by {key}", key=item.key[:60])
            _refuse(check, what, item.expression)
        return Item(node, item.key, item.aliased)

    def _elements(self, groups: tuple[Item, ...]) -> tuple[Field, ...]:
        """The multivalued fields that keys are made of."""
        used = {
            part.field.name
            for item in groups
            for part in walk(item.expression)
            if isinstance(part, Column)
        }
        return tuple(
            each
            for each in self.schema
            if each.name in used and each.annotations.multivalued is not None
        )

    # -- select ---------------------------------------------------------------------------------

    def _items(self, groups: tuple[Item, ...]) -> tuple[Item, ...]:
        """The checked items; keys of groups that they leave out come first."""
        text = self.question.select
        if not text.strip():
            return groups or self._every_field()
        names = {item.key: item.expression for item in groups if item.aliased}
        check = Check(Source(text, "select"), self.schema, self.zone, names, aggregates=True)
        found: list[Item] = []
        for item in parse_select(text, self.schema.joined):
            if isinstance(item.expression, Star):
                found += groups or self._every_field()
            elif not groups and (theirs := self._fields_of(item)):
                found += theirs
            elif is_patterned(item.expression):
                found = patterned(check, item, found, groups or self._every_field())
            else:
                found.append(self._item(check, item, groups))
        if not found and not groups:
            raise check.source.malformed(say("No field is left to show"), 0, len(text))
        chosen = [item.expression for item in found]
        missing = [key for key in groups if key.expression not in chosen]
        return _last_of_each([*missing, *found])

    def _item(self, check: Check, item: Item, groups: tuple[Item, ...]) -> Item:
        node = check.value(item.expression)
        keys = {key.key: key.expression for key in groups}
        if kind_of(node) in ("condition", "shape", "distance", "period", "star", "null"):
            what = say("{written} is not a value", written=item.key[:60])
            _refuse(check, what, item.expression)
        if groups and not _is_of_groups(node, list(keys.values())):
            what = say("{written} is not in group_by", written=item.key[:60])
            hint = say("Add it to group_by, or take its count, sum, avg, min, max or median.")
            _refuse(check, what, item.expression, hint)
        if not groups and _has_group(node):
            what = say("{written} stands in group_by only", written=item.key[:60])
            _refuse(check, what, item.expression)
        key = item.key
        if groups and not item.aliased:
            key = next((group.key for group in groups if group.expression == node), key)
        if keys.get(key, node) != node:
            what = say("{name} is the name of a key already", name=key[:60])
            _refuse(check, what, item.expression, say("Choose another name after as."))
        return Item(node, key, item.aliased)

    def _fields_of(self, item: Item) -> tuple[Item, ...]:
        """Every field of a joined dataset, where that is what `dataset.*` says."""
        name = item.expression.name if isinstance(item.expression, Name) else ""
        return tuple(each for each in self._every_field() if name == f"{_joined(each)}.*")

    def _every_field(self) -> tuple[Item, ...]:
        return tuple(Item(Column(NOWHERE, each), each.name, aliased=False) for each in self.schema)

    # -- having and order_by --------------------------------------------------------------------

    def _names(self, items: tuple[Item, ...], groups: tuple[Item, ...]) -> dict[str, Node]:
        """What names mean after select: aliases; a field before them where nothing is grouped."""
        names = {item.key: item.expression for item in (*groups, *items)}
        return {key: node for key, node in names.items() if groups or key not in self.schema}

    def _having(self, items: tuple[Item, ...], groups: tuple[Item, ...]) -> Node | None:
        """The checked condition of groups."""
        parts = [
            self._condition(text, items, groups) for text in self.question.having if text.strip()
        ]
        if len(parts) < 2:
            return parts[0] if parts else None
        return Every(NOWHERE, tuple(parts))

    def _condition(self, text: str, items: tuple[Item, ...], groups: tuple[Item, ...]) -> Node:
        parsed = parse_where(text, "having", self.schema.joined)
        names = self._names(items, groups)
        check = Check(Source(text, "having"), self.schema, self.zone, names, aggregates=True)
        if not groups:
            _refuse(check, say("having keeps groups: it needs group_by"), parsed)
        node = check.condition(parsed)
        if any(isinstance(part, FullText) for part in walk(node)):
            what = say("having searches no texts")
            _refuse(check, what, parsed, say("Search in where, before records are grouped."))
        if not _is_of_groups(node, [key.expression for key in groups]):
            what = say("having is about keys of groups and aggregates")
            _refuse(check, what, parsed, say("Conditions on other fields stand in where."))
        return node

    def _orders(self, items: tuple[Item, ...], groups: tuple[Item, ...]) -> tuple[Ordering, ...]:
        """The checked items of order_by."""
        text = self.question.order_by
        if not text.strip():
            return ()
        names = self._names(items, groups)
        check = Check(Source(text, "order_by"), self.schema, self.zone, names, aggregates=True)
        keys = [key.expression for key in groups]
        orders = parse_order_by(text, self.schema.joined)
        return tuple(self._ordering(check, each, keys) for each in orders)

    def _ordering(self, check: Check, ordering: Ordering, keys: list[Node]) -> Ordering:
        node = check.value(ordering.expression)
        grouped_badly = bool(keys) and not _is_of_groups(node, keys)
        unsortable = not (sortable(kind_of(node)) or node in keys)
        if unsortable or grouped_badly or (not keys and _has_group(node)):
            _refuse(check, say("Records cannot be sorted by this"), ordering.expression)
        return Ordering(node, ordering.descending)


def _refuse(check: Check, what: Message, node: Node, hint: Message | None = None) -> NoReturn:
    raise check.source.malformed(what, node.span.start, node.span.end, hint)


def _with_elements(schema: Schema, lists: tuple[Field, ...]) -> Schema:
    """The schema where some multivalued fields stand for one of their elements."""
    if not lists:
        return schema
    return Schema(
        tuple(each.annotated(multivalued=None) if each in lists else each for each in schema)
    )


def _joined(item: Item) -> str | None:
    """The name of the joined dataset that an item is a field of."""
    return item.expression.field.joined if isinstance(item.expression, Column) else None


def _last_of_each(items: list[Item]) -> tuple[Item, ...]:
    """One item a key: the last said, where the first stood."""
    return tuple({item.key: item for item in items}.values())


def _has_group(node: Node) -> bool:
    return any(is_group(part) for part in walk(node))


def _is_of_records(node: Node) -> bool:
    """Whether a node is worked out from fields: a constant groups nothing."""
    if has_aggregate(node) or any(is_group(part) for part in walk(node)):
        return False
    return any(isinstance(part, Column) for part in walk(node))


def _is_of_groups(node: Node, keys: list[Node]) -> bool:
    """Whether a node has one value a group: keys, aggregates, constants and what they make."""
    waiting: list[Node] = [node]
    while waiting:
        part = waiting.pop()
        if part in keys or (is_aggregate(part) and not _has_group(part)):
            continue
        if isinstance(part, Column) or is_of_record(part):
            return False
        waiting.extend(children(part))
    return True
