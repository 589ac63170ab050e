"""Which fields of a schema speak for the whole: the one that names a record, those shown first."""

import re
from collections.abc import Mapping
from typing import Any

from cimaise.engine.schema.field import Field
from cimaise.engine.snapshots.manifest import Snapshot

NAMES = (
    "titre", "nom", "intitule", "libelle", "title", "name", "appellation", "denomination",
    "nomoff", "nom_officiel", "nom_usage",
)  # fmt: skip
SHOWN_FIRST = 8  # columns of a table before a reader chooses
UNWIELDY = ("geo_shape", "json", "file", "geo_point_2d")
DEGREES = re.compile(r"(.*_)?(lat|latitude|lon|lng|long|longitude)")  # the map shows them better
LEAST_FILLED = 0.1  # a field that fewer records fill is not shown first


def naming_field(snapshot: Snapshot) -> Field | None:
    """The field that names a record for people: a title or a name, else the first plain text."""
    texts = [f for f in snapshot.schema.of_type("text") if not f.annotations.multivalued]
    for word in NAMES:
        for field in texts:
            if field.name == word or field.name.startswith(f"{word}_"):
                return field
    plain = [field for field in texts if not field.annotations.id and not field.referentiel]
    return next(iter(plain or texts), None)


def counted(snapshot: Snapshot, field: Field) -> Mapping[str, Any]:
    """What the manifest counts of a field: `nulls` and `distinct`."""
    known: Mapping[str, Any] = snapshot.manifest.counts.get("fields", {}).get(field.name, {})
    return known


def distinct(snapshot: Snapshot, field: Field) -> int:
    """How many different values a field has; 0 when that was not counted."""
    return int(counted(snapshot, field).get("distinct") or 0)


def filled(snapshot: Snapshot, field: Field) -> float:
    """The share (0 to 1) of the records that have a value; 1 for an empty dataset."""
    records = int(snapshot.manifest.counts.get("records") or 0)
    nulls = int(counted(snapshot, field).get("nulls") or 0)
    return 1 - nulls / records if records else 1.0


def first_columns(snapshot: Snapshot) -> list[Field]:
    """The columns of a table before a reader chooses: the name, then what is filled and short."""
    name = naming_field(snapshot)
    fitting = [
        field
        for field in snapshot.schema
        if field is not name
        and field.type not in UNWIELDY
        and filled(snapshot, field) >= LEAST_FILLED
    ]
    # Codes, keys and degrees say little to people: they come after what can be read.
    fitting.sort(key=lambda field: _is_for_programs(field, snapshot))
    columns = ([name] if name else []) + fitting
    return columns[:SHOWN_FIRST] or list(snapshot.schema)[:SHOWN_FIRST]


def _is_for_programs(field: Field, snapshot: Snapshot) -> bool:
    degrees = snapshot.schema.point is not None and DEGREES.fullmatch(field.name) is not None
    return degrees or bool(field.referentiel or field.annotations.id)


def record_name(snapshot: Snapshot, values: Mapping[str, Any]) -> str:
    """What a record is called: its naming field, else its key, else nothing."""
    name = naming_field(snapshot)
    candidates = [name.name if name else "", *snapshot.schema.key]
    said = (values.get(candidate) for candidate in candidates)
    return next((str(value) for value in said if value not in (None, "")), "")
