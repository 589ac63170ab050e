"""Tokens to nodes, by recursive descent; nothing is looked up, depth is bounded."""

from collections.abc import Callable
from difflib import get_close_matches
from typing import Literal, TypeVar, cast

from cimaise.engine.messages import say
from cimaise.engine.odsql.errors import ODSQLError, Source
from cimaise.engine.odsql.functions import FUNCTIONS
from cimaise.engine.odsql.groups.periods import is_unit
from cimaise.engine.odsql.nodes import (
    Among,
    Between,
    Calculation,
    Call,
    Comparison,
    Complement,
    DateText,
    Either,
    Every,
    Item,
    Like,
    Measure,
    Member,
    Name,
    Node,
    Null,
    Number,
    Operator,
    Opposite,
    Ordering,
    Shape,
    Span,
    Star,
    Test,
    Text,
    Truth,
)
from cimaise.engine.odsql.shapes import NoShape, read_shape
from cimaise.engine.odsql.tokens import Token, tokenize

DEEPEST = 40  # parentheses, calls, nots and chained calculations; Python's own stack is far away
_BIGGEST = 2**63

T = TypeVar("T")
Op = Literal["=", "!=", "<", "<=", ">", ">="]
_COMPARISONS: dict[str, Op] = {
    "=": "=",
    ":": "=",
    "==": "=",
    "!=": "!=",
    "<>": "!=",
    "<": "<",
    "<=": "<=",
    ">": ">",
    ">=": ">=",
}
_OPERATORS = (*_COMPARISONS, "+", "-", "/")


def _source_of(text: str, clause: str) -> "_Parser":
    return _Parser(Source(text, clause))


def parse_where(text: str, clause: str = "where") -> Node:
    """The condition of a `where`; raises ODSQLSyntaxError, ODSQLError."""
    parser = _source_of(text, clause)
    return parser.whole(parser.disjunction)


def parse_select(text: str) -> tuple[Item, ...]:
    """The items of a `select`; raises as parse_where."""
    parser = _source_of(text, "select")
    return parser.whole(lambda: parser.listed(parser.item))


def parse_group_by(text: str) -> tuple[Item, ...]:
    """The keys of a `group_by`; raises as parse_where."""
    parser = _source_of(text, "group_by")
    return parser.whole(lambda: parser.listed(parser.item))


def parse_order_by(text: str) -> tuple[Ordering, ...]:
    """The items of an `order_by`; raises as parse_where."""
    parser = _source_of(text, "order_by")
    return parser.whole(lambda: parser.listed(parser.ordering))


def parse_call(text: str, clause: str, name: str) -> Call:
    """A single call of `name`, as `facet(name="x")`, its keyword arguments as comparisons."""
    parser = _Parser(Source(text, clause), frozenset({name}))
    node = parser.whole(parser.primary)
    if not isinstance(node, Call):
        raise parser.source.unexpected(text[:1] or "end of text", 0, 1)
    return node


