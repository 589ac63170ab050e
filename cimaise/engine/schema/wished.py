"""Columns find their fields: what the producer says, else the last version, else the guess."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from cimaise.engine.messages import Refusal, say
from cimaise.engine.schema.field import Annotations, Field
from cimaise.engine.schema.inference import Guess
from cimaise.engine.schema.names import field_name, field_names, unique_name
from cimaise.engine.schema.schema import Schema
from cimaise.engine.schema.types import TYPES

IGNORE = "ignore"
FIELD_NAME = re.compile(r"[a-z][a-z0-9_]*")


@dataclass(frozen=True, slots=True)
class Said:
    """What a producer says of one field (the pure half of metadata.FieldWish)."""

    name: str
    source: str | None = None
    label: str | None = None
    type: str | None = None
    description: str | None = None
    annotations: Mapping[str, Any] | None = None
    referentiel: str | None = None


def check_names(wishes: Sequence[Said]) -> None:
    """Raise Refusal `bad_field_name` or `field_named_twice`: a name is for ever, and for one."""
    seen: dict[str, Said] = {}
    for wish in wishes:
        if not FIELD_NAME.fullmatch(wish.name):
            raise Refusal(
                "bad_field_name",
                say("“{name}” cannot be the name of a field.", name=wish.name),
                where=say("Column {header}.", header=wish.source) if wish.source else None,
                remedy=say("Use small letters without accents, digits and _, a letter first."),
            )
        if wish.name in seen:
            raise Refusal(
                "field_named_twice",
                say("Two columns cannot both be the field “{name}”.", name=wish.name),
                where=say(
                    "Columns {first} and {second}.",
                    first=seen[wish.name].source or wish.name,
                    second=wish.source or wish.name,
                ),
                remedy=say("Give one of them another name, or leave it out."),
            )
        seen[wish.name] = wish


def published_names(
    headers: Sequence[str], wishes: Sequence[Said], parent: Schema | None
) -> tuple[str, ...]:
    """The field name of every column.

    A column belongs to the wish that names its header as `source`, else to the wish or the field
    of the last version that has its name, else to the one that has its header as label; else its
    name is made of its header.
    """
    plain = field_names(headers)
    taken: dict[int, str] = {}
    known = {wish.name: wish.label for wish in wishes}
    known |= {field.name: field.label for field in parent or () if field.name not in known}
    for rule in (_by_source(wishes), _by_name(known), _by_label(known)):
        for place, header in enumerate(headers):
            name = rule(header, plain[place])
            if place not in taken and name is not None and name not in taken.values():
                taken[place] = name
    for place, name in enumerate(plain):
        if place not in taken:
            taken[place] = unique_name(name, [*taken.values(), *known])
    return tuple(taken[place] for place in range(len(headers)))


def _by_source(wishes: Sequence[Said]) -> Any:
    sources = {wish.source.strip(): wish.name for wish in wishes if wish.source}
    folded = {field_name(source): name for source, name in sources.items()}
    return lambda header, plain: sources.get(header.strip(), folded.get(plain))


def _by_name(known: Mapping[str, str | None]) -> Any:
    return lambda header, plain: plain if plain in known else None


def _by_label(known: Mapping[str, str | None]) -> Any:
    labels = {label.strip(): name for name, label in known.items() if label}
    return lambda header, plain: labels.get(header.strip())


def field_of(name: str, header: str, guess: Guess, wish: Said | None, last: Field | None) -> Field:
    """The field: what the producer wishes, else what the last version had, else the guess."""
    wish = wish or Said(name)
    label = header.strip() or name
    found = Field(name, label, guess.type, None, guess.annotations, guess.referentiel)
    if last is not None:
        found = replace(last, annotations=replace(last.annotations, id=False))
    return Field(
        name=name,
        label=wish.label or found.label,
        type=known_type(wish.type, name) or found.type,
        description=wish.description or found.description,
        annotations=_annotated(found.annotations, wish),
        referentiel=wish.referentiel or found.referentiel,
    )


def known_type(name: str | None, field: str) -> str | None:
    """The type, refused when it is none."""
    if name is None or name in TYPES or name == IGNORE:
        return name
    raise Refusal(
        "unknown_type",
        say("“{type}” is not a type.", type=name),
        where=say("Field {field}.", field=field),
        remedy=say("Choose one of: {types}, or ignore.", types=", ".join(TYPES)),
    )


def _annotated(found: Annotations, wish: Said) -> Annotations:
    said: dict[str, Any] = {
        key: bool(value) if key in _FLAGS else value or None
        for key, value in (wish.annotations or {}).items()
    }
    try:
        return replace(found, **said)
    except TypeError as error:
        raise Refusal(
            "unknown_annotation",
            say("An annotation of “{field}” means nothing.", field=wish.name),
            where=say("Given: {names}.", names=", ".join(said)),
            remedy=say("Known: {names}.", names=", ".join(Annotations.__dataclass_fields__)),
        ) from error


_FLAGS = ("id", "facet", "sortable", "disjunctive")
