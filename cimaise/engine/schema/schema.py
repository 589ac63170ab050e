"""The columns of a dataset, in order, and the key that tells its records apart."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Any, Self

from cimaise.engine.schema.field import Field


@dataclass(frozen=True, slots=True)
class Schema:
    """Fields in their published order; names are unique."""

    fields: tuple[Field, ...]

    def __iter__(self) -> Iterator[Field]:
        return iter(self.fields)

    def __len__(self) -> int:
        return len(self.fields)

    def __contains__(self, name: object) -> bool:
        return any(field.name == name for field in self.fields)

    def __getitem__(self, name: str) -> Field:
        for field in self.fields:
            if field.name == name:
                return field
        raise KeyError(name)

    @property
    def names(self) -> tuple[str, ...]:
        """Field names in order."""
        return tuple(field.name for field in self.fields)

    @property
    def key(self) -> tuple[str, ...]:
        """Names of the fields annotated `id`: the stable business key, empty when there is none."""
        return tuple(field.name for field in self.fields if field.annotations.id)

    @property
    def facets(self) -> tuple[Field, ...]:
        """Fields annotated `facet`, in order."""
        return tuple(field for field in self.fields if field.annotations.facet)

    @property
    def own(self) -> Self:
        """The schema without the fields that a question joined from other datasets."""
        return type(self)(tuple(field for field in self.fields if field.joined is None))

    @property
    def joined(self) -> tuple[str, ...]:
        """The names under which a question joined other datasets; fields begin with them."""
        return tuple({each.joined: None for each in self.fields if each.joined is not None})

    def of_type(self, *types: str) -> tuple[Field, ...]:
        """Fields of any of the given types, in order."""
        return tuple(field for field in self.fields if field.type in types)

    @property
    def point(self) -> Field | None:
        """The field drawn on maps: the first geo_point_2d, if any."""
        return next(iter(self.of_type("geo_point_2d")), None)

    def nearest(self, name: str) -> str | None:
        """The field name a person most likely meant by `name`."""
        found = get_close_matches(name.lower(), self.names, n=1, cutoff=0.6)
        # A field of a joined dataset, by its name there.
        found += [each for each in self.names if each.endswith(f".{name.lower()}")]
        return found[0] if found else None

    def to_json(self) -> list[dict[str, Any]]:
        """The form kept in a snapshot's manifest."""
        return [field.to_json() for field in self.fields]

    @classmethod
    def from_json(cls, kept: Sequence[Mapping[str, Any]]) -> Self:
        """The inverse of `to_json`."""
        return cls(tuple(Field.from_json(field) for field in kept))
