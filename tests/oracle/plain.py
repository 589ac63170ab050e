"""The rules of the language in plain Python, slow and readable: written from the documents.

A missing value is None. Nothing here is shared with the engine: where both are wrong together,
it is the documents that are.
"""

import math
import operator
import re
import unicodedata
from collections.abc import Iterable, Sequence
from datetime import date, datetime, time
from typing import Any

EARTH = 6_371_008.8  # metres, the mean radius
_OPS = {
    "=": operator.eq,
    ":": operator.eq,
    "==": operator.eq,
    "!=": operator.ne,
    "<>": operator.ne,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}
_MIRRORED = {"<": ">", "<=": ">=", ">": "<", ">=": "<="}


# -- comparisons ----------------------------------------------------------------------------------


def compare(op: str, left: Any, right: Any) -> bool:
    """A comparison: nothing satisfies it where a side is missing; of a list any element does."""
    if isinstance(right, list):
        left, right, op = right, left, _MIRRORED.get(op, op)
    if left is None or right is None:
        return False
    if isinstance(left, list):
        if op in ("!=", "<>"):
            return right not in left
        return any(compare(op, each, right) for each in left)
    return bool(_OPS[op](*_alike(left, right)))


def _alike(left: Any, right: Any) -> tuple[Any, Any]:
    """Texts by their bytes, dates as moments when one is."""
    if isinstance(left, str) and isinstance(right, str):
        return left.encode(), right.encode()
    if isinstance(left, datetime) != isinstance(right, datetime) and isinstance(left, date):
        return midnight(left), midnight(right)
    return left, right


def midnight(day: date) -> datetime:
    """The first moment of a day; a moment itself."""
    return day if isinstance(day, datetime) else datetime.combine(day, time())


def elements(found: Any) -> list[Any]:
    """The elements of a list, or the value alone, or nothing."""
    if found is None:
        return []
    return found if isinstance(found, list) else [found]


# -- arithmetic -----------------------------------------------------------------------------------


def calculated(op: str, left: Any, right: Any) -> Any:
    """Dividing by zero gives nothing, and so does what no whole number of 64 bits can hold."""
    if left is None or right is None:
        return None
    if op == "/":
        return None if right == 0 else float(left) / float(right)
    found = {"+": operator.add, "-": operator.sub, "*": operator.mul}[op](left, right)
    overflows = isinstance(found, int) and not -(2**63) <= found < 2**63
    return None if overflows else found


# -- texts ----------------------------------------------------------------------------------------


def folded(text: str) -> str:
    """Text without case or accents."""
    parts = unicodedata.normalize("NFD", text.lower())
    return unicodedata.normalize(
        "NFC", "".join(c for c in parts if unicodedata.category(c) != "Mn")
    )


def words_of(text: str) -> list[str]:
    """The words of a text, folded."""
    return re.findall(r"[^\W_]+", folded(text))


def like(found: Any, pattern: str) -> bool:
    """`%` any letters of a value; `word*` the beginning of a word; else whole words."""
    if found is None:
        return False
    if "%" in pattern:
        regex = ".*".join(re.escape(part) for part in folded(pattern).split("%"))
        return any(re.fullmatch(regex, folded(each), re.DOTALL) for each in elements(found))
    words = [word for each in elements(found) for word in words_of(each)]
    return all(_fits(chunk, words) for chunk in folded(pattern).split())


def _fits(chunk: str, words: Sequence[str]) -> bool:
    parts = words_of(chunk)
    if not parts:
        return True
    *whole, last = parts
    starred = chunk.endswith("*")
    ended = any(word.startswith(last) if starred else word == last for word in words)
    return ended and all(part in words for part in whole)


def ilike(found: Any, pattern: str) -> bool:
    """SQL's LIKE over the whole of a value, whatever the case; accents count."""
    regex, letters = "", iter(pattern.lower())
    for letter in letters:
        if letter == "\\":
            regex += re.escape(next(letters, "\\"))
        else:
            regex += {"%": ".*", "_": "."}.get(letter, re.escape(letter))
    return any(re.fullmatch(regex, each.lower(), re.DOTALL) for each in elements(found))


# Families of words that French makes: a word asked for finds the others.
FAMILIES = [{"musee", "musees"}, {"cheval", "chevaux"}, {"national", "nationale", "nationaux"}]


