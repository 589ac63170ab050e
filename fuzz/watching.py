"""What no answer over HTTP may do, whatever was asked: fail, tell of the house, name the hidden."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

# Of a place on the disk, of Python, of the SQL that runs: none belongs in an answer.
TRACES = (
    "Traceback (most", " object at 0x", "cimaise.engine", "cimaise/", "/snapshots/", ".duckdb",
    "DuckFailure", "Binder Error", "Catalog Error", "Parser Error", "INTERNAL Error", 'FROM "',
    "sqlglot", "psycopg", "sqlite3", "site-packages",
)  # fmt: skip
HIDDEN = ("xqzw", "qvarttel")  # words of the restricted dataset of the tests, and of no other
LONGEST = 10_000  # characters of what is said of an error
SHAPES = ({"error_code", "message"}, {"error"})  # v2 and SQL, v1


@dataclass(frozen=True, slots=True)
class Heard:
    """An answer, whoever carried it."""

    asked: str
    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def told(self) -> Any:
        """The body as JSON; None when it is none."""
        try:
            return json.loads(self.body)
        except ValueError:
            return None


def troubles(heard: Heard) -> list[str]:
    """What is wrong with an answer."""
    found = []
    text = heard.body.decode("utf-8", "replace")
    asked = heard.asked.casefold()
    if heard.status >= 500:
        found.append(f"status {heard.status}")
    whole = (text + str(heard.headers)).casefold()
    found += [f"tells of {word}" for word in HIDDEN if word in whole and word not in asked]
    if heard.status >= 400:
        found += _errors(heard, text, asked)
    return found


def _errors(heard: Heard, text: str, asked: str) -> list[str]:
    found = [f"tells {each!r}" for each in TRACES if each in text and each.casefold() not in asked]
    if len(text) > LONGEST:
        found.append(f"{len(text)} characters of error")
    said = heard.told
    if not isinstance(said, dict) or not any(shape <= set(said) for shape in SHAPES):
        found.append(f"no shape of errors: {text[:100]!r}")
    elif not (said.get("message") or said.get("error")):
        found.append(f"an error without words: {said}")
    return found
