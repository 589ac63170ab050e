"""Expressions between the numbers of a record, as `y.SERIES.expr` writes them (explore-api §5.4).

They become SQL trees at once: nothing but numbers goes in or comes out, and what cannot be computed
(the root of a negative number, a division by zero) is missing rather than an error.
"""

import re
from collections.abc import Callable
from difflib import get_close_matches

from sqlglot import exp

from cimaise.engine.messages import say
from cimaise.engine.odsql import dialect
from cimaise.engine.odsql.errors import ODSQLError, Source
from cimaise.engine.schema.field import Field
from cimaise.engine.schema.schema import Schema
from cimaise.engine.trees import cast

LONGEST = 2_000  # characters of one expression
DEEPEST = 40
Tree = exp.Expr

_TOKEN = re.compile(
    r"\s*(?:(?P<number>[0-9]+(?:\.[0-9]*)?(?:[eE][+-]?[0-9]{1,3})?)"
    r"|(?P<name>[^\W\d][\w$]*(?:\.[\w$]+)*)|(?P<mark>[-+*/(),]))\s*"
)


def _named(name: str) -> Callable[..., Tree]:
    return lambda *arguments: dialect.call(name, *arguments)


def _remainder(left: Tree, right: Tree) -> Tree:
    """What is left of a division rounded to the nearest whole (IEEE 754)."""
    whole = dialect.call("round_even", _over(left, right), exp.Literal.number(0))
    return exp.Sub(this=left.copy(), expression=exp.Mul(this=right.copy(), expression=whole))


def _hypotenuse(left: Tree, right: Tree) -> Tree:
    squares = [exp.Mul(this=each, expression=each.copy()) for each in (left, right)]
    return exp.Sqrt(this=exp.Add(this=squares[0], expression=squares[1]))


def _over(left: Tree, right: Tree) -> Tree:
    divisor = exp.Nullif(this=right.copy(), expression=exp.Literal.number(0))
    return exp.Div(this=left.copy(), expression=divisor)


# Every function: how many arguments it takes, and what it becomes.
FUNCTIONS: dict[str, tuple[int, Callable[..., Tree]]] = {
    **{
        name: (1, _named(name))
        for name in (
            "sin", "cos", "tan", "asin", "acos", "atan", "sinh", "cosh", "tanh", "exp", "log10",
            "sqrt", "cbrt", "ceil", "floor", "abs", "round",
        )
    },
    "log": (1, _named("ln")),
    "toradians": (1, _named("radians")),
    "todegrees": (1, _named("degrees")),
    "signum": (1, _named("sign")),
    "rint": (1, lambda value: dialect.call("round_even", value, exp.Literal.number(0))),
    "atan2": (2, _named("atan2")),
    "pow": (2, _named("pow")),
    "max": (2, _named("greatest")),
    "min": (2, _named("least")),
    "hypot": (2, _hypotenuse),
    "ieeeremainder": (2, _remainder),
}  # fmt: skip


def arithmetic(
    text: str, clause: str, schema: Schema, column: Callable[[Field], Tree]
) -> tuple[Tree, Field | None]:
    """The tree of an expression, a DOUBLE, and the field it is when it is nothing but a field.

    Raises ODSQLError with the place.
    """
    reader = _Reader(Source(text, clause), schema, column)
    tree = reader.whole()
    return dialect.attempted(tree), reader.only_field(text)


