"""Text to tokens: names, strings, numbers, dates, shapes and marks, each with its place."""

import re
from dataclasses import dataclass
from typing import Literal

from cimaise.engine.messages import say
from cimaise.engine.odsql.errors import Source

Kind = Literal["name", "quoted", "string", "number", "date", "geom", "mark", "end"]
LONGEST = 200_000  # characters of one clause
# Words that stand between values: as names of fields they need back quotes in doubtful places.
OPERATOR_WORDS = frozenset({"and", "or", "not", "in", "like", "ilike", "is", "as"})
# Words of the language (explore-api §2.1): a field of such a name is safe in back quotes.
RESERVED = OPERATOR_WORDS | frozenset(
    [
        "asc",
        "avg",
        "by",
        "count",
        "date",
        "date_format",
        "day",
        "dayofweek",
        "desc",
        "distinct",
        "equi",
        "false",
        "group",
        "having",
        "hour",
        "ifnull",
        "limit",
        "lower",
        "max",
        "millisecond",
        "min",
        "minute",
        "month",
        "null",
        "quarter",
        "range",
        "search",
        "second",
        "select",
        "sum",
        "to",
        "top",
        "true",
        "upper",
        "where",
        "year",
    ]
)
_PLAIN = re.compile(r"(?:[^\W\d]|\$)[\w$]*")


@dataclass(frozen=True, slots=True)
class Token:
    """A word of the language. `text` is its value: unescaped, unquoted; `start`/`end` its place."""

    kind: Kind
    text: str
    start: int
    end: int

    def is_word(self, *words: str) -> bool:
        """Whether this is one of the unquoted keywords, whatever its case."""
        return self.kind == "name" and self.text.lower() in words

    def is_mark(self, *marks: str) -> bool:
        """Whether this is one of the punctuation marks."""
        return self.kind == "mark" and self.text in marks


_LETTER = r"(?:[^\W\d]|\$)[\w$]*"
_STRING = r"""(?:'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*")"""
_PATTERN = re.compile(
    rf"""
    (?P<space>\s+)
  | (?P<tagged>(?P<tag>[dD][aA][tT][eE]|[gG][eE][oO][mM])\s*(?P<tagged_text>{_STRING}))
  | (?P<name>{_LETTER}(?:\.{_LETTER})*)
  | (?P<number>[0-9]+(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?)
  | (?P<string>{_STRING})
  | (?P<quoted>`(?:[^`\\]|\\.)*`)
  | (?P<mark>\.\.|<=|>=|!=|<>|==|[-+*/=:<>(),\[\]])
    """,
    re.VERBOSE | re.DOTALL,
)
_ESCAPE = re.compile(r"\\(u[0-9a-fA-F]{4}|.)", re.DOTALL)
_ESCAPED = {"n": "\n", "t": "\t", "r": "\r", "b": "\b", "f": "\f"}


def _unescaped(match: re.Match[str]) -> str:
    escape = match[1]
    if escape[0] == "u" and len(escape) == 5:
        return chr(int(escape[1:], 16))
    return _ESCAPED.get(escape, escape)


def written_name(name: str) -> str:
    """A name as a question says it: in back quotes where it needs them."""
    if _PLAIN.fullmatch(name) and name.lower() not in RESERVED:
        return name
    return "`" + name.replace("\\", "\\\\").replace("`", "\\`") + "`"


def is_storable(text: str) -> bool:
    """Whether the text is Unicode that a database accepts: no NUL, no lone surrogate."""
    return "\x00" not in text and not any("\ud800" <= letter <= "\udfff" for letter in text)


def unescape(source: Source, body: str, start: int, end: int) -> str:
    """A quoted text without its backslashes."""
    if "\\" not in body:
        return body
    text = _ESCAPE.sub(_unescaped, body)
    # JSON writes a character outside the first plane as two escapes: join them again.
    text = text.encode("utf-16", "surrogatepass").decode("utf-16", "surrogatepass")
    if not is_storable(text):
        raise source.unexpected("character escape", start, end)
    return text


def _token(source: Source, match: re.Match[str]) -> Token:
    kind, start, end = match.lastgroup, match.start(), match.end()
    if match["tagged"] is not None:
        body = unescape(source, match["tagged_text"][1:-1], start, end)
        return Token("date" if match["tag"].lower() == "date" else "geom", body, start, end)
    if kind == "string":
        return Token("string", unescape(source, match[0][1:-1], start, end), start, end)
    if kind == "quoted":
        return Token("quoted", unescape(source, match[0][1:-1], start, end), start, end)
    if kind == "name":
        return Token("name", match[0], start, end)
    return Token("number" if kind == "number" else "mark", match[0], start, end)


def _dotted(joined: tuple[str, ...]) -> re.Pattern[str]:
    """`dataset.field` and `dataset.*` of joined datasets, whose names may hold hyphens."""
    known = "|".join(map(re.escape, sorted(joined, key=len, reverse=True)))
    return re.compile(rf"(`(?:{known})`|(?:{known}))\.(`[\w$]+`|[\w$]+|\*)")


def tokenize(source: Source) -> list[Token]:
    """The tokens of a clause, ending with one of kind `end`; raises ODSQLSyntaxError."""
    text = source.text
    if len(text) > LONGEST:
        raise source.unexpected("length of text", LONGEST, len(text))
    found: list[Token] = []
    dotted = _dotted(source.joined) if source.joined else None
    at = 0
    while at < len(text):
        match = dotted.match(text, at) if dotted is not None else None
        if match is not None:
            name = f"{match[1].strip('`')}.{match[2].strip('`')}"
            found.append(Token("quoted", name, at, match.end()))
            at = match.end()
            continue
        match = _PATTERN.match(text, at)
        if match is None:
            raise _no_token(source, at)
        if match["space"] is None:
            found.append(_token(source, match))
        at = match.end()
    if not is_storable(text):
        place = next(i for i, letter in enumerate(text) if not is_storable(letter))
        raise source.unexpected(f"character U+{ord(text[place]):04X}", place, place + 1)
    found.append(Token("end", "end of text", len(text), len(text)))
    return found


def _no_token(source: Source, at: int) -> Exception:
    letter = source.text[at]
    if letter in "'\"`":
        hint = say("Close the quote: {quote} opens here and never ends.", quote=letter)
        return source.unexpected(f"unclosed quote {letter}", at, len(source.text), hint)
    shown = letter if letter.isprintable() else f"character U+{ord(letter):04X}"
    return source.unexpected(shown, at, at + 1)
