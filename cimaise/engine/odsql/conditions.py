"""Tokens to conditions: comparisons, lists, ranges, and, or, not."""

from typing import Literal

from cimaise.engine.messages import say
from cimaise.engine.odsql.nodes import (
    Among,
    Between,
    Comparison,
    Complement,
    Either,
    Every,
    Like,
    Member,
    Node,
    Test,
)
from cimaise.engine.odsql.tokens import Token
from cimaise.engine.odsql.values import Values

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


class Conditions(Values):
    """Reads conditions, and values where there is none."""

    def disjunction(self) -> Node:
        """`a or b or …`."""
        start = self.token.start
        parts = [self._conjunction()]
        while self.take_word("or"):
            parts.append(self._conjunction())
        return parts[0] if len(parts) == 1 else Either(self.span_from(start), tuple(parts))

    def _conjunction(self) -> Node:
        start = self.token.start
        parts = [self._negation()]
        while self.take_word("and"):
            parts.append(self._negation())
        return parts[0] if len(parts) == 1 else Every(self.span_from(start), tuple(parts))

    def _negation(self) -> Node:
        if self.token.is_word("not") and not self._is_field_named_not(self.following):
            start = self.step().start
            self.deeper()
            part = self._negation()
            self.depth -= 1
            return Complement(self.span_from(start), part)
        return self._predicate()

    def _is_field_named_not(self, after: Token) -> bool:
        if after.is_mark("+", "-"):
            return False  # not -visitors > 3
        return self._ends_a_name(after)

    def _predicate(self) -> Node:
        start = self.token.start
        left = self.total()
        if self.token.kind == "mark" and self.token.text in _COMPARISONS:
            op = _COMPARISONS[self.step().text]
            right = self.total()
            return Comparison(self.span_from(start), op, left, right)
        if self.take_word("is"):
            return self._test(left, start)
        if self.token.is_word("not") and self.following.is_word("in", "like", "ilike"):
            # The complement, as `not (field in (…))` is: what is missing is not in the list.
            self.step()
            found = self._looked_into(left, start)
            return Complement(self.span_from(start), found)
        return self._looked_into(left, start)

    def _looked_into(self, left: Node, start: int) -> Node:
        """`like`, `ilike` and `in`; the value alone when none of them follows."""
        for word in ("like", "ilike"):
            if self.take_word(word):
                pattern = self.total()
                return Like(self.span_from(start), left, pattern, letters=word == "ilike")
        if self.take_word("in"):
            return self._membership(left, start)
        return left

    def _test(self, operand: Node, start: int) -> Node:
        negated = self.take_word("not")
        token = self.token
        for outcome in ("null", "true", "false"):
            if self.take_word(outcome):
                return Test(self.span_from(start), operand, outcome, negated)
        raise self.source.unexpected(
            token.text[:60], token.start, token.end, say("After is: null, true or false.")
        )

    def _membership(self, left: Node, start: int) -> Node:
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
