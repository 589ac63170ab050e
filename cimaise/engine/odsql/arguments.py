"""Values against a schema: names become fields, dates become moments, calls are held to a card."""

from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, tzinfo
from typing import NoReturn

from cimaise.engine.messages import Message, say
from cimaise.engine.odsql.coercion import coerced
from cimaise.engine.odsql.errors import Source
from cimaise.engine.odsql.functions import FUNCTIONS, function_of
from cimaise.engine.odsql.functions.base import EVERYWHERE, NUMBERS, TEXTS, Function, Parameter
from cimaise.engine.odsql.groups.reading import read_cluster, read_range
from cimaise.engine.odsql.kinds import ID, is_number, kind_of
from cimaise.engine.odsql.nodes import (
    Calculation,
    Call,
    Column,
    Comparison,
    DateText,
    FullText,
    Instant,
    Measure,
    Mode,
    Name,
    Node,
    Null,
    Number,
    Opposite,
    Setting,
    Shape,
    Star,
    Text,
    Truth,
    Word,
)
from cimaise.engine.odsql.tokens import OPERATOR_WORDS
from cimaise.engine.schema.field import Field
from cimaise.engine.schema.schema import Schema

_MODES: dict[str, Mode] = {"search": "search", "suggest": "suggest", "startswith": "startswith"}
_FARTHEST = 1_000_000  # of a setting: now(years=…)


