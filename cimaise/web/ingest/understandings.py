"""What the engine understood of an upload, as JSON that the back office shows and corrects."""

from typing import Any

from cimaise.engine.schema.understanding import Understanding
from cimaise.web.ingest.runs import kept_message

SHOWN = 3  # example values of a field beside its type


def kept_understanding(understood: Understanding) -> dict[str, Any]:
    """`fields`, `keys`, `proposals`, `notes`, `counts`, `sample` and `reading`, ready for JSON.

    Messages keep their places apart (see `runs.kept_message`), to be translated when shown.
    """
    return {
        "fields": [
            {**field.to_json(), **_measured(understood, field.name)} for field in understood.schema
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
        "sample": [dict(row) for row in understood.sample],
        "reading": dict(understood.reading),
    }


def _measured(understood: Understanding, name: str) -> dict[str, Any]:
    """The header in this file, how full the field is, and some of its values."""
    profile = understood.profiles.get(name)
    if profile is None:  # a point made of two columns
        return {"header": None, "filled": None, "distinct": None, "examples": []}
    values = [row[name] for row in understood.sample if row.get(name)]
    return {
        "header": profile.header,
        "filled": profile.filled,
        "distinct": profile.distinct,
        "examples": list(dict.fromkeys(values))[:SHOWN],
    }
