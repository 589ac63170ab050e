"""What the words of a v1 query mean for the fields of a dataset."""

import math
import re
from collections.abc import Sequence
from datetime import date, datetime, timedelta, tzinfo
from typing import Literal, cast

from cimaise.engine.messages import Message, say
from cimaise.engine.odsql.coercion import readable
from cimaise.engine.odsql.errors import ODSQLError, Source
from cimaise.engine.odsql.functions.phrases import LONGEST, words_of
from cimaise.engine.odsql.kinds import ID, kind_of_field
from cimaise.engine.odsql.moments import read_moment
from cimaise.engine.odsql.nodes import (
    Between,
    Call,
    Column,
    Comparison,
    Either,
    Every,
    FullText,
    Instant,
    Like,
    Node,
    Number,
    Shape,
    Span,
    Test,
    Text,
    Truth,
)
from cimaise.engine.odsql.v1.places import Position, circle_of, point_of
from cimaise.engine.schema.field import Field
from cimaise.engine.schema.schema import Schema

RECORD_ID = ("recordid", "_id")
_NUMBERS = ("int", "double")
_DATES = ("date", "datetime")
_PLACES = ("geo_point_2d", "geo_shape")
_TEXTS = ("text", "texts", "file", "json")

Op = Literal["=", "!=", "<", "<=", ">", ">="]
# After a period is from the first instant of the next; up to it is before that one.
_AT_EDGE: dict[Op, Op] = {"<=": "<", ">": ">="}
Bound = str | datetime | None


