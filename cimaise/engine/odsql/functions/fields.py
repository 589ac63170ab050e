"""Functions that stand for fields in a select."""

from cimaise.engine.odsql.functions.base import WRITTEN, Function, one


def _choosing(name: str, promise: str) -> Function:
    return Function(
        name,
        "fields",
        one("pattern", WRITTEN),
        "star",
        promise,
        f"{name}(p*)",
        clauses=("select",),
    )


ALL = (
    _choosing("include", "The fields whose name is the pattern, or begins so: pop*."),
    _choosing("exclude", "All fields chosen so far, or all, but those of a pattern."),
)
PATTERNED = frozenset(function.name for function in ALL)  # their argument is a pattern of names
