"""Nodes against a schema: conditions that make sense of its fields, nonsense is refused."""

from dataclasses import dataclass, replace

from cimaise.engine.messages import say
from cimaise.engine.odsql.arguments import Arguments
from cimaise.engine.odsql.coercion import readable
from cimaise.engine.odsql.functions.base import TEXTS
from cimaise.engine.odsql.kinds import kind_of
from cimaise.engine.odsql.nodes import (
    Among,
    Between,
    Calculation,
    Call,
    Column,
    Comparison,
    Complement,
    DateText,
    Either,
    Every,
    FullText,
    Like,
    Member,
    Node,
    Null,
    Number,
    Opposite,
    Test,
    Text,
    Truth,
)

_ORDERED = frozenset({"int", "double", "date", "datetime", "text", "texts", "file", "json"})


@dataclass(frozen=True, slots=True)
class Check(Arguments):
    """The check of one clause."""

    def condition(self, node: Node) -> Node:
        """The checked node of something true or false of a record; raises ODSQLError."""
        match node:
            case Every(parts=parts) | Either(parts=parts):
                return replace(node, parts=tuple(self.condition(part) for part in parts))
            case Complement(part=part):
                return replace(node, part=self.condition(part))
            case Text(value=text):
                return FullText(node.span, "words", self.text_fields(), text)
            case Comparison():
                return self._comparison(node)
            case Among(operand=operand, values=values):
                return self._among(node, self.value(operand), values)
            case Between():
                return self._between(node)
            case Test() | Like() | Member():
                return self._other_predicate(node)
        checked = self.value(node)
        if kind_of(checked) not in ("condition", "boolean"):
            what = say("{written} is not a condition", written=self._shown(node))
            self.refuse(what, node, say("Compare it with something: = != < <= > >= in like is."))
        return checked

    def _other_predicate(self, node: Test | Like | Member) -> Node:
        if isinstance(node, Test):
            return self._test(node)
        if isinstance(node, Like):
            return self._like(node)
        return self._member(node)

    def _comparison(self, node: Comparison) -> Node:
        left, right = self._pair(node.left, node.right)
        for side in (left, right):
            if kind_of(side) == "null":
                hint = say("Write: is null, or: is not null.")
                self.refuse(say("Nothing compares with null"), node, hint)
        kind = kind_of(left)
        allowed = _ORDERED | {"boolean"} if node.op in ("=", "!=") else _ORDERED
        if kind not in allowed:
            what = say(
                "{kind} values cannot be compared with {op}", kind=readable(kind), op=node.op
            )
            self.refuse(what, node)
        if kind == "texts" and kind_of(right) == "texts":
            self.refuse(say("A list is compared with one value, not with another list"), node)
        return replace(node, left=left, right=right)

    def _pair(self, left: Node, right: Node) -> tuple[Node, Node]:
        """Both sides of a comparison, the literal one turned to the kind of the other."""
        first, second = self.value(left), self.value(right)
        if isinstance(first, Text | DateText | Number | Truth | Null):
            second = self.settled(second)
            return self.turned(first, kind_of(second)), second
        return first, self.turned(second, kind_of(first))

    def _among(self, node: Among, operand: Node, values: tuple[Node, ...]) -> Node:
        kind = kind_of(operand)
        if kind not in _ORDERED | {"boolean"}:
            self.refuse(say("{kind} values have no list", kind=readable(kind)), node)
        return replace(
            node,
            operand=operand,
            values=tuple(self._literal(value, kind) for value in values),
        )

    def _between(self, node: Between) -> Node:
        operand = self.value(node.operand)
        kind = kind_of(operand)
        if kind not in _ORDERED:
            self.refuse(say("{kind} values have no range", kind=readable(kind)), node)
        return replace(
            node,
            operand=operand,
            low=None if node.low is None else self._literal(node.low, kind),
            high=None if node.high is None else self._literal(node.high, kind),
        )

    def _literal(self, node: Node, kind: str) -> Node:
        """A value of a kind: written out, or worked out of no field name alone."""
        if isinstance(node, Call | Calculation | Opposite):
            return self.turned(self.value(node), kind)
        if not isinstance(node, Text | DateText | Number | Truth):
            what = say("{written} is not a value", written=self._shown(node))
            self.refuse(what, node, say("Texts stand in quotes, dates in date'…'."))
        return self.turned(node, kind)

    def _test(self, node: Test) -> Node:
        operand = self.value(node.operand)
        if node.outcome != "null" and kind_of(operand) != "boolean":
            what = say("{written} is neither true nor false", written=self._shown(node.operand))
            self.refuse(what, node)
        return replace(node, operand=operand)

    def _like(self, node: Like) -> Node:
        operand = self.value(node.operand)
        if kind_of(operand) not in TEXTS | {"texts"}:
            self.refuse(say("like looks into texts only"), node)
        if not isinstance(node.pattern, Text):
            self.refuse(say("like is followed by a text in quotes"), node)
        return replace(node, operand=operand)

    def _member(self, node: Member) -> Node:
        container = self.value(node.container)
        kind = kind_of(container)
        if not isinstance(container, Column) or kind not in TEXTS | {"texts"}:
            self.refuse(say("{written} is not a list", written=self._shown(node.container)), node)
        return replace(node, value=self._literal(node.value, kind), container=container)


def sortable(kind: str) -> bool:
    """Whether values of a kind have an order."""
    return kind in _ORDERED - {"texts"} | {"boolean"}
