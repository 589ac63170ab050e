"""The old schema against the new one: what breaks, what does not."""

from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher

from cimaise.engine.contract.change import Change
from cimaise.engine.messages import say
from cimaise.engine.metadata.description import DatasetDescription
from cimaise.engine.schema.field import Field
from cimaise.engine.schema.schema import Schema

# What reads the first reads the second: a program that takes any number takes whole ones.
_FITS = {("double", "int")}
_ALIKE = 0.6


def compare(
    old: Schema, new: Schema, description: DatasetDescription | None = None
) -> tuple[Change, ...]:
    """Every difference, in the order of the old schema, then additions, then the key.

    A removed field is declared by a wish of type `ignore` with its name; another type or another
    key by a wish that says it. A field that vanishes while a similar one appears is told as
    renamed, which breaks as much, but is mended by one word of the producer.
    """
    description = description or DatasetDescription("", "")
    gone = [field for field in old if field.name not in new]
    come = [field for field in new if field.name not in old]
    both = [field for field in old if field.name in new]
    renamed = _renames(gone, come)
    return (
        *_lost(gone, renamed, description),
        *(change for field in both for change in _kept(field, new, description)),
        *(_added(field) for field in come if field.name not in renamed.values()),
        *_key(old, new, description),
    )


def _renames(gone: Sequence[Field], come: Sequence[Field]) -> dict[str, str]:
    """Old name → new name where one field very likely became the other."""
    likeness = sorted(
        ((_likeness(before, after), before.name, after.name) for before in gone for after in come),
        reverse=True,
    )
    found: dict[str, str] = {}
    for alike, before, after in likeness:
        if alike >= _ALIKE and before not in found and after not in found.values():
            found[before] = after
    return found


def _likeness(before: Field, after: Field) -> float:
    if before.label == after.label:
        return 1.0
    if before.type != after.type:
        return 0.0
    if before.referentiel is not None and before.referentiel == after.referentiel:
        return 0.9
    return SequenceMatcher(None, before.name, after.name).ratio()


def _lost(
    gone: Sequence[Field], renamed: dict[str, str], description: DatasetDescription
) -> Iterator[Change]:
    ignored = {wish.name for wish in description.fields if wish.type == "ignore"}
    for field in gone:
        declared = field.name in ignored
        if field.name in renamed and not declared:
            yield Change(
                "field_renamed",
                field.name,
                True,
                say(
                    "“{old}” is not there any more; “{new}” may be its new name.",
                    old=field.name,
                    new=renamed[field.name],
                ),
            )
        else:
            yield Change(
                "field_removed",
                field.name,
                True,
                say("“{name}” is not there any more.", name=field.name),
                declared,
            )


def _kept(before: Field, new: Schema, description: DatasetDescription) -> Iterator[Change]:
    after = new[before.name]
    wished = {wish.name: wish for wish in description.fields}.get(before.name)
    if before.type != after.type:
        yield Change(
            "type_changed",
            before.name,
            (before.type, after.type) not in _FITS,
            say(
                "“{name}” was {old}, it is {new} now.",
                name=before.name,
                old=before.type,
                new=after.type,
            ),
            wished is not None and wished.type == after.type,
        )
    several = after.annotations.multivalued is not None
    if several != (before.annotations.multivalued is not None):
        yield Change(
            "values_changed",
            before.name,
            True,
            say("“{name}” holds several values now.", name=before.name)
            if several
            else say("“{name}” holds one value now.", name=before.name),
            wished is not None and "multivalued" in wished.annotations,
        )
    if before.label != after.label:
        yield Change(
            "label_changed",
            before.name,
            False,
            say("“{name}” is called “{label}” now.", name=before.name, label=after.label),
            wished is not None and wished.label == after.label,
        )


def _added(field: Field) -> Change:
    return Change("field_added", field.name, False, say("“{name}” is new.", name=field.name))


def _key(old: Schema, new: Schema, description: DatasetDescription) -> Iterator[Change]:
    if old.key == new.key:
        return
    if not old.key:
        message = say("Records have the key {new} now: their ids change.", new=_said(new.key))
    elif not new.key:
        message = say("Records lose their key {old}: their ids change.", old=_said(old.key))
    else:
        message = say(
            "The key was {old}, it is {new} now: the ids of records change.",
            old=_said(old.key),
            new=_said(new.key),
        )
    yield Change("key_changed", "", True, message, _wished(new, description))


def _wished(new: Schema, description: DatasetDescription) -> bool:
    """Whether the producer named this very key."""
    flagged = tuple(wish.name for wish in description.fields if wish.annotations.get("id"))
    named = description.key or flagged
    return bool(named) and set(new.key) == set(named)


def _said(key: Sequence[str]) -> str:
    return " + ".join(key)
