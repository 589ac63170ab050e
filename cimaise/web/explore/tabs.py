"""The table of a dataset, its picture, and the address that leads to one tab or another."""

from collections.abc import Sequence
from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import condition

from cimaise.engine.schema.field import Field
from cimaise.web.explore.listing import Listing
from cimaise.web.explore.visit import TABS, Visit, page, visited
from cimaise.web.render.answers import facet_values, found
from cimaise.web.render.facets import MANY, Facet, Facets
from cimaise.web.render.paging import Paging, page_number
from cimaise.web.render.pictures import picture
from cimaise.web.render.tables import chosen_columns, headings, lines

ON_A_PAGE = 20
OLD_TABS = {"metas": "information"}  # as the portals of before named them
INK = "#2733b0"  # of a picture without the theme around it


@visited("information")
def dataset(visit: Visit) -> HttpResponse:
    """`/explore/dataset/{id}/`: the tab that `?tab=` names, else the table of what is filtered."""
    said = visit.request.GET.get("tab", "")
    tab = OLD_TABS.get(said, said)
    if tab not in TABS or not visit.can_fill(tab):
        tab = "table" if visit.filters.any else "information"
    return redirect(visit.tab_address(tab))


@visited("table")
def table(visit: Visit) -> HttpResponse:
    """The records, a page at a time."""
    return page(visit, "explore/table.html", lambda: _table(visit))


def _table(visit: Visit) -> dict[str, Any]:
    fields = chosen_columns(visit.request.GET, visit.snapshot)
    names = {field.name for field in fields}
    context = records_page(visit, fields)
    context |= {
        "export_tab": visit.tab_address("export"),
        "kept_by_columns": visit.kept_pairs("columns"),
        "column_choices": [
            {"name": field.name, "label": field.label, "shown": field.name in names}
            for field in visit.schema
        ],
    }
    return context


def records_page(
    visit: Visit, fields: Sequence[Field], *, extra_where: tuple[str, ...] = ()
) -> dict[str, Any]:
    """A page of the filtered records as a table, with its facets and paging.

    `extra_where` holds conditions of the tab itself, which its facets are not counted under.
    """
    size = ON_A_PAGE
    number = page_number(visit.request.GET.get("page", ""), size)
    question = visit.filters.question(
        limit=size,
        offset=(number - 1) * size,
        select=", ".join(f"`{field.name}`" for field in fields),
        lang=visit.language,
    )
    answer = found(visit.snapshot, question, where=extra_where)
    paging = Paging(number, size, answer.total)
    kept = _kept(visit)
    return {
        "caption": visit.dataset.title,
        "total": answer.total,
        "columns": headings(fields, visit.filters, lambda after: visit.address(after, **kept)),
        "rows": lines(fields, answer.records, visit.record_address),
        "facets": facets(visit),
        "kept_by_search": visit.kept_pairs("q"),
        **Listing(paging, lambda n: visit.address(visit.filters, page=n, **kept)).context(),
    }


def _kept(visit: Visit) -> dict[str, str]:
    """The chosen columns, which stay when the order or the page changes."""
    chosen = visit.request.GET.getlist("columns")
    return {"columns": ",".join(chosen)} if chosen else {}


def facets(visit: Visit) -> list[Facet]:
    """The facets of the dataset's schema, counted under the filters."""
    fields = visit.schema.facets
    kept = _kept(visit)
    writing = Facets(
        visit.filters,
        lambda after, **more: visit.address(after, **{**kept, **more}),
        frozenset(visit.request.GET.getlist("more")),
    )
    values = facet_values(visit.snapshot, visit.filters, [field.name for field in fields], MANY)
    return [
        writing.facet(field.name, field.label, values.get(field.name, []))
        for field in fields
        if values.get(field.name) or any(name == field.name for name, _ in visit.filters.refine)
    ]


@visited("information")
def picture_file(visit: Visit) -> HttpResponse:
    """The living picture as a file of its own, in ink that reads on white."""
    etag = f'"{visit.snapshot.manifest.snapshot}"'

    @condition(etag_func=lambda request: etag)
    def answer(request: Any) -> HttpResponse:
        alone = picture(visit.snapshot).replace("<svg ", f'<svg color="{INK}" ', 1)
        return HttpResponse(alone, "image/svg+xml; charset=utf-8")

    return answer(visit.request)
