"""Where we stand in a v1 query: words, quoted texts and marks are read as they are wanted."""

import re

from cimaise.engine.messages import say
from cimaise.engine.odsql.errors import ODSQLError, Source
from cimaise.engine.odsql.tokens import is_storable, unescape

LONGEST = 20_000  # characters of one query
DEEPEST = 40  # parentheses and nots

_SPACE = re.compile(r"[\s,;]*")  # commas between free words say nothing
_STRING = re.compile(r"""("(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*')""", re.DOTALL)
_WORD = re.compile(r"""(?:[^\s,;()\[\]":=<>!]|!(?!=))+""")
_ARGUMENT = re.compile(r"""[^\s,()"]+""")
_VALUE = re.compile(r"""[^\s()\[\]"]+""")
_OPERATOR = re.compile(r"==|>=|<=|!=|[:=<>]")
_FUNCTION = re.compile(r"#\s*([A-Za-z_]+)\s*\(")


class Scanner:
    """A query and a place in it. `take` methods step over what they give, or give None."""

    def __init__(self, source: Source) -> None:
        text = source.text
        if len(text) > LONGEST:
            raise source.unexpected("length of text", LONGEST, len(text))
        if not is_storable(text):
            place = next(i for i, letter in enumerate(text) if not is_storable(letter))
            raise source.unexpected(f"character U+{ord(text[place]):04X}", place, place + 1)
        self.source = source
        self.text = text
        self.at = 0
        self.space()

    def space(self) -> None:
        """Step over spaces and commas."""
        found = _SPACE.match(self.text, self.at)
        self.at = found.end() if found else self.at

    @property
    def ended(self) -> bool:
        """Whether nothing is left."""
        return self.at >= len(self.text)

    def looks_at(self, *marks: str) -> bool:
        """Whether one of the marks comes next."""
        return self.text.startswith(marks, self.at)

    def take_mark(self, *marks: str) -> str | None:
        """One of the marks."""
        for mark in marks:
            if self.text.startswith(mark, self.at):
                self.at += len(mark)
                self.space()
                return mark
        return None

    def expect_mark(self, *marks: str) -> str:
        """One of the marks; raises ODSQLSyntaxError."""
        found = self.take_mark(*marks)
        if found is None:
            raise self.unexpected()
        return found

    def take_keyword(self, *words: str) -> str | None:
        """AND, OR, NOT or TO standing alone, in capitals: in small letters they are words."""
        found = _WORD.match(self.text, self.at)
        if found is None or found[0] not in words:
            return None
        self._step(found)
        return found[0]

    def take_operator(self) -> str | None:
        """The mark between a field and a value."""
        found = _OPERATOR.match(self.text, self.at)
        return self._step(found)[0] if found else None

    def take_function(self) -> str | None:
        """`#name(`: the name in small letters."""
        found = _FUNCTION.match(self.text, self.at)
        return self._step(found)[1].lower() if found else None

    def take_word(self) -> str | None:
        """A word, as free text or the name of a field."""
        found = _WORD.match(self.text, self.at)
        return self._step(found)[0] if found else None

    def take_value(self) -> str | None:
        """What stands unquoted after an operator: dates with hours hold colons."""
        found = _VALUE.match(self.text, self.at)
        return self._step(found)[0] if found else None

    def take_argument(self) -> str | None:
        """What stands unquoted between two commas of a function."""
        found = _ARGUMENT.match(self.text, self.at)
        return self._step(found)[0] if found else None

    def take_string(self) -> str | None:
        """A quoted text without its quotes; raises ODSQLSyntaxError when the quote never ends."""
        found = _STRING.match(self.text, self.at)
        if found is None:
            if self.looks_at('"'):
                hint = say("Close the quote: {quote} opens here and never ends.", quote='"')
                end = len(self.text)
                raise self.source.unexpected('unclosed quote "', self.at, end, hint)
            return None
        self._step(found)
        return unescape(self.source, found[0][1:-1], found.start(), found.end())

    def unexpected(self) -> ODSQLError:
        """The error of whatever comes next."""
        shown = self.text[self.at : self.at + 20] or "end of text"
        return self.source.unexpected(shown.split("\n")[0], self.at, self.at + 1)

    def _step(self, found: re.Match[str]) -> re.Match[str]:
        self.at = found.end()
        self.space()
        return found
