"""The OpenAPI document of one dataset: its own fields and types, with examples that work."""

from collections.abc import Mapping
from copy import deepcopy
from typing import Any
from urllib.parse import urlencode

from sqlglot import exp

from cimaise.engine.exports import formats_for
from cimaise.engine.query.facets import facets
from cimaise.engine.query.planner import records_table
from cimaise.engine.query.question import Question
from cimaise.engine.schema.field import Field
from cimaise.engine.schema.schema import Schema
from cimaise.engine.schema.types import TYPES
from cimaise.engine.snapshots.manifest import Snapshot
from cimaise.web.api.examples import Shown, escaped, first_facet, of_dataset
from cimaise.web.catalog.shelf import reading_room

PLACE = "/catalog/datasets/{dataset_id}"
RECORD = "DatasetRecord"


def document_of(
    whole: Mapping[str, Any], slug: str, title: str, snapshot: Snapshot
) -> dict[str, Any]:
    """The document of the API cut down to what is asked of this dataset."""
    told: dict[str, Any] = deepcopy(dict(whole))
    told["info"] |= {"title": title, "version": f"2.1, {slug} v{snapshot.manifest.number}"}
    told["paths"] = {
        path.replace("{dataset_id}", slug): _of_dataset(methods)
        for path, methods in told["paths"].items()
        if PLACE in path
    }
    told["components"]["schemas"][RECORD] = record_schema(snapshot.schema)
    for methods in told["paths"].values():
        _with_fields(methods["get"], snapshot.schema)
    return with_examples(told, of_dataset(snapshot, a_record(snapshot), a_value(snapshot)))


def _of_dataset(methods: dict[str, Any]) -> dict[str, Any]:
    said = methods["get"]
    said["parameters"] = [each for each in said["parameters"] if each["name"] != "dataset_id"]
    return methods


def _with_fields(said: dict[str, Any], schema: Schema) -> None:
    """Say which records are answered, and in which formats this dataset is offered."""
    record = {"$ref": f"#/components/schemas/{RECORD}"}
    answer = said["responses"][200]
    if said["operationId"] == "getRecord":
        answer["content"] = {"application/json": {"schema": record}}
    if said["operationId"] == "getRecords":
        groups = {"type": "object", "description": "With group_by: a group of records."}
        page = {
            "type": "object",
            "properties": {
                "total_count": {"type": "integer"},
                "results": {"type": "array", "items": {"anyOf": [record, groups]}},
            },
            "required": ["results"],
        }
        answer["content"] = {"application/json": {"schema": page}}
    for parameter in said["parameters"]:
        if parameter["name"] == "export_format":
            parameter["schema"] = {
                "type": "string",
                "enum": [card.name for card in formats_for(schema)],
            }


def record_schema(schema: Schema) -> dict[str, Any]:
    """A record of the dataset in JSON Schema: every field is there, null when it is missing."""
    return {
        "title": RECORD,
        "type": "object",
        "properties": {field.name: field_schema(field) for field in schema},
    }


def field_schema(field: Field) -> dict[str, Any]:
    """A field in JSON Schema."""
    value: dict[str, Any] = dict(TYPES[field.type].json_schema)
    if field.annotations.timeserie_precision in ("year", "month"):
        value.pop("format", None)  # 1988 and 1988-01 are no whole dates
    if field.annotations.multivalued is not None:
        value = {"type": "array", "items": value}
    told = {"title": field.label}
    if field.description:
        told["description"] = field.description
    if "type" not in value:  # any JSON there is
        return told
    return {**told, "anyOf": [value, {"type": "null"}]}


def with_examples(told: dict[str, Any], examples: Mapping[str, Shown]) -> dict[str, Any]:
    """The document with an example for each parameter that has one, and whole requests."""
    for path, methods in told["paths"].items():
        said = methods["get"]
        shown = examples.get(said["operationId"])
        if shown is None:
            continue
        for parameter in said["parameters"]:
            if parameter["name"] in shown.parameters:
                value = shown.parameters[parameter["name"]]
                listed = parameter["schema"].get("type") == "array"
                parameter["example"] = [value] if listed else value
        if shown.requests:
            said["x-example-requests"] = [
                f"{_filled(path, shown)}?{urlencode(each)}" for each in shown.requests
            ]
    return told


def _filled(path: str, shown: Shown) -> str:
    for name, value in shown.parameters.items():
        path = path.replace(f"{{{name}}}", str(value))
    return path


def a_record(snapshot: Snapshot) -> str | None:
    """The identifier of the first record."""
    room = reading_room()
    tree = exp.select(exp.column("_id")).from_(records_table(room, snapshot)).limit(1)
    return next((str(row[0]) for row in room.rows(tree)), None)


def a_value(snapshot: Snapshot) -> str | None:
    """The most frequent value of the facet that examples show."""
    field = first_facet(snapshot.schema)
    if field is None:
        return None
    asked = f'facet(name="{escaped(field.name)}", sort="-count", limit=1)'
    groups = facets(Question(limit=0), [asked], snapshot, reading_room())
    return groups[0].values[0].value if groups else None
