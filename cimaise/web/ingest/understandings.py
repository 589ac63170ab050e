"""What the engine understood of an upload, as JSON that the back office shows and corrects."""

from typing import Any

from cimaise.engine.schema.understanding import Understanding
from cimaise.web.ingest.runs import kept_message, shortened, written

SHOWN = 3  # example values of a field beside its type


def kept_understanding(understood: Understanding) -> dict[str, Any]:
    """`fields`, `key`, `keys`, `proposals`, `notes`, `counts`, `rejected` and `reading`, for JSON.

    Messages keep their places apart (see `runs.kept_message`), to be translated when shown; what
    was found in the file is shortened, as a single cell may hold megabytes.
    """
    return {
        "fields": [
            {**field.to_json(), "label": written(field.label), **_measured(understood, field.name)}
            for field in understood.schema
        ],
        "key": list(understood.schema.key),
        "keys": [
            {"fields": list(key.fields), "reason": kept_message(key.reason)}
            for key in understood.keys
        ],
        "proposals": [
            {
                "field": proposal.field,
                "annotations": dict(proposal.annotations),
                "reason": kept_message(proposal.reason),
            }
            for proposal in understood.proposals
        ],
        "notes": [kept_message(note) for note in understood.notes],
        "counts": dict(understood.counts),
        "rejected": [
            {
                "line": reject.line,
                "field": reject.field,
                "value": shortened(reject.value),
                "reason": reject.reason,
            }
            for reject in understood.rejected
        ],
        "reading": {name: written(value) for name, value in understood.reading.items()},
    }


def _measured(understood: Understanding, name: str) -> dict[str, Any]:
    """The header in this file, how full the field is, and some of its values."""
    profile = understood.profiles.get(name)
    if profile is None:  # a point made of two columns
        return {"header": None, "filled": None, "distinct": None, "examples": []}
    values = [shortened(cell) for row in understood.sample if (cell := row.get(name))]
    return {
        "header": written(profile.header),
        "filled": profile.filled,
        "distinct": profile.distinct,
        "examples": list(dict.fromkeys(values))[:SHOWN],
    }