class Meaning:
    """Makes checked nodes; everything it refuses it refuses as ODSQLError, with the place."""

    def __init__(self, source: Source, schema: Schema, zone: tzinfo) -> None:
        self.source = source
        self.schema = schema
        self.zone = zone

    # -- free text ------------------------------------------------------------------------------

    def words(self, words: Sequence[str], span: Span) -> Node:
        """Records that hold, for each word, one that begins so."""
        text = " ".join(word if word.endswith("*") else f"{word}*" for word in words)
        return FullText(span, "words", self.schema.of_type("text"), text)

    def phrase(self, text: str, span: Span, columns: tuple[Field, ...] = ()) -> Node:
        """Records in which these words stand side by side, whatever their case and accents."""
        columns = columns or self.schema.of_type("text")
        found = FullText(span, "words", columns, text)
        if len(text) > LONGEST:
            raise self.source.unexpected("length of text", span.start, span.end)
        if not words_of(text) or not columns:
            return found
        held = tuple(
            Call(span, "phrase", (Column(span, each), Text(span, text))) for each in columns
        )
        return Every(span, (found, held[0] if len(held) == 1 else Either(span, held)))

    def looked_for(self, name: str, columns: tuple[Field, ...], text: str, span: Span) -> Node:
        """`#search` and `#startswith` in some fields, or in all."""
        if any(kind_of_field(each) not in ("text", "texts") for each in columns):
            raise self.refusal(say("{name}() looks into texts only", name=f"#{name}"), span)
        mode: Literal["suggest", "startswith"] = "suggest" if name == "search" else "startswith"
        return FullText(span, mode, columns or self.schema.of_type("text"), text)

    # -- fields ---------------------------------------------------------------------------------

    def field(self, name: str, span: Span) -> Field:
        """The field of that name; `recordid` is the identifier of records."""
        name = name.strip("`")
        if name in self.schema:
            return self.schema[name]
        if name in RECORD_ID:
            return ID
        near = self.schema.nearest(name)
        hint = say("Did you mean {name}?", name=near) if near else None
        raise self.refusal(say("Unknown field: {name}", name=name[:100]), span, hint)

    def compared(
        self, field: Field, operator: str, value: str, span: Span, *, quoted: bool
    ) -> Node:
        """`field operator value`."""
        kind = kind_of_field(field)
        op = cast("Op", {":": "=", "==": "="}.get(operator, operator))
        if kind in _DATES:
            return self._dated(field, op, value, span)
        if kind in _PLACES:
            hint = say('Write #distance(field, "lat,lon", metres).')
            raise self.refusal(
                say("{kind} values cannot be compared", kind=readable(kind)), span, hint
            )
        exactly = operator == "==" or op != "=" or field is ID
        if kind in _TEXTS and not exactly:
            return self._held(field, value, span, quoted=quoted)
        return Comparison(span, op, Column(span, field), self._literal(field, value, span))

    def exact(self, field: Field, value: str, span: Span) -> Node:
        """The whole value, letter for letter."""
        return self.compared(field, "==", value, span, quoted=True)

    def _held(self, field: Field, value: str, span: Span, *, quoted: bool) -> Node:
        """A text that holds a word, or words side by side when they were quoted."""
        if field.type != "text":
            return Like(span, Column(span, field), Text(span, value))
        if quoted:
            return self.phrase(value, span, (field,))
        return FullText(span, "words", (field,), value)

    def _literal(self, field: Field, value: str, span: Span) -> Node:
        kind = kind_of_field(field)
        if kind in _NUMBERS:
            return Number(span, self._number(value, span))
        if kind == "boolean":
            truth = {"true": True, "1": True, "false": False, "0": False}.get(value.lower())
            if truth is None:
                raise self.refusal(say("Invalid value: {written}", written=value[:40]), span)
            return Truth(span, truth)
        return Text(span, value)

    def _number(self, value: str, span: Span) -> int | float:
        try:
            found = float(value)
        except ValueError:
            found = math.nan
        if not math.isfinite(found):
            what = say("Invalid value: {written}", written=value[:40])
            raise self.refusal(what, span, say("Write a number."))
        whole = value.strip().lstrip("+-")
        return int(value) if whole.isdecimal() and len(whole) < 19 else found

    # -- dates ----------------------------------------------------------------------------------

    def _dated(self, field: Field, op: Op, value: str, span: Span) -> Node:
        """Compared with the whole year, month or day that was written, or with a moment."""
        column = Column(span, field)
        first, after = self._period(field, value, span)
        if after is None:
            return Comparison(span, op, column, first)
        within = Between(span, column, first, after, high_open=True)
        if op == "=":
            return within
        if op == "!=":
            return Either(
                span, (Comparison(span, "<", column, first), Comparison(span, ">=", column, after))
            )
        edge = first if op in ("<", ">=") else after
        return Comparison(span, _AT_EDGE.get(op, op), column, edge)

    def _period(self, field: Field, value: str, span: Span) -> tuple[Node, Node | None]:
        """The first instant of what was written and of what follows; None after a moment."""
        moment = read_moment(value)
        if moment is None:
            what = say("Invalid date: {written}", written=value[:40])
            raise self.refusal(
                what, span, say("Write a date: 2020, 2020/11 or 2020-11-05T10:00:00.")
            )
        if moment.timed:
            if field.type == "date" and moment.value.tzinfo is None:
                return Instant(span, moment.value), None  # a date is the same day everywhere
            return Instant(span, self._in_utc(moment.value, span)), None
        start = moment.value.date()
        parts = len(re.findall(r"[0-9]+", value))
        after = _following(start, parts)
        first = self._day(field, start, span)
        return first, None if after is None else self._day(field, after, span)

    def _day(self, field: Field, day: date, span: Span) -> Node:
        if field.type == "date":
            return Instant(span, day)
        return Instant(span, self._in_utc(datetime(day.year, day.month, day.day), span))  # noqa: DTZ001 - a wall clock, placed next

    def _in_utc(self, moment: datetime, span: Span) -> datetime:
        aware = moment if moment.tzinfo else moment.replace(tzinfo=self.zone)
        try:
            shift = aware.utcoffset() or timedelta(0)
            return aware.replace(tzinfo=None) - shift
        except OverflowError as error:
            what = say("Invalid date: {written}", written=str(moment))
            raise self.refusal(what, span) from error

    def at_moment(self, field: Field, operator: str, moment: datetime, span: Span) -> Node:
        """`field operator #now(…)`."""
        if field.type not in _DATES:
            raise self.refusal(say("#now() compares with dates only"), span)
        op = cast("Op", {":": "=", "==": "="}.get(operator, operator))
        return Comparison(span, op, Column(span, field), Instant(span, moment))

    def between(
        self, field: Field, bounds: tuple[Bound, Bound], open_: tuple[bool, bool], span: Span
    ) -> Node:
        """`field:[low TO high]`; a high date takes in the whole of its year, month or day."""
        if kind_of_field(field) in (*_PLACES, "boolean"):
            what = say("{kind} values have no range", kind=readable(field.type))
            raise self.refusal(what, span)
        low = self._low(field, bounds[0], open_[0], span)
        high, high_open = self._high(field, bounds[1], open_[1], span)
        column = Column(span, field)
        if low is None and high is None:
            return Test(span, column, "null", negated=True)
        # An open low date begins where its period ends, which is inside.
        low_open = open_[0] and field.type not in _DATES
        return Between(span, column, low, high, low_open, high_open)

    def _low(self, field: Field, bound: Bound, left_out: bool, span: Span) -> Node | None:
        if bound is None or isinstance(bound, datetime):
            return None if bound is None else self._moment(field, bound, span)
        if field.type not in _DATES:
            return self._literal(field, bound, span)
        first, after = self._period(field, bound, span)
        return after if left_out and after is not None else first

    def _high(
        self, field: Field, bound: Bound, left_out: bool, span: Span
    ) -> tuple[Node | None, bool]:
        if bound is None or isinstance(bound, datetime):
            return (None if bound is None else self._moment(field, bound, span)), left_out
        if field.type not in _DATES:
            return self._literal(field, bound, span), left_out
        first, after = self._period(field, bound, span)
        if after is None or left_out:
            return first, left_out
        return after, True

    def _moment(self, field: Field, moment: datetime, span: Span) -> Node:
        if field.type not in _DATES:
            raise self.refusal(say("#now() compares with dates only"), span)
        return Instant(span, moment)

    # -- places ---------------------------------------------------------------------------------

    def near(self, field: Field | None, centre: Position, metres: float, span: Span) -> Node:
        """Within a distance of a place; a shape is when it touches the circle."""
        circle: Shape | None = None
        parts: list[Node] = []
        for each in self._placed(field, span):
            column = Column(span, each)
            if each.type == "geo_point_2d":
                arguments = (column, point_of(centre, span), Number(span, metres))
                parts.append(Call(span, "within_distance", arguments))
            else:
                circle = circle or circle_of(centre, max(metres, 0.01), span)
                parts.append(Call(span, "intersects", (column, circle)))
        return parts[0] if len(parts) == 1 else Either(span, tuple(parts))

    def touching(self, field: Field | None, area: Shape, span: Span) -> Node:
        """In an area, or touching it."""
        parts = tuple(
            Call(span, "intersects", (Column(span, each), area))
            for each in self._placed(field, span)
        )
        return parts[0] if len(parts) == 1 else Either(span, parts)

    def known_as(self, field: Field | None, digest: str, span: Span) -> Node:
        """The very place of that digest, as maps hand it back."""
        parts = tuple(
            Comparison(
                span, "=", Call(span, "geo_digest", (Column(span, each),)), Text(span, digest)
            )
            for each in self._placed(field, span)
        )
        return parts[0] if len(parts) == 1 else Either(span, parts)

    def in_box(
        self, field: Field | None, corners: tuple[float, float, float, float], span: Span
    ) -> Node:
        """In the rectangle of two opposite corners, or touching it."""
        numbers = tuple(Number(span, corner) for corner in corners)
        parts = tuple(
            Call(span, "in_bbox", (Column(span, each), *numbers))
            for each in self._placed(field, span)
        )
        return parts[0] if len(parts) == 1 else Either(span, parts)

    def _placed(self, field: Field | None, span: Span) -> tuple[Field, ...]:
        """The field asked for, or every field of places."""
        if field is not None and field.type not in _PLACES:
            raise self.refusal(say("{name} is not a field of places", name=field.name), span)
        found = (field,) if field is not None else self.schema.of_type(*_PLACES)
        if not found:
            raise self.refusal(say("This dataset has no field of places"), span)
        return found

    def refusal(self, what: Message, span: Span, hint: Message | None = None) -> ODSQLError:
        """The error of what makes no sense, and where."""
        return self.source.malformed(what, span.start, span.end, hint)


def _following(first: date, precision: int) -> date | None:
    """The first day after a year (1), a month (2) or a day (3); None at the end of time."""
    if precision == 1:
        return first.replace(year=first.year + 1) if first.year < 9999 else None
    if precision == 2:
        return (
            (first.replace(day=1) + timedelta(days=32)).replace(day=1)
            if first.year < 9999
            else None
        )
    return first + timedelta(days=1) if first < date.max else None
