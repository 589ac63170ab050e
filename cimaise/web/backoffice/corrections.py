"""From the correction form back to wishes, and what the form lets a producer choose."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.http import QueryDict
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from cimaise.engine.schema.names import unique_name
from cimaise.engine.schema.types import TYPES
from cimaise.engine.snapshots.manifest import Snapshot

IGNORE = "ignore"
SWITCHES = ("facet", "sortable", "disjunctive")
READING = ("encoding", "delimiter", "sheet")
DELIMITERS = (
    (";", _("semicolon")),
    (",", _("comma")),
    ("\t", _("tab")),
    ("|", _("bar")),
)
ENCODINGS = ("utf-8", "cp1252", "iso-8859-15", "mac_roman", "cp850", "utf-16")

Wishes = dict[str, Any]


def type_choices() -> list[tuple[str, str]]:
    """Types a producer may choose, by name and label."""
    return [(card.name, gettext(card.label)) for card in TYPES.values()]


def reading_choices(
    wishes: Mapping[str, Any], sheets: Sequence[str]
) -> dict[str, list[tuple[str, str]]]:
    """What may be said of how to read the file: value and label; what was said is among them."""
    said = wishes.get("reading", {})
    found = {
        "encoding": [(name, name) for name in ENCODINGS],
        "delimiter": [(sign, str(name)) for sign, name in DELIMITERS],
        "sheet": [(sheet, sheet) for sheet in sheets],
    }
    for name, choices in found.items():
        value = said.get(name)
        if value and value not in dict(choices):
            choices.append((value, value))
    return found


def as_said(understanding: Mapping[str, Any], wishes: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The fields as they were understood, under what was said of them since.

    A correction that was refused, or published without another look, is still in the form. Each
    field has also `found` (its name when it was understood), `key` and `ignored`.
    """
    said = {wish.get("source") or wish["name"]: wish for wish in wishes.get("fields", ())}
    key = wishes.get("key")
    fields = []
    for field in understanding["fields"]:
        wish = said.get(field["header"] or field["name"], {})
        ignored = wish.get("type") == IGNORE
        name = field["name"] if ignored else wish.get("name", field["name"])
        fields.append(
            {
                **field,
                "found": field["name"],
                "name": name,
                "label": wish.get("label") or field["label"],
                "type": field["type"] if ignored else wish.get("type") or field["type"],
                "description": wish.get("description") or field.get("description"),
                "annotations": {**field["annotations"], **wish.get("annotations", {})},
                "key": field["name"] in understanding["key"] if key is None else name in key,
                "ignored": ignored,
            }
        )
    return fields


def corrected(
    said: QueryDict, understanding: Mapping[str, Any], before: Mapping[str, Any]
) -> Wishes:
    """The wishes a correction form says; inputs are named `field-<n>-<what>` in file order.

    A form without fields (a file that could not be read) leaves `key` and `fields` as they were
    `before`. Nothing typed is lost: a value that cannot be honoured is refused by the engine, with
    the reason, when the file is understood again. Columns left out stay so until restored.
    """
    reading = {name: value for name in READING if (value := text(said, name, strip=False))}
    fields = {
        field["name"]: wish
        for position, field in enumerate(understanding["fields"])
        if (wish := field_wish(said, position, field)) is not None
    }
    if not fields:
        return {**before, "reading": reading}
    restored = set(said.getlist("restore"))
    aside = left_out(before, understanding)
    still = [wish for wish in aside if wish["name"] not in restored]
    return {
        "key": key_said(said, understanding, fields),
        "fields": apart([*fields.values(), *still]),
        "reading": reading,
    }


def key_said(
    said: QueryDict, understanding: Mapping[str, Any], fields: Mapping[str, Wishes]
) -> list[str] | None:
    """The key that is ticked; an empty list when the one that was found is not wanted."""
    names = (name.replace("\x00", "") for name in said.getlist("key"))
    key = [fields[name]["name"] if name in fields else name for name in names]
    return key or ([] if understanding["key"] else None)


def field_wish(said: QueryDict, position: int, field: Mapping[str, Any]) -> Wishes | None:
    """What the form says of one field.

    A field that no column holds (a point made of two) keeps its name and its type.
    """
    prefix = f"field-{position}-"
    made = field["header"] is None
    if f"{prefix}label" not in said:
        return None
    ignored = f"{prefix}ignore" in said
    kind = None if made else text(said, f"{prefix}type") or None
    name = "" if made or ignored else text(said, f"{prefix}name")
    separator = text(said, f"{prefix}multivalued", strip=False)
    return {
        "name": name or field["name"],
        "source": field["header"],
        "label": text(said, f"{prefix}label") or None,
        "type": IGNORE if ignored else kind,
        "description": text(said, f"{prefix}description") or None,
        "annotations": {
            **{name: f"{prefix}{name}" in said for name in SWITCHES},
            "multivalued": separator or None,
        },
        "referentiel": field.get("referentiel"),
    }


def text(said: QueryDict, name: str, *, strip: bool = True) -> str:
    """What was typed, without the one character that no database keeps."""
    typed = said.get(name, "").replace("\x00", "")
    return typed.strip() if strip else typed


def apart(wishes: Sequence[Wishes]) -> list[Wishes]:
    """The same, where a column left out gives its name up to another that wants it."""
    taken = [wish["name"] for wish in wishes if wish["type"] != IGNORE]
    told = []
    for wish in wishes:
        if wish["type"] != IGNORE:
            told.append(wish)
            continue
        name = unique_name(wish["name"], taken)
        taken.append(name)
        told.append({**wish, "name": name})
    return told


def left_out(wishes: Mapping[str, Any], understanding: Mapping[str, Any]) -> list[Wishes]:
    """The columns that were left out, and that are not among the fields shown."""
    shown = {field["header"] for field in understanding["fields"]}
    return [
        wish
        for wish in wishes.get("fields", ())
        if wish.get("type") == IGNORE and wish.get("source") not in shown
    ]


def known_names(current: Snapshot | None) -> list[str]:
    """Names of the fields of the version served, to match the columns of another edition."""
    return [] if current is None else list(current.schema.names)
