"""Cells that hold several values: how they are told from sentences with semicolons."""

from collections.abc import Sequence
from dataclasses import dataclass

import orjson

SEPARATORS = (";", "|", ",")
_LONGEST_ITEM = 80
_FEWEST = 3
_REPEATED = 0.6  # items are a vocabulary when most of them are met again


@dataclass(frozen=True, slots=True)
class ListGuess:
    """A separator, and whether it is certain enough to be applied without asking."""

    separator: str
    certain: bool


def guess_list(values: Sequence[str]) -> ListGuess | None:
    """How cells are cut into several values, None when they are not.

    Cells are lists when several hold the separator, their items are short and come back again
    and again. A comma is only ever proposed: sentences and addresses have commas too.
    """
    for separator in SEPARATORS:
        cut = [value for value in values if separator in value]
        if len(cut) < max(_FEWEST, len(values) // 100):
            continue
        items = [item.strip() for value in values for item in value.split(separator)]
        if max(map(len, items)) > _LONGEST_ITEM or "\n" in "".join(items):
            continue
        if len(set(items)) <= (1 - _REPEATED) * len(items):
            return ListGuess(separator, certain=separator != ",")
    return None


def separator_of_json(values: Sequence[str]) -> str | None:
    """For cells that are JSON lists of scalars: a separator that occurs in no item; else None."""
    items: list[str] = []
    for value in values:
        try:
            said = orjson.loads(value)
        except orjson.JSONDecodeError:
            return None
        if not isinstance(said, list) or any(isinstance(item, dict | list) for item in said):
            return None
        items.extend(str(item) for item in said)
    everything = "\n".join(items)
    return next(
        (separator for separator in (";", "|", "\t") if separator not in everything), "\x1f"
    )
