"""Where a parser stands in the tokens of one clause, and what it says when it cannot go on."""

from collections.abc import Callable
from typing import TypeVar

from cimaise.engine.messages import say
from cimaise.engine.odsql.errors import ODSQLError, Source
from cimaise.engine.odsql.functions import FUNCTIONS
from cimaise.engine.odsql.nodes import Span
from cimaise.engine.odsql.tokens import Token, tokenize

DEEPEST = 40  # parentheses, calls, nots and signs; Python's own stack is far away

T = TypeVar("T")


class Cursor:
    """The tokens of a clause and the one that comes next."""

    def __init__(self, source: Source, known: frozenset[str] = frozenset(FUNCTIONS)) -> None:
        self.source = source
        self.tokens = tokenize(source)
        self.at = 0
        self.depth = 0
        self.known = known

    @property
    def token(self) -> Token:
        """The token that comes next."""
        return self.tokens[self.at]

    @property
    def following(self) -> Token:
        """The one after it."""
        return self.tokens[min(self.at + 1, len(self.tokens) - 1)]

    def step(self) -> Token:
        """Go past a token and give it."""
        token = self.token
        if token.kind != "end":
            self.at += 1
        return token

    def take_mark(self, *marks: str) -> bool:
        """Go past one of the marks if it comes next."""
        if self.token.is_mark(*marks):
            self.step()
            return True
        return False

    def take_word(self, *words: str) -> bool:
        """Go past one of the keywords if it comes next."""
        if self.token.is_word(*words):
            self.step()
            return True
        return False

    def expect_mark(self, *marks: str) -> Token:
        """Go past one of the marks; raises when another thing comes next."""
        if not self.token.is_mark(*marks):
            raise self.unexpected()
        return self.step()

    def unexpected(self) -> ODSQLError:
        """The error of what comes next."""
        token = self.token
        shown = self.source.text[token.start : token.end] or token.text
        return self.source.unexpected(shown[:60], token.start, token.end)

    def span_from(self, start: int) -> Span:
        """From a place to the end of what was read."""
        return Span(start, self.tokens[self.at - 1].end if self.at else start)

    def deeper(self) -> None:
        """Go one level down; raises past the deepest."""
        self.depth += 1
        if self.depth > DEEPEST:
            token = self.token
            hint = say("Nest fewer parentheses: {deepest} at most.", deepest=DEEPEST)
            raise self.source.unexpected("depth of nesting", token.start, token.end, hint)

    def whole(self, read: Callable[[], T]) -> T:
        """What `read` reads, which must be the whole text."""
        found = read()
        if self.token.kind != "end":
            raise self.unexpected()
        return found

    def listed(self, read: Callable[[], T]) -> tuple[T, ...]:
        """What `read` reads, again after each comma."""
        found = [read()]
        while self.take_mark(","):
            found.append(read())
        return tuple(found)
