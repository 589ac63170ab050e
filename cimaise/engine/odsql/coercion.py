"""A literal beside a field: what it becomes, or why it cannot."""

from datetime import tzinfo

from cimaise.engine.messages import Message, say
from cimaise.engine.odsql.functions.base import DATES, NUMBERS, TEXTS
from cimaise.engine.odsql.kinds import kind_of
from cimaise.engine.odsql.moments import read_moment
from cimaise.engine.odsql.nodes import DateText, Instant, Node, Span, Text

_WORDS = {
    "text": "text",
    "texts": "text",
    "file": "text",
    "json": "text",
    "int": "number",
    "double": "number",
    "date": "date",
    "datetime": "date",
    "boolean": "boolean",
    "geo_point_2d": "place",
    "geo_shape": "place",
    "shape": "place",
}


def readable(kind: str) -> str:
    """A kind in a word that a person knows."""
    return _WORDS.get(kind, kind)


def coerced(node: Node, kind: str, zone: tzinfo) -> Node | Message:
    """The node as a value comparable with `kind`, or the sentence that says why it is not."""
    if isinstance(node, DateText) or (isinstance(node, Text) and kind in DATES):
        written = node.text if isinstance(node, DateText) else node.value
        if kind not in DATES:
            return _mismatch("date", kind)
        return instant(written, kind, zone, node.span)
    own = kind_of(node)
    same = (NUMBERS, DATES, TEXTS | {"texts"}, {"boolean"})
    if own == kind or any(own in family and kind in family for family in same):
        return node
    return _mismatch(own, kind)


def _mismatch(own: str, kind: str) -> Message:
    return say(
        "A {field} cannot be compared with a {value}", field=readable(kind), value=readable(own)
    )


def instant(written: str, kind: str, zone: tzinfo, span: Span) -> Node | Message:
    """A date text as the values of a field are stored: a date, or a moment in UTC.

    Time zones move moments only: a date is the same day everywhere.
    """
    moment = read_moment(written)
    shown = written if len(written) <= 40 else f"{written[:40]}…"
    if moment is None:
        return say("Invalid date: {written}", written=shown)
    if kind == "date" and not moment.timed:
        return Instant(span, moment.value.date())
    try:
        if kind == "date" and moment.value.tzinfo is None:
            return Instant(span, moment.value)
        return Instant(span, moment.in_utc(zone))
    except OverflowError:
        return say("Invalid date: {written}", written=shown)
