"""Where a version comes from, so that it can be told and checked years later."""

from collections.abc import Mapping

from cimaise.engine.snapshots.disk import sha256
from cimaise.engine.sources.base import Source


def origin_of(source: Source, **said: str) -> Mapping[str, object]:
    """Name, origin, size and digest of the bytes that were brought, and what was said of them."""
    return {
        "filename": source.filename,
        "origin": source.origin,
        "bytes": source.path.stat().st_size,
        "sha256": sha256(source.path),
        **{name: value for name, value in said.items() if value},
    }