class _Reader:
    def __init__(self, source: Source, schema: Schema, column: Callable[[Field], Tree]) -> None:
        if len(source.text) > LONGEST:
            raise source.unexpected("length of text", LONGEST, len(source.text))
        self.source = source
        self.schema = schema
        self.column = column
        self.at = 0
        self.depth = 0

    def whole(self) -> Tree:
        tree = self.sum()
        if self.at < len(self.source.text):
            raise self.unexpected()
        return tree

    def only_field(self, text: str) -> Field | None:
        name = text.strip()
        return next((field for field in self.schema if field.name == name), None)

    def take(self, kind: str, *marks: str) -> str | None:
        found = _TOKEN.match(self.source.text, self.at)
        if found is None or found[kind] is None or (marks and found[kind] not in marks):
            return None
        self.at = found.end()
        return found[kind]

    def sum(self) -> Tree:
        left = self.product()
        while mark := self.take("mark", "+", "-"):
            kind = exp.Add if mark == "+" else exp.Sub
            left = exp.paren(kind(this=left, expression=self.product()), copy=False)
        return left

    def product(self) -> Tree:
        left = self.signed()
        while mark := self.take("mark", "*", "/"):
            right = self.signed()
            tree = _over(left, right) if mark == "/" else exp.Mul(this=left, expression=right)
            left = exp.paren(tree, copy=False)
        return left

    def signed(self) -> Tree:
        mark = self.take("mark", "-", "+")
        if mark is None:
            return self.primary()
        self.deeper()
        operand = self.signed()
        self.depth -= 1
        return exp.paren(exp.Neg(this=operand), copy=False) if mark == "-" else operand

    def primary(self) -> Tree:
        start = self.at
        if number := self.take("number"):
            return cast(exp.Literal.number(number.rstrip(".")), "DOUBLE")
        if self.take("mark", "("):
            self.deeper()
            inner = self.sum()
            self.depth -= 1
            return self.closed(inner)
        name = self.take("name")
        if name is None:
            raise self.unexpected()
        if self.take("mark", "("):
            return self.call(name, start)
        return cast(self.column(self.field(name, start, ("int", "double"))), "DOUBLE")

    def closed(self, tree: Tree) -> Tree:
        if not self.take("mark", ")"):
            raise self.unexpected()
        return tree

    def call(self, name: str, start: int) -> Tree:
        if name.lower() == "time":
            return self.time()
        wanted, tree = FUNCTIONS.get(name.lower(), (0, None))
        if tree is None:
            near = get_close_matches(name.lower(), FUNCTIONS, n=1)
            hint = say("Did you mean {name}?", name=f"{near[0]}()") if near else None
            what = say("Unknown function: {name}()", name=name[:60])
            raise self.source.malformed(what, start, start + len(name), hint)
        self.deeper()
        arguments = [self.sum()]
        while self.take("mark", ","):
            arguments.append(self.sum())
        self.depth -= 1
        if len(arguments) != wanted:
            what = say("{name}() takes other arguments", name=name)
            raise self.source.malformed(what, start, self.at)
        return self.closed(tree(*arguments))

    def time(self) -> Tree:
        """Milliseconds since 1970 of a date."""
        start = self.at
        name = self.take("name") or ""
        moment = cast(self.column(self.field(name, start, ("date", "datetime"))), "TIMESTAMP")
        return self.closed(cast(dialect.call("epoch_ms", moment), "DOUBLE"))

    def field(self, name: str, start: int, types: tuple[str, ...]) -> Field:
        end = start + max(1, len(name))
        if name not in self.schema:
            near = self.schema.nearest(name)
            hint = say("Did you mean {name}?", name=near) if near else None
            raise self.source.malformed(say("Unknown field: {name}", name=name), start, end, hint)
        field = self.schema[name]
        if field.type not in types:
            what = say("{written} is not a number", written=name)
            raise self.source.malformed(what, start, end)
        return field

    def deeper(self) -> None:
        self.depth += 1
        if self.depth > DEEPEST:
            hint = say("Nest fewer parentheses: {deepest} at most.", deepest=DEEPEST)
            raise self.source.unexpected("depth of nesting", self.at, self.at + 1, hint)

    def unexpected(self) -> ODSQLError:
        shown = self.source.text[self.at : self.at + 20] or "end of text"
        return self.source.unexpected(shown, self.at, self.at + 1)
