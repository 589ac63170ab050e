"""Finds the built front end's files by the names of their sources, through Vite's manifest."""

import functools
import json
from pathlib import Path
from typing import TypedDict

from django.templatetags.static import static

BUILD = Path(__file__).parent / "static" / "cimaise" / "build"
STYLE = "cimaise/web/theme/css/theme.css"
SCRIPT = "cimaise/web/theme/js/entry.js"
# The two faces that every page shows at once; fetched before the style sheet asks for them.
FIRST_FACES = (
    "node_modules/@fontsource-variable/newsreader/files/newsreader-latin-opsz-normal.woff2",
    "node_modules/@fontsource-variable/inter/files/inter-latin-opsz-normal.woff2",
)


class Built(TypedDict):
    """One entry of the manifest, as far as a page needs it."""

    file: str


@functools.lru_cache(maxsize=2)
def _read(manifest: Path, written: int) -> dict[str, Built]:
    entries: dict[str, Built] = json.loads(manifest.read_text(encoding="utf-8"))
    return entries


def built() -> dict[str, Built]:
    """The manifest, read again only when a build has replaced it; empty before the first build."""
    manifest = BUILD / "manifest.json"
    try:
        return _read(manifest, manifest.stat().st_mtime_ns)
    except FileNotFoundError:
        return {}


def address(source: str) -> str | None:
    """The URL of a source's built file; None before the first build.

    Names carry a hash of their content, so they may be cached for ever.
    """
    entry = built().get(source)
    return static(f"cimaise/build/{entry['file']}") if entry else None
