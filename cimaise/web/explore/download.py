"""Taking the data away: every format with its size, and the addresses of the files."""

from collections.abc import Sequence
from typing import Any

from django.http import HttpResponse
from django.utils.translation import gettext as _

from cimaise.engine.exports import formats_for
from cimaise.engine.exports.base import ExportCard
from cimaise.web.explore.addresses import export_address
from cimaise.web.explore.calls import query_of
from cimaise.web.explore.formats import groups
from cimaise.web.explore.visit import Visit, page, visited
from cimaise.web.render.answers import counted
from cimaise.web.theme.pieces import Column, Link

Pairs = Sequence[tuple[str, str]]


@visited("export")
def export(visit: Visit) -> HttpResponse:
    """Formats for the filtered records and for the whole."""
    return page(visit, "explore/export.html", lambda: _matter(visit))


def _matter(visit: Visit) -> dict[str, Any]:
    cards = formats_for(visit.schema)
    asked = [*_of_version(visit), *visit.filters.api_pairs()]
    total = counted(visit.snapshot, visit.filters.question(limit=0, lang=visit.language))
    share = total / visit.version.records if visit.version.records else 0.0
    links = [(card, _file(visit, card, asked)) for card in cards]
    entire = [(card, _file(visit, card, _of_version(visit))) for card in cards]
    return {
        "total": total,
        "format_columns": (
            Column(_("Format")),
            Column(_("Good for")),
            Column(_("Size"), number=True),
        ),
        "whole_groups": groups(entire, visit.snapshot, 1.0),
        "filtered_groups": groups(links, visit.snapshot, share),
        "addresses": [Link(card.label, address) for card, address in _one_of_each(links)],
    }


def _one_of_each(links: Sequence[tuple[ExportCard, str]]) -> list[tuple[ExportCard, str]]:
    """The first format of each group: enough to see how addresses are made."""
    firsts = {card.family: (card, address) for card, address in reversed(links)}
    return list(reversed(firsts.values()))


def _of_version(visit: Visit) -> list[tuple[str, str]]:
    """What keeps an address on a past version; the current one is what addresses give."""
    return [] if visit.is_current else [("version", str(visit.version.number))]


def _file(visit: Visit, card: ExportCard, pairs: Pairs) -> str:
    return export_address(visit.request, visit.dataset.slug, card.name) + query_of(pairs)
