"""The one thing in a dBASE file that GDAL is not trusted with here: that a column holds days.

GDAL as DuckDB carries it loses every day before 1970, so days are written as texts of eight
digits, `20240229`, which is what a column of days holds. Its header then needs one other letter.
"""

from collections.abc import Collection
from pathlib import Path
from typing import IO

_HEADER = 32  # bytes before the first description of a column, and of each of them
_END = b"\r"
_TYPE, _LENGTH = 11, 16  # where a description says them
_TEXT_OF_A_DAY = b"C\x08"  # a text of eight letters


def declare_days(path: Path, names: Collection[str]) -> None:
    """Make columns of eight-digit texts columns of days; those of another width stay texts."""
    if not names:
        return
    with path.open("r+b") as file:
        place = _HEADER
        while (description := _at(file, place)) and not description.startswith(_END):
            name = description[:_TYPE].rstrip(b"\0").decode("ascii")
            told = description[_TYPE : _TYPE + 1] + description[_LENGTH : _LENGTH + 1]
            if name in names and told == _TEXT_OF_A_DAY:
                file.seek(place + _TYPE)
                file.write(b"D")
            place += _HEADER


def _at(file: IO[bytes], place: int) -> bytes:
    file.seek(place)
    return file.read(_HEADER)