class _Parser:
    """Where we stand in the tokens of one clause."""

    def __init__(self, source: Source, known: frozenset[str] = frozenset(FUNCTIONS)) -> None:
        self.source = source
        self.tokens = tokenize(source)
        self.at = 0
        self.depth = 0
        self.known = known

    # -- moving ---------------------------------------------------------------------------------

    @property
    def token(self) -> Token:
        return self.tokens[self.at]

    @property
    def following(self) -> Token:
        return self.tokens[min(self.at + 1, len(self.tokens) - 1)]

    def step(self) -> Token:
        token = self.token
        if token.kind != "end":
            self.at += 1
        return token

    def take_mark(self, *marks: str) -> bool:
        if self.token.is_mark(*marks):
            self.step()
            return True
        return False

    def take_word(self, *words: str) -> bool:
        if self.token.is_word(*words):
            self.step()
            return True
        return False

    def expect_mark(self, *marks: str) -> Token:
        if not self.token.is_mark(*marks):
            raise self.unexpected()
        return self.step()

    def unexpected(self) -> ODSQLError:
        token = self.token
        shown = self.source.text[token.start : token.end] or token.text
        return self.source.unexpected(shown[:60], token.start, token.end)

    def span_from(self, start: int) -> Span:
        return Span(start, self.tokens[self.at - 1].end if self.at else start)

    def deeper(self) -> None:
        self.depth += 1
        if self.depth > DEEPEST:
            token = self.token
            hint = say("Nest fewer parentheses: {deepest} at most.", deepest=DEEPEST)
            raise self.source.unexpected("depth of nesting", token.start, token.end, hint)

    # -- clauses --------------------------------------------------------------------------------

    def whole(self, read: Callable[[], T]) -> T:
        found = read()
        if self.token.kind != "end":
            raise self.unexpected()
        return found

    def listed(self, read: Callable[[], T]) -> tuple[T, ...]:
        found = [read()]
        while self.take_mark(","):
            found.append(read())
        return tuple(found)

    def item(self) -> Item:
        if self.token.is_mark("*"):
            token = self.step()
            return Item(Star(Span(token.start, token.end)), "*", aliased=False)
        expression = self.disjunction()
        if self.take_word("as"):
            alias = self.token
            if alias.kind not in ("name", "quoted", "string") or not alias.text:
                raise self.unexpected()
            self.step()
            return Item(expression, alias.text, aliased=True)
        if isinstance(expression, Name):
            return Item(expression, expression.name, aliased=False)
        span = expression.span
        return Item(expression, self.source.text[span.start : span.end], aliased=False)

    def ordering(self) -> Ordering:
        expression = self.total()
        if self.take_word("asc"):
            return Ordering(expression, descending=False)
        if self.take_word("desc"):
            return Ordering(expression, descending=True)
        if isinstance(expression, Opposite):
            return Ordering(expression.operand, descending=True)
        return Ordering(expression, descending=False)

    # -- conditions -----------------------------------------------------------------------------

    def disjunction(self) -> Node:
        start = self.token.start
        parts = [self.conjunction()]
        while self.take_word("or"):
            parts.append(self.conjunction())
        return parts[0] if len(parts) == 1 else Either(self.span_from(start), tuple(parts))

    def conjunction(self) -> Node:
        start = self.token.start
        parts = [self.negation()]
        while self.take_word("and"):
            parts.append(self.negation())
        return parts[0] if len(parts) == 1 else Every(self.span_from(start), tuple(parts))

    def negation(self) -> Node:
        if self.token.is_word("not") and not self.following.is_mark(*_OPERATORS):
            start = self.step().start
            self.deeper()
            part = self.negation()
            self.depth -= 1
            return Complement(self.span_from(start), part)
        return self.predicate()

    def predicate(self) -> Node:
        start = self.token.start
        left = self.total()
        if self.token.kind == "mark" and self.token.text in _COMPARISONS:
            op = _COMPARISONS[self.step().text]
            right = self.total()
            return Comparison(self.span_from(start), op, left, right)
        if self.take_word("is"):
            return self.test(left, start)
        if self.take_word("like"):
            pattern = self.total()
            return Like(self.span_from(start), left, pattern)
        if self.take_word("in"):
            return self.membership(left, start)
        if self.token.is_word("not") and self.following.is_word("in", "like"):
            token = self.token
            hint = say("Write not (field {word} …).", word=self.following.text.lower())
            raise self.source.unexpected(token.text, token.start, token.end, hint)
        return left

    def test(self, operand: Node, start: int) -> Node:
        negated = self.take_word("not")
        token = self.token
        for outcome in ("null", "true", "false"):
            if self.take_word(outcome):
                return Test(self.span_from(start), operand, outcome, negated)
        raise self.source.unexpected(
            token.text[:60], token.start, token.end, say("After is: null, true or false.")
        )

    def membership(self, left: Node, start: int) -> Node:
        if self.take_mark("("):
            values = self.listed(self.total)
            self.expect_mark(")")
            return Among(self.span_from(start), left, values)
        if self.token.is_mark("[", "]"):
            low_open = self.step().text == "]"
            low = self.total()
            if not self.take_word("to"):
                self.expect_mark("..")
            high = self.total()
            high_open = self.expect_mark("]", "[").text == "["
            return Between(self.span_from(start), left, low, high, low_open, high_open)
        container = self.total()
        return Member(self.span_from(start), left, container)

    # -- values ---------------------------------------------------------------------------------

    def total(self) -> Node:
        return self.chain(self.product, ("+", "-"))

    def product(self) -> Node:
        return self.chain(self.signed, ("*", "/"))

    def chain(self, read: Callable[[], Node], marks: tuple[Operator, ...]) -> Node:
        start, depth = self.token.start, self.depth
        left = read()
        while self.token.is_mark(*marks):
            op = cast(Operator, self.step().text)  # one of `marks`
            self.deeper()
            right = read()
            left = Calculation(self.span_from(start), op, left, right)
        self.depth = depth
        return left

    def signed(self) -> Node:
        if not self.token.is_mark("+", "-"):
            return self.primary()
        sign = self.step()
        self.deeper()
        operand = self.signed()
        self.depth -= 1
        span = self.span_from(sign.start)
        if sign.text == "+":
            return operand
        if isinstance(operand, Number):
            return Number(span, -operand.value)
        return Opposite(span, operand)

    def primary(self) -> Node:
        token = self.token
        if token.is_mark("("):
            self.step()
            self.deeper()
            inner = self.disjunction()
            self.expect_mark(")")
            self.depth -= 1
            return inner
        if token.kind == "name":
            return self.named()
        if token.kind in ("quoted", "string", "number", "date", "geom"):
            self.step()
            return self.literal(token)
        raise self.unexpected()

    def literal(self, token: Token) -> Node:
        span = Span(token.start, token.end)
        if token.kind == "quoted":
            return Name(span, token.text)
        if token.kind == "string":
            return Text(span, token.text)
        if token.kind == "date":
            return DateText(span, token.text)
        if token.kind == "number":
            return self.number(token)
        return self.shape(token)

    def number(self, token: Token) -> Node:
        value = self.number_value(token)
        unit = self.token
        if unit.kind == "name" and is_unit(unit.text):
            self.step()
            return Measure(Span(token.start, unit.end), value, unit.text)
        return Number(Span(token.start, token.end), value)

    def number_value(self, token: Token) -> int | float:
        if token.text.isdigit() and len(token.text) < 20 and int(token.text) < _BIGGEST:
            return int(token.text)
        value = float(token.text)
        if value == float("inf"):
            raise self.source.malformed(say("Number too large"), token.start, token.end)
        return value

    def shape(self, token: Token) -> Shape:
        try:
            return read_shape(token.text, Span(token.start, token.end))
        except NoShape as error:
            what = say("Invalid geometry: {reason}", reason=str(error))
            hint = say("Write geom'POINT(longitude latitude)', or a GeoJSON geometry.")
            raise self.source.malformed(what, token.start, token.end, hint) from error

    def named(self) -> Node:
        token = self.step()
        span = Span(token.start, token.end)
        if self.token.is_mark("("):
            return self.call(token)
        word = token.text.lower()
        if self.token.is_mark(*_COMPARISONS):
            return Name(span, token.text)  # a reserved word before an operator is a field
        if word in ("true", "false"):
            return Truth(span, word == "true")
        if word == "null":
            return Null(span)
        if word in ("and", "or", "in", "like", "is", "as"):
            self.at -= 1
            raise self.unexpected()
        return Name(span, token.text)

    def call(self, name: Token) -> Node:
        function = name.text.lower()
        if function not in self.known:
            raise self.unknown_function(name)
        self.step()
        self.deeper()
        distinct = False
        if self.token.is_word("distinct") and not self.following.is_mark(",", ")"):
            distinct = True
            self.step()
        arguments = () if self.token.is_mark(")") else self.listed(self.argument)
        self.expect_mark(")")
        self.depth -= 1
        return Call(self.span_from(name.start), function, arguments, distinct)

    def argument(self) -> Node:
        if self.token.is_mark("*"):
            token = self.step()
            return Star(Span(token.start, token.end))
        return self.disjunction()

    def unknown_function(self, name: Token) -> ODSQLError:
        near = get_close_matches(name.text.lower(), self.known, n=1)
        hint = say("Did you mean {name}?", name=f"{near[0]}()") if near else None
        if self.source.clause == "where":
            return self.source.unexpected("(", self.token.start, self.token.end, hint)
        what = say("Unknown function: {name}()", name=name.text[:60])
        return self.source.malformed(what, name.start, name.end, hint)
