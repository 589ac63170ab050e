"""Searches in texts; the text index answers them, or the table for `startswith`."""

from cimaise.engine.odsql.functions.base import Function


def _search(name: str, promise: str, example: str) -> Function:
    return Function(
        name,
        "text",
        (),
        "condition",
        promise,
        example,
        clauses=("where",),
        calling=f'{name}(field, …, "text")',
    )


ALL = (
    _search(
        "search",
        "Words near those given, spelling mistakes allowed; the last is a beginning.",
        'search(name, "musse ors")',
    ),
    _search("suggest", "Words that begin as given.", 'suggest(name, "mediath")'),
    _search(
        "startswith",
        "The whole value begins exactly so, case and accents included.",
        'startswith(name, "Mus")',
    ),
)
