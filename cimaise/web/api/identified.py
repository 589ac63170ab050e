"""Records together with what identifies them: their `_id`, and what is said of them beside it."""

import re
from typing import Any

from cimaise.engine.query.answer import identified, record
from cimaise.engine.query.planner import plan
from cimaise.engine.query.question import Question
from cimaise.engine.snapshots.manifest import Snapshot
from cimaise.web.api.problems import json_bytes
from cimaise.web.catalog.description import moment
from cimaise.web.catalog.shelf import reading_room

IDENTIFIER = re.compile(r"[0-9a-f]{40}")
ID = "_id"


def one_record(question: Question, snapshot: Snapshot, record_id: str) -> dict[str, Any] | None:
    """The record of that identifier as the question selects it, `_id` last; None if none is."""
    if not IDENTIFIER.fullmatch(record_id):
        return None
    room = reading_room()
    if not question.select:  # what is asked most needs no planning
        whole = record(snapshot, room, record_id, lang=question.lang, timezone=question.timezone)
        return None if whole is None else {**whole, ID: record_id}
    planned = plan(question, snapshot, room).with_id()
    found = identified(planned, snapshot, room, record_id).records()
    return found[0] if found else None


def technical(record: dict[str, Any], record_id: str, snapshot: Snapshot) -> dict[str, Any]:
    """The technical keys of a record, as `include_app_metas` asks for them (§1.5).

    `_size` counts the bytes of the record as JSON; `_timestamp` is when its version was made.
    """
    return {
        ID: record_id,
        "_timestamp": moment(snapshot.manifest.created),
        "_size": len(json_bytes(record)),
    }
