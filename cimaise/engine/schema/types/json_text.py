"""json: a nested value kept as JSON text."""

import orjson
from sqlglot import exp

from cimaise.engine.schema.types.base import Form, TypeCard, called, when


def _read(text: str) -> object:
    return orjson.loads(text)


def _sql(text: exp.Expression) -> exp.Expression:
    return when((called("json_valid", text), text.copy()))


JSON = TypeCard(
    name="json",
    label="JSON",
    storage="VARCHAR",
    json_schema={},
    description="A nested value: an object or a list that is more than a list of words.",
    read=_read,
    sql=_sql,
    forms=(Form("object", r"(?s:\{.*\})", _sql), Form("list", r"(?s:\[.*\])", _sql)),
    examples=(('{"a": [1, 2]}', {"a": [1, 2]}),),
    unreadable=("{a: 1}", '["a"'),
)
