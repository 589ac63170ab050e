"""Whole datasets as files: made on first demand, once per snapshot, then served as they lie."""

import fcntl
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from hashlib import blake2b
from pathlib import Path

from sqlglot import exp

from cimaise.engine.duck import ReadingRoom
from cimaise.engine.exports import export, export_card
from cimaise.engine.exports.base import NOWHERE, Provenance
from cimaise.engine.query.plan import RECORDS, Column, Plan
from cimaise.engine.snapshots.manifest import Snapshot

KEPT = ("use_labels", "compressed", "parquet_compression")  # other parameters: not worth a file


def whole_plan(snapshot: Snapshot, room: ReadingRoom, *, identified: bool = False) -> Plan:
    """Every record with every field, in the order of the source, and its `_id` if `identified`."""
    columns = tuple(Column(field.name, field.type, field.label, field) for field in snapshot.schema)
    names = (exp.column(field.name, quoted=True) for field in snapshot.schema)
    records = exp.alias_(room.table(snapshot.serve_file), RECORDS, table=True)
    planned = Plan(columns, exp.select(*names).from_(records))
    return planned.with_id() if identified else planned


def is_kept(format_name: str, parameters: Mapping[str, object]) -> bool:
    """Whether a whole export with these parameters is kept as a file.

    It is unless a parameter other than those of KEPT leaves its default: files are few then.
    """
    card = export_card(format_name)
    settled = card.settled(parameters)
    return all(
        parameter.name in KEPT or settled[parameter.name] == parameter.default
        for parameter in card.parameters
    )


def whole_file(
    snapshot: Snapshot,
    format_name: str,
    room: ReadingRoom,
    parameters: Mapping[str, object],
    provenance: Provenance = NOWHERE,
) -> Path:
    """The whole dataset as a file below the snapshot's `exports/`, made now if it was not there.

    A format that names records by their address has a file for each address of the portal. Whoever
    asks for one that is being made, from this process or another, waits for it. A file bears its
    name only once complete and on disk; parameters must be such that `is_kept`.
    """
    target = snapshot.directory / "exports" / _name(format_name, parameters, provenance)
    if target.exists():
        return target
    target.parent.mkdir(exist_ok=True)
    with _alone(target.parent / f".{target.name}.lock"):
        if not target.exists():
            plan = whole_plan(snapshot, room, identified=export_card(format_name).identifies)
            _make(target, export(plan, format_name, room, parameters, provenance))
    return target


def _make(target: Path, pieces: Iterator[bytes]) -> None:
    part = target.parent / f".{target.name}.part"  # one that a crash left is written over
    try:
        with part.open("wb") as file:
            file.writelines(pieces)
            file.flush()
            os.fsync(file.fileno())
        part.rename(target)
    finally:
        part.unlink(missing_ok=True)


def _name(format_name: str, parameters: Mapping[str, object], provenance: Provenance) -> str:
    card = export_card(format_name)
    settled = card.settled(parameters)
    changed = [
        f"{parameter.name}-{settled[parameter.name]}".lower()
        for parameter in card.parameters
        if parameter.name in KEPT and settled[parameter.name] != parameter.default
    ]
    if card.identifies:
        told = f"{provenance.address} {provenance.dataset}"
        changed.append(blake2b(told.encode(), digest_size=8).hexdigest())
    return ".".join(["records", *changed, card.extension])


@contextmanager
def _alone(lock: Path) -> Iterator[None]:
    with lock.open("wb") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        yield
