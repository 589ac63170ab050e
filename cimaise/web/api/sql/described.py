"""What OpenAPI says of `/api/sql/`."""

from typing import Any

from django.utils.translation import gettext_noop as _

from cimaise.web.api.exports import MEDIA_TYPES
from cimaise.web.api.operations import file_of
from cimaise.web.api.parameters import openapi
from cimaise.web.api.sql.asked import PARAMETERS, QUERY

PATH = "/api/sql/"
PAGE: dict[str, Any] = {
    "type": "object",
    "description": "A page of the answer; `truncated` says that there are more rows.",
    "properties": {
        "columns": {
            "type": "array",
            "items": {
                "type": "object",
                "properties": {"name": {"type": "string"}, "type": {"type": "string"}},
                "required": ["name", "type"],
            },
        },
        "results": {"type": "array", "items": {"type": "object"}},
        "truncated": {"type": "boolean"},
    },
    "required": ["columns", "results", "truncated"],
}


def told_in(document: dict[str, Any]) -> None:
    """Add the operation, by GET and by POST, to an OpenAPI document."""
    told = openapi(PARAMETERS)["parameters"]
    for each in told:
        if each["name"] == QUERY.name:
            each["required"] = True
    asked = {each["name"]: each["schema"] for each in told}
    body = {"type": "object", "properties": asked, "required": [QUERY.name]}
    common = {
        "summary": _("Ask in SQL"),
        "description": "One SELECT over the datasets, read only; see docs/reference/sql.md.",
        "tags": ["SQL"],
        "responses": _responses(),
    }
    document["paths"][PATH] = {
        "get": {"operationId": "askSql", "parameters": told, **common},
        "post": {
            "operationId": "askSqlAtLength",
            "parameters": [],
            "requestBody": {
                "required": True,
                "content": {
                    "application/x-www-form-urlencoded": {"schema": body},
                    "application/json": {"schema": body},
                },
            },
            **common,
        },
    }


def _responses() -> dict[str, Any]:
    problem = {"application/json": {"schema": {"$ref": "#/components/schemas/Problem"}}}
    files = {each: file_of(each) for each in MEDIA_TYPES}
    rows = {"type": "array", "items": {}, "description": "With `format=json`: every row."}
    return {
        "200": {
            "description": "OK",
            "content": {**files, "application/json": {"schema": {"anyOf": [PAGE, rows]}}},
        },
        "400": {"description": "The query or a parameter is wrong.", "content": problem},
        "401": {"description": "The API key is not valid.", "content": problem},
        "429": {
            "description": "Too many calls.",
            "content": {"application/json": {"schema": {"$ref": "#/components/schemas/TooMany"}}},
        },
        "503": {
            "description": "Too many queries at once, or one that takes too much.",
            "content": problem,
            "headers": {"Retry-After": {"schema": {"type": "integer"}}},
        },
    }
