"""Nodes against a schema: names become fields, dates become moments, nonsense is refused."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, tzinfo
from typing import NoReturn

from cimaise.engine.messages import Message, say
from cimaise.engine.odsql.coercion import coerced, readable
from cimaise.engine.odsql.errors import Source
from cimaise.engine.odsql.functions import FUNCTIONS, function_of
from cimaise.engine.odsql.functions.base import TEXTS, Function, Parameter
from cimaise.engine.odsql.groups.reading import read_cluster, read_range
from cimaise.engine.odsql.kinds import ID, is_number, kind_of
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
    Measure,
    Member,
    Mode,
    Name,
    Node,
    Null,
    Number,
    Opposite,
    Shape,
    Star,
    Test,
    Text,
    Truth,
)
from cimaise.engine.schema.field import Field
from cimaise.engine.schema.schema import Schema

_ORDERED = frozenset({"int", "double", "date", "datetime", "text", "texts", "file", "json"})
_MODES: dict[str, Mode] = {"search": "search", "suggest": "suggest", "startswith": "startswith"}


@dataclass(frozen=True, slots=True)
class Check:
    """The check of one clause. `names` are aliases that stand for checked nodes."""

    source: Source
    schema: Schema
    zone: tzinfo = UTC
    names: Mapping[str, Node] = field(default_factory=dict)
    aggregates: bool = False

    # -- conditions -----------------------------------------------------------------------------

    def condition(self, node: Node) -> Node:
        """The checked node of something true or false of a record; raises ODSQLError."""
        match node:
            case Every(parts=parts) | Either(parts=parts):
                return replace(node, parts=tuple(self.condition(part) for part in parts))
            case Complement(part=part):
                return replace(node, part=self.condition(part))
            case Text(value=text):
                return FullText(node.span, "words", self._text_fields(), text)
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
        return replace(node, left=left, right=right)

    def _pair(self, left: Node, right: Node) -> tuple[Node, Node]:
        """Both sides of a comparison, the literal one turned to the kind of the other."""
        first, second = self.value(left), self.value(right)
        if isinstance(first, Text | DateText | Number | Truth | Null):
            second = self._settled(second)
            return self.turned(first, kind_of(second)), second
        return first, self.turned(second, kind_of(first))

    def turned(self, node: Node, kind: str) -> Node:
        """A node made comparable with values of a kind; raises ODSQLError."""
        if isinstance(node, Null):
            return node
        found = coerced(node, kind, self.zone)
        if isinstance(found, Message):
            self.refuse(found, node, self._remedy(node, kind))
        return found

    def _remedy(self, node: Node, kind: str) -> Message | None:
        if isinstance(node, Number) and kind in TEXTS | {"texts"}:
            return say('Put the value in quotes: "{written}".', written=self._shown(node))
        if kind in ("date", "datetime"):
            return say("Write a date: date'2020-11-05'.")
        return None

    def _settled(self, node: Node) -> Node:
        """A date literal that meets no field: a moment."""
        return self.turned(node, "datetime") if isinstance(node, DateText) else node

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
        """A value written out, of a kind."""
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

    # -- values ---------------------------------------------------------------------------------

    def value(self, node: Node) -> Node:
        """The checked node of a value; a date literal stays as written until it meets a field."""
        match node:
            case Name(name=name):
                return self._name(node, name)
            case Calculation(left=left, right=right):
                return replace(node, left=self._number(left), right=self._number(right))
            case Opposite(operand=operand):
                return replace(node, operand=self._number(operand))
            case Call():
                return self._call(node)
            case Text() | Number() | Truth() | Null() | DateText() | Shape() | Measure() | Star():
                return node
        return self.condition(node)

    def _number(self, node: Node) -> Node:
        checked = self.value(node)
        if not is_number(checked):
            self.refuse(say("{written} is not a number", written=self._shown(node)), node)
        return checked

    def _name(self, node: Node, name: str) -> Node:
        if name in self.names:
            return replace(self.names[name], span=node.span)
        if name in self.schema:
            return Column(node.span, self.schema[name])
        if name == ID.name:
            return Column(node.span, ID)
        near = self.schema.nearest(name)
        hint = say("Did you mean {name}?", name=near) if near else None
        shown = name if len(name) <= 100 else f"{name[:100]}…"
        what = say("Unknown field: {name}", name=shown)
        raise self.source.malformed(what, node.span.start, node.span.end, hint)

    def _call(self, node: Call) -> Node:
        function = function_of(node.function, len(node.arguments))
        if function is None:
            signatures = ", ".join(row.signature for row in FUNCTIONS[node.function])
            what = say("{name}() takes other arguments", name=node.function)
            self.refuse(what, node, say("Write {signature}.", signature=signatures))
        if function.role == "text":
            return self._text_search(node)
        if function.role == "group":
            return self._group_key(node)
        if function.role == "aggregate" and not self.aggregates:
            self.refuse(say("{name}() cannot stand here", name=function.name), node)
        if node.distinct and not function.distinct:
            self.refuse(say("{name}() takes no distinct", name=function.name), node)
        inner = replace(self, aggregates=self.aggregates and function.role != "aggregate")
        arguments = tuple(
            inner._argument(function, parameter, argument)
            for parameter, argument in zip(function.parameters, node.arguments, strict=True)
        )
        return self._whole_call(replace(node, arguments=arguments), function)

    def _group_key(self, node: Call) -> Node:
        if self.source.clause == "where":
            self.refuse(say("{name}() cannot stand here", name=node.function), node)
        first = self.value(node.arguments[0])
        call = replace(node, arguments=(first, *node.arguments[1:]))
        read = read_range if node.function == "range" else read_cluster
        return read(call, kind_of(first), self)

    def _whole_call(self, node: Call, function: Function) -> Node:
        if function.name == "ifnull":
            first, second = node.arguments
            return replace(node, arguments=(first, self.turned(second, kind_of(first))))
        trouble = function.trouble(node.arguments) if function.trouble else None
        if trouble is not None:
            self.refuse(trouble, node)
        if node.distinct and isinstance(node.arguments[0], Star):
            self.refuse(say("count(distinct) needs a field"), node)
        return node

    def _argument(self, function: Function, parameter: Parameter, node: Node) -> Node:
        if isinstance(node, DateText):
            node = self._settled(node)
        checked = self.value(node)
        if not _suits(checked, parameter):
            self.refuse(self._unsuited(function, parameter, node, checked), node)
        return checked

    def _unsuited(
        self, function: Function, parameter: Parameter, node: Node, checked: Node
    ) -> Message:
        if function.role == "aggregate" and kind_of(checked) in TEXTS | {"texts", "boolean"}:
            # The words of the Explore API, which clients look for.
            return say(
                "{name}({written}): StatAggregation only supports numeric or date expression",
                name=function.name,
                written=self._shown(node),
            )
        return say(
            "{name}(): {written} is not a {parameter}",
            name=function.name,
            written=self._shown(node),
            parameter=parameter.name,
        )

    def _text_search(self, node: Call) -> Node:
        if not node.arguments or not isinstance(node.arguments[-1], Text):
            what = say("{name}() ends with a text in quotes", name=node.function)
            self.refuse(what, node, say('Write {name}("text").', name=node.function))
        columns = tuple(self._text_field(argument) for argument in node.arguments[:-1])
        everything = not columns or None in columns
        chosen = tuple(column for column in columns if column is not None)
        return FullText(
            node.span,
            _MODES[node.function],
            self._text_fields() if everything else chosen,
            node.arguments[-1].value,
        )

    def _text_field(self, node: Node) -> Field | None:
        if isinstance(node, Star):
            return None
        checked = self.value(node)
        if not isinstance(checked, Column) or checked.field.type != "text":
            self.refuse(say("{written} is not a text field", written=self._shown(node)), node)
        return checked.field

    def _text_fields(self) -> tuple[Field, ...]:
        return self.schema.of_type("text")

    # -- saying ---------------------------------------------------------------------------------

    def _shown(self, node: Node) -> str:
        """The node as it was written, shortened."""
        text = self.source.text[node.span.start : node.span.end]
        return text if len(text) <= 60 else f"{text[:60]}…"

    def refuse(self, what: Message, node: Node, hint: Message | None = None) -> NoReturn:
        """Raise the error of a node, with its place."""
        raise self.source.malformed(what, node.span.start, node.span.end, hint)


def _suits(node: Node, parameter: Parameter) -> bool:
    kinds = parameter.kinds
    if isinstance(node, Number) and "number" in kinds:
        return True
    if isinstance(node, Shape):
        return "shape" in kinds or ("point" in kinds and node.point is not None)
    return kind_of(node) in kinds


def sortable(kind: str) -> bool:
    """Whether values of a kind have an order."""
    return kind in _ORDERED - {"texts"} | {"boolean"}
