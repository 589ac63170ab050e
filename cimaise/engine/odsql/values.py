"""Tokens to values: literals, names, calls and calculations."""

from abc import ABC, abstractmethod
from collections.abc import Callable
from difflib import get_close_matches
from typing import cast

from cimaise.engine.messages import say
from cimaise.engine.odsql.cursor import Cursor
from cimaise.engine.odsql.errors import ODSQLError
from cimaise.engine.odsql.functions.fields import PATTERNED
from cimaise.engine.odsql.groups.periods import is_unit
from cimaise.engine.odsql.nodes import (
    Calculation,
    Call,
    DateText,
    Measure,
    Name,
    Node,
    Null,
    Number,
    Operator,
    Opposite,
    Shape,
    Span,
    Star,
    Text,
    Truth,
)
from cimaise.engine.odsql.shapes import NoShape, read_shape
from cimaise.engine.odsql.tokens import OPERATOR_WORDS, Token

MOST_TERMS = 300  # of one calculation; the engine folds 500 constants in three seconds
COMPARING = ("=", ":", "==", "!=", "<>", "<", "<=", ">", ">=")
_BIGGEST = 2**63
# After a name, never after the beginning of a condition.
_AFTER_NAMES = (*COMPARING, "+", "-", "/", "*", ",", ")", "]", "[", "..")
_WORDS_AFTER_NAMES = ("is", "in", "like", "ilike", "as", "asc", "desc", "and", "or", "to")


class Values(Cursor, ABC):
    """Reads values."""

    @abstractmethod
    def disjunction(self) -> Node:
        """A condition, or any value: what stands between parentheses."""

    def total(self) -> Node:
        """Values added and subtracted."""
        return self._chain(self._product, ("+", "-"))

    def _product(self) -> Node:
        return self._chain(self._signed, ("*", "/"))

    def _chain(self, read: Callable[[], Node], marks: tuple[Operator, ...]) -> Node:
        start = self.token.start
        parts = [read()]
        operators: list[Operator] = []
        while self.token.is_mark(*marks):
            if len(parts) == MOST_TERMS:
                hint = say("Write {most} terms at most.", most=MOST_TERMS)
                token = self.token
                raise self.source.unexpected("length of sum", token.start, token.end, hint)
            operators.append(cast(Operator, self.step().text))  # one of `marks`
            parts.append(read())
        if not operators:
            return parts[0]
        return Calculation(self.span_from(start), tuple(operators), tuple(parts))

    def _signed(self) -> Node:
        if not self.token.is_mark("+", "-"):
            return self.primary()
        sign = self.step()
        self.deeper()
        operand = self._signed()
        self.depth -= 1
        span = self.span_from(sign.start)
        if sign.text == "+":
            return operand
        if isinstance(operand, Number):
            return Number(span, -operand.value)
        return Opposite(span, operand)

    def primary(self) -> Node:
        """A literal, a name, a call, or anything between parentheses."""
        token = self.token
        if token.is_mark("("):
            self.step()
            self.deeper()
            inner = self.disjunction()
            self.expect_mark(")")
            self.depth -= 1
            return inner
        if token.kind == "name":
            return self._named()
        if token.kind in ("quoted", "string", "number", "date", "geom"):
            self.step()
            return self._literal(token)
        raise self.unexpected()

    # -- literals -------------------------------------------------------------------------------

    def _literal(self, token: Token) -> Node:
        span = Span(token.start, token.end)
        if token.kind == "quoted":
            return Name(span, token.text)
        if token.kind == "string":
            return Text(span, token.text)
        if token.kind == "date":
            return DateText(span, token.text)
        if token.kind == "number":
            return self._number(token)
        return self._shape(token)

    def _number(self, token: Token) -> Node:
        value = self._number_value(token)
        unit = self.token
        if unit.kind == "name" and is_unit(unit.text):
            self.step()
            return Measure(Span(token.start, unit.end), value, unit.text)
        joined = unit.kind == "name" and unit.start == token.end
        if joined and not unit.is_word(*_WORDS_AFTER_NAMES):
            name = f"`{token.text}{unit.text}`"
            hint = say("A name that begins with a digit stands in back quotes: {name}.", name=name)
            raise self.source.unexpected(unit.text[:60], unit.start, unit.end, hint)
        return Number(Span(token.start, token.end), value)

    def _number_value(self, token: Token) -> int | float:
        if token.text.isdigit() and len(token.text) < 20 and int(token.text) < _BIGGEST:
            return int(token.text)
        value = float(token.text)
        if value == float("inf"):
            raise self.source.malformed(say("Number too large"), token.start, token.end)
        return value

    def _shape(self, token: Token) -> Shape:
        try:
            return read_shape(token.text, Span(token.start, token.end))
        except NoShape as error:
            what = say("Invalid geometry: {reason}", reason=str(error))
            hint = say("Write geom'POINT(longitude latitude)', or a GeoJSON geometry.")
            raise self.source.malformed(what, token.start, token.end, hint) from error

    # -- names and calls ------------------------------------------------------------------------

    def _named(self) -> Node:
        token = self.step()
        span = Span(token.start, token.end)
        if self.token.is_mark("("):
            return self._call(token)
        word = token.text.lower()
        if self.token.is_mark(*COMPARING):
            return Name(span, token.text)  # a reserved word before an operator is a field
        if word in ("true", "false"):
            return Truth(span, word == "true")
        if word == "null":
            return Null(span)
        if word in OPERATOR_WORDS and not self._ends_a_name(self.token):
            self.at -= 1
            raise self.unexpected()
        return Name(span, token.text)

    def _ends_a_name(self, token: Token) -> bool:
        """Whether what precedes the token can only be a name, be it a word of the language."""
        return (
            token.kind == "end"
            or token.is_mark(*_AFTER_NAMES)
            or token.is_word(*_WORDS_AFTER_NAMES)
        )

    def _call(self, name: Token) -> Node:
        function = name.text.lower()
        if function not in self.known:
            raise self._unknown_function(name)
        self.step()
        self.deeper()
        distinct = False
        if function in PATTERNED:
            arguments: tuple[Node, ...] = (self._pattern(),)
        else:
            if self.token.is_word("distinct") and not self.following.is_mark(",", ")"):
                distinct = True
                self.step()
            arguments = () if self.token.is_mark(")") else self.listed(self._argument)
            if function == "cast" and self.take_word("as"):
                arguments = (*arguments, self._word())
        self.expect_mark(")")
        self.depth -= 1
        return Call(self.span_from(name.start), function, arguments, distinct)

    def _argument(self) -> Node:
        if self.token.is_mark("*"):
            token = self.step()
            return Star(Span(token.start, token.end))
        return self.disjunction()

    def _word(self) -> Node:
        token = self.token
        if token.kind != "name":
            raise self.unexpected()
        self.step()
        return Name(Span(token.start, token.end), token.text)

    def _pattern(self) -> Node:
        """`pop*`: names and stars, written together."""
        start, text = self.token.start, ""
        while self.token.is_mark("*") or self.token.kind in ("name", "quoted", "string", "number"):
            text += self.step().text
        if not text:
            raise self.unexpected()
        return Text(self.span_from(start), text)

    def _unknown_function(self, name: Token) -> ODSQLError:
        near = get_close_matches(name.text.lower(), self.known, n=1)
        hint = say("Did you mean {name}?", name=f"{near[0]}()") if near else None
        if self.source.clause == "where":
            return self.source.unexpected("(", self.token.start, self.token.end, hint)
        what = say("Unknown function: {name}()", name=name.text[:60])
        return self.source.malformed(what, name.start, name.end, hint)
