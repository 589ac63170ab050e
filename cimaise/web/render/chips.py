"""Active filters as chips, each with the address of the page without it."""

from collections.abc import Callable, Mapping
from dataclasses import replace

from django.utils.translation import gettext as _

from cimaise.engine.schema.schema import Schema
from cimaise.web.render.filters import Filters
from cimaise.web.theme.pieces import Chip


def chips(
    filters: Filters,
    labels: Mapping[str, str],
    address: Callable[[Filters], str],
    spoken: Mapping[str, str] | None = None,
) -> list[Chip]:
    """One chip for the search, each condition, each value asked for and each excluded.

    `labels` names fields as people read them; `spoken` translates values that are codes.
    """
    said = spoken or {}
    found: list[Chip] = []
    if filters.q:
        words = _("“%(words)s”") % {"words": filters.q}
        found.append(Chip("", words, address(replace(filters, q=""))))
    for name, value in filters.v1:
        others = tuple(pair for pair in filters.v1 if pair != (name, value))
        label = _("place") if name.startswith("geofilter") else _("condition")
        found.append(Chip(label, value, address(replace(filters, v1=others))))
    for clause in filters.where:
        rest = tuple(other for other in filters.where if other != clause)
        found.append(Chip(_("condition"), clause, address(replace(filters, where=rest))))
    for name, value in filters.refine:
        label = labels.get(name, name)
        found.append(Chip(label, said.get(value, value), address(filters.without(name, value))))
    for name, value in filters.exclude:
        label = _("%(field)s is not") % {"field": labels.get(name, name)}
        found.append(Chip(label, said.get(value, value), address(filters.without(name, value))))
    return found


def labels_of(schema: Schema) -> dict[str, str]:
    """What people read for each field."""
    return {field.name: field.label for field in schema}


def cleared(filters: Filters) -> Filters:
    """The same dataset and order, without any filter."""
    return Filters(sort=filters.sort, version=filters.version)
