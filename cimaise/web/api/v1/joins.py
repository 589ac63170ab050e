"""`join.N.…` of an analysis: the records of another dataset in the place of keys."""

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from django.http import HttpRequest, QueryDict
from sqlglot import exp

from cimaise.engine.exports import v1
from cimaise.engine.query.limits import WHOLE
from cimaise.engine.query.planner import field_column, plan
from cimaise.engine.query.question import Question
from cimaise.engine.query.series import Points
from cimaise.engine.query.series_request import Analysis
from cimaise.engine.schema.schema import Schema
from cimaise.web.api.problems import Problem, bad_parameter
from cimaise.web.api.v1.filters import back_quoted, named
from cimaise.web.api.v1.records import about, edition_of
from cimaise.web.catalog.pointer import Pointer
from cimaise.web.catalog.shelf import reading_room

MOST_JOINS = 5


@dataclass(frozen=True, slots=True)
class Join:
    """Records of `remote` whose field `key` is the value of our field `local`."""

    name: str
    remote: Pointer
    key: str
    local: str
    fields: tuple[str, ...]


def read_joins(request: HttpRequest, asked: QueryDict, found: Pointer) -> list[Join]:
    """The joins asked for; raises Problem, also for a dataset that the asker may not see."""
    said: dict[str, dict[str, str]] = {}
    for key, value in named(asked, "join"):
        name, _, part = key.rpartition(".")
        if name:
            said.setdefault(name, {})[part] = value
    if len(said) > MOST_JOINS:
        raise bad_parameter("join", str(len(said)), f"at most {MOST_JOINS}")
    return [_join(request, asked, found, name, parts) for name, parts in said.items()]


def _join(
    request: HttpRequest, asked: QueryDict, found: Pointer, name: str, parts: dict[str, str]
) -> Join:
    missing = [part for part in ("remotedataset", "remotekey", "localkey") if not parts.get(part)]
    if missing:
        raise Problem(400, "", f"The parameter join.{name}.{missing[0]} is missing.")
    remote = about(request, QueryDict(), parts["remotedataset"].partition("@")[0])
    schema = remote.snapshot.schema
    _known(f"join.{name}.localkey", parts["localkey"], found.snapshot.schema)
    _known(f"join.{name}.remotekey", parts["remotekey"], schema)
    fields = [each.strip() for each in parts.get("fields", "").split(",") if each.strip()]
    for each in fields:
        _known(f"join.{name}.fields", each, schema)
    return Join(name, remote, parts["remotekey"], parts["localkey"], tuple(fields))


def _known(parameter: str, name: str, schema: Schema) -> None:
    if name not in schema:
        near = schema.nearest(name)
        hint = f", {near} perhaps," if near else ""
        raise bad_parameter(parameter, name, f"a field of the dataset{hint}")


def joined(join: Join, analysis: Analysis, points: Points, rows: Sequence[dict[str, Any]]) -> None:
    """Put in `x`, for the local key, the list of the records that have it; keys of none stay."""
    places = [
        rank
        for rank, axis in enumerate(analysis.axes)
        if axis.field.name == join.local and not axis.parts
    ]
    if not places:
        return
    rank = places[0]
    keys = {str(point.x[rank]) for point in points.points}
    known = records_of(join, sorted(keys))
    single = len({axis.field.name for axis in analysis.axes}) == 1
    for point, row in zip(points.points, rows, strict=True):
        found = known.get(str(point.x[rank]))
        if found is None:
            continue
        if single:
            row["x"] = found
        else:
            row["x"][join.local] = found


def records_of(join: Join, keys: Sequence[str]) -> dict[str, list[dict[str, Any]]]:
    """The remote records by the text of their key, with the fields asked for."""
    room, snapshot = reading_room(), join.remote.snapshot
    names = dict.fromkeys([*(join.fields or snapshot.schema.names), join.key])
    select = ", ".join(back_quoted(name) for name in names)
    planned = v1.identified(
        plan(Question(select=select, limit=None), snapshot, room, WHOLE), snapshot.schema
    )
    column = exp.cast(field_column(snapshot.schema[join.key]), "VARCHAR")
    given = exp.Anonymous(
        this="from_json",
        expressions=[exp.Parameter(this=exp.Literal.number(1)), exp.Literal.string('["VARCHAR"]')],
    )
    chosen = exp.select(exp.Anonymous(this="unnest", expressions=[given]))
    here = exp.In(this=column, query=chosen.subquery())
    matching = replace(planned, tree=planned.tree.where(here), values=(json.dumps(list(keys)),))
    found: dict[str, list[dict[str, Any]]] = {}
    for batch in v1.records(matching, room, edition_of(join.remote), room.seconds):
        for text in batch:
            record = json.loads(text)
            key = str(record["fields"][join.key])
            if join.fields and join.key not in join.fields:
                del record["fields"][join.key]
            found.setdefault(key, []).append(record)
    return found
