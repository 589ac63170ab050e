"""The nodes of a question: frozen, comparable without their place, each with its span in the text.

The parser makes all of them but `Column`, `Instant`, `FullText`, `Word` and `Setting`, which the
check puts in the place of names, dates, text predicates and arguments once the schema is known.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field, fields
from datetime import date, datetime
from typing import Literal

from cimaise.engine.schema.field import Field


@dataclass(frozen=True, slots=True)
class Span:
    """From `start` to before `end`, in characters of the clause."""

    start: int
    end: int


NOWHERE = Span(0, 0)


@dataclass(frozen=True, slots=True)
class Node:
    """Anything that stands in a question; two nodes are equal wherever they stand."""

    span: Span = field(compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Text(Node):
    """A quoted text; alone where a condition is expected it is a full-text search."""

    value: str


@dataclass(frozen=True, slots=True)
class Number(Node):
    """A number; an int when it was written without a decimal point."""

    value: int | float


@dataclass(frozen=True, slots=True)
class Truth(Node):
    """`true` or `false`."""

    value: bool


@dataclass(frozen=True, slots=True)
class Null(Node):
    """`null`."""


@dataclass(frozen=True, slots=True)
class DateText(Node):
    """`date'…'` as written."""

    text: str


@dataclass(frozen=True, slots=True)
class Instant(Node):
    """A date, or a moment in UTC without zone, ready to meet a field of that type."""

    value: date | datetime


@dataclass(frozen=True, slots=True)
class Shape(Node):
    """`geom'…'` as WKT; `point` is its longitude and latitude when it is a point."""

    wkt: str
    point: tuple[float, float] | None


@dataclass(frozen=True, slots=True)
class Measure(Node):
    """A number with a unit: `10km`, `1 day`; `unit` keeps its case."""

    value: int | float
    unit: str


@dataclass(frozen=True, slots=True)
class Star(Node):
    """`*`: every field, every record."""


@dataclass(frozen=True, slots=True)
class Name(Node):
    """A name not yet looked up."""

    name: str


@dataclass(frozen=True, slots=True)
class Column(Node):
    """A field of the dataset."""

    field: Field


Operator = Literal["+", "-", "*", "/"]


@dataclass(frozen=True, slots=True)
class Calculation(Node):
    """`a + b - c …` or `a * b / c …` between numbers, from left to right.

    One operator fewer than parts: a sum of hundreds is not hundreds of nodes deep.
    """

    operators: tuple[Operator, ...]
    parts: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Opposite(Node):
    """`- operand`."""

    operand: Node


@dataclass(frozen=True, slots=True)
class Call(Node):
    """A function and its arguments; `function` is lower case."""

    function: str
    arguments: tuple[Node, ...]
    distinct: bool = False


@dataclass(frozen=True, slots=True)
class Word(Node):
    """A bare word that a function asks for, in small letters: `int`, `within`."""

    word: str


@dataclass(frozen=True, slots=True)
class Setting(Node):
    """`name=value` among the arguments of a function."""

    name: str
    value: int


@dataclass(frozen=True, slots=True)
class Comparison(Node):
    """`left op right`; a null on either side satisfies none."""

    op: Literal["=", "!=", "<", "<=", ">", ">="]
    left: Node
    right: Node


@dataclass(frozen=True, slots=True)
class Test(Node):
    """`operand is [not] null|true|false`."""

    operand: Node
    outcome: Literal["null", "true", "false"]
    negated: bool


@dataclass(frozen=True, slots=True)
class Like(Node):
    """`operand like "pattern"`: `%` as in SQL, `*` a prefix of a word, else all its words.

    With `letters` it is `ilike`: the whole text, `%` and `_` as in SQL, whatever the case.
    """

    operand: Node
    pattern: Node
    letters: bool = False


@dataclass(frozen=True, slots=True)
class Among(Node):
    """`operand in (a, b, …)`."""

    operand: Node
    values: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Between(Node):
    """`operand in [low .. high]`; an open bound is outside. A None bound is no bound."""

    operand: Node
    low: Node | None
    high: Node | None
    low_open: bool = False
    high_open: bool = False


@dataclass(frozen=True, slots=True)
class Member(Node):
    """`literal in field`: the multivalued field has that element."""

    value: Node
    container: Node


@dataclass(frozen=True, slots=True)
class Every(Node):
    """`a and b and …`."""

    parts: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Either(Node):
    """`a or b or …`."""

    parts: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Complement(Node):
    """`not part`: every record that does not satisfy it, those with nulls included."""

    part: Node


Mode = Literal["words", "search", "suggest", "startswith"]


@dataclass(frozen=True, slots=True)
class FullText(Node):
    """A text looked for in fields; `words` is a bare string, the others the function's name."""

    mode: Mode
    columns: tuple[Field, ...]
    text: str


@dataclass(frozen=True, slots=True)
class Item:
    """An expression of select or group_by; `key` is its name in the answer."""

    expression: Node
    key: str
    aliased: bool


@dataclass(frozen=True, slots=True)
class Ordering:
    """An expression of order_by and its direction."""

    expression: Node
    descending: bool


def children(node: Node) -> Iterator[Node]:
    """The nodes just below a node."""
    for place in fields(node):
        value = getattr(node, place.name)
        if isinstance(value, Node):
            yield value
        elif isinstance(value, tuple):
            yield from (part for part in value if isinstance(part, Node))


def walk(node: Node) -> Iterator[Node]:
    """The node and all below it, without recursion."""
    waiting = [node]
    while waiting:
        current = waiting.pop()
        yield current
        waiting.extend(children(current))
