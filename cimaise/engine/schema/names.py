"""From a header as written to a permanent field name: `[a-z0-9_]+`, unique, always the same."""

import re
import unicodedata
from collections.abc import Iterable

_SPELT = {"œ": "oe", "æ": "ae", "ß": "ss", "ø": "o", "°": "deg", "€": "euro", "%": "pourcent"}

RESERVED = ("rowid",)  # DuckDB's own name for the place of a row: a field would hide it


def field_name(header: str) -> str:
    """The name a header gives: "Nom de l'établissement" gives nom_de_l_etablissement.

    A header without any letter or digit gives "champ", one that begins with a digit "champ_2019":
    a name must not read as a number, nor hide one of the engine's.
    """
    spelt = "".join(_SPELT.get(letter, letter) for letter in header.lower())
    folded = unicodedata.normalize("NFKD", spelt)
    plain = "".join(letter for letter in folded if not unicodedata.combining(letter)).lower()
    name = re.sub(r"[^a-z0-9]+", "_", plain).strip("_")
    return name if name[:1].isalpha() and name not in RESERVED else f"champ_{name}".rstrip("_")


def field_names(headers: Iterable[str]) -> tuple[str, ...]:
    """Names for all the headers, in order; a name already taken gets _2, then _3."""
    taken: set[str] = set()
    names = []
    for header in headers:
        name = unique_name(field_name(header), taken)
        taken.add(name)
        names.append(name)
    return tuple(names)


def unique_name(name: str, taken: Iterable[str]) -> str:
    """`name`, or the first of name_2, name_3 … that nobody has."""
    others = set(taken)
    number, candidate = 1, name
    while candidate in others:
        number += 1
        candidate = f"{name}_{number}"
    return candidate
