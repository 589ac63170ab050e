"""A snapshot from typed rows: every file of it, in a staging directory, then sealed."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sqlglot import exp

from cimaise.engine.duck import Workspace
from cimaise.engine.progress import Progress, Waypoint
from cimaise.engine.snapshots.changes import write_changes
from cimaise.engine.snapshots.counts import count
from cimaise.engine.snapshots.disk import digests
from cimaise.engine.snapshots.heads import write_heads
from cimaise.engine.snapshots.identify import write_records
from cimaise.engine.snapshots.index import IndexWriting
from cimaise.engine.snapshots.manifest import Manifest, Snapshot
from cimaise.engine.snapshots.rejects import write_rejects
from cimaise.engine.snapshots.store import SnapshotStore
from cimaise.engine.snapshots.trees import ID, RECORDS, column
from cimaise.engine.steps.typed import TypedRows

SERVE = "serve.duckdb"
RECORDS_FILE = "records.parquet"
TEXT = "text"


@dataclass(frozen=True, slots=True)
class Edition:
    """What a snapshot is a version of: `number` of `dataset`, after `parent`, from `origin`."""

    dataset: str
    number: int
    parent: Snapshot | None
    origin: Mapping[str, Any]


def write_snapshot(
    typed: TypedRows, edition: Edition, workspace: Workspace, progress: Progress
) -> Manifest:
    """Write every file but the database, which is whole once the workspace is closed.

    The text index is written on a thread of its own meanwhile. The manifest has no digests
    yet. Raises Refusal when the key is no key, DuckFailure or ValueError when a file fails.
    """
    directory = workspace.directory
    progress(Waypoint("identify"))
    records = write_records(typed, edition.dataset, workspace)
    progress(Waypoint("identify", records, records))
    index = IndexWriting(typed.schema, workspace, directory / TEXT)
    index.start()
    try:
        progress(Waypoint("reject", 0, records))
        rejects = write_rejects(typed, workspace, directory)
        progress(Waypoint("compare", 0, records))
        changes = write_changes(typed.schema.fields, edition.parent, workspace, directory)
        progress(Waypoint("compare", records, records))
        progress(Waypoint("parquet", 0, records))
        every = (column(name) for name in (ID, *typed.schema.names))
        workspace.to_parquet(exp.select(*every).from_(RECORDS), directory / RECORDS_FILE)
        progress(Waypoint("parquet", records, records))
        write_heads(workspace)
        counts = count(typed.schema, records, workspace)
        progress(Waypoint("index", index.done, records))
        index.finish(lambda done: progress(Waypoint("index", done, records)))
    except BaseException:
        index.stop()
        raise
    progress(Waypoint("index", records, records))
    workspace.drop_raw()
    return Manifest(
        dataset=edition.dataset,
        number=edition.number,
        snapshot="",
        parent=edition.parent.manifest.snapshot if edition.parent else None,
        created=datetime.now(UTC),
        schema=typed.schema,
        counts={**counts, "rejects": rejects, "changes": changes.to_json()},
        digests={},
        origin=edition.origin,
    )


def seal_snapshot(
    manifest: Manifest, store: SnapshotStore, staging: Path, progress: Progress
) -> Snapshot:
    """Digest what was written and let the snapshot appear; the workspace must be closed."""
    found = digests(staging, progress)
    whole = replace(manifest, snapshot=store.name_in(staging), digests=found)
    return store.seal(staging, whole, progress)
