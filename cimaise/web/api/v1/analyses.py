"""`records/1.0/analyze`: series for charts, joined with another dataset when asked."""

import csv
import io
import statistics
from collections.abc import Callable, Sequence
from typing import Any

from django.http import HttpRequest, HttpResponse, QueryDict
from django.http.response import HttpResponseBase

from cimaise.engine.query.series import Points, analysed, x_of
from cimaise.engine.query.series_request import Analysis, Written, read_analysis
from cimaise.web.api.freshness import fresh
from cimaise.web.api.problems import bad_parameter
from cimaise.web.api.v1.envelope import answers_v1, body, callback, sent
from cimaise.web.api.v1.filters import chosen, named, number, read_filters, the_dataset
from cimaise.web.api.v1.joins import Join, joined, read_joins
from cimaise.web.api.v1.records import about, clock_of, tag_of
from cimaise.web.catalog.pointer import Pointer
from cimaise.web.catalog.shelf import reading_room

FORMATS = ("json", "jsonp", "csv")
TRUNCATED = "ods-analyze-truncated"
AGGREGATES: dict[str, Callable[[Sequence[float]], float]] = {
    "MIN": min,
    "MAX": max,
    "SUM": sum,
    "AVG": statistics.fmean,
    "COUNT": len,
    "STDDEV": statistics.pstdev,
}


@answers_v1
def analyze(request: HttpRequest) -> HttpResponseBase:
    """Measures of the records by the values of one or several fields."""
    asked = sent(request)
    found = about(request, asked, the_dataset(asked))
    form = chosen(asked, "format", FORMATS)
    if form == "jsonp":
        callback(asked)
    joins = read_joins(request, asked, found)
    analysis = read_analysis(written(asked, joins), found.snapshot.schema)
    aggregates = read_aggregates(asked, analysis)
    question = read_filters(asked).question(limit=0)
    others = [(join.remote.slug, join.remote.name) for join in joins]

    def make() -> HttpResponseBase:
        points = analysed(analysis, question, found.snapshot, reading_room())
        rows = rows_of(points, analysis)
        for join in joins:
            joined(join, analysis, points, rows)
        told = rows if not (joins or aggregates) else with_aggregates(rows, aggregates)
        response = as_csv(found, rows) if form == "csv" else body(asked, told)
        if points.truncated:
            response[TRUNCATED] = "true"
        return response

    etag = tag_of(request, f"analyze {others}", found, asked)
    return fresh(request, etag, found.made, make, question=clock_of(asked))


def written(asked: QueryDict, joins: Sequence[Join]) -> Written:
    """The analysis as it was asked."""
    series: dict[str, dict[str, str]] = {}
    for key, value in named(asked, "y"):
        name, _, part = key.rpartition(".")
        if name:
            series.setdefault(name, {})[part] = value
    most = number(asked, "maxpoints", 0)
    if most < 0:
        raise bad_parameter("maxpoints", str(most), "maxpoints >= 0")
    x = [name.strip() for name in asked.getlist("x") if name.strip()]
    return Written(
        x=x or [join.local for join in joins],
        y=series,
        precision=asked.get("precision", "").strip(),
        periodic=asked.get("periodic", "").strip(),
        sort=",".join(asked.getlist("sort")),
        most=most or None,
    )


def rows_of(points: Points, analysis: Analysis) -> list[dict[str, Any]]:
    """The points as objects; without axis there is one, of the measures alone."""
    return [
        {**({"x": x_of(analysis.axes, point.x)} if analysis.axes else {}), **point.y}
        for point in points.points
    ]


# -- aggregates of series -------------------------------------------------------------------------


def read_aggregates(asked: QueryDict, analysis: Analysis) -> dict[str, tuple[str, list[str]]]:
    """`agg.N.expr` and `agg.N.func`: which functions of which series; raises Problem."""
    said: dict[str, dict[str, str]] = {}
    for key, value in named(asked, "agg"):
        name, _, part = key.rpartition(".")
        if name:
            said.setdefault(name, {})[part] = value
    series = {measure.name for measure in analysis.measures}
    return {name: _aggregate(name, parts, series) for name, parts in said.items()}


def _aggregate(name: str, parts: dict[str, str], series: set[str]) -> tuple[str, list[str]]:
    expr = parts.get("expr", "").strip()
    if expr not in series:
        raise bad_parameter(f"agg.{name}.expr", expr, f"one of {', '.join(sorted(series))}")
    functions = [each.strip().upper() for each in parts.get("func", "").split(",")]
    for each in functions:
        if each not in AGGREGATES:
            raise bad_parameter(f"agg.{name}.func", each, f"one of {', '.join(AGGREGATES)}")
    return expr, functions


def with_aggregates(
    rows: list[dict[str, Any]], aggregates: dict[str, tuple[str, list[str]]]
) -> dict[str, Any]:
    """`results` and, for each aggregate, its functions over the values of its series."""
    told: dict[str, dict[str, Any]] = {}
    for name, (series, functions) in aggregates.items():
        values = [row[series] for row in rows if isinstance(row.get(series), int | float)]
        told[name] = {each.lower(): _computed(each, values) for each in functions}
    return {"results": rows, "aggregations": told}


def _computed(function: str, values: Sequence[float]) -> float | None:
    if not values and function != "COUNT":
        return None
    return AGGREGATES[function](values)


# -- CSV ------------------------------------------------------------------------------------------


def as_csv(found: Pointer, rows: Sequence[dict[str, Any]]) -> HttpResponse:
    """The points as CSV, the parts of `x` and of percentiles in columns of their own."""
    flat = [dict(_flat(row)) for row in rows]
    names = list(dict.fromkeys(name for row in flat for name in row))
    out = io.StringIO(newline="")
    writer = csv.writer(out, delimiter=";", lineterminator="\r\n")
    writer.writerow(names)
    writer.writerows([row.get(name, "") for name in names] for row in flat)
    response = HttpResponse(out.getvalue(), "text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{found.slug}.csv"'
    return response


def _flat(value: Any, name: str = "") -> list[tuple[str, Any]]:
    if not isinstance(value, dict):
        return [(name, value)]
    parts = ((f"{name}.{key}" if name else key, inner) for key, inner in value.items())
    return [pair for key, inner in parts for pair in _flat(inner, key)]
