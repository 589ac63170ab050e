"""What a producer says of a dataset and of the file it comes from, before anything was read."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class FieldWish:
    """What a producer says of one field; None means: as it was understood.

    `source` is the header in this very file when it differs from the label of the field
    (a later edition that renames its columns). `type="ignore"` leaves the column out.
    """

    name: str
    source: str | None = None
    label: str | None = None
    type: str | None = None
    description: str | None = None
    annotations: Mapping[str, Any] = field(default_factory=dict)
    referentiel: str | None = None


@dataclass(frozen=True, slots=True)
class ReadingWishes:
    """How to read the file, where the producer knows better than the reader; None: find out."""

    format: str | None = None
    encoding: str | None = None
    delimiter: str | None = None
    sheet: str | None = None


@dataclass(frozen=True, slots=True)
class DatasetDescription:
    """A dataset as its producer describes it (a TOML file beside the data, or the back office).

    `description` is HTML kept to a safe subset by the web side. `key` names published fields;
    None means: propose one, empty: there is none. `references` links to where the data comes
    from.
    """

    id: str
    title: str
    description: str = ""
    producer: str = ""
    licence: str = ""
    themes: tuple[str, ...] = ()
    keywords: tuple[str, ...] = ()
    language: str = "fr"
    references: str | None = None
    update_frequency: str | None = None
    attributions: tuple[str, ...] = ()
    key: tuple[str, ...] | None = None
    fields: tuple[FieldWish, ...] = ()
    reading: ReadingWishes = field(default_factory=ReadingWishes)
    source: str | None = None
