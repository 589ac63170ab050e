"""What maps of widgets draw: clusters, shapes, and the rectangle around them (explore-api §5.4)."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

from django.http import HttpRequest, QueryDict
from django.http.response import HttpResponseBase

from cimaise.engine.query.bounds import bounds
from cimaise.engine.query.clusters import MOST, Cluster, Grid, by_shape, clusters
from cimaise.engine.query.places import drawn_field
from cimaise.engine.query.question import Question
from cimaise.engine.query.series_request import Measure, read_analysis
from cimaise.engine.schema.field import Field
from cimaise.engine.schema.schema import Schema
from cimaise.web.api.freshness import fresh
from cimaise.web.api.problems import Problem, bad_parameter
from cimaise.web.api.v1.analyses import written
from cimaise.web.api.v1.envelope import YES, answers_v1, body, sent
from cimaise.web.api.v1.filters import chosen, number, read_filters, the_dataset
from cimaise.web.api.v1.records import about, clock_of, tag_of
from cimaise.web.catalog.pointer import Pointer
from cimaise.web.catalog.shelf import reading_room

PLACES = ("geo_point_2d", "geo_shape")
FORMATS = ("json", "jsonp")
DEEPEST = 29  # of clusterprecision and shapeprecision together
DISTANCE = 50  # pixels between clusters, as widgets ask
PREVIEWED = 1_000  # shapes of a preview, unless `rows` says otherwise
NO = frozenset({"false", "0", "no", "off"})

Maker = Callable[[QueryDict, Pointer, Question], Any]


def answered(request: HttpRequest, kind: str, make: Maker) -> HttpResponseBase:
    """The JSON that `make` tells of the records asked for."""
    asked = sent(request)
    found = about(request, asked, the_dataset(asked))
    chosen(asked, "format", FORMATS)
    question = read_filters(asked).question(limit=0)
    etag = tag_of(request, kind, found, asked)
    return fresh(
        request,
        etag,
        found.made,
        lambda: body(asked, make(asked, found, question)),
        question=clock_of(asked),
    )


@answers_v1
def geocluster(request: HttpRequest) -> HttpResponseBase:
    """`/api/records/1.0/geocluster/`: points counted by squares of the map."""
    return answered(request, "geocluster", _clusters)


def _clusters(asked: QueryDict, found: Pointer, question: Question) -> dict[str, Any]:
    if not asked.get("clusterprecision", "").strip():
        raise Problem(400, "", "The parameter clusterprecision is missing: the zoom of the map.")
    zoom, detail = _precision(asked)
    outlined = chosen(asked, "clustermode", ("polygon", "heatmap")) == "polygon"
    distance = number(asked, "clusterdistance", DISTANCE)
    if not 1 <= distance <= 1_000:
        raise bad_parameter("clusterdistance", str(distance), "1 <= clusterdistance <= 1000")
    schema = found.snapshot.schema
    field = _field(asked, schema, schema.point or drawn_field(schema))
    grid = Grid(zoom, distance, outlined, boxes=detail == 0)
    measures = _measures(asked, schema)
    made = clusters(question, field, grid, measures, found.snapshot, reading_room())
    return _told(made, measures, zoom)


def _precision(asked: QueryDict) -> tuple[int, int | None]:
    """The zoom, and how finely clusters are outlined if that is said; raises Problem."""
    zoom = number(asked, "clusterprecision", 0)
    said = asked.get("shapeprecision", "").strip()
    detail = number(asked, "shapeprecision", 0) if said else None
    if not 0 <= zoom <= DEEPEST:
        raise bad_parameter("clusterprecision", str(zoom), f"0 <= clusterprecision <= {DEEPEST}")
    if detail is not None and not 0 <= detail <= DEEPEST - zoom:
        expected = f"clusterprecision + shapeprecision <= {DEEPEST}"
        raise bad_parameter("shapeprecision", said, expected)
    return zoom, detail


def _field(asked: QueryDict, schema: Schema, otherwise: Field | None) -> Field:
    """The field of places that `geo_field` names, or the one that is drawn; raises Problem."""
    name = asked.get("geo_field", "").strip()
    if name and (name not in schema or schema[name].type not in PLACES):
        raise bad_parameter("geo_field", name, "a field of places")
    field = schema[name] if name else otherwise
    if field is None:
        raise Problem(400, "", "This dataset has no field of places.")
    return field


def _measures(asked: QueryDict, schema: Schema) -> tuple[Measure, ...]:
    """The series asked for; none asked, none made."""
    said = replace(written(asked, ()), x=(), sort="")
    return read_analysis(said, schema).measures if said.y else ()


def _told(found: Sequence[Cluster], measures: Sequence[Measure], zoom: int) -> dict[str, Any]:
    told: dict[str, Any] = {"clusters": [_cluster(each, bool(measures)) for each in found]}
    told["count"] = _ends([each.count for each in found])
    if measures:
        told["series"] = {
            measure.name: _ends(_numbers(found, measure.name)) for measure in measures
        }
    return {**told, "clusterprecision": zoom}


def _cluster(each: Cluster, with_series: bool) -> dict[str, Any]:
    lon, lat = each.centre
    told = {"cluster_center": [lat, lon], "cluster": each.shape, "count": each.count}
    told |= {"series": each.series} if with_series else {}
    return told | ({"geo_digest": each.digest} if each.digest else {})


def _numbers(found: Sequence[Cluster], name: str) -> list[float]:
    values = [each.series.get(name) for each in found]
    return [value for value in values if isinstance(value, int | float)]


def _ends(values: Sequence[float]) -> dict[str, float | None]:
    return {"min": min(values, default=None), "max": max(values, default=None)}


@answers_v1
def geopolygon(request: HttpRequest) -> HttpResponseBase:
    """`/api/records/1.0/geopolygon/`: records counted by the shape they have."""
    return answered(request, "geopolygon", _polygons)


def _polygons(asked: QueryDict, found: Pointer, question: Question) -> dict[str, Any]:
    zoom, _ = _precision(asked)
    schema = found.snapshot.schema
    field = _field(asked, schema, drawn_field(schema))
    measures = _measures(asked, schema)
    made = by_shape(
        question, field, measures, found.snapshot, reading_room(),
        zoom=_seen_at(asked), most=_most(asked, MOST),
    )  # fmt: skip
    return _told(made, measures, zoom)


@answers_v1
def geopreview(request: HttpRequest) -> HttpResponseBase:
    """`/api/records/1.0/geopreview/`: the different shapes of the records, without a word."""
    return answered(request, "geopreview", _preview)


def _preview(asked: QueryDict, found: Pointer, question: Question) -> list[dict[str, Any]]:
    schema = found.snapshot.schema
    field = _field(asked, schema, drawn_field(schema))
    as_points = asked.get("return_polygons", "").strip().lower() in NO
    made = by_shape(
        question, field, (), found.snapshot, reading_room(),
        zoom=_seen_at(asked), most=_most(asked, PREVIEWED),
    )  # fmt: skip
    return [
        {
            "geometry": _centre(each) if as_points else each.shape,
            "geo_digest": each.digest,
        }
        for each in made
    ]


def _centre(each: Cluster) -> dict[str, Any]:
    return {"type": "Point", "coordinates": list(each.centre)}


def _most(asked: QueryDict, otherwise: int) -> int:
    """How many shapes at most; raises Problem."""
    rows = number(asked, "rows", otherwise)
    if not 0 <= rows <= MOST:
        raise bad_parameter("rows", str(rows), f"0 <= rows <= {MOST}")
    return rows


def _seen_at(asked: QueryDict) -> int | None:
    """The zoom that shapes are simplified for: none without one, or with `geo_simplify=false`."""
    if asked.get("geo_simplify", "").strip().lower() in NO:
        return None
    name = "geo_simplify_zoom" if asked.get("geo_simplify_zoom", "").strip() else "clusterprecision"
    if not asked.get(name, "").strip():
        return 0 if asked.get("geo_simplify", "").strip().lower() in YES else None
    zoom = number(asked, name, 0)
    if not 0 <= zoom <= DEEPEST:
        raise bad_parameter(name, str(zoom), f"0 <= {name} <= {DEEPEST}")
    return zoom


@answers_v1
def boundingbox(request: HttpRequest) -> HttpResponseBase:
    """`/api/records/1.0/boundingbox/`: the rectangle around the records, and how many have one."""

    def make(_asked: QueryDict, found: Pointer, question: Question) -> dict[str, Any]:
        box = bounds(question, found.snapshot, reading_room())
        return {"bbox": list(box.box) if box.box else None, "count": box.count}

    return answered(request, "boundingbox", make)
