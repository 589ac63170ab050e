"""The dialect of a delimited text, decided on its first 64 KiB: encoding, delimiter, headers."""

import codecs
import csv
import io
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from charset_normalizer import from_bytes

DELIMITERS = (";", ",", "\t", "|")
_BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_WESTERN = ["cp1252", "mac_roman", "cp850"]
SAMPLE_ROWS = 500


@dataclass(frozen=True, slots=True)
class Dialect:
    """How a delimited text is written; `delimiter` is None when it has a single column."""

    encoding: str
    delimiter: str | None
    header: tuple[str, ...]
    width: int
    bare_returns: bool = False


def encoding_of(head: bytes) -> str:
    """Decided by the byte order mark, else UTF-8 where most of it is, else the likeliest."""
    for mark, name in _BOMS:
        if head.startswith(mark):
            return name
    text = codecs.getincrementaldecoder("utf-8")("surrogateescape").decode(head)
    stray = sum("\udc80" <= letter <= "\udcff" for letter in text)
    letters = sum(letter > "\x7f" for letter in text) - stray
    # A few bytes astray in a UTF-8 text are mended one by one; a Western text has hardly any
    # sequence that happens to be UTF-8.
    return "utf-8" if stray <= letters // 2 else western_encoding(head)


def western_encoding(sample: bytes) -> str:
    """The likeliest single-byte encoding of a French text."""
    best = from_bytes(sample, cp_isolation=_WESTERN).best()
    return best.encoding if best is not None and best.encoding in _WESTERN else "cp1252"


def sniff(head: bytes, *, whole: bool, encoding: str | None, delimiter: str | None) -> Dialect:
    """The dialect of a text from its head (`whole` when there is nothing after it).

    Raises ValueError when no row can be seen.
    """
    known = encoding or encoding_of(head)
    text = codecs.getincrementaldecoder(known)(errors="replace").decode(head)
    bare_returns = "\r" in text and "\n" not in text
    if bare_returns:
        text = text.replace("\r", "\n")
    found = delimiter or _delimiter_of(text, whole=whole)
    rows = _rows(text, found, whole=whole)
    if not rows:
        raise ValueError("no row")
    header, *others = rows
    width = _usual_width(others) or len(header)
    return Dialect(known, found, tuple(header), width, bare_returns)


def _rows(text: str, delimiter: str | None, *, whole: bool) -> list[list[str]]:
    """The first rows, blank lines aside, without the one that the head may have cut."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter or "\x1f")
    rows: list[list[str]] = []
    try:
        for row in reader:
            if row:
                rows.append(row)
            if len(rows) > SAMPLE_ROWS:
                return rows
    except csv.Error:
        return rows
    return rows if whole or len(rows) < 2 else rows[:-1]


def _usual_width(rows: Sequence[Sequence[str]]) -> int:
    widths = Counter(len(row) for row in rows)
    return widths.most_common(1)[0][0] if widths else 0


def _delimiter_of(text: str, *, whole: bool) -> str | None:
    """The delimiter that cuts most rows alike, then into most cells; None for a single column."""
    scores = []
    for rank, delimiter in enumerate(DELIMITERS):
        rows = _rows(text, delimiter, whole=whole)
        if not rows or len(rows[0]) < 2:
            continue
        width = _usual_width(rows[1:]) or len(rows[0])
        alike = sum(len(row) == width for row in rows) / len(rows)
        if width > 1 or any(len(row) > 1 for row in rows[1:]):
            scores.append((round(alike, 2), min(width, len(rows[0])), -rank, delimiter))
    return max(scores)[3] if scores else None
