"""One column of a dataset: its permanent name, the label people read, its type and annotations."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from typing import Any, Self


@dataclass(frozen=True, slots=True)
class Annotations:
    """What a producer says of a field beyond its type; names are those of the Explore API (§3)."""

    id: bool = False
    facet: bool = False
    facetsort: str | None = None
    sortable: bool = False
    disjunctive: bool = False
    multivalued: str | None = None  # the separator in the source, e.g. ";"
    hierarchical: str | None = None  # the separator of levels, e.g. "/"
    unit: str | None = None
    decimals: int | None = None
    timeserie_precision: str | None = None  # year, month, day, hour, minute

    def to_json(self) -> dict[str, Any]:
        """Only what is set, scalars as the live Explore API writes them: `{"facet": true}`."""
        return {name: value for name, value in asdict(self).items() if value not in (None, False)}

    @classmethod
    def from_json(cls, said: Mapping[str, Any]) -> Self:
        """The inverse of `to_json`; a name that is no annotation raises TypeError."""
        return cls(**said)


@dataclass(frozen=True, slots=True)
class Field:
    """A column of a dataset.

    `name` is `[a-z0-9_]+`, unique in its schema and permanent; `label` is the header as written;
    `type` is the name of a card in `schema.types`; `referentiel` names the official list its
    values belong to (commune, departement, region, code_postal, museofile, isil, siret, uai).
    `joined` is the name under which a question joined the dataset it comes from, None for the
    dataset's own: a snapshot keeps none of it.
    """

    name: str
    label: str
    type: str
    description: str | None = None
    annotations: Annotations = field(default_factory=Annotations)
    referentiel: str | None = None
    joined: str | None = None

    def annotated(self, **changes: Any) -> Self:
        """The same field with some annotations changed."""
        return replace(self, annotations=replace(self.annotations, **changes))

    def to_json(self) -> dict[str, Any]:
        """The form kept in a snapshot's manifest."""
        return {
            "name": self.name,
            "label": self.label,
            "type": self.type,
            "description": self.description,
            "annotations": self.annotations.to_json(),
            "referentiel": self.referentiel,
        }

    @classmethod
    def from_json(cls, kept: Mapping[str, Any]) -> Self:
        """The inverse of `to_json`."""
        restored: dict[str, Any] = {
            **kept,
            "annotations": Annotations.from_json(kept["annotations"]),
        }
        return cls(**restored)
