"""Records together with what identifies them: their `_id`, and what is said of them beside it."""

import re
from dataclasses import replace
from typing import Any

from sqlglot import exp

from cimaise.engine.query.answer import Answer, carry_out, found_at
from cimaise.engine.query.fulltext import RECORDS
from cimaise.engine.query.plan import Column, Plan
from cimaise.engine.query.planner import plan
from cimaise.engine.query.question import Question
from cimaise.engine.snapshots.manifest import Snapshot
from cimaise.web.api.problems import json_bytes
from cimaise.web.catalog.description import moment
from cimaise.web.catalog.shelf import reading_room

IDENTIFIER = re.compile(r"[0-9a-f]{40}")
ID = "_id"


def identified_answer(question: Question, snapshot: Snapshot) -> Answer:
    """The answer to a question about records, each with its `_id` as last column."""
    room = reading_room()
    return carry_out(with_id(plan(question, snapshot, room)), room)


def one_record(question: Question, snapshot: Snapshot, record_id: str) -> dict[str, Any] | None:
    """The record of that identifier as the question selects it, `_id` last; None if none is."""
    if not IDENTIFIER.fullmatch(record_id):
        return None
    room = reading_room()
    planned = with_id(plan(question, snapshot, room))
    here = found_at(record_id, snapshot, room)
    found = carry_out(replace(planned, tree=planned.tree.where(*here), total=None), room).records()
    return found[0] if found else None


def with_id(planned: Plan) -> Plan:
    """The plan of a question without groups, yielding the `_id` of each record besides."""
    tree = planned.tree.select(exp.alias_(_id(), ID, quoted=True))
    return replace(planned, tree=tree, columns=(*planned.columns, Column(ID, "text", ID)))


def _id() -> exp.Column:
    return exp.column(ID, table=RECORDS, quoted=True)


def technical(record: dict[str, Any], record_id: str, snapshot: Snapshot) -> dict[str, Any]:
    """The technical keys of a record, as `include_app_metas` asks for them (§1.5).

    `_size` counts the bytes of the record as JSON; `_timestamp` is when its version was made.
    """
    return {
        ID: record_id,
        "_timestamp": moment(snapshot.manifest.created),
        "_size": len(json_bytes(record)),
    }
