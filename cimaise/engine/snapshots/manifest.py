"""What a snapshot says of itself: the truth kept in its `manifest.json`."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Self

from cimaise.engine.schema.schema import Schema

FORMAT = 1  # raised when a snapshot written before can no longer be read the same way


@dataclass(frozen=True, slots=True)
class Manifest:
    """One published version of a dataset.

    `number` counts versions from 1; `snapshot` is the name of its directory, unique for ever.
    `parent` is the snapshot it was compared with. `counts` has at least `records`, `rejects`,
    `located` (records with a point) and per-field `nulls`/`distinct` under `fields`;
    `digests` maps file names, relative to the directory, to their SHA-256.
    """

    dataset: str
    number: int
    snapshot: str
    parent: str | None
    created: datetime
    schema: Schema
    counts: Mapping[str, Any]
    digests: Mapping[str, str]
    origin: Mapping[str, Any]
    format: int = FORMAT

    def to_json(self) -> dict[str, Any]:
        """The content of `manifest.json`."""
        return {
            "format": self.format,
            "dataset": self.dataset,
            "number": self.number,
            "snapshot": self.snapshot,
            "parent": self.parent,
            "created": self.created.isoformat(),
            "schema": self.schema.to_json(),
            "counts": dict(self.counts),
            "digests": dict(self.digests),
            "origin": dict(self.origin),
        }

    @classmethod
    def from_json(cls, kept: Mapping[str, Any]) -> Self:
        """The inverse of `to_json`; raises KeyError, TypeError or ValueError on anything else."""
        restored: dict[str, Any] = {
            **kept,
            "created": datetime.fromisoformat(kept["created"]),
            "schema": Schema.from_json(kept["schema"]),
        }
        return cls(**restored)


@dataclass(frozen=True, slots=True)
class Snapshot:
    """A manifest and the directory it describes: records.parquet, serve.duckdb, text and more."""

    directory: Path
    manifest: Manifest

    @property
    def schema(self) -> Schema:
        """The fields of this version."""
        return self.manifest.schema

    @property
    def serve_file(self) -> Path:
        """The DuckDB file whose table `records` holds `_id` and every field."""
        return self.directory / "serve.duckdb"
