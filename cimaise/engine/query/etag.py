"""The name of an answer: the same snapshot and question always answer the same bytes."""

import hashlib

from cimaise.engine.query.question import Question
from cimaise.engine.snapshots.manifest import Snapshot

_EDITION = "1"  # raised when the same question is answered in other bytes than before


def etag(snapshot: Snapshot, question: Question, *shape: str) -> str:
    """A strong ETag, quotes included; `shape` is what else changes the bytes (format, links)."""
    manifest = snapshot.manifest
    said = "\x1f".join(
        (_EDITION, manifest.dataset, manifest.snapshot, question.canonical(), *shape)
    )
    return f'"{hashlib.sha256(said.encode("utf-8", "surrogatepass")).hexdigest()[:32]}"'
