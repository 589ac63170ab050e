"""A checked question put on its tables: what its columns are, and the tree that answers it."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from sqlglot import exp

from cimaise.engine.duck import ReadingRoom
from cimaise.engine.exports.base import ExportCard
from cimaise.engine.exports.cells import call, literal, text
from cimaise.engine.messages import Refusal, say
from cimaise.engine.query.plan import Column, Plan
from cimaise.engine.schema.field import Field
from cimaise.engine.schema.schema import Schema

ANSWER = "answer"
_WHOLE = re.compile(r"U?(TINYINT|SMALLINT|INTEGER|BIGINT|HUGEINT)")
_REAL = re.compile(r"DOUBLE|FLOAT|DECIMAL\(.*\)")
_POINT = "STRUCT(lon DOUBLE, lat DOUBLE)"


@dataclass(frozen=True, slots=True)
class Table:
    """What a name of the question stands for: a snapshot, without the records that are hidden.

    `hidden` are values of the column `dataset_id`, and only the catalogue has any.
    """

    file: Path
    hidden: tuple[str, ...] = ()


def planned(
    tree: exp.Query, tables: Mapping[str, Table], room: ReadingRoom, timezone: str = "UTC"
) -> Plan:
    """The plan of a checked tree; raises DuckFailure for columns and types that do not exist."""
    inner = _placed(tree, tables, room)
    found = room.columns(inner)
    names = _told_apart([name for name, _type in found])
    own = [f"c{position}" for position in range(len(found))]
    answer = exp.Subquery(
        this=inner,
        alias=exp.TableAlias(
            this=exp.to_identifier(ANSWER), columns=[exp.to_identifier(name) for name in own]
        ),
    )
    turned = [
        _turned(kind, exp.column(name)) for name, (_name, kind) in zip(own, found, strict=True)
    ]
    columns = tuple(Column(name, kind, name) for name, (kind, _) in zip(names, turned, strict=True))
    outer = [exp.alias_(value, name) for name, (_, value) in zip(own, turned, strict=True)]
    return Plan(columns, exp.select(*outer).from_(answer), timezone=timezone)


def must_offer(card: ExportCard, plan: Plan) -> None:
    """Refuse a format that cannot hold these columns."""
    fields = tuple(Field(column.name, column.label, column.type) for column in plan.columns)
    if not card.offered(Schema(fields)):
        raise Refusal(
            "format_not_offered",
            say("The columns of this answer cannot be written as {format}.", format=card.label),
            remedy=say("Select what the format needs, or take another one."),
        )


def _placed(tree: exp.Query, tables: Mapping[str, Table], room: ReadingRoom) -> exp.Query:
    """The tree with each dataset's name replaced by the table of its snapshot."""
    placed = tree.copy()
    for named in list(placed.find_all(exp.Table)):
        table = tables.get(named.name)
        if table is None:
            continue  # a named question of the tree itself
        source = room.table(table.file)
        if not table.hidden:
            for part in ("this", "db", "catalog"):
                named.set(part, source.args[part])
            continue
        shown = exp.select("*").from_(source).where(_not_hidden(table.hidden))
        named.replace(
            exp.Subquery(
                this=shown, alias=named.args.get("alias"), joins=named.args.get("joins") or []
            )
        )
    return placed


def _not_hidden(hidden: tuple[str, ...]) -> exp.Expr:
    values = [literal(each) for each in hidden]
    return exp.Not(this=exp.In(this=exp.column("dataset_id", quoted=True), expressions=values))


def _told_apart(names: list[str]) -> list[str]:
    """Names of an answer, each once: JSON and files have one value a name."""
    told: list[str] = []
    for name in names:
        apart, number = name, 1
        while apart in told:
            number += 1
            apart = f"{name}_{number}"
        told.append(apart)
    return told


def _turned(kind: str, value: exp.Expr) -> tuple[str, exp.Expr]:
    """The type of our own that says a DuckDB type, and the value as that type is stored."""
    if _WHOLE.fullmatch(kind):
        return "int", value if kind == "BIGINT" else exp.cast(value, "BIGINT")
    if _REAL.fullmatch(kind):
        return "double", value if kind == "DOUBLE" else exp.cast(value, "DOUBLE")
    if kind == "TIMESTAMP WITH TIME ZONE":
        return "datetime", call("timezone", literal("UTC"), value)
    if kind.startswith("TIMESTAMP"):
        return "datetime", exp.cast(value, "TIMESTAMP")
    if kind.startswith("GEOMETRY"):
        return "geo_shape", value
    same = {
        "VARCHAR": "text",
        "BOOLEAN": "boolean",
        "DATE": "date",
        "VARCHAR[]": "texts",
        _POINT: "geo_point_2d",
    }
    if kind in same:
        return same[kind], value
    if kind == "JSON":
        return "json", text(value)
    if kind.endswith("]") or kind.startswith(("STRUCT", "MAP")):
        return "json", text(call("to_json", value))
    return "text", text(value)
