"""Facet counts as the kit's choices: each value with the address that asks for it or lets it go."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

from cimaise.web.render.filters import Filters
from cimaise.web.theme.pieces import Choice

FEW = 8  # values of a facet before a reader asks for more
MANY = 200  # and after


@dataclass(frozen=True, slots=True)
class Value:
    """A value of a facet: `value` is what to ask for, `name` what people read."""

    value: str
    name: str
    count: int


@dataclass(frozen=True, slots=True)
class Facet:
    """A facet of a page: its choices, and the addresses that show more of them or clear it."""

    name: str
    label: str
    choices: Sequence[Choice]
    more: str
    clear: str


@dataclass(frozen=True, slots=True)
class Facets:
    """How the facets of a page are written: their labels and where their values lead.

    `opened` names the facets of which a reader wants more; `spoken` translates codes.
    """

    filters: Filters
    address: Callable[..., str]
    opened: frozenset[str] = frozenset()
    spoken: Mapping[str, str] | None = None

    def facet(self, name: str, label: str, values: Sequence[Value]) -> Facet:
        """One facet; chosen values come first, even those that no record has any more."""
        chosen = [value for asked, value in self.filters.refine if asked == name]
        known = {value.value: value for value in values}
        ahead = [known.get(value, Value(value, value, 0)) for value in chosen]
        others = [value for value in values if value.value not in chosen]
        shown = others if name in self.opened else others[: max(0, FEW - len(ahead))]
        return Facet(
            name,
            label,
            [self._choice(name, value, chosen=True) for value in ahead]
            + [self._choice(name, value, chosen=False) for value in shown],
            more=self.address(self.filters, more=name) if len(shown) < len(others) else "",
            clear=self.address(self._cleared(name)) if chosen else "",
        )

    def _choice(self, name: str, value: Value, *, chosen: bool) -> Choice:
        after = (
            self.filters.without(name, value.value)
            if chosen
            else self.filters.refined(name, value.value)
        )
        said = (self.spoken or {}).get(value.value, value.name)
        return Choice(said, value.count, self.address(after), chosen)

    def _cleared(self, name: str) -> Filters:
        rest = tuple(pair for pair in self.filters.refine if pair[0] != name)
        return replace(self.filters, refine=rest)
