"""Hands a chart's specification to the browser, as data in the page.

How charts look is `chart_look.json`, for the drawing made on the server and for the browser's;
the style sheet turns its very colours into tokens, so that one SVG is right in light and in dark.
"""

import json
from typing import Any

from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

# What could close a script element or open an HTML comment, as JSON escapes.
_HARMLESS = str.maketrans({"<": "\\u003C", ">": "\\u003E", "&": "\\u0026"})


def chart_spec(spec: dict[str, Any]) -> SafeString:
    """A Vega-Lite specification in a script element that no browser runs."""
    text = json.dumps(spec, ensure_ascii=False).translate(_HARMLESS)
    return format_html(
        '<script type="application/json" data-spec>{}</script>',
        mark_safe(text),  # noqa: S308 -- <, > and & were just written as JSON escapes
    )
