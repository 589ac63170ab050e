"""text: words kept exactly as they were written."""

from sqlglot import exp

from cimaise.engine.schema.types.base import TypeCard


def _read(text: str) -> str:
    return text


def _sql(text: exp.Expression) -> exp.Expression:
    return text


TEXT = TypeCard(
    name="text",
    label="Text",
    storage="VARCHAR",
    json_schema={"type": "string"},
    description="Words, codes with leading zeros, anything that is nothing else.",
    read=_read,
    sql=_sql,
    examples=(("01", "01"), (" Évreux ", " Évreux ")),
)