def finds(mode: str, asked: str, values: Iterable[Any]) -> bool:
    """Whether every word asked for is in one of the values."""
    known = {
        word.replace("œ", "oe") for value in values for each in elements(value)
        for word in words_of(each)
    }  # fmt: skip
    terms = [term for chunk in asked.split() for term in _terms(chunk)]
    if mode != "words":
        terms = [(word, place == len(terms)) for place, (word, _) in enumerate(terms, start=1)]
    return all(_is_known(mode, word, last, known) for word, last in terms)


def _terms(chunk: str) -> list[tuple[str, bool]]:
    """The words of what stands between spaces; whether the last is a beginning."""
    plain = re.sub(r"^[ld]'", "", folded(chunk)).replace("œ", "oe")
    found = words_of(plain)
    return [
        (word, chunk.endswith("*") and place == len(found))
        for place, word in enumerate(found, start=1)
    ]


def _is_known(mode: str, word: str, beginning: bool, known: set[str]) -> bool:
    if beginning:
        return any(each.startswith(word) for each in known)
    if mode == "search":
        mistakes = 2 if len(word) > 5 else 1 if len(word) > 2 else 0
        return any(distance_of_words(word, each) <= mistakes for each in known)
    if mode == "words":
        family = next((family for family in FAMILIES if word in family), {word})
        return bool(family & known)
    return word in known


def distance_of_words(left: str, right: str) -> int:
    """Letters to add, to remove, to change or to exchange with the next."""
    rows = [list(range(len(right) + 1))]
    for i, a in enumerate(left, start=1):
        row = [i]
        for j, b in enumerate(right, start=1):
            row.append(min(rows[-1][j] + 1, row[-1] + 1, rows[-1][j - 1] + (a != b)))
            if i > 1 and j > 1 and a == right[j - 2] and left[i - 2] == b:
                row[-1] = min(row[-1], rows[-2][j - 2] + 1)
        rows.append(row)
    return rows[-1][-1]


def starts(values: Iterable[Any], prefix: str) -> bool:
    """Whether a value, or an element of one, begins so to the letter."""
    return any(each.startswith(prefix) for value in values for each in elements(value))


# -- places ---------------------------------------------------------------------------------------

Box = tuple[float, float, float, float]  # west, south, east, north


def metres(point: Any, lon: float, lat: float) -> float | None:
    """Along a great circle of the sphere."""
    if point is None:
        return None
    phi, other = math.radians(point["lat"]), math.radians(lat)
    turn = math.radians(point["lon"] - lon)
    share = (
        math.sin((phi - other) / 2) ** 2 + math.cos(phi) * math.cos(other) * math.sin(turn / 2) ** 2
    )
    return 2 * EARTH * math.asin(min(1.0, math.sqrt(share)))


def box_of(place: Any) -> Box | None:
    """A place as a rectangle: of a point one without width."""
    if place is None:
        return None
    if isinstance(place, dict):
        return place["lon"], place["lat"], place["lon"], place["lat"]
    numbers = [float(number) for number in re.findall(r"-?[0-9.]+", place)]
    return min(numbers[::2]), min(numbers[1::2]), max(numbers[::2]), max(numbers[1::2])


def touch(place: Any, box: Box) -> bool:
    """Whether a place and a rectangle have a point in common, of their edges too."""
    own = box_of(place)
    if own is None:
        return False
    return own[0] <= box[2] and box[0] <= own[2] and own[1] <= box[3] and box[1] <= own[3]


def inside(place: Any, box: Box) -> bool:
    """Whether a place is in a rectangle; a point on its edge is not, a rectangle along it is."""
    own = box_of(place)
    if own is None:
        return False
    if isinstance(place, dict):
        return box[0] < own[0] < box[2] and box[1] < own[1] < box[3]
    return box[0] <= own[0] and own[2] <= box[2] and box[1] <= own[1] and own[3] <= box[3]


# -- aggregates -----------------------------------------------------------------------------------


def percentile(values: Sequence[Any], percent: float) -> float | None:
    """The value below which that share lies, interpolated."""
    known = sorted(float(value) for value in values if value is not None)
    if not known:
        return None
    place = (len(known) - 1) * percent / 100
    low = math.floor(place)
    high = min(low + 1, len(known) - 1)
    return known[low] + (known[high] - known[low]) * (place - low)


# -- orders ---------------------------------------------------------------------------------------


def order_key(value: Any) -> Any:
    """What an order compares: words without case or accents."""
    return folded(value).encode() if isinstance(value, str) else value
