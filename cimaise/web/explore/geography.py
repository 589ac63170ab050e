"""The map of a dataset: vector tiles where scripts run, a drawing and a list everywhere."""

from dataclasses import replace
from typing import Any

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from cimaise.engine.query.places import drawn_field
from cimaise.engine.schema.field import Field
from cimaise.engine.snapshots.manifest import Snapshot
from cimaise.web.catalog.pointer import pointed
from cimaise.web.catalog.shelf import NotOnShelf
from cimaise.web.explore.freshness import made_unless_kept
from cimaise.web.explore.tabs import records_page
from cimaise.web.explore.visit import Visit, page, visited
from cimaise.web.render.answers import counted, dots_of, on_map, tile_of
from cimaise.web.render.dots import Canvas, draw, frame_for
from cimaise.web.render.filters import Filters, back_quoted, read_filters
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


@require_safe
def tile(request: HttpRequest, slug: str, z: int, x: int, y: int) -> HttpResponse:
    """One vector tile of the filtered records; empty where there are none.

    Maps ask for many at once: for strangers the database is only asked which snapshot is shown.
    """
    number = read_filters(request.GET).version
    if number is not None or settings.SESSION_COOKIE_NAME in request.COOKIES:
        return _visited_tile(request, slug, z=z, x=x, y=y)
    try:
        snapshot = pointed(slug, AnonymousUser()).snapshot
    except NotOnShelf:
        return _visited_tile(request, slug, z=z, x=x, y=y)
    filters = read_filters(request.GET, snapshot.schema)
    return _drawn(request, snapshot, filters, (z, x, y), restricted=False)


@visited("map")
def _visited_tile(visit: Visit, z: int, x: int, y: int) -> HttpResponse:
    restricted = visit.dataset.restricted
    return _drawn(visit.request, visit.snapshot, visit.filters, (z, x, y), restricted=restricted)


def _drawn(
    request: HttpRequest,
    snapshot: Snapshot,
    filters: Filters,
    place: tuple[int, int, int],
    *,
    restricted: bool,
) -> HttpResponse:
    if drawn_field(snapshot.schema) is None:
        raise Http404(_("This dataset has nothing to show here."))

    def made() -> HttpResponse:
        return HttpResponse(tile_of(snapshot, filters.question(limit=0), place), TILE)

    try:
        return made_unless_kept(request, snapshot, made, restricted=restricted)
    except ASKED_WRONG as error:
        return HttpResponse(str(error), "text/plain; charset=utf-8", status=400)
