"""The card of a function of the language, and what its SQL is made from."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Literal

from sqlglot import exp

from cimaise.engine.messages import Message
from cimaise.engine.odsql.nodes import Measure, Node, Number

NUMBERS = frozenset({"int", "double"})
DATES = frozenset({"date", "datetime"})
TEXTS = frozenset({"text", "file", "json"})
PLACES = frozenset({"geo_point_2d", "geo_shape"})
# What a single value may be; the kinds below are types of fields, and these besides:
# "texts" (multivalued text), "null", "shape" (geom'…'), "distance" (10km), "star", "condition".
SCALARS = NUMBERS | DATES | TEXTS | {"boolean"}
# Kinds that only a value written out has, and a field never: what a parameter asks for when
# the answer is planned with it.
NUMBER = frozenset({"number"})
WRITTEN = frozenset({"written"})  # a text in quotes
SHAPE = frozenset({"shape"})
POINT = frozenset({"point"})  # geom'POINT(…)'
LENGTH = frozenset({"distance", "number"})

Role = Literal["scalar", "aggregate", "condition", "text", "fields", "group"]
Clause = Literal["select", "where", "group_by", "having", "order_by"]
EVERYWHERE: tuple[Clause, ...] = ("select", "where", "group_by", "having", "order_by")
CONDITIONS: tuple[Clause, ...] = ("where",)  # where what is true or false of a record stands
METRES = {
    "mi": 1609.344,
    "yd": 0.9144,
    "ft": 0.3048,
    "m": 1.0,
    "cm": 0.01,
    "km": 1000.0,
    "mm": 0.001,
}


@dataclass(frozen=True, slots=True)
class Operand:
    """An argument already lowered: its tree, its kind, and the node it was."""

    tree: exp.Expr
    kind: str
    node: Node


def _now() -> datetime:
    return datetime.now(UTC).replace(tzinfo=None)


@dataclass(frozen=True, slots=True)
class Clock:
    """What the answer's reader lives by; date parts of moments are those of this zone.

    `now` is the moment of the question, in UTC without zone: read once, so that every `now()` of
    a question is the same. `language` is one of the Explore API's (`lang`).
    """

    zone: str = "UTC"
    language: str = "fr"
    now: datetime = field(default_factory=_now)


@dataclass(frozen=True, slots=True)
class Parameter:
    """An argument a function takes and the kinds it may have.

    `words` are bare words that may stand there instead (INTERSECTS, int), in small letters; they
    reach the SQL as texts. `named` are the names of arguments written `name=whole number`.
    """

    name: str
    kinds: frozenset[str]
    words: frozenset[str] = frozenset()
    named: frozenset[str] = frozenset()


Lowering = Callable[[tuple[Operand, ...], Clock], exp.Expr]
Returns = str | Callable[[tuple[str, ...]], str]


@dataclass(frozen=True, slots=True)
class Function:
    """A row of the table: how a function is called, what it promises, how SQL says it.

    `role` says what a call is: a value of a record (scalar), of several (aggregate), a condition,
    a search in texts (text), fields of a select (fields), a key of groups only (group).
    `optional` last parameters may be left out; with `repeats` the last may come any number of
    times, none included. `clauses` is where it may stand.
    `of_record`: its SQL is given the record's id as one more operand. `calling` is how it is
    called where the names of its parameters do not say it.
    `trouble` says what is wrong with checked arguments of the right kinds, if anything is.
    """

    name: str
    role: Role
    parameters: tuple[Parameter, ...]
    returns: Returns
    promise: str
    example: str
    sql: Lowering | None = None
    distinct: bool = False
    optional: int = 0
    repeats: bool = False
    clauses: tuple[Clause, ...] = EVERYWHERE
    trouble: Callable[[tuple[Node, ...]], Message | None] | None = None
    of_record: bool = False
    calling: str = ""

    def kind(self, kinds: tuple[str, ...]) -> str:
        """The kind of its result for arguments of these kinds."""
        return self.returns if isinstance(self.returns, str) else self.returns(kinds)

    def takes(self, arguments: int) -> bool:
        """Whether it may be called with that many arguments."""
        most = len(self.parameters)
        if self.repeats:
            return arguments >= most - 1
        return most - self.optional <= arguments <= most

    def parameter(self, place: int) -> Parameter:
        """The parameter an argument stands for, by its place from 0."""
        return self.parameters[min(place, len(self.parameters) - 1)]

    @property
    def signature(self) -> str:
        """`within_distance(place, centre, distance)`, for people; `[…]` may be left out."""
        if self.calling:
            return self.calling
        names = [parameter.name for parameter in self.parameters]
        if self.repeats:
            return f"{self.name}({', '.join([*names, '…'])})"
        sure = names[: len(names) - self.optional]
        text = ", ".join(sure)
        for name in names[len(sure) :]:
            text += f"[, {name}" if text else f"[{name}"
        return f"{self.name}({text}{']' * self.optional})"


def one(name: str, kinds: frozenset[str]) -> tuple[Parameter, ...]:
    """The parameters of a function that has but one."""
    return (Parameter(name, kinds),)


def same(kinds: tuple[str, ...]) -> str:
    """The kind of the first argument."""
    return kinds[0]


def metres(node: Node) -> float:
    """The length a distance argument stands for; a bare number is in metres."""
    if isinstance(node, Measure):
        return float(node.value) * METRES[node.unit]
    return float(node.value) if isinstance(node, Number) else 0.0
