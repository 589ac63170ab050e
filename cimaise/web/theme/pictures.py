"""Frames a drawing made elsewhere, so that a cartel or a page's rail can hang it."""

from django.utils.html import format_html
from django.utils.safestring import SafeString


def hung(drawing: SafeString | None) -> SafeString:
    """The drawing (an `<svg>` or an `<img>`) in its frame; nothing when there is none."""
    return format_html('<span class="picture">{}</span>', drawing) if drawing else SafeString("")
