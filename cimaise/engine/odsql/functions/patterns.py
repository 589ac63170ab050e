"""`date_format`: patterns in the letters of Joda, made into one SQL expression.

Numbers are said by the engine; names of months and days are chosen from lists of the language.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache

from babel import Locale, UnknownLocaleError
from sqlglot import exp

from cimaise.engine.messages import Message, say
from cimaise.engine.odsql import dialect
from cimaise.engine.odsql.functions.base import Clock
from cimaise.engine.trees import cast

Tree = exp.Expr
LETTERS = "CyYxwueEDMdaKhHkmsSzZ"
LONGEST = 200  # characters of a pattern, and the widest run of one letter below
WIDEST = 20
_PIECE = re.compile(r"'((?:[^']|'')*)'|([A-Za-z])\2*|[^A-Za-z']+", re.DOTALL)


class PatternTrouble(ValueError):
    """A pattern that cannot be followed; `what` says why."""

    def __init__(self, what: Message) -> None:
        super().__init__(str(what))
        self.what = what


@dataclass(frozen=True, slots=True)
class Piece:
    """Some letters of a kind (`letter`, `count`), or a text that stands as it is."""

    letter: str
    count: int
    text: str = ""


@lru_cache(maxsize=256)
def read_pattern(pattern: str) -> tuple[Piece, ...]:
    """The pieces of a pattern; raises PatternTrouble."""
    if len(pattern) > LONGEST:
        raise PatternTrouble(say("A date pattern has {most} letters at most", most=LONGEST))
    found: list[Piece] = []
    at = 0
    while at < len(pattern):
        match = _PIECE.match(pattern, at)
        if match is None:
            raise PatternTrouble(say("The quote ' of a date pattern is not closed"))
        found.append(_piece(match))
        at = match.end()
    return tuple(found)


def _piece(match: re.Match[str]) -> Piece:
    if match[2] is None:
        text = match[0] if match[1] is None else match[1].replace("''", "'") or "'"
        return Piece("", 0, text)
    if match[2] not in LETTERS:
        what = say("{letter} is no letter of a date pattern", letter=match[2])
        raise PatternTrouble(what)
    if len(match[0]) > WIDEST:
        raise PatternTrouble(say("{letters} is too wide for a date", letters=match[0]))
    return Piece(match[2], len(match[0]))


def formatted(value: Tree, kind: str, pieces: tuple[Piece, ...], clock: Clock) -> Tree:
    """The text of a date or moment (`kind`); null where it is null."""
    timestamp = cast(value, "TIMESTAMP") if kind == "date" else value
    moved = kind == "datetime" and clock.zone != "UTC"
    local = dialect.local_time(timestamp, clock.zone) if moved else timestamp
    saying = _Saying(local, timestamp, clock, moved)
    # Neighbours that the engine can say at once are said at once.
    parts: list[Tree] = []
    plain = ""
    for piece in pieces:
        said = piece.text.replace("%", "%%") if not piece.letter else _STRFTIME.get(_width(piece))
        if said is not None:
            plain += said
            continue
        if plain:
            parts.append(dialect.formatted(local.copy(), plain))
            plain = ""
        parts.append(saying.of(piece))
    if plain:
        parts.append(dialect.formatted(local.copy(), plain))
    if not parts:  # the engine has no empty format
        return exp.Left(this=dialect.formatted(local, "%Y"), expression=dialect.number(0))
    whole = parts[0]
    for part in parts[1:]:
        whole = exp.DPipe(this=whole, expression=part)
    return exp.Paren(this=whole) if len(parts) > 1 else whole


_STRFTIME = {
    ("yy", 2): "%y",
    ("yyyy", 4): "%Y",
    ("xxxx", 4): "%G",
    ("e", 1): "%u",
    ("D", 1): "%-j",
    ("D", 3): "%j",
    ("M", 1): "%-m",
    ("M", 2): "%m",
    ("d", 1): "%-d",
    ("d", 2): "%d",
    ("H", 1): "%-H",
    ("H", 2): "%H",
    ("h", 1): "%-I",
    ("h", 2): "%I",
    ("m", 1): "%-M",
    ("m", 2): "%M",
    ("s", 1): "%-S",
    ("s", 2): "%S",
    ("S", 3): "%g",
    ("S", 6): "%f",
}


def _width(piece: Piece) -> tuple[str, int]:
    """The key of `_STRFTIME`: years of two and four letters have names of their own."""
    letter = {"Y": "y", "u": "y"}.get(piece.letter, piece.letter)
    if letter in "yx" and piece.count in (2, 4):
        return letter * piece.count, piece.count
    return letter, piece.count


@dataclass(frozen=True, slots=True)
class _Saying:
    """Says the pieces that the engine has no letter for; `local` is the moment on the clocks."""

    local: Tree
    moment: Tree
    clock: Clock
    moved: bool

    def of(self, piece: Piece) -> Tree:
        letter, count = piece.letter, piece.count
        if letter == "E":
            return self._name("ISODOW", days(self.clock.language, wide=count > 3))
        if letter == "M":
            return self._name("MONTH", months(self.clock.language, wide=count > 3))
        if letter == "a":
            half = exp.Add(this=_whole_half(self._number("HOUR")), expression=dialect.number(1))
            names = [exp.Literal.string(name) for name in halves(self.clock.language)]
            return dialect.element(exp.Array(expressions=names), half)
        if letter in "zZ":
            return self._zone(letter, count)
        if letter == "S":
            return self._fraction(count)
        number = _NUMBERS[letter](self)
        return _padded(_modulo(number, 100) if (letter, count) == ("x", 2) else number, count)

    def _number(self, unit: str) -> Tree:
        return exp.Extract(this=exp.var(unit), expression=self.local.copy())

    def _name(self, unit: str, names: tuple[str, ...]) -> Tree:
        listed = exp.Array(expressions=[exp.Literal.string(name) for name in names])
        return dialect.element(listed, self._number(unit))

    def _fraction(self, count: int) -> Tree:
        """The first digits of the fraction of a second."""
        digits = dialect.formatted(self.local.copy(), "%f" + "0" * max(0, count - 6))
        return exp.Left(this=digits, expression=dialect.number(count))

    def _zone(self, letter: str, count: int) -> Tree:
        """`Z` +0200, `ZZ` +02:00, `ZZZ` and `z` the name of the zone."""
        if letter == "z" or count > 2:
            escaped = self.clock.zone.replace("%", "%%")
            return dialect.formatted(self.local.copy(), escaped)
        if not self.moved:
            return dialect.formatted(self.local.copy(), "+00:00" if count == 2 else "+0000")
        text = dialect.offset_text(self.moment.copy(), self.local.copy())
        if count == 2:
            return text
        nothing = exp.Literal.string("")
        return dialect.call("replace", text, exp.Literal.string(":"), nothing)


def _whole_half(hour: Tree) -> Tree:
    floor = dialect.call("floor", exp.Div(this=hour, expression=dialect.number(12.0)))
    return cast(floor, "BIGINT")


def _modulo(number: Tree, by: int) -> Tree:
    return exp.Mod(this=number, expression=dialect.number(by))


def _century(saying: _Saying) -> Tree:
    hundreds = exp.Div(this=saying._number("YEAR"), expression=dialect.number(100.0))
    return cast(dialect.call("floor", hundreds), "BIGINT")


def _from_one(saying: _Saying, hours: int) -> Tree:
    """The hour counted from 1 to `hours`: midnight is the last."""
    rest = _modulo(
        exp.Paren(this=exp.Add(this=saying._number("HOUR"), expression=dialect.number(hours - 1))),
        hours,
    )
    return exp.Paren(this=exp.Add(this=rest, expression=dialect.number(1)))


_NUMBERS: dict[str, Callable[[_Saying], Tree]] = {
    "C": _century,
    "y": lambda saying: saying._number("YEAR"),
    "Y": lambda saying: saying._number("YEAR"),
    "u": lambda saying: saying._number("YEAR"),
    "x": lambda saying: saying._number("ISOYEAR"),
    "w": lambda saying: saying._number("WEEK"),
    "e": lambda saying: saying._number("ISODOW"),
    "D": lambda saying: saying._number("DOY"),
    "d": lambda saying: saying._number("DAY"),
    "H": lambda saying: saying._number("HOUR"),
    "k": lambda saying: _from_one(saying, 24),
    "K": lambda saying: _modulo(saying._number("HOUR"), 12),
    "h": lambda saying: _from_one(saying, 12),
    "m": lambda saying: saying._number("MINUTE"),
    "s": lambda saying: saying._number("SECOND"),
}


def _padded(number: Tree, width: int) -> Tree:
    """A number with zeros before it; longer ones are whole."""
    return dialect.call("printf", exp.Literal.string(f"%0{width}d"), cast(number, "BIGINT"))


# -- names ----------------------------------------------------------------------------------------


@lru_cache(maxsize=64)
def _locale(language: str) -> Locale:
    try:
        return Locale.parse(language)
    except (UnknownLocaleError, ValueError):
        return Locale("fr")


@lru_cache(maxsize=64)
def months(language: str, *, wide: bool) -> tuple[str, ...]:
    """The names of the twelve months: `septembre`, or `sept.`."""
    names = _locale(language).months["stand-alone"]["wide" if wide else "abbreviated"]
    return tuple(names[number] for number in range(1, 13))


@lru_cache(maxsize=64)
def days(language: str, *, wide: bool) -> tuple[str, ...]:
    """The names of the seven days from Monday: `mardi`, or `mar.`."""
    names = _locale(language).days["stand-alone"]["wide" if wide else "abbreviated"]
    return tuple(names[number] for number in range(7))


@lru_cache(maxsize=64)
def halves(language: str) -> tuple[str, str]:
    """What mornings and afternoons are called: `AM`, `PM`."""
    names = _locale(language).day_periods["format"]["abbreviated"]
    return names["am"], names["pm"]
