"""What may be asked in an address: one table reads requests and writes OpenAPI."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Protocol
from zoneinfo import available_timezones

from django.http import QueryDict
from django.utils.translation import gettext_noop as _

from cimaise.engine.exports.base import ExportParameter
from cimaise.web.api.problems import Problem, bad_parameter

LANGUAGES = ("en", "fr", "nl", "pt", "it", "ar", "de", "es", "ca", "eu", "sv")
WHOLE_NUMBER = re.compile(r"[+-]?[0-9]{1,18}")
YES = frozenset({"true", "1", "yes", "on", "t", "y"})
NO = frozenset({"false", "0", "no", "off", "f", "n"})

PAGE = 100  # rows a page without groups
GROUPED = 20_000  # rows a page, and the window, with groups
WINDOW = 10_000  # how far pages reach without groups


@dataclass(frozen=True, slots=True)
class Parameter:
    """One query parameter: its name, what it holds, and what people are told of it.

    `kind` is text, list (each occurrence counts), number or boolean; `aliases` are other names
    old clients send. `low` and `high` are what OpenAPI tells; windows depend on groups.
    """

    name: str
    kind: str
    description: str
    default: str | int | bool | None = None
    aliases: tuple[str, ...] = ()
    choices: tuple[str, ...] = ()
    low: int | None = None
    high: int | None = None
    example: str | None = None

    def to_openapi(self) -> dict[str, Any]:
        """The parameter as OpenAPI writes it."""
        kinds = {"list": "string", "text": "string", "number": "integer", "boolean": "boolean"}
        schema: dict[str, Any] = {"type": kinds[self.kind]}
        told = {"enum": self.choices, "default": self.default}
        schema |= {key: value for key, value in told.items() if value not in ((), None)}
        schema |= {} if self.low is None else {"minimum": self.low}
        schema |= {} if self.high is None else {"maximum": self.high}
        if self.kind == "list":
            schema = {"type": "array", "items": schema}
        said = {
            "name": self.name,
            "in": "query",
            "required": False,
            "description": self.description,
            "schema": schema,
        }
        if self.kind == "list":
            said |= {"style": "form", "explode": True}
        return said


SELECT = Parameter(
    "select", "text", _("What to return: fields, computed columns, aggregates (ODSQL).")
)
WHERE = Parameter("where", "list", _("What to keep (ODSQL); several are combined with AND."))
QV1 = Parameter(
    "qv1", "list", _("What to keep, in the query language of the v1 API; added to `where`.")
)
JOIN = Parameter(
    "join",
    "list",
    _(
        "Another dataset whose fields are then named `dataset.field`: `dataset`, by the official "
        "list that both declare, or `dataset on our_field = their_field`; `as name` at the end "
        "gives it another name. At most 3; every record stays, once."
    ),
)
GROUP_BY = Parameter("group_by", "text", _("Fields or expressions to group by (ODSQL)."))
HAVING = Parameter(
    "having",
    "list",
    _("Which groups to keep: a condition on keys and aggregates (ODSQL), with group_by."),
)
ORDER_BY = Parameter("order_by", "text", _("What to sort by (ODSQL), `-` or `desc` to reverse."))
LIMIT = Parameter(
    "limit",
    "number",
    _("How many rows, at most 100 (-1 means 100); at most 20 000 with group_by."),
    default=10,
    aliases=("rows",),
    low=-1,
    high=PAGE,
)
OFFSET = Parameter(
    "offset",
    "number",
    _("How many rows to skip; offset + limit is at most 10 000 (20 000 with group_by)."),
    default=0,
    aliases=("start",),
    low=0,
    high=WINDOW,
)
EXPORT_LIMIT = Parameter(
    "limit", "number", _("How many rows; -1 means all."), default=-1, aliases=("rows",), low=-1
)
EXPORT_OFFSET = Parameter("offset", "number", _("How many rows to skip."), 0, ("start",), low=0)
REFINE = Parameter("refine", "list", _("Keep records having a facet value: `facet:value`."))
EXCLUDE = Parameter("exclude", "list", _("Leave out records having a facet value: `facet:value`."))
FACET = Parameter("facet", "list", _('A facet to count, by name or as `facet(name="…", limit=…)`.'))
CHOICES = Parameter(
    "facet",
    "list",
    _('`facet(name="…", disjunctive=true)`: values refined by are alternatives, not all wanted.'),
)
LANG = Parameter(
    "lang", "text", _("Language of dates and labels."), default="fr", choices=LANGUAGES
)
TIMEZONE = Parameter("timezone", "text", _("Time zone of dates (IANA name)."), default="UTC")
LINKS = Parameter("include_links", "boolean", _("Add links to related resources."), default=False)
APP_METAS = Parameter(
    "include_app_metas",
    "boolean",
    _("Add technical fields and application metadata."),
    default=False,
)
VERSION = Parameter(
    "version",
    "number",
    _("An earlier published version, by its number; the current one if absent."),
)
AS_OF = Parameter(
    "as_of",
    "text",
    _("The version published at that date, or date and time (ISO 8601), instead of a number."),
)
AFTER = Parameter(
    "after",
    "text",
    _('Where the page begins: the cursor of the `Link` header (`rel="next"`) of the one before.'),
)
STRICT = Parameter(
    "strict",
    "boolean",
    _("Refuse parameters that are unknown; else the header `Warning` lists them."),
    default=False,
)
EXPLAIN = Parameter(
    "explain",
    "boolean",
    _("Tell the meaning of the question in a sentence, and its cost, without running it."),
    default=False,
)

SHAPING = (LANG, TIMEZONE)
VERSIONS = (VERSION, AS_OF)
RECORDS = (
    SELECT, WHERE, QV1, JOIN, GROUP_BY, HAVING, ORDER_BY, LIMIT, OFFSET, AFTER, REFINE, EXCLUDE,
    CHOICES, *SHAPING, LINKS, APP_METAS, *VERSIONS, EXPLAIN,
)  # fmt: skip
AGGREGATES = (
    SELECT, WHERE, QV1, GROUP_BY, HAVING, ORDER_BY, LIMIT, OFFSET, REFINE, EXCLUDE, CHOICES,
    *SHAPING,
)  # fmt: skip
RECORD = (SELECT, *SHAPING, LINKS, APP_METAS, *VERSIONS)
FACETS = (FACET, WHERE, QV1, JOIN, REFINE, EXCLUDE, *SHAPING, *VERSIONS)
EXPORT = (
    SELECT, WHERE, QV1, JOIN, GROUP_BY, HAVING, ORDER_BY, EXPORT_LIMIT, EXPORT_OFFSET, REFINE,
    EXCLUDE, CHOICES, *SHAPING, *VERSIONS,
)  # fmt: skip
DATASETS = (
    SELECT, WHERE, QV1, GROUP_BY, HAVING, ORDER_BY, LIMIT, OFFSET, REFINE, EXCLUDE, CHOICES,
    *SHAPING, LINKS, APP_METAS,
)  # fmt: skip
DATASET = (SELECT, *SHAPING, LINKS, APP_METAS, *VERSIONS)
CATALOGUE_EXPORT = (
    SELECT, WHERE, QV1, GROUP_BY, HAVING, ORDER_BY, EXPORT_LIMIT, EXPORT_OFFSET, REFINE, EXCLUDE,
    CHOICES, *SHAPING,
)  # fmt: skip
CATALOGUE_FACETS = (FACET, WHERE, QV1, REFINE, EXCLUDE, *SHAPING)


class HasParameters(Protocol):
    """A card of an export format."""

    @property
    def parameters(self) -> Sequence[ExportParameter]:
        """What the format takes."""


def of_formats(cards: Iterable[HasParameters]) -> tuple[Parameter, ...]:
    """What any of these formats takes, each once: what one format does not have, it ignores."""
    told = {each.name: of_format(each) for card in cards for each in card.parameters}
    return tuple(told.values())


def of_format(said: ExportParameter) -> Parameter:
    """A parameter of an export format as the API tells it."""
    kind = "boolean" if isinstance(said.default, bool) else "text"
    return Parameter(said.name, kind, said.description, said.default, choices=said.choices)


def openapi(parameters: Sequence[Parameter]) -> dict[str, Any]:
    """What ninja adds to an operation so that its parameters are told as they are read."""
    return {"parameters": [parameter.to_openapi() for parameter in parameters]}


@lru_cache(maxsize=1)
def timezones() -> frozenset[str]:
    """Every IANA name this machine knows."""
    return frozenset(available_timezones())


@dataclass(frozen=True, slots=True)
class Asked:
    """The parameters of a request, read and checked one by one; unknown ones are ignored."""

    values: Mapping[str, Any]

    def text(self, name: str) -> str:
        """A text parameter; repetitions are joined by commas, absent is empty."""
        return str(self.values.get(name) or "")

    def several(self, name: str) -> tuple[str, ...]:
        """Every occurrence of a parameter that may be repeated, without the empty ones."""
        return tuple(self.values.get(name, ()))

    def number(self, name: str) -> int | None:
        """A whole number, or None when it has neither value nor default."""
        value = self.values.get(name)
        return None if value is None else int(value)

    def yes(self, name: str) -> bool:
        """A boolean."""
        return bool(self.values.get(name, False))


def read(sent: QueryDict, parameters: Sequence[Parameter]) -> Asked:
    """The parameters of a request; raises Problem for a value that cannot be."""
    return Asked({parameter.name: _read(sent, parameter) for parameter in parameters})


def _read(sent: QueryDict, parameter: Parameter) -> Any:
    found: list[str] = []
    for name in (parameter.name, *parameter.aliases):
        found = [value for value in sent.getlist(name) if value.strip()]
        if found:
            break
    for value in found:
        if "\x00" in value:
            raise bad_parameter(parameter.name, value.replace("\x00", "\\0"), "a text without NUL")
    if parameter.kind == "list":
        return tuple(found)
    if not found:
        return parameter.default
    if parameter.kind == "number":
        return whole_number(parameter.name, found[-1])
    if parameter.kind == "boolean":
        return boolean(parameter.name, found[-1])
    return _text(parameter, found)


def _text(parameter: Parameter, found: list[str]) -> str:
    if parameter is LANG:
        return language(found[-1])
    if parameter is TIMEZONE:
        return timezone(found[-1])
    return ", ".join(found)


def whole_number(name: str, said: str) -> int:
    """A whole number as digits; raises Problem."""
    if not WHOLE_NUMBER.fullmatch(said.strip()):
        raise bad_parameter(name, said, "an integer")
    return int(said)


def boolean(name: str, said: str) -> bool:
    """True or False in any case, 1 or 0; raises Problem."""
    word = said.strip().lower()
    if word not in YES and word not in NO:
        raise bad_parameter(name, said, "a boolean (true or false)")
    return word in YES


def language(said: str) -> str:
    """A language of the API; `fr-FR` is understood as `fr`; raises Problem."""
    code = said.strip().lower().replace("_", "-").partition("-")[0]
    if code not in LANGUAGES:
        raise bad_parameter("lang", said, f"one of {', '.join(LANGUAGES)}")
    return code


def timezone(said: str) -> str:
    """An IANA time zone this machine knows; raises Problem."""
    name = said.strip()
    if name not in timezones():
        raise bad_parameter("timezone", said, "an IANA time zone")
    return name


def window(asked: Asked) -> tuple[int, int]:
    """Limit and offset of a page, within the limits of the Explore API (§1.4); raises Problem."""
    grouped = bool(asked.text("group_by"))
    most, reach = (GROUPED, GROUPED) if grouped else (PAGE, WINDOW)
    limit, offset = asked.number("limit") or 0, asked.number("offset") or 0
    if not -1 <= limit <= most:
        raise bad_parameter("limit", str(limit), f"-1 <= limit <= {most}")
    limit = most if limit == -1 else limit
    if offset < 0:
        raise bad_parameter("offset", str(offset), "offset >= 0")
    if offset + limit > reach:
        raise _beyond(offset, limit, reach)
    return limit, offset


def _beyond(offset: int, limit: int, reach: int) -> Problem:
    return bad_parameter("offset", str(offset), f"0 <= offset <= {reach - limit}")


def whole(asked: Asked) -> tuple[int | None, int]:
    """Limit (None: every row) and offset of an export; raises Problem."""
    limit, offset = asked.number("limit"), asked.number("offset") or 0
    if limit is not None and limit < -1:
        raise bad_parameter("limit", str(limit), "limit >= -1")
    if offset < 0:
        raise bad_parameter("offset", str(offset), "offset >= 0")
    return (None if limit in (None, -1) else limit), offset
