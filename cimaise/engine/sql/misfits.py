"""What the engine finds wrong with a question that reads well, told at its place in the text."""

import re
from difflib import get_close_matches

from cimaise.engine.messages import Message, say
from cimaise.engine.sql.errors import SQLError, Written

_INTERNAL = re.compile(r'"?snapshot_\d+"?\.("?main"?\.)?("?records"?)?')
_CATEGORY = re.compile(r"^(\w+ Error|INTERNAL Error): *")
_UNKNOWN_COLUMN = (
    re.compile(r'Referenced column "(.+?)" not found'),
    re.compile(r'does not have a column named "(.+?)"'),
)
_UNKNOWN_TABLE = re.compile(r'Referenced table "(.+?)" not found')
_CANDIDATES = re.compile(r'"([^"]+)"')


def misfit(said: str, written: Written, columns: tuple[str, ...] = ()) -> SQLError:
    """DuckDB's own words, `said`, as an error of the question; `columns` are those of its tables.

    A column or a table that does not exist is shown where it stands, with the nearest name.
    """
    for pattern in _UNKNOWN_COLUMN:
        if found := pattern.search(said):
            near = _CANDIDATES.findall(said[found.end() :])
            return _unknown(say("Unknown field: {name}", name=found[1]), found[1], written,
                            (*columns, *near))  # fmt: skip
    if found := _UNKNOWN_TABLE.search(said):
        near = _CANDIDATES.findall(said[found.end() :])
        return _unknown(say("Unknown table: {name}", name=found[1]), found[1], written, tuple(near))
    bare = _INTERNAL.sub("", _CATEGORY.sub("", said))
    return written.trouble(say("{said}", said=bare[:300]))


def _unknown(what: Message, name: str, written: Written, known: tuple[str, ...]) -> SQLError:
    near = get_close_matches(name.lower(), known, n=1, cutoff=0.5)
    hint = say("Did you mean {name}?", name=near[0]) if near else None
    place = re.search(rf"(?<!\w){re.escape(name)}(?!\w)", written.text, re.IGNORECASE)
    if place is None:
        return written.trouble(what, hint=hint)
    return written.trouble(what, place.start(), place.end(), hint)
