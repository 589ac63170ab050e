"""Delimited text read row by row: slower than the engine, but a bad row costs only itself."""

import codecs
import csv
import io
import re
from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import BinaryIO

from cimaise.engine.messages import Refusal, say
from cimaise.engine.readers.delimited import LONGEST_LINE
from cimaise.engine.readers.dialect import Dialect

csv.field_size_limit(LONGEST_LINE)  # the module's own limit is 128 KiB a cell, for all of Python
_LOST_BYTE = re.compile("[\udc80-\udcff]")


@dataclass(slots=True)
class CarefulReader:
    """Rows of a delimited text, each with its number; rows that do not hold go to `refuse`.

    A row that is not well-formed is refused alone, as one physical line, and reading goes on at
    the next line: a stray quotation mark never swallows the rest of the file. Bytes that are not
    UTF-8 in a UTF-8 file are read as Windows-1252 and counted in `repaired`.
    """

    dialect: Dialect
    refuse: Callable[[int, str, str], None]
    repaired: list[int] = field(default_factory=list)
    row: int = 0
    _pending: deque[str] = field(default_factory=deque)
    _taken: list[str] = field(default_factory=list)

    def rows(self, stream: BinaryIO) -> Iterator[tuple[int, list[str]]]:
        """Numbers and cells, header first, blank lines skipped."""
        source = self._lines(stream)
        while True:
            reader = csv.reader(
                self._feed(source), delimiter=self.dialect.delimiter or "\x1f", strict=True
            )
            try:
                yield from self._well_formed(reader)
            except csv.Error as error:
                self._give_up(str(error))
                continue
            return

    def _well_formed(self, reader: Iterator[list[str]]) -> Iterator[tuple[int, list[str]]]:
        for cells in reader:
            if cells:
                self.row += 1
                yield self.row, cells
            self._taken.clear()

    @property
    def verbatim(self) -> str:
        """The row last given, as it is in the file."""
        return "".join(self._taken)

    def _give_up(self, reason: str) -> None:
        """Refuse the first line of the row that failed; the others are read again."""
        first, *others = self._taken
        self._taken.clear()
        self._pending.extendleft(reversed(others))
        self.row += 1
        self.refuse(self.row, first.rstrip("\r\n"), reason)

    def _feed(self, source: Iterator[str]) -> Iterator[str]:
        size = 0
        while True:
            line = self._pending.popleft() if self._pending else next(source, None)
            if line is None:
                return
            size = size + len(line) if self._taken else len(line)
            self._taken.append(line)
            if size > LONGEST_LINE:
                # A quotation mark that nothing closes: let the row fail where it began.
                raise csv.Error("a quoted cell goes on for more than 16 MB")
            yield line

    def _lines(self, stream: BinaryIO) -> Iterator[str]:
        newline = "\r" if self.dialect.bare_returns else "\n"
        text = io.TextIOWrapper(
            stream, encoding=self.dialect.encoding, errors="surrogateescape", newline=newline
        )
        number = 0
        while line := text.readline(LONGEST_LINE + 1):
            number += 1
            if len(line) > LONGEST_LINE:
                raise line_too_long(number)
            yield self._mended(line, number)
        text.detach()

    def _mended(self, line: str, number: int) -> str:
        if line.isascii() or not _LOST_BYTE.search(line):
            return line
        self.repaired.append(number)
        return _LOST_BYTE.sub(_as_western, line)


def _as_western(lost: re.Match[str]) -> str:
    byte = bytes([ord(lost[0]) - 0xDC00])
    try:
        return codecs.decode(byte, "cp1252")
    except UnicodeDecodeError:
        return codecs.decode(byte, "latin-1")


def line_too_long(number: int) -> Refusal:
    """What to say of a line that no table has."""
    return Refusal(
        "line_too_long",
        say("A line is longer than {size} MB: this is not a table.", size=LONGEST_LINE >> 20),
        where=say("Line {line}.", line=number),
        remedy=say("Check how the file was exported: its line breaks may have been lost."),
    )
