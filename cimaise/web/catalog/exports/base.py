"""What an export of the catalogue is: descriptions of datasets, or what was selected of them."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from cimaise.engine.exports.base import ExportParameter, Value
from cimaise.web.catalog.bodies import bodies
from cimaise.web.catalog.templates import SHOWN, TEMPLATES

AT_ONCE = 200  # datasets described at a time: what is held in memory
ID = "datasetid"  # the last column of the catalogue's tables
LABELS = {f"{each.name}.{meta.name}": meta.label for each in TEMPLATES for meta in each.metas}


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is to be written, in its order.

    `slugs` are the datasets; `names` the parts that were selected of each (none: all there is).
    `computed` are rows that were worked out instead: groups, aggregates. `address` is that of
    the portal, without a slash after it.
    """

    slugs: Sequence[str]
    address: str
    lang: str = "fr"
    names: tuple[str, ...] = ()
    computed: Sequence[Mapping[str, Any]] | None = None
    said: Mapping[str, Value] = field(default_factory=dict)

    def described(self) -> Iterator[dict[str, Any]]:
        """The datasets as the Explore API describes them."""
        for first in range(0, len(self.slugs), AT_ONCE):
            yield from bodies(self.slugs[first : first + AT_ONCE], lang=self.lang)

    def columns(self) -> tuple[str, ...]:
        """The names of the columns of a table."""
        if self.computed is not None:
            return tuple(self.computed[0]) if self.computed else ()
        whole = tuple(f"{each.name}.{name}" for each in SHOWN for name in each.names)
        return self.names or (*whole, ID)

    def header(self) -> list[str]:
        """What stands above the columns."""
        labels = LABELS if self.said.get("use_labels") else {}
        return [labels.get(name, name) for name in self.columns()]


Writer = Callable[[Wanted], Iterator[bytes]]


@dataclass(frozen=True, slots=True)
class CatalogueCard:
    """One format; `write` yields bytes as they are ready."""

    name: str
    label: str
    file_name: str
    media_type: str
    write: Writer
    parameters: tuple[ExportParameter, ...] = ()

    def settled(self, said: Mapping[str, object]) -> dict[str, Value]:
        """Every parameter of this format with its value; others are ignored. Raises Refusal."""
        return {
            each.name: each.settled(said[each.name]) if each.name in said else each.default
            for each in self.parameters
        }
