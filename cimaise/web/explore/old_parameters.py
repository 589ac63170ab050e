"""Parameters of old addresses that pages of today keep elsewhere (explore-api §7.1)."""

import base64
import binascii
import json
import re
from collections.abc import Callable, Mapping
from functools import wraps
from typing import Any
from urllib.parse import quote, urlencode

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict

LOCATION = re.compile(r"([0-9]{1,2}(?:\.[0-9]+)?),(-?[0-9.]{1,20}),(-?[0-9.]{1,20})")
LONGEST_CHART = 20_000
KINDS = {
    "line": "line", "spline": "line", "area": "area", "areaspline": "area",
    "bar": "bars", "column": "columns", "pie": "bars", "scatter": "line",
}  # fmt: skip
AGGREGATES = {"COUNT": "count", "AVG": "avg", "SUM": "sum", "MIN": "min", "MAX": "max"}

View = Callable[..., HttpResponse]


def located(map_page: View) -> View:
    """The map, where `location=zoom,lat,lon` says: ours keeps it after the `#`."""

    @wraps(map_page)
    def view(request: HttpRequest, **named: Any) -> HttpResponse:
        found = LOCATION.fullmatch(request.GET.get("location", "").strip())
        if found is None:
            return map_page(request, **named)
        zoom, lat, lon = found.groups()
        return HttpResponseRedirect(
            f"{without(request, 'location', 'basemap')}#map={zoom}/{lat}/{lon}"
        )

    return view


def charted(analyze: View) -> View:
    """The chart that `dataChart` describes, as far as ours can draw it: its first series."""

    @wraps(analyze)
    def view(request: HttpRequest, **named: Any) -> HttpResponse:
        if "dataChart" not in request.GET:
            return analyze(request, **named)
        chart = chart_of(request.GET["dataChart"])
        return HttpResponseRedirect(without(request, "dataChart", *chart, **chart))

    return view


def without(request: HttpRequest, *names: str, **more: str) -> str:
    """The address of a request without some parameters, and with others."""
    kept: QueryDict = request.GET.copy()
    for name in names:
        kept.pop(name, None)
    pairs = [(name, value) for name in kept for value in kept.getlist(name)]
    query = urlencode([*pairs, *more.items()], quote_via=quote)
    return f"{request.path}?{query}" if query else request.path


def chart_of(said: str) -> dict[str, str]:
    """The parameters of our chart for a `dataChart` (base64 of JSON); empty when it is none."""
    try:
        padded = said.replace(" ", "+") + "=" * (-len(said) % 4)
        told = json.loads(base64.b64decode(padded[:LONGEST_CHART]))
        query = told["queries"][0]
        series = query["charts"][0]
        if not isinstance(query, Mapping) or not isinstance(series, Mapping):
            return {}
    except (binascii.Error, ValueError, LookupError, TypeError, RecursionError):
        return {}
    found = {
        "x": query.get("xAxis"),
        "y": series.get("yAxis"),
        "aggregate": AGGREGATES.get(str(series.get("func"))),
        "kind": KINDS.get(str(series.get("type"))),
    }
    return {name: value for name, value in found.items() if isinstance(value, str) and value}
