"""The map of a dataset: vector tiles where scripts run, a drawing and a list everywhere."""

from dataclasses import replace
from typing import Any

from django.http import Http404, HttpResponse
from django.urls import reverse

from cimaise.engine.query.places import drawn_field
from cimaise.engine.schema.field import Field
from cimaise.web.explore.freshness import kept_until_changed
from cimaise.web.explore.tabs import records_page
from cimaise.web.explore.visit import Visit, page, visited
from cimaise.web.render.answers import counted, dots_of, on_map, tile_of
from cimaise.web.render.dots import Canvas, draw, frame_for
from cimaise.web.render.filters import back_quoted
from cimaise.web.render.problems import ASKED_WRONG
from cimaise.web.render.tables import chosen_columns

CANVAS = Canvas(960, 640, 6.0)
LISTED = 4  # columns of the list under the map
A_STEP = 0.02  # degrees: places nearer than this make one dot of the drawing
TILE = "application/vnd.mapbox-vector-tile"
RECORD = "RECORD"  # stands for a record id in an address, whatever the routes are


@visited("map")
def map_page(visit: Visit) -> HttpResponse:
    """The filtered records on a map."""
    return page(visit, "explore/map.html", lambda: _matter(visit))


def place_of(visit: Visit) -> Field:
    """The field drawn; raises Http404 without one."""
    place = drawn_field(visit.schema)
    if place is None:
        raise Http404
    return place


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
    place = place_of(visit)
    question = visit.filters.question(limit=0, lang=visit.language)
    total = counted(visit.snapshot, question)
    around = on_map(visit.snapshot, question)
    fields = chosen_columns(visit.request.GET, visit.snapshot)[:LISTED]
    listed = [*fields, place] if place.type == "geo_point_2d" else fields
    context = records_page(visit, listed, extra_where=(f"{back_quoted(place.name)} is not null",))
    dots = dots_of(visit.snapshot, question, A_STEP)
    frame = frame_for(dots)
    return context | {
        "total": total,
        "located": around.count,
        "unlocated": total - around.count,
        "tiles": tiles_address(visit),
        "bounds": frame.said,
        "record_pattern": record_pattern(visit),
        "table_tab": visit.tab_address("table"),
        "drawing": draw(dots, frame, CANVAS),
    }


@visited("map")
def tile(visit: Visit, z: int, x: int, y: int) -> HttpResponse:
    """One vector tile of the filtered records; empty where there are none."""
    try:
        made = tile_of(visit.snapshot, visit.filters.question(limit=0), (z, x, y))
    except ASKED_WRONG as error:
        return HttpResponse(str(error), "text/plain; charset=utf-8", status=400)
    return kept_until_changed(visit, HttpResponse(made, TILE))
