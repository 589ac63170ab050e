"""The functions of a v1 query, `#name(…)`: what each takes, and the condition it makes."""

import math
from dataclasses import dataclass
from datetime import datetime

from cimaise.engine.messages import Message, say
from cimaise.engine.odsql.errors import ODSQLError
from cimaise.engine.odsql.nodes import Column, Node, Span, Test
from cimaise.engine.odsql.shapes import NoShape
from cimaise.engine.odsql.shifts import NoMoment, moved
from cimaise.engine.odsql.v1.meaning import Meaning
from cimaise.engine.odsql.v1.places import read_area, read_point
from cimaise.engine.odsql.v1.scanner import Scanner
from cimaise.engine.schema.field import Field

# How each is called, for whoever calls it otherwise.
SIGNATURES = {
    "null": "#null(field)",
    "exact": '#exact(field, "value")',
    "search": '#search(field, "words")',
    "startswith": '#startswith(field, "beginning")',
    "distance": '#distance(field, "lat,lon", metres)',
    "polygon": '#polygon(field, "(lat,lon),(lat,lon),(lat,lon)")',
    "geometry": '#geometry(field, "(lat,lon),(lat,lon),(lat,lon)")',
    "bbox": '#bbox(field, "lat,lon,lat,lon")',
    "digest": '#digest(field, "geo_digest")',
    "now": "#now(years=-1)",
}


@dataclass(frozen=True, slots=True)
class Argument:
    """What stands between two commas: a text when it was quoted."""

    text: str
    quoted: bool
    span: Span


class Functions:
    """Reads what follows `#name(` and makes its condition or value."""

    def __init__(self, scanner: Scanner, meaning: Meaning, now: datetime) -> None:
        self.scanner = scanner
        self.meaning = meaning
        self.now = now

    def condition(self, name: str, start: int) -> Node:
        """The condition of a function call whose opening parenthesis was read."""
        arguments = self.arguments()
        span = Span(start, self.scanner.at)
        if name == "null":
            (field,) = self.counted(name, arguments, span, 1)
            return Test(span, Column(span, self.column(field)), "null", negated=False)
        if name in ("exact", "search", "startswith"):
            return self.text_function(name, arguments, span)
        if name in ("distance", "polygon", "geometry", "bbox", "digest"):
            return self.place_function(name, arguments, span)
        if name == "attr":
            what = say("#attr() compares with the attributes of a signed-in person; it has none")
            raise self.refusal(what, span)
        if name == "now":
            hint = say("Compare it with a field of dates: field >= #now(days=-1).")
            raise self.refusal(say("#now() is not a condition"), span, hint)
        hint = say("There are {names}.", names=", ".join(f"#{each}" for each in SIGNATURES))
        raise self.refusal(say("Unknown function: {name}()", name=f"#{name}"), span, hint)

    def value(self, name: str, start: int) -> datetime:
        """The moment of a `#now(…)` whose opening parenthesis was read."""
        scanner = self.scanner
        if name != "now":
            here = Span(start, scanner.at)
            raise self.refusal(say("{name}() is not a value", name=f"#{name}"), here)
        changes: list[tuple[str, str]] = []
        while not scanner.take_mark(")"):
            key = scanner.take_word()
            if key is None or scanner.take_mark("=") is None:
                raise scanner.unexpected()
            changes.append((key, self.amount()))
        span = Span(start, scanner.at)
        try:
            return moved(self.now, changes)
        except NoMoment as error:
            what = say("Invalid parameter of #now(): {written}", written=str(error)[:60])
            hint = say("Write years=-1, month=12 or weekday=MO(2).")
            raise self.refusal(what, span, hint) from error

    def amount(self) -> str:
        """The value of a parameter of #now, `MO(2)` included."""
        found = self.scanner.take_argument()
        if found is None:
            raise self.scanner.unexpected()
        if self.scanner.take_mark("("):
            found += f"({self.scanner.take_argument() or ''})"
            self.scanner.expect_mark(")")
        return found

    def arguments(self) -> list[Argument]:
        """Everything up to the closing parenthesis."""
        scanner = self.scanner
        found: list[Argument] = []
        while not scanner.take_mark(")"):
            start = scanner.at
            text = scanner.take_string() if scanner.looks_at('"', "'") else None
            quoted = text is not None
            if text is None:
                text = scanner.take_argument()
            if text is None or len(found) > 50:
                raise scanner.unexpected()
            found.append(Argument(text, quoted, Span(start, scanner.at)))
        return found

    # -- texts ----------------------------------------------------------------------------------

    def text_function(self, name: str, arguments: list[Argument], span: Span) -> Node:
        """#exact, #search and #startswith end with a text; fields stand before it."""
        if len(arguments) < 2:
            self.counted(name, arguments, span, 2)
        *named, last = arguments
        if name == "exact":
            field, value = self.counted(name, arguments, span, 2)
            return self.meaning.exact(self.column(field), value.text, span)
        columns = () if any(each.text == "*" for each in named) else tuple(map(self.column, named))
        return self.meaning.looked_for(name, columns, last.text, span)

    # -- places ---------------------------------------------------------------------------------

    def place_function(self, name: str, arguments: list[Argument], span: Span) -> Node:
        """The first argument may name the field; without it any place of the record will do."""
        wanted = 2 if name == "distance" else 1
        if len(arguments) not in (wanted, wanted + 1):
            self.counted(name, arguments, span, wanted + 1)
        field = self.column(arguments[0]) if len(arguments) > wanted else None
        written = arguments[-wanted]
        try:
            if name == "distance":
                centre = read_point(written.text)
                return self.meaning.near(field, centre, self.metres(arguments[-1]), span)
            if name == "digest":
                return self.meaning.known_as(field, written.text, span)
            if name == "bbox":
                return self.meaning.in_box(field, _corners(written.text), span)
            return self.meaning.touching(field, read_area(written.text, written.span), span)
        except NoShape as error:
            what = say("Invalid geometry: {reason}", reason=str(error))
            hint = say("Write {signature}.", signature=SIGNATURES[name])
            raise self.refusal(what, written.span, hint) from error

    def metres(self, argument: Argument) -> float:
        """A distance."""
        try:
            found = float(argument.text)
        except ValueError:
            found = math.nan
        if not 0 <= found <= 1e9:
            what = say("Invalid distance: {written}", written=argument.text[:40])
            raise self.refusal(what, argument.span, say("Write a number of metres."))
        return found

    # -- parts ----------------------------------------------------------------------------------

    def column(self, argument: Argument) -> Field:
        """The field an argument names."""
        return self.meaning.field(argument.text, argument.span)

    def counted(
        self, name: str, arguments: list[Argument], span: Span, wanted: int
    ) -> list[Argument]:
        """The arguments, when there are as many as there should be."""
        if len(arguments) != wanted:
            hint = say("Write {signature}.", signature=SIGNATURES[name])
            raise self.refusal(say("{name}() takes other arguments", name=f"#{name}"), span, hint)
        return arguments

    def refusal(self, what: Message, span: Span, hint: Message | None = None) -> ODSQLError:
        """The error of a call that makes no sense."""
        return self.scanner.source.malformed(what, span.start, span.end, hint)


def _corners(text: str) -> tuple[float, float, float, float]:
    parts = text.split(",")
    if len(parts) != 4:
        raise NoShape("a box is lat,lon,lat,lon: two opposite corners")
    first, second = read_point(",".join(parts[:2])), read_point(",".join(parts[2:]))
    return first[1], first[0], second[1], second[0]
