"""A chart as one Vega-Lite specification: drawn here as SVG, made lively by the browser."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from typing import Any

import vl_convert
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from cimaise.engine.query.charts import Aggregate, Order

KINDS = {
    "bars": _("bars"),
    "columns": _("columns"),
    "line": _("line"),
    "area": _("area"),
}
SCHEMA = "https://vega.github.io/schema/vega-lite/v6.json"
WIDTH = 720
ROW = 26  # height of a bar and its gap

NUMBERS = {
    "fr": {"decimal": ",", "thousands": "\u202f", "grouping": [3], "currency": ["", "\u00a0€"]},
    "en": {"decimal": ".", "thousands": "\u202f", "grouping": [3], "currency": ["€", ""]},
}


@dataclass(frozen=True, slots=True)
class Chart:
    """What a reader chose: fields by name; `y` is empty when records are counted.

    `most` bounds the groups, the largest first; dates are grouped by year, all of them.
    """

    x: str
    y: str
    aggregate: Aggregate
    kind: str
    order: Order
    most: int


@dataclass(frozen=True, slots=True)
class Drawing:
    """What is drawn: (position, value) in order, with what positions and values are called.

    `ordered` positions (years, numbers) have a direction of their own: a line may join them.
    """

    points: Sequence[tuple[str | float | None, float | None]]
    position: str
    value: str
    ordered: bool


def specification(series: Drawing, kind: str) -> dict[str, Any]:
    """The Vega-Lite specification, its data inside; unknown kinds are bars."""
    upright = kind != "bars"
    sort = None  # as given: the question already put them in order
    position = {
        "field": "x",
        "type": "ordinal",
        "title": series.position,
        "sort": sort,
        "axis": {"labelAngle": -40, "labelOverlap": True} if upright and not series.ordered else {},
    }
    value = {
        "field": "y",
        "type": "quantitative",
        "title": series.value,
        "axis": {"tickCount": 6, "format": ",~r"},
    }
    along, across = ("x", "y") if upright else ("y", "x")
    return {
        "$schema": SCHEMA,
        "config": {"locale": {"number": NUMBERS["en" if get_language() == "en" else "fr"]}},
        "data": {"values": [{"x": _said(x), "y": y} for x, y in series.points]},
        "mark": MARKS.get(kind, MARKS["bars"]),
        "width": WIDTH,
        "height": 340 if upright else max(80, ROW * len(series.points)),
        "encoding": {
            along: position,
            across: value,
            "tooltip": [
                {"field": "x", "title": series.position},
                {"field": "y", "title": series.value, "format": ",~r"},
            ],
        },
    }


MARKS: Mapping[str, dict[str, Any]] = {
    "bars": {"type": "bar", "height": {"band": 0.66}},
    "columns": {"type": "bar", "width": {"band": 0.72}},
    "line": {"type": "line", "strokeWidth": 2.5, "point": {"size": 36, "filled": True}},
    "area": {"type": "area", "line": True, "fillOpacity": 0.18},
}


def _said(x: str | float | None) -> str:
    if x is None:
        return "–"
    return f"{x:g}" if isinstance(x, float) and x.is_integer() else str(x)


def drawn(spec: Mapping[str, Any], title: str) -> SafeString:
    """The chart as an inline `<svg>` in the theme's colours, named `title`."""
    text = _drawing(json.dumps(spec, sort_keys=True, ensure_ascii=False))
    named = text.replace("<svg ", f'<svg role="img" aria-label="{escape(title)}" ', 1)
    # Vega writes the SVG and escapes every text in it; the title was escaped just above.
    return mark_safe(named)  # noqa: S308


@lru_cache(maxsize=64)
def _drawing(spec: str) -> str:
    return vl_convert.vegalite_to_svg(spec, config=look(), allowed_base_urls=[])


@lru_cache(maxsize=1)
def look() -> dict[str, Any]:
    """How charts look: the theme's own file, which the browser reads too."""
    text = files("cimaise.web.theme").joinpath("chart_look.json").read_text(encoding="utf-8")
    kept: dict[str, Any] = json.loads(text)
    return kept
