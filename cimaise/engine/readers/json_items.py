"""The items of a JSON text one by one, in bounded memory, and their cells as text."""

import codecs
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, BinaryIO

import orjson

from cimaise.engine.messages import Refusal, say

_PART = 1 << 20
_LONGEST_ITEM = 64 << 20
_BLANK = re.compile(r"[ \t\r\n]*")
_DECODER = json.JSONDecoder()


class JsonBroken(Exception):
    """The text stops being JSON; `place` counts characters from its start."""

    def __init__(self, reason: str, place: int) -> None:
        super().__init__(reason)
        self.place = place


@dataclass(slots=True)
class JsonText:
    """A window that moves over a JSON text; positions are relative to it."""

    stream: BinaryIO
    window: str = ""
    at: int = 0
    before: int = 0
    ended: bool = False
    _decoder: codecs.IncrementalDecoder = field(
        default_factory=codecs.getincrementaldecoder("utf-8-sig")
    )

    def peek(self) -> str:
        """The next character that is no blank, "" at the end."""
        while True:
            found = _BLANK.match(self.window, self.at)
            self.at = found.end() if found else self.at
            if self.at < len(self.window) or not self._more():
                return self.window[self.at : self.at + 1]

    def expect(self, sign: str) -> None:
        """Step over a sign that must come now."""
        if self.peek() != sign:
            raise self.broken(f"expected {sign}")
        self.at += 1

    def value(self) -> Any:
        """The JSON value that begins now, read to its end."""
        self.peek()
        while True:
            try:
                value, end = _DECODER.raw_decode(self.window, self.at)
            except json.JSONDecodeError as error:
                if len(self.window) - self.at > _LONGEST_ITEM or not self._more():
                    raise self.broken(error.msg) from error
                continue
            except RecursionError as error:
                raise self.broken("nested too deeply") from error
            if end == len(self.window) and self._more():
                continue  # a number may go on
            self.at = end
            return value

    def broken(self, reason: str) -> JsonBroken:
        """What is wrong, at this place."""
        return JsonBroken(reason, self.before + self.at)

    def _more(self) -> bool:
        """Read on, letting go of what lies behind; each time as much again as is waiting."""
        if self.ended:
            return False
        waiting = len(self.window) - self.at
        part = self.stream.read(max(_PART, waiting))
        self.ended = not part
        self.before += self.at
        try:
            self.window = self.window[self.at :] + self._decoder.decode(part, final=self.ended)
        except UnicodeDecodeError as error:
            raise JsonBroken("not UTF-8", self.before) from error
        self.at = 0
        return True


def items_of(text: JsonText) -> Iterator[Any]:
    """The items of the list that begins now."""
    text.expect("[")
    if text.peek() == "]":
        text.at += 1
        return
    while True:
        yield text.value()
        if text.peek() == "]":
            text.at += 1
            return
        text.expect(",")


def members_of(text: JsonText) -> Iterator[str]:
    """The names of an object's members; the caller consumes each value before the next name."""
    text.expect("{")
    if text.peek() == "}":
        text.at += 1
        return
    while True:
        name = text.value()
        text.expect(":")
        yield str(name)
        if text.peek() == "}":
            text.at += 1
            return
        text.expect(",")


def cell_of(value: Any) -> str | None:
    """A JSON value as a verbatim cell: texts as they are, the rest as JSON writes it."""
    if value is None or isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        return repr(value)
    return orjson.dumps(value).decode() if _fits(value) else json.dumps(value, ensure_ascii=False)


def _fits(value: Any) -> bool:
    """Whether orjson can write it: it refuses whole numbers over 64 bits."""
    if isinstance(value, int):
        return -(2**63) <= value < 2**63
    if isinstance(value, Mapping):
        return all(map(_fits, value.values()))
    return all(map(_fits, value)) if isinstance(value, list) else True


def refused_json(name: str, error: JsonBroken, item: int) -> Refusal:
    """What to say of a text that stops being JSON."""
    return Refusal(
        "invalid_json",
        say("“{name}” is not valid JSON: {reason}.", name=name, reason=error),
        where=say("After record {item}, at character {place}.", item=item, place=error.place + 1),
        remedy=say("The file may have been cut while it was copied: send it again."),
    )
