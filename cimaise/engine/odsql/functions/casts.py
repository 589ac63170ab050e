"""`cast(value as type)`: a value read as another type, null where it cannot be."""

from sqlglot import exp

from cimaise.engine.odsql import dialect
from cimaise.engine.odsql.functions.base import (
    DATES,
    NUMBERS,
    SCALARS,
    TEXTS,
    Clock,
    Function,
    Operand,
    Parameter,
)
from cimaise.engine.odsql.functions.dates import local
from cimaise.engine.trees import cast, storage

TYPES = {
    "int": "BIGINT",
    "double": "DOUBLE",
    "text": "VARCHAR",
    "date": "DATE",
    "datetime": "TIMESTAMP",
    "boolean": "BOOLEAN",
}
# What each type can be read from; the rest is never readable.
_SOURCES = {
    "int": NUMBERS | TEXTS | {"boolean"},
    "double": NUMBERS | TEXTS | {"boolean"},
    "text": SCALARS,
    "date": DATES | TEXTS,
    "datetime": DATES | TEXTS,
    "boolean": NUMBERS | TEXTS | {"boolean"},
}


def _cast(operands: tuple[Operand, ...], clock: Clock) -> exp.Expr:
    value, wanted = operands[0], operands[1].kind
    stored = TYPES[wanted]
    if value.kind not in _SOURCES[wanted]:
        return cast(exp.null(), stored)
    if value.kind == wanted:
        return value.tree
    if value.kind == "datetime":
        shown = local(value, clock)
        return cast(shown, stored) if wanted == "date" else dialect.iso_moment(shown)
    if wanted == "datetime":
        if value.kind == "date":
            return dialect.utc_time(cast(value.tree, stored), clock.zone)
        return dialect.read_moment(value.tree, clock.zone)
    return exp.TryCast(this=value.tree, to=storage(stored))


ALL = (
    Function(
        "cast",
        "scalar",
        (Parameter("value", SCALARS), Parameter("type", frozenset(), frozenset(TYPES))),
        lambda kinds: kinds[1],
        "The value as another type (int double text date datetime boolean); "
        "missing where it cannot be read so.",
        "cast(price as text)",
        _cast,
        calling="cast(value as type)",
    ),
)
