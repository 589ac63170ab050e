"""The two lines everything hangs from: a file becomes a snapshot, a question becomes an answer."""

from collections.abc import Generator, Mapping
from dataclasses import dataclass
from pathlib import Path

from cimaise.engine.contract.compare import compare
from cimaise.engine.contract.keep import keep_contract
from cimaise.engine.duck import ReadingRoom, Workspace
from cimaise.engine.exports import export as export_plan
from cimaise.engine.exports import export_card
from cimaise.engine.exports.base import NOWHERE, Provenance
from cimaise.engine.metadata.description import DatasetDescription
from cimaise.engine.progress import Progress, Waypoint, unheard
from cimaise.engine.query.answer import Answer, carry_out
from cimaise.engine.query.limits import PAGE, WHOLE, Limits
from cimaise.engine.query.planner import plan
from cimaise.engine.query.question import Question
from cimaise.engine.readers import read
from cimaise.engine.schema.understanding import Understanding
from cimaise.engine.snapshots.disk import room_on_disk
from cimaise.engine.snapshots.manifest import Snapshot
from cimaise.engine.snapshots.origin import origin_of
from cimaise.engine.snapshots.store import SnapshotStore
from cimaise.engine.snapshots.write import SERVE, Edition, seal_snapshot, write_snapshot
from cimaise.engine.sources.base import Source
from cimaise.engine.steps.typing import type_rows
from cimaise.engine.steps.understanding import understand as understand_table


@dataclass(frozen=True, slots=True)
class PublicationRequest:
    """What is to be published: version `number` of `dataset`, after `parent` if there is one.

    `accept_breaking` says that somebody saw what breaks and wants it; `note` and `author` are
    kept in the manifest.
    """

    dataset: str
    source: Source
    description: DatasetDescription
    parent: Snapshot | None = None
    number: int = 1
    accept_breaking: bool = False
    note: str = ""
    author: str = ""


def publish(
    request: PublicationRequest, store: SnapshotStore, progress: Progress = unheard
) -> Snapshot:
    """A sealed snapshot of a source. Raises Refusal or Interrupted; then nothing is left behind.

    Serving it is the caller's: one transaction, within the same `store.publishing(dataset)`.
    """
    parent, description = request.parent, request.description
    with (
        store.publishing(request.dataset),
        store.staging(request.dataset, request.number) as staging,
        room_on_disk(staging),
    ):
        with Workspace(staging, SERVE) as workspace:
            progress(Waypoint("fetch"))
            origin = origin_of(request.source, note=request.note, author=request.author)
            progress(Waypoint("read"))
            raw = read(request.source, description.reading, workspace, progress)
            known = parent.schema if parent else None
            understood = understand_table(raw, description, known, workspace, progress)
            changes = compare(known, understood.schema, description) if known else ()
            keep_contract(changes, accept_breaking=request.accept_breaking)
            progress(Waypoint("type", 0, raw.rows))
            typed = type_rows(raw, understood)
            edition = Edition(
                request.dataset, request.number, parent, {**origin, "reading": dict(raw.reading)}
            )
            manifest = write_snapshot(typed, edition, workspace, progress)
        return seal_snapshot(manifest, store, staging, progress)


def understand(
    source: Source,
    description: DatasetDescription,
    parent: Snapshot | None,
    directory: Path,
    progress: Progress = unheard,
) -> Understanding:
    """What `publish` would make of a source, without publishing; `directory` is for scratch."""
    with room_on_disk(directory), Workspace(directory, "understanding.duckdb") as workspace:
        progress(Waypoint("read"))
        raw = read(source, description.reading, workspace, progress)
        known = parent.schema if parent else None
        return understand_table(raw, description, known, workspace, progress, strict=False)


def answer(
    question: Question, snapshot: Snapshot, room: ReadingRoom, limits: Limits = PAGE
) -> Answer:
    """The records that answer a question. Raises AskingError, or TooLong past the room's time."""
    planned = plan(question, snapshot, room, limits)
    return carry_out(planned, room)


def export(
    question: Question,
    format_name: str,
    snapshot: Snapshot,
    room: ReadingRoom,
    parameters: Mapping[str, object],
    provenance: Provenance = NOWHERE,
) -> Generator[bytes]:
    """The whole answer of a question as a file, in pieces. Raises as `answer`, and Refusal."""
    planned = plan(question, snapshot, room, WHOLE)
    if export_card(format_name).identifies and not question.group_by:
        planned = planned.with_id()
    return export_plan(planned, format_name, room, parameters, provenance)
