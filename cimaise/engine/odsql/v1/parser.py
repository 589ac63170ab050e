"""A v1 query to checked nodes, by recursive descent: NOT before AND before OR."""

from datetime import UTC, datetime, tzinfo

from cimaise.engine.messages import say
from cimaise.engine.odsql.errors import Source
from cimaise.engine.odsql.nodes import Complement, Either, Every, Node, Span
from cimaise.engine.odsql.v1.functions import Functions
from cimaise.engine.odsql.v1.meaning import Meaning
from cimaise.engine.odsql.v1.scanner import DEEPEST, Scanner
from cimaise.engine.schema.schema import Schema

MOST_WORDS = 200  # searches of one query: each is looked up in the index


def parse_v1(
    text: str, schema: Schema, zone: tzinfo = UTC, now: datetime | None = None, clause: str = "q"
) -> Node | None:
    """The condition of a v1 query, ready to be lowered; None when nothing is asked.

    `now` is what `#now()` means (UTC, the clock's if not given). Raises ODSQLError with places.
    """
    if not text.strip(" \t\r\n,;"):
        return None
    source = Source(text, clause)
    moment = now or datetime.now(UTC)
    return _Parser(Scanner(source), Meaning(source, schema, zone), moment).query()


class _Parser:
    def __init__(self, scanner: Scanner, meaning: Meaning, now: datetime) -> None:
        self.scanner = scanner
        self.meaning = meaning
        self.functions = Functions(scanner, meaning, now)
        self.depth = 0
        self.words = 0

    def query(self) -> Node:
        found = self.disjunction()
        if not self.scanner.ended:
            raise self.scanner.unexpected()
        return found

    def disjunction(self) -> Node:
        start = self.scanner.at
        parts = [self.conjunction()]
        while self.scanner.take_keyword("OR"):
            parts.append(self.conjunction())
        return parts[0] if len(parts) == 1 else Either(self.span(start), tuple(parts))

    def conjunction(self) -> Node:
        """What stands side by side is asked together, with AND or without."""
        start = self.scanner.at
        parts = [self.negation()]
        while not self.scanner.ended and not self.scanner.looks_at(")"):
            here = self.scanner.at
            if self.scanner.take_keyword("OR"):
                self.scanner.at = here
                break
            self.scanner.take_keyword("AND")
            parts.append(self.negation())
        return parts[0] if len(parts) == 1 else Every(self.span(start), tuple(parts))

    def negation(self) -> Node:
        start = self.scanner.at
        if not self.scanner.take_keyword("NOT"):
            return self.primary()
        self.deeper()
        part = self.negation()
        self.depth -= 1
        return Complement(self.span(start), part)

    def primary(self) -> Node:
        scanner, start = self.scanner, self.scanner.at
        if scanner.take_mark("("):
            self.deeper()
            inner = self.disjunction()
            scanner.expect_mark(")")
            self.depth -= 1
            return inner
        function = scanner.take_function()
        if function is not None:
            return self.functions.condition(function, start)
        if scanner.looks_at('"', "'"):
            phrase = scanner.take_string()
            if phrase is not None:
                return self.after_text(phrase, start)
        return self.word(start)

    def after_text(self, phrase: str, start: int) -> Node:
        """A quoted text: a field's name when an operator follows, else a phrase."""
        operator = self.scanner.take_operator()
        if operator is None:
            self.count()
            return self.meaning.phrase(phrase, self.span(start))
        return self.compared(phrase, operator, start)

    def word(self, start: int) -> Node:
        """A field and its value, or free words up to whatever is none."""
        words: list[str] = []
        end = start
        while True:
            here = self.scanner.at
            if words and self.scanner.take_keyword("AND", "OR", "NOT"):
                self.scanner.at = here
                break
            word = self.keyword_free() if not words else self.scanner.take_word()
            if word is None:
                break
            operator = self.scanner.take_operator()
            if operator is not None and not words:
                return self.compared(word, operator, start)
            if operator is not None:
                self.scanner.at = here  # the name of a field ends the free words
                break
            words.append(word)
            end = self.scanner.at
            self.count()
        if not words:
            raise self.scanner.unexpected()
        return self.meaning.words(words, Span(start, end))

    def keyword_free(self) -> str | None:
        """A word that is no operator: nothing stands between two of them, or at an end."""
        here = self.scanner.at
        if self.scanner.take_keyword("AND", "OR", "NOT"):
            self.scanner.at = here
            raise self.scanner.unexpected()
        return self.scanner.take_word()

    def compared(self, name: str, operator: str, start: int) -> Node:
        """`name operator value`."""
        scanner = self.scanner
        field = self.meaning.field(name, Span(start, start + len(name)))
        if scanner.looks_at("[", "]"):
            return self.ranged(name, start)
        function = scanner.take_function()
        if function is not None:
            moment = self.functions.value(function, start)
            return self.meaning.at_moment(field, operator, moment, self.span(start))
        self.count()
        quoted = scanner.take_string() if scanner.looks_at('"', "'") else None
        value = quoted if quoted is not None else scanner.take_value()
        if value is None:
            hint = say("Write a value after {operator}.", operator=operator)
            raise scanner.source.unexpected(
                scanner.text[scanner.at : scanner.at + 20] or "end of text",
                scanner.at,
                scanner.at + 1,
                hint,
            )
        span = self.span(start)
        return self.meaning.compared(field, operator, value, span, quoted=quoted is not None)

    def ranged(self, name: str, start: int) -> Node:
        """`name:[low TO high]`; a bracket the other way round leaves its bound out."""
        scanner = self.scanner
        low_open = scanner.expect_mark("[", "]") == "]"
        low = self.bound(start)
        if not scanner.take_keyword("TO"):
            hint = say("Write field:[low TO high].")
            raise scanner.source.unexpected(
                scanner.text[scanner.at : scanner.at + 20] or "end of text",
                scanner.at,
                scanner.at + 1,
                hint,
            )
        high = self.bound(start)
        high_open = scanner.expect_mark("]", "[") == "["
        field = self.meaning.field(name, Span(start, start + len(name)))
        return self.meaning.between(field, (low, high), (low_open, high_open), self.span(start))

    def bound(self, start: int) -> "str | datetime | None":
        """A value, a `#now(…)`, or `*` for none."""
        function = self.scanner.take_function()
        if function is not None:
            return self.functions.value(function, start)
        value = self.scanner.take_string()
        if value is None:
            value = self.scanner.take_value()
        if value is None:
            raise self.scanner.unexpected()
        return None if value == "*" else value

    def span(self, start: int) -> Span:
        end = self.scanner.at
        return Span(start, start + len(self.scanner.text[start:end].rstrip(" \t\r\n,;")))

    def deeper(self) -> None:
        self.depth += 1
        if self.depth > DEEPEST:
            hint = say("Nest fewer parentheses: {deepest} at most.", deepest=DEEPEST)
            here = self.scanner.at
            raise self.scanner.source.unexpected("depth of nesting", here, here + 1, hint)

    def count(self) -> None:
        self.words += 1
        if self.words > MOST_WORDS:
            hint = say("Search for fewer words: {most} at most.", most=MOST_WORDS)
            here = self.scanner.at
            raise self.scanner.source.unexpected("number of words", here, here + 1, hint)
