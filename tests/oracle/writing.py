"""Values of questions: each is written as people write it, and worked out in plain Python."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from hypothesis import strategies as st
from oracle import calendar_of, plain
from oracle.datasets import Dataset, Draw, Row, kind_of, one_of

from cimaise.engine.schema.field import Field

ZONES = ("UTC", "UTC", "Europe/Paris", "America/New_York", "Asia/Kolkata")
PARTS = ("year", "month", "day", "hour", "minute", "second", "quarter", "dayofweek", "millisecond")
PATTERNS: tuple[tuple[tuple[str, bool], ...], ...] = (
    (("yyyy", True), ("-", False), ("MM", True), ("-", False), ("dd", True)),
    (("dd", True), ("/", False), ("MM", True), ("/", False), ("yy", True)),
    (("EEEE", True), (" ", False), ("d", True), (" ", False), ("MMMM", True)),
    (("E", True), (" ", False), ("MMM", True), (", ", False), ("YYYY", True)),
    (("HH", True), (":", False), ("mm", True), (":", False), ("ss", True)),
    (("xxxx", True), ("-W", False), ("ww", True), ("-", False), ("e", True)),
    (("xx", True), (" ? ", False), ("w", True), (" d'été ", False), ("DDD", True)),
    (("D", True), (".", False), ("M", True), (" ", False), ("H", True), ("m", True), ("s", True)),
)
SETTINGS = (
    *(("years", -1), ("years", 2), ("months", -1), ("months", 11), ("days", -40), ("hours", 5)),
    *(("weekday", 0), ("weekday", 6), ("mondays", 1), ("mondays", -1), ("sundays", 2)),
    *(("year", 2000), ("month", 2), ("day", 31), ("day", 1), ("hour", 0), ("minute", 30)),
)
PLAIN_NAME = frozenset("abcdefghijklmnopqrstuvwxyzéû_$ABCDEFGHIJKLMNOPQRSTUVWXYZÜï")
_WORDS = """
and as asc avg by count date_format day dayofweek desc distinct equi false group hour
ifnull or limit lower max millisecond min minute month not null quarter range search
second select sum top true upper where year in is like ilike date geom to from having
cast now
"""
RESERVED = frozenset(_WORDS.split())
NUMBERS = (
    "0",
    "1",
    "-2",
    "3",
    "10",
    "1000000",
    "0.5",
    "-1.0",
    "3.25",
    "22.5",
    "4611686018427387904",
)


@dataclass(frozen=True)
class Said:
    """A piece of a question: its text, its kind, what it is for a record; the field it is."""

    text: str
    kind: str
    of: Callable[[Row], Any]
    field: Field | None = None


def name_of(name: str, *, always: bool = False) -> str:
    """The name as it is written: between back quotes where it must be."""
    if not always and PLAIN_NAME.issuperset(name) and name.lower() not in RESERVED:
        return name
    return "`" + name.replace("\\", "\\\\").replace("`", "\\`") + "`"


def quoted(text: str, quote: str = '"') -> str:
    """A text between quotes."""
    return quote + text.replace("\\", "\\\\").replace(quote, "\\" + quote) + quote


@dataclass
class Writer:
    """Writes values about a dataset, by the clocks of a zone, in a language."""

    draw: Draw
    dataset: Dataset
    zone: ZoneInfo = field(default_factory=lambda: ZoneInfo("UTC"))
    lang: str = "fr"
    now: datetime = field(
        default_factory=lambda: datetime.fromisoformat("2000-05-06T12:34:55.4505")
    )

    # -- choices --------------------------------------------------------------------------------

    def one(self, *options: Any) -> Any:
        """One of these."""
        return self.draw(one_of(options))

    def some(self, most: int) -> int:
        """A number from 1."""
        return int(self.draw(st.integers(1, most)))

    def seldom(self, share: int = 4) -> bool:
        """True once in a while."""
        return bool(self.draw(st.integers(0, share - 1)) == share - 1)

    def field_of(self, *kinds: str) -> Field:
        """A field of one of these kinds."""
        return self.one(*self.dataset.named(*kinds))  # type: ignore[no-any-return]  # drawn

    def column(self, *kinds: str) -> Said:
        """A field as a value."""
        return column_of(self.field_of(*kinds))

    # -- values written out ---------------------------------------------------------------------

    def text(self, near: Field | None = None) -> Said:
        """A text, mostly one of those of a field."""
        known = self.dataset.known(near) if near is not None and not self.seldom() else ()
        value = self.one(*(known or ("alpha", "bêta", "é", "B", "zz", "DELTA", "a")))
        return Said(quoted(value, self.one('"', "'")), "text", lambda row: value)

    def number(self) -> Said:
        """A number, with a point or without."""
        text = self.one(*NUMBERS)
        value = float(text) if "." in text else int(text)
        return Said(text, "double" if "." in text else "int", lambda row: value)

    def moment(self, kind: str, near: Field | None = None) -> Said:
        """A date to be compared with dates or moments (`kind`)."""
        known = self.dataset.known(near) if near is not None and not self.seldom() else ()
        found = self.one(*(known or (datetime.fromisoformat("2000-03-26T01:30"),)))
        zones = (None, None, "Z", "+02:00")
        text, value = self._dated(kind, found, self.one("day", "time", "year", "slash"), zones)
        if self.seldom(3):
            return Said(quoted(text, self.one('"', "'")), kind, lambda row: value)
        return Said(f"date{quoted(text, self.one(chr(34), chr(39)))}", kind, lambda row: value)

    def _dated(
        self, kind: str, found: date, precision: str, zones: Sequence[str | None]
    ) -> tuple[str, date]:
        moment = plain.midnight(found)
        if precision == "time":
            mark = self.one(*zones)
            written = moment.isoformat(sep=self.one("T", " "))
            if mark is not None:
                ahead = 2 if mark == "+02:00" else 0
                return written + mark, calendar_of.moved(moment, [("hours", -ahead)])
            value = moment if kind == "date" else calendar_of.utc(moment, self.zone)
            return written, value
        text, day = f"{moment:%Y-%m-%d}", moment
        if precision == "year":
            text, day = f"{moment.year:04d}", datetime(moment.year, 1, 1)  # noqa: DTZ001 # naive by nature
        if precision == "slash":
            text = f"{moment.year}/{moment.month}/{moment.day}"
        day = plain.midnight(day.date())
        return text, day.date() if kind == "date" else calendar_of.utc(day, self.zone)

    def literal(self, near: Field) -> Said:
        """A value to be compared with a field."""
        kind = kind_of(near)
        if kind in ("int", "double"):
            known = self.dataset.known(near)
            if known and self.seldom(2):
                value = self.one(*known)
                return Said(repr(value), kind, lambda row: value)
            return self.number()
        if kind in ("date", "datetime"):
            return self.moment(kind, near)
        if kind == "boolean":
            truth = self.one(True, False)
            return Said(self.one(str(truth), str(truth).lower()), kind, lambda row: truth)
        return self.text(near)

    # -- values worked out ----------------------------------------------------------------------

    def numeric(self, depth: int = 2) -> Said:
        """Something to calculate with."""
        ways = [self._number_field, self._number_field, self.number, self._length, self._part]
        if depth:
            ways += [self._ifnull_number, self._cast_number]
            nested = [self._opposite, self._calculation, self._calculation]
            way = self.one(*ways, *nested)
            return way(depth) if way in nested else way()  # type: ignore[no-any-return]  # drawn
        return self.one(*ways)()  # type: ignore[no-any-return]  # drawn

    def _number_field(self) -> Said:
        return self.column("int", "double")

    def _length(self) -> Said:
        text = self.column("text", "file")
        return Said(
            f"{self.one('length', 'LENGTH')}({text.text})",
            "int",
            lambda row: _if_known(len, text.of(row)),
        )

    def _part(self) -> Said:
        name, when = self.one(*PARTS), self.column("date", "datetime")
        zone = self.zone
        return Said(
            f"{name}({when.text})", "int", lambda row: calendar_of.part(name, when.of(row), zone)
        )

    def _ifnull_number(self) -> Said:
        first = self.column("int", "double")
        text, value = ("7", 7) if first.kind == "int" else ("1.5", 1.5)
        return Said(
            f"ifnull({first.text}, {text})", first.kind, lambda row: _or_else(first.of(row), value)
        )

    def _cast_number(self) -> Said:
        if self.seldom(2):
            truth = self.column("boolean")
            return Said(
                f"cast({truth.text} as int)", "int", lambda row: _if_known(int, truth.of(row))
            )
        number = self.column("int")
        return Said(
            f"cast({number.text} as double)", "double", lambda row: _if_known(float, number.of(row))
        )

    def _opposite(self, depth: int) -> Said:
        inner = self.numeric(depth - 1)
        return Said(
            f"-({inner.text})", inner.kind, lambda row: plain.calculated("-", 0, inner.of(row))
        )

    def _calculation(self, depth: int) -> Said:
        parts = [self.numeric(depth - 1) for _ in range(self.one(2, 2, 3))]
        ops = [self.one("+", "-", "*", "/") for _ in parts[1:]]
        text = parts[0].text + "".join(
            f" {op} {part.text}" for op, part in zip(ops, parts[1:], strict=True)
        )
        whole = "/" not in ops and all(part.kind == "int" for part in parts)
        return Said(
            f"({text})",
            "int" if whole else "double",
            lambda row: _by_precedence(ops, [part.of(row) for part in parts]),
        )

    def wordy(self) -> Said:
        """A text worked out."""
        ways = ("field", "field", "lower", "upper", "ifnull", "format", "cast")
        way = self.one(*ways)
        first = self.column("text")
        if way in ("lower", "upper"):
            turn = str.lower if way == "lower" else str.upper
            return Said(f"{way}({first.text})", "text", lambda row: _if_known(turn, first.of(row)))
        if way == "ifnull":
            other = self.text()
            return Said(
                f"ifnull({first.text}, {other.text})",
                "text",
                lambda row: _or_else(first.of(row), other.of(row)),
            )
        if way == "format":
            return self.formatted()
        if way == "cast":
            return self._cast_text()
        return first

    def formatted(self) -> Said:
        """date_format()."""
        when, pieces = self.column("date", "datetime"), self.one(*PATTERNS)
        pattern = "".join(
            text if letters or not _has_letter(text) else "'" + text.replace("'", "''") + "'"
            for text, letters in pieces
        )
        zone, lang = self.zone, self.lang
        return Said(
            f"date_format({when.text}, {quoted(pattern)})",
            "text",
            lambda row: calendar_of.written(when.of(row), pieces, zone, lang),
        )

    def _cast_text(self) -> Said:
        if self.seldom(2):
            number = self.column("int")
            return Said(
                f"cast({number.text} as text)", "text", lambda row: _if_known(str, number.of(row))
            )
        day = self.column("date")
        return Said(
            f"cast({day.text} as text)", "text", lambda row: _if_known(date.isoformat, day.of(row))
        )

    def dated(self, kind: str) -> Said:
        """A date or a moment."""
        if kind == "datetime" and self.seldom(5):
            settings = [self.one(*SETTINGS) for _ in range(self.one(0, 1, 2))]
            if len({name for name, _ in settings}) == len(settings):
                text = ", ".join(
                    f"{name}={number:+d}" if number > 0 and self.seldom(2) else f"{name}={number}"
                    for name, number in settings
                )
                moment = calendar_of.moved(self.now, settings)
                return Said(f"now({text})", kind, lambda row: moment)
        if kind == "date" and self.seldom(5):
            at, zone = self.column("datetime"), self.zone
            return Said(
                f"cast({at.text} as date)",
                kind,
                lambda row: _if_known(
                    lambda found: calendar_of.local(found, zone).date(), at.of(row)
                ),
            )
        return self.column(kind)


def column_of(found: Field) -> Said:
    """A field as a value."""
    name = found.name
    return Said(name_of(name), kind_of(found), lambda row: row.get(name), found)


def _if_known(turn: Callable[[Any], Any], value: Any) -> Any:
    return None if value is None else turn(value)


def _or_else(value: Any, otherwise: Any) -> Any:
    return otherwise if value is None else value


def _has_letter(text: str) -> bool:
    return any(letter.isalpha() or letter == "'" for letter in text)


def _by_precedence(ops: Sequence[str], values: Sequence[Any]) -> Any:
    """Multiplied and divided first, from left to right."""
    terms, signs = [values[0]], []
    for op, value in zip(ops, values[1:], strict=True):
        if op in "*/":
            terms[-1] = plain.calculated(op, terms[-1], value)
        else:
            signs.append(op)
            terms.append(value)
    found = terms[0]
    for op, value in zip(signs, terms[1:], strict=True):
        found = plain.calculated(op, found, value)
    return found
