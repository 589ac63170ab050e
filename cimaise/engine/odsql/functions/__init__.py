"""The functions of the language: one table that feeds parser, check, SQL and documentation.

A file a family; to add a function, add its card to the `ALL` of its family, or copy a family and
add one line here.
"""

from cimaise.engine.odsql.functions import (
    aggregates,
    casts,
    chance,
    dates,
    fields,
    groups,
    phrases,
    places,
    search,
    texts,
)
from cimaise.engine.odsql.functions.base import Function

_ALL: tuple[Function, ...] = (
    *texts.ALL,
    *dates.ALL,
    *casts.ALL,
    *aggregates.ALL,
    *groups.ALL,
    *search.ALL,
    *phrases.ALL,
    *places.ALL,
    *fields.ALL,
    *chance.ALL,
)

FUNCTIONS: dict[str, tuple[Function, ...]] = {
    name: tuple(function for function in _ALL if function.name == name)
    for name in dict.fromkeys(function.name for function in _ALL)
}


def function_of(name: str, arguments: int) -> Function | None:
    """The function of that name for that many arguments; any count will do when only one has it."""
    signatures = FUNCTIONS[name]
    for function in signatures:
        if function.takes(arguments):
            return function
    return signatures[0] if signatures[0].role == "text" else None
