"""Cells that hold several values: how they are told from sentences with semicolons."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

import orjson

SEPARATORS = (";", "|", ",")
_LONGEST_ITEM = 80
_FEWEST = 3
_LONG_ONES = 0.01
_REPEATED = 0.5  # items are a vocabulary when half of them are met again
_CODE = re.compile(r"(?=.*[0-9])(?=.*[A-Za-z])[A-Za-z0-9_./:-]{3,24}|[0-9]{4,14}")


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
        long = sum(len(item) > _LONGEST_ITEM or "\n" in item for item in items)
        if long > _LONG_ONES * len(items):
            continue
        if len(set(items)) <= (1 - _REPEATED) * len(items) or _are_codes(items):
            return ListGuess(separator, certain=separator != ",")
    return None


def _are_codes(items: Sequence[str]) -> bool:
    """Whether items are all identifiers, which need not come back to be a list."""
    return all(_CODE.fullmatch(item) for item in items if item)


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
