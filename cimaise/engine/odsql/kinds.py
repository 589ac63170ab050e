"""The kind of a checked node: a field type, or one of the few kinds only a question has."""

from cimaise.engine.odsql.functions import function_of
from cimaise.engine.odsql.functions.base import METRES, NUMBERS
from cimaise.engine.odsql.nodes import (
    Calculation,
    Call,
    Column,
    Instant,
    Measure,
    Node,
    Null,
    Number,
    Opposite,
    Shape,
    Star,
    Text,
    Truth,
    Word,
    walk,
)
from cimaise.engine.schema.field import Field

ID = Field("_id", "Record identifier", "text")  # the column every snapshot has beside its fields


def kind_of_field(field: Field) -> str:
    """Its type; `texts` for a multivalued text."""
    if field.type == "text" and field.annotations.multivalued is not None:
        return "texts"
    return field.type


def kind_of(node: Node) -> str:
    """The kind of a checked node; conditions are of kind `condition`."""
    match node:
        case Column(field=field):
            return kind_of_field(field)
        case Text():
            return "text"
        case Number(value=int()):
            return "int"
        case Number():
            return "double"
        case Truth():
            return "boolean"
        case Call(function=name, arguments=arguments):
            function = function_of(name, len(arguments))
            kinds = tuple(kind_of(argument) for argument in arguments)
            return function.kind(kinds) if function else "condition"
        case Calculation() | Opposite():
            return _kind_of_number(node)
        case Instant() | Shape() | Measure() | Star() | Null() | Word():
            return _kind_of_literal(node)
    return "condition"


def _kind_of_literal(node: Node) -> str:
    match node:
        case Instant(value=value):
            return "datetime" if hasattr(value, "hour") else "date"
        case Shape():
            return "shape"
        case Measure(unit=unit):
            return "distance" if unit in METRES else "period"
        case Star():
            return "star"
        case Word(word=word):
            return word  # a type, where it is one
    return "null"


def _kind_of_number(node: Node) -> str:
    if isinstance(node, Opposite):
        return kind_of(node.operand)
    if not isinstance(node, Calculation) or "/" in node.operators:
        return "double"
    return "int" if all(kind_of(part) == "int" for part in node.parts) else "double"


def is_number(node: Node) -> bool:
    """Whether a node can be calculated with."""
    return kind_of(node) in NUMBERS


def is_aggregate(node: Node) -> bool:
    """Whether a node is a call of an aggregate."""
    if not isinstance(node, Call):
        return False
    function = function_of(node.function, len(node.arguments))
    return function is not None and function.role == "aggregate"


def has_aggregate(node: Node) -> bool:
    """Whether an aggregate stands anywhere in the node."""
    return any(is_aggregate(part) for part in walk(node))


def is_group(node: Node) -> bool:
    """Whether a node is a call that only makes groups: range(), geo_cluster()."""
    if not isinstance(node, Call):
        return False
    function = function_of(node.function, len(node.arguments))
    return function is not None and function.role == "group"


def is_of_record(node: Node) -> bool:
    """Whether a node is a call that each record answers by itself, without naming a field."""
    if not isinstance(node, Call):
        return False
    function = function_of(node.function, len(node.arguments))
    return function is not None and function.of_record
