"""The page of a record: every field, its place, its versions, its permanent address."""

from typing import Any

from django.http import Http404, HttpResponse
from django.utils.translation import gettext as _

from cimaise.web.catalog.shelf import snapshot_of
from cimaise.web.explore.addresses import API
from cimaise.web.explore.visit import Visit, page, visited
from cimaise.web.render.answers import record_of
from cimaise.web.render.filters import Filters, back_quoted
from cimaise.web.render.naming import record_name
from cimaise.web.render.values import plain, shown
from cimaise.web.theme.pieces import Link

NEAR = "5km"
HEX = frozenset("0123456789abcdef")


@visited("record")
def record(visit: Visit, record_id: str) -> HttpResponse:
    """One record; 404 when this version does not hold it."""
    values = _values(visit, record_id)
    return page(visit, "explore/record.html", lambda: _matter(visit, record_id, values))


def _name(visit: Visit, record_id: str, values: dict[str, Any]) -> str:
    return record_name(visit.snapshot, values) or _("Record %(id)s") % {"id": record_id[:8]}


def _values(visit: Visit, record_id: str) -> dict[str, Any]:
    valid = len(record_id) == 40 and HEX.issuperset(record_id)
    values = record_of(visit.snapshot, record_id) if valid else None
    if values is None:
        raise Http404(
            _("There is no such record in version %(number)s of “%(title)s”.")
            % {"number": visit.version.number, "title": visit.dataset.title}
        )
    return values


def _matter(visit: Visit, record_id: str, values: dict[str, Any]) -> dict[str, Any]:
    name = _name(visit, record_id, values)
    there = [field for field in visit.schema if not _is_empty(values.get(field.name))]
    absent = [field.label for field in visit.schema if field not in there]
    place = visit.request.build_absolute_uri(visit.record_address(record_id))
    return {
        "name": name,
        "crumbs": [
            *visit.context()["crumbs"][:1],
            Link(visit.dataset.title, visit.tab_address("table", Filters())),
            Link(name, "", here=True),
        ],
        "canonical": place,
        "short_address": record_id[:12] + "…",
        "json_address": f"{API}/{visit.dataset.slug}/records/{record_id}" + _version_query(visit),
        "lines": [
            {"label": field.label, "value": shown(values[field.name], field)} for field in there
        ],
        "absent": ", ".join(absent),
        "versions": _versions(visit, record_id),
        **_place(visit, record_id, name, values),
    }


def _is_empty(value: Any) -> bool:
    return value is None or value == "" or value == []


def _version_query(visit: Visit) -> str:
    return "" if visit.is_current else f"?version={visit.version.number}"


def _place(visit: Visit, record_id: str, name: str, values: dict[str, Any]) -> dict[str, Any]:
    point = visit.schema.point
    where = values.get(point.name) if point else None
    if point is None or not where:
        return {}
    lon, lat = where["lon"], where["lat"]
    clause = f"within_distance({back_quoted(point.name)}, geom'POINT({lon} {lat})', {NEAR})"
    return {
        "point": plain(where, point),
        "map_title": _("Where %(name)s is") % {"name": name},
        "here": f"{lon},{lat}",
        "near": visit.tab_address("table", Filters(where=(clause,), version=visit.filters.version)),
    }


def _versions(visit: Visit, record_id: str) -> list[Link]:
    """The versions that hold this record, the latest first."""
    links = []
    for version in visit.dataset.versions.all()[:20]:
        held = version.pk == visit.version.pk or record_of(
            snapshot_of(version, visit.dataset.slug), record_id
        )
        if held:
            query = "" if version.pk == visit.dataset.current_id else f"?version={version.number}"
            place = visit.record_address(record_id).partition("?")[0]
            links.append(Link(str(version.number), place + query, version.pk == visit.version.pk))
    return links
