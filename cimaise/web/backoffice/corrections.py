"""From the correction form back to wishes: only what differs from the understanding is kept."""

from collections.abc import Mapping
from typing import Any

from django.http import QueryDict

from cimaise.engine.schema.types import TYPES
from cimaise.engine.snapshots.manifest import Snapshot

IGNORE = "ignore"
SWITCHES = ("facet", "sortable", "disjunctive")
READING = ("encoding", "delimiter", "sheet")


def type_choices() -> list[tuple[str, str]]:
    """Types a producer may choose, by name and label."""
    return [(card.name, card.label) for card in TYPES.values()]


def corrected(
    said: QueryDict, understanding: Mapping[str, Any], before: Mapping[str, Any]
) -> dict[str, Any]:
    """The wishes a correction form says; inputs are named `field-<n>-<what>` in file order.

    Nothing typed is lost: a value that cannot be honoured is refused by the engine, with the
    reason, when the file is understood again. Columns left out `before` stay so until restored.
    """
    fields = {
        field["name"]: wish
        for position, field in enumerate(understanding["fields"])
        if (wish := field_wish(said, position, field)) is not None
    }
    renamed = {name: wish["name"] for name, wish in fields.items()}
    restored = set(said.getlist("restore"))
    left_out = [wish for wish in ignored(before) if wish["name"] not in restored]
    return {
        "key": [renamed.get(name, name) for name in said.getlist("key")] or None,
        "fields": [*fields.values(), *left_out],
        "reading": {name: said[name] for name in READING if said.get(name)},
    }


def field_wish(said: QueryDict, position: int, field: Mapping[str, Any]) -> dict[str, Any] | None:
    """What the form says of one field."""
    prefix = f"field-{position}-"
    if f"{prefix}type" not in said:
        return None
    annotations = {name: f"{prefix}{name}" in said for name in SWITCHES}
    separator = said.get(f"{prefix}multivalued", "")
    return {
        "name": said.get(f"{prefix}name", "").strip() or field["name"],
        "source": field["header"],
        "label": said.get(f"{prefix}label", "").strip() or None,
        "type": IGNORE if f"{prefix}ignore" in said else said[f"{prefix}type"],
        "description": said.get(f"{prefix}description", "").strip() or None,
        "annotations": {**annotations, **({"multivalued": separator} if separator else {})},
        "referentiel": field.get("referentiel"),
    }


def ignored(wishes: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The columns that were left out."""
    return [wish for wish in wishes.get("fields", ()) if wish.get("type") == IGNORE]


def known_names(current: Snapshot | None) -> list[str]:
    """Names of the fields of the version served, to match the columns of another edition."""
    return [] if current is None else list(current.schema.names)
