"""The map of a dataset: vector tiles where scripts run, a drawing and a list everywhere."""

from dataclasses import replace
from typing import Any

from django.http import Http404, HttpResponse
from django.urls import reverse

from cimaise.engine.schema.field import Field
from cimaise.web.explore.freshness import kept_until_changed
from cimaise.web.explore.tabs import records_page
from cimaise.web.explore.visit import Visit, page, visited
from cimaise.web.render.answers import counted, places, tile_of
from cimaise.web.render.dots import Canvas, bounds_of, draw, frame_for
from cimaise.web.render.filters import back_quoted
from cimaise.web.render.problems import ASKED_WRONG
from cimaise.web.render.tables import chosen_columns

CANVAS = Canvas(960, 640, 6.0)
DEEPEST = 22  # zoom levels beyond hold less than a centimetre a pixel
A_STEP = 0.02  # degrees: places nearer than this make one dot of the drawing
TILE = "application/vnd.mapbox-vector-tile"
RECORD = "RECORD"  # stands for a record id in an address, whatever the routes are


@visited("map")
def map_page(visit: Visit) -> HttpResponse:
    """The filtered records on a map."""
    return page(visit, "explore/map.html", lambda: _matter(visit))


def point_of(visit: Visit) -> Field:
    """The field drawn; raises Http404 without one."""
    point = visit.schema.point
    if point is None:
        raise Http404
    return point


def tiles_address(visit: Visit) -> str:
    """The pattern of the tiles' addresses, under the filters of the page."""
    place = reverse("explore:tile", args=[visit.dataset.slug, 0, 0, 0])
    pattern = place.replace("/0/0/0.mvt", "/{z}/{x}/{y}.mvt")
    query = replace(visit.filters, sort=None).address(v=visit.version.number)
    return pattern + query


def record_pattern(visit: Visit) -> str:
    """The pattern of the records' addresses."""
    return visit.record_address(RECORD).replace(RECORD, "{id}")


def _matter(visit: Visit) -> dict[str, Any]:
    point = point_of(visit)
    with_point = f"{back_quoted(point.name)} is not null"
    whole = visit.filters.question(limit=0, lang=visit.language)
    question = replace(whole, where=(*whole.where, with_point), order_by="")
    all_of_them = counted(visit.snapshot, whole)
    fields = chosen_columns(visit.request.GET, visit.snapshot)[:4]
    context = records_page(visit, [*fields, point], extra_where=(with_point,))
    on_map = context["total"]
    context["total"] = all_of_them
    dots = places(visit.snapshot, question, point, A_STEP)
    around = bounds_of(dots)
    return context | {
        "located": on_map,
        "unlocated": all_of_them - on_map,
        "tiles": tiles_address(visit),
        "bounds": f"{around.west},{around.south},{around.east},{around.north}",
        "record_pattern": record_pattern(visit),
        "table_tab": visit.tab_address("table"),
        "drawing": draw(dots, frame_for(dots).widened(), CANVAS),
    }


@visited("map")
def tile(visit: Visit, z: int, x: int, y: int) -> HttpResponse:
    """One vector tile of the filtered records; empty where there are none."""
    if z > DEEPEST or x >= 2**z or y >= 2**z:
        raise Http404
    try:
        made = tile_of(visit.snapshot, visit.filters.question(limit=None), (z, x, y))
    except ASKED_WRONG:
        return HttpResponse(status=400)
    return kept_until_changed(visit, HttpResponse(made, TILE))
