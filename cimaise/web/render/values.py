"""One value of a record as a person reads it, in their language, by the type of its field."""

import json
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, date, datetime
from typing import Any
from urllib.parse import urlsplit

from django.utils import formats, timezone
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.text import Truncator
from django.utils.translation import gettext as _

from cimaise.engine.schema.field import Field
from cimaise.web.theme.templatetags.theme import grouped

NOTHING = SafeString("")
SHORT = 140  # characters of a text in a table cell
YEARS = {"annee", "an", "year", "millesime", "exercice"}


def shown(value: Any, field: Field, *, short: bool = False) -> SafeString:
    """The value as safe HTML without any class; empty for null. `short` is for table cells."""
    if value is None:
        return NOTHING
    if isinstance(value, (list, tuple)):
        items = [(shown(item, field, short=short),) for item in value if item is not None]
        return format_html_join(", ", "{}", items)
    return SHOWERS.get(field.type, _text)(value, field, short)


def plain(value: Any, field: Field) -> str:
    """The value as one line of plain text: titles, alternative texts, chart labels."""
    if value is None:
        return ""
    if isinstance(value, (list, tuple)):
        return ", ".join(plain(item, field) for item in value if item is not None)
    if field.type == "int":
        return str(value) if _counts_no_quantity(field) else whole(value)
    if field.type == "double":
        return decimal(value, field.annotations.decimals)
    if field.type == "boolean":
        return _("yes") if value else _("no")
    if field.type in {"date", "datetime"}:
        return _when(value)
    if field.type == "geo_point_2d":
        return coordinates(value)
    return str(value)


def whole(value: int) -> str:
    """A whole number with its thousands parted: 15 702."""
    return grouped(int(value))


def decimal(value: float, decimals: int | None = None) -> str:
    """A decimal number in the reader's language, with the digits it has or `decimals` of them."""
    return grouped(float(value) if decimals is None else round(float(value), decimals))


def coordinates(point: Mapping[str, float]) -> str:
    """Latitude then longitude, in degrees, as maps are told them."""
    return f"{point['lat']:.5f}, {point['lon']:.5f}"


def file_size(octets: int) -> str:
    """A size as people say it: 12,4 Mo."""
    amount = float(octets)
    for unit in (_("B"), _("kB"), _("MB"), _("GB")):
        if amount < 1000 or unit == _("GB"):
            break
        amount /= 1000
    return f"{decimal(amount, 0 if amount >= 100 else 1)}\u00a0{unit}"


def address_of(value: object) -> str | None:
    """The web address a text is, if it is one and nothing else."""
    text = str(value).strip()
    if not text.startswith(("http://", "https://")) or any(c.isspace() for c in text):
        return None
    try:
        return text if urlsplit(text).hostname else None
    except ValueError:
        return None


def _counts_no_quantity(field: Field) -> bool:
    """Years and identifiers are read digit by digit: no thousands separator."""
    said = field.annotations
    return said.id or said.timeserie_precision is not None or field.name in YEARS


def _whole(value: int, field: Field, short: bool) -> SafeString:
    return format_html("{}{}", plain(value, field), _unit(field))


def _decimal(value: float, field: Field, short: bool) -> SafeString:
    return format_html("{}{}", plain(value, field), _unit(field))


def _unit(field: Field) -> SafeString:
    unit = field.annotations.unit
    return format_html("\u00a0{}", unit) if unit else NOTHING


def _plain(value: Any, field: Field, short: bool) -> SafeString:
    return format_html("{}", plain(value, field))


def _when(value: date | datetime) -> str:
    if isinstance(value, datetime):
        return str(formats.date_format(_local(value), "SHORT_DATETIME_FORMAT"))
    return str(formats.date_format(value, "SHORT_DATE_FORMAT"))


def _local(value: datetime) -> datetime:
    known = value if value.tzinfo else value.replace(tzinfo=UTC)
    return timezone.localtime(known)


def _moment(value: date | datetime, field: Field, short: bool) -> SafeString:
    return format_html('<time datetime="{}">{}</time>', value.isoformat(), _when(value))


def _text(value: object, field: Field, short: bool) -> SafeString:
    text = str(value)
    if address := address_of(text):
        return _link(address, short)
    if short:
        return format_html("{}", Truncator(" ".join(text.split())).chars(SHORT, truncate="…"))
    return (
        format_html_join(
            "", "<p>{}</p>", ((part.strip(),) for part in text.split("\n") if part.strip())
        )
        if "\n" in text.strip()
        else format_html("{}", text)
    )


def _link(address: str, short: bool) -> SafeString:
    words = address.split("://", 1)[1].rstrip("/")
    if short:
        words = Truncator(words).chars(40, truncate="…")
    return format_html('<a href="{}" rel="nofollow noopener">{}</a>', address, words)


def _file(value: object, field: Field, short: bool) -> SafeString:
    address = address_of(value)
    return _link(address, short) if address else format_html("{}", value)


def _shape(value: object, field: Field, short: bool) -> SafeString:
    return format_html("{}", _("a shape on the map"))


def _json(value: object, field: Field, short: bool) -> SafeString:
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    if short:
        return format_html("<code>{}</code>", Truncator(text).chars(60, truncate="…"))
    return format_html("<pre><code>{}</code></pre>", _indented(text))


def _indented(text: str) -> str:
    try:
        return json.dumps(json.loads(text), indent=2, ensure_ascii=False)
    except ValueError:
        return text


SHOWERS: Mapping[str, Callable[[Any, Field, bool], SafeString]] = {
    "int": _whole,
    "double": _decimal,
    "boolean": _plain,
    "date": _moment,
    "datetime": _moment,
    "geo_point_2d": _plain,
    "geo_shape": _shape,
    "file": _file,
    "json": _json,
}
NUMERIC: Sequence[str] = ("int", "double")