@dataclass(frozen=True, slots=True)
class Arguments(ABC):
    """The check of values of one clause. `names` are aliases that stand for checked nodes."""

    source: Source
    schema: Schema
    zone: tzinfo = UTC
    names: Mapping[str, Node] = field(default_factory=dict)
    aggregates: bool = False

    @abstractmethod
    def condition(self, node: Node) -> Node:
        """The checked node of something true or false of a record; raises ODSQLError."""

    # -- values ---------------------------------------------------------------------------------

    def value(self, node: Node) -> Node:
        """The checked node of a value; a date literal stays as written until it meets a field."""
        match node:
            case Name(name=name):
                return self._name(node, name)
            case Calculation(parts=parts):
                return replace(node, parts=tuple(self._number(part) for part in parts))
            case Opposite(operand=operand):
                return replace(node, operand=self._number(operand))
            case Call():
                return self._call(node)
            case Text() | Number() | Truth() | Null() | DateText() | Shape() | Measure() | Star():
                return node
            case Column() | Instant():  # checked already
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
        start, end = node.span.start, node.span.end
        if name.lower() in OPERATOR_WORDS and self.source.text[start:end] == name:
            raise self.source.unexpected(name, start, end)
        near = self.schema.nearest(name)
        hint = say("Did you mean {name}?", name=near) if near else None
        shown = name if len(name) <= 100 else f"{name[:100]}…"
        what = say("Unknown field: {name}", name=shown)
        raise self.source.malformed(what, start, end, hint)

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

    def settled(self, node: Node) -> Node:
        """A date literal that meets no field: a moment."""
        return self.turned(node, "datetime") if isinstance(node, DateText) else node

    # -- calls ----------------------------------------------------------------------------------

    def _call(self, node: Call) -> Node:
        function = function_of(node.function, len(node.arguments))
        if function is None:
            signatures = ", ".join(row.signature for row in FUNCTIONS[node.function])
            what = say("{name}() takes other arguments", name=node.function)
            self.refuse(what, node, say("Write {signature}.", signature=signatures))
        if not self._may_stand(function):
            self.refuse(say("{name}() cannot stand here", name=function.name), node)
        if node.distinct and not function.distinct:
            self.refuse(say("{name}() takes no distinct", name=function.name), node)
        if function.role == "text":
            return self._text_search(node)
        if function.role == "group":
            return self._group_key(node)
        inner = replace(self, aggregates=self.aggregates and function.role != "aggregate")
        arguments = tuple(
            inner._argument(function, function.parameter(place), argument)
            for place, argument in enumerate(node.arguments)
        )
        if function.name == "ifnull":
            # A date takes the kind of what it stands for.
            said = node.arguments[1]
            said = said if isinstance(said, DateText) else arguments[1]
            arguments = (arguments[0], self.turned(said, kind_of(arguments[0])))
        return self._whole_call(replace(node, arguments=arguments), function)

    def _may_stand(self, function: Function) -> bool:
        clause = self.source.clause
        if function.role == "fields" or (function.role == "aggregate" and not self.aggregates):
            return False
        return clause not in EVERYWHERE or clause in function.clauses

    def _group_key(self, node: Call) -> Node:
        first = self.value(node.arguments[0])
        call = replace(node, arguments=(first, *node.arguments[1:]))
        read = read_range if node.function == "range" else read_cluster
        return read(call, kind_of(first), self)

    def _whole_call(self, node: Call, function: Function) -> Node:
        trouble = function.trouble(node.arguments) if function.trouble else None
        if trouble is not None:
            self.refuse(trouble, node, say("Write {signature}.", signature=function.signature))
        if node.distinct and isinstance(node.arguments[0], Star):
            self.refuse(say("count(distinct) needs a field"), node)
        return node

    def _argument(self, function: Function, parameter: Parameter, node: Node) -> Node:
        if parameter.words:
            word = _word(parameter, node)
            if word is not None:
                return word
        if parameter.named:
            return self._setting(function, parameter, node)
        if isinstance(node, DateText):
            node = self.settled(node)
        checked = node if not parameter.kinds else self.value(node)
        if not _suits(checked, parameter):
            hint = None
            if parameter.words:
                hint = say("Write one of: {words}.", words=", ".join(sorted(parameter.words)))
            self.refuse(self._unsuited(function, parameter, node, checked), node, hint)
        return checked

    def _setting(self, function: Function, parameter: Parameter, node: Node) -> Node:
        setting = _setting(parameter, node)
        if setting is None:
            what = say(
                "{name}(): {written} is not a {parameter}",
                name=function.name,
                written=self._shown(node),
                parameter=parameter.name,
            )
            self.refuse(what, node, say("Write {signature}.", signature=function.signature))
        return setting

    def _unsuited(
        self, function: Function, parameter: Parameter, node: Node, checked: Node
    ) -> Message:
        summed = function.role == "aggregate" and bool(parameter.kinds & NUMBERS)
        if summed and kind_of(checked) in TEXTS | {"texts", "boolean"}:
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

    # -- searches -------------------------------------------------------------------------------

    def _text_search(self, node: Call) -> Node:
        if not node.arguments or not isinstance(node.arguments[-1], Text):
            what = say("{name}() ends with a text in quotes", name=node.function)
            self.refuse(what, node, say('Write {name}("text").', name=node.function))
        columns = tuple(self._text_field(node.function, each) for each in node.arguments[:-1])
        everything = not columns or None in columns
        chosen = tuple(column for column in columns if column is not None)
        return FullText(
            node.span,
            _MODES[node.function],
            self.text_fields() if everything else chosen,
            node.arguments[-1].value,
        )

    def _text_field(self, function: str, node: Node) -> Field | None:
        if isinstance(node, Star):
            return None
        checked = self.value(node)
        if not isinstance(checked, Column) or checked.field.type != "text":
            self.refuse(say("{written} is not a text field", written=self._shown(node)), node)
        if checked.field.joined is not None and function != "startswith":
            what = say("{name}() looks into the fields of the dataset itself", name=function)
            self.refuse(what, node, say("In fields of joined datasets look with like or ilike."))
        return checked.field

    def text_fields(self) -> tuple[Field, ...]:
        """The fields that a search without fields looks into."""
        # The text index of a dataset knows nothing of what a question joins.
        return self.schema.own.of_type("text")

    # -- saying ---------------------------------------------------------------------------------

    def _shown(self, node: Node) -> str:
        """The node as it was written, shortened."""
        text = self.source.text[node.span.start : node.span.end]
        return text if len(text) <= 60 else f"{text[:60]}…"

    def refuse(self, what: Message, node: Node, hint: Message | None = None) -> NoReturn:
        """Raise the error of a node, with its place."""
        raise self.source.malformed(what, node.span.start, node.span.end, hint)


def _word(parameter: Parameter, node: Node) -> Word | None:
    """The bare or quoted word of a parameter that takes some."""
    written = node.name if isinstance(node, Name) else node.value if isinstance(node, Text) else ""
    return Word(node.span, written.lower()) if written.lower() in parameter.words else None


def _setting(parameter: Parameter, node: Node) -> Setting | None:
    """`name=whole number`, of a name that the parameter takes."""
    match node:
        case Comparison(op="=", left=Name(name=name), right=Number(value=int() as value)):
            if name.lower() in parameter.named and abs(value) <= _FARTHEST:
                return Setting(node.span, name.lower(), value)
    return None


def _suits(node: Node, parameter: Parameter) -> bool:
    kinds = parameter.kinds
    if isinstance(node, Number) and "number" in kinds:
        return True
    if isinstance(node, Text) and "written" in kinds:
        return True
    if isinstance(node, Shape):
        return "shape" in kinds or ("point" in kinds and node.point is not None)
    return bool(kinds) and kind_of(node) in kinds
