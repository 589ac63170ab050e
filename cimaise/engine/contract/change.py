"""One difference between two versions of a schema, and what it costs those who use the data."""

from dataclasses import dataclass

from cimaise.engine.messages import Message


@dataclass(frozen=True, slots=True)
class Change:
    """A difference that people should hear of.

    `kind` is field_removed, field_renamed, field_added, type_changed, values_changed (one value
    became several, or the other way round), key_changed or label_changed. `field` is the name in
    the old schema (in the new one for field_added, empty for key_changed). `breaks` says that
    what somebody built on the old version may stop working; `declared` that the producer said so
    before publishing.
    """

    kind: str
    field: str
    breaks: bool
    message: Message
    declared: bool = False
