"""Handmade snapshots that answer questions: a table and a text index, without a publication."""

import hashlib
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sqlglot import exp

from cimaise.engine.duck import ReadingRoom, Workspace
from cimaise.engine.query.answer import answer
from cimaise.engine.query.limits import PAGE
from cimaise.engine.query.question import Question
from cimaise.engine.schema.field import Annotations, Field
from cimaise.engine.schema.schema import Schema
from cimaise.engine.snapshots.heads import write_heads
from cimaise.engine.snapshots.index import IndexWriting
from cimaise.engine.snapshots.manifest import Manifest, Snapshot

STORAGE = {
    "int": "BIGINT",
    "double": "DOUBLE",
    "boolean": "BOOLEAN",
    "date": "DATE",
    "datetime": "TIMESTAMP",
    "geo_point_2d": "STRUCT(lon DOUBLE, lat DOUBLE)",
    "geo_shape": "GEOMETRY",
}


def a_field(name: str, kind: str, **notes: Any) -> Field:
    """A field whose label is its name, capitalised."""
    return Field(name, name.capitalize(), kind, annotations=Annotations(**notes))


def serve(directory: Path, schema: Schema, rows: Sequence[Mapping[str, Any]]) -> Snapshot:
    """A snapshot of these rows, in this order; a missing key is null, shapes are WKT."""
    with Workspace(directory, "serve.duckdb") as workspace:
        _create(workspace, schema)
        for first in range(0, len(rows), 1_000):
            _insert(workspace, schema, first, rows[first : first + 1_000])
        write_heads(workspace)
        index = IndexWriting(schema, workspace, directory / "text")
        index.start()
        index.finish(lambda done: None)
    counts = {"records": len(rows)}
    created = datetime(2020, 1, 1, tzinfo=UTC)
    manifest = Manifest("sample", 1, "v1", None, created, schema, counts, {}, {})
    return Snapshot(directory, manifest)


def id_of(number: int) -> str:
    """The record id of a row."""
    return hashlib.sha1(str(number).encode()).hexdigest()


def _storage(field: Field) -> str:
    if field.annotations.multivalued is not None:
        return "VARCHAR[]"
    return STORAGE.get(field.type, "VARCHAR")


def _create(workspace: Workspace, schema: Schema) -> None:
    columns = [("_id", "VARCHAR"), *((each.name, _storage(each)) for each in schema)]
    definitions = [
        exp.ColumnDef(
            this=exp.to_identifier(name, quoted=True),
            kind=exp.DataType.build(kind, dialect="duckdb", udt=True),
        )
        for name, kind in columns
    ]
    table = exp.Schema(this=exp.table_("records"), expressions=definitions)
    workspace.run(exp.Create(this=table, kind="TABLE"))


def _insert(
    workspace: Workspace, schema: Schema, first: int, rows: Sequence[Mapping[str, Any]]
) -> None:
    values: list[Any] = []
    tuples = []
    for number, row in enumerate(rows, start=first):
        places: list[exp.Expr] = [exp.Literal.string(id_of(number))]
        for field in schema:
            value = row.get(field.name)
            places.append(_place(field, value))
            if value is not None:
                values.append(value)
        tuples.append(exp.Tuple(expressions=places))
    workspace.run(exp.insert(exp.Values(expressions=tuples), "records"), values)


def _place(field: Field, value: Any) -> exp.Expr:
    if value is None:
        return exp.null()
    if field.type == "geo_shape":
        return exp.Anonymous(this="st_geomfromtext", expressions=[exp.Placeholder()])
    if field.type == "geo_point_2d" or field.annotations.multivalued is not None:
        return exp.cast(exp.Placeholder(), exp.DataType.build(_storage(field), dialect="duckdb"))
    return exp.Placeholder()


class Desk:
    """A snapshot and a reading room: questions are put to it in the words of the API."""

    def __init__(self, directory: Path, schema: Schema, rows: Sequence[Mapping[str, Any]]) -> None:
        self.snapshot = serve(directory, schema, rows)
        self.room = ReadingRoom(directory)

    def ask(self, limits: Any = PAGE, **asked: Any) -> Any:
        """The whole answer."""
        return answer(question(**asked), self.snapshot, self.room, limits)

    def records(self, **asked: Any) -> list[dict[str, Any]]:
        """Its records."""
        return self.ask(**asked).records()

    def close(self) -> None:
        self.room.close()


def question(**asked: Any) -> Question:
    """A question; a single where, refine or exclude may be given as text."""
    lists = ("where", "having", "refine", "exclude")
    return Question(
        **{
            name: (value,) if name in lists and isinstance(value, str) else value
            for name, value in asked.items()
        }
    )
