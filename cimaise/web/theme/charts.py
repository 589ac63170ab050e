"""How charts look, on the server and in the browser: one Vega-Lite configuration for both.

The style sheet turns these very colours into tokens inside a chart, so that one SVG, drawn once,
is right in light and in dark.
"""

import json
from pathlib import Path
from typing import Any

import vl_convert
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

CHART_LOOK: dict[str, Any] = json.loads(
    (Path(__file__).parent / "chart_look.json").read_text(encoding="utf-8")
)


def chart_drawing(spec: dict[str, Any]) -> SafeString:
    """The `svg` attribute of <c-chart>: the spec drawn here, readable without JavaScript.

    Vega writes the SVG and escapes the data's text; a spec must not take an `href` from data.
    """
    svg: str = vl_convert.vegalite_to_svg(spec, config=CHART_LOOK)
    return mark_safe(svg)  # noqa: S308 -- written by Vega's own serialiser, not by us


# What could close a script element or open an HTML comment, as JSON escapes.
_HARMLESS = str.maketrans({"<": "\\u003C", ">": "\\u003E", "&": "\\u0026"})


def chart_spec(spec: dict[str, Any]) -> SafeString:
    """The `spec` attribute of <c-chart>: a Vega-Lite spec as data that no browser runs."""
    text = json.dumps(spec, ensure_ascii=False).translate(_HARMLESS)
    return format_html(
        '<script type="application/json" data-spec>{}</script>',
        mark_safe(text),  # noqa: S308 -- <, > and & were just written as JSON escapes
    )
