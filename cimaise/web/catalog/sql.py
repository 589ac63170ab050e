"""SQL over the shelf: names of datasets become the snapshots this person may see, and no others."""

import atexit
import threading
from collections.abc import Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches
from pathlib import Path
from typing import IO

from django.conf import settings
from django.contrib.auth.models import AnonymousUser

from cimaise.engine.exports.base import Value
from cimaise.engine.messages import say
from cimaise.engine.schema.field import Field
from cimaise.engine.snapshots.manifest import Snapshot
from cimaise.engine.sql.carrels import Asking, Carrels, Limits, Reading
from cimaise.engine.sql.checking import Place
from cimaise.engine.sql.errors import SQLError, Written
from cimaise.web.accounts.models import Person
from cimaise.web.catalog.mirror import catalogue
from cimaise.web.catalog.pointer import pointed
from cimaise.web.catalog.shelf import NotOnShelf, visible

CATALOGUE = "catalogue"  # the table of datasets, unless a dataset bears that very name
PAGE = 100  # rows of a page of JSON, unless more are asked
MOST = 10_000  # rows of a page of JSON, and how far pages reach
ID = Field("_id", "Record identifier", "text")

_lock = threading.Lock()
_carrels: Carrels | None = None


@dataclass(frozen=True, slots=True)
class PublicTable:
    """A table of SQL as one person may see it: a snapshot less the datasets `hidden` in it.

    `state` is another one whenever its rows are.
    """

    name: str
    snapshot: Snapshot
    state: str
    hidden: tuple[str, ...] = ()

    @property
    def fields(self) -> tuple[Field, ...]:
        """Its columns, `_id` first."""
        return (ID, *self.snapshot.schema)


@dataclass(frozen=True, slots=True)
class Understood:
    """A question that was read, its names looked up."""

    reading: Reading
    tables: Mapping[str, PublicTable]

    @property
    def state(self) -> tuple[str, ...]:
        """What the answer depends on: one statement over the same state has the same rows."""
        states = [f"{name} {table.state}" for name, table in sorted(self.tables.items())]
        return (self.reading.statement, *states)


@dataclass(frozen=True, slots=True)
class Form:
    """How an answer is wanted: a page of JSON, or a file of `format` with its parameters."""

    format: str | None = None
    parameters: Mapping[str, Value] = field(default_factory=dict)
    limit: int = PAGE
    offset: int = 0
    timezone: str = "UTC"


def understood(text: str, person: Person | AnonymousUser) -> Understood:
    """What a text asks of what this person may see; raises as `Carrels.read`.

    A dataset that is hidden is unknown, in the same words as one that never was.
    """
    reading = carrels().read(text)
    tables = {}
    for name, place in reading.tables.items():
        found = table(name, person)
        if found is None:
            raise _unknown(name, place, text, person)
        tables[name] = found
    return Understood(reading, tables)


def answered(question: Understood, form: Form) -> IO[bytes]:
    """The answer as an open file; raises as `Carrels.answer`."""
    columns = tuple(each.name for found in question.tables.values() for each in found.fields)
    asking = Asking(
        question.reading,
        {
            name: (Path(found.snapshot.serve_file), found.hidden)
            for name, found in question.tables.items()
        },
        columns=columns,
        format=form.format,
        parameters=form.parameters,
        limit=form.limit,
        offset=form.offset,
        timezone=form.timezone,
        address=settings.SITE_ADDRESS,
    )
    return carrels().answer(asking)


def table(name: str, person: Person | AnonymousUser) -> PublicTable | None:
    """What a name means to this person; None if nothing."""
    try:
        found = pointed(name, person)
    except NotOnShelf:
        return _catalogue(person) if name.lower() == CATALOGUE else None
    return PublicTable(name, found.snapshot, found.name)


def tables(person: Person | AnonymousUser) -> list[str]:
    """The names this person may ask, the catalogue last."""
    names = list(visible(person).order_by("slug").values_list("slug", flat=True))
    return [*names, *(() if CATALOGUE in names else (CATALOGUE,))]


def carrels() -> Carrels:
    """The carrels of this process; no process is started before the first question."""
    global _carrels  # noqa: PLW0603 - so many questions at once is a bound of the whole process
    root = settings.SNAPSHOTS_ROOT.resolve()
    with _lock:
        if _carrels is None or _carrels.root != root:
            if _carrels is not None:
                _carrels.close()
            limits = Limits(
                seconds=settings.SQL_SECONDS,
                memory_mb=settings.SQL_MEMORY_MB,
                file_mb=settings.SQL_FILE_MB,
            )
            _carrels = Carrels(root, settings.SQL_AT_ONCE, limits)
        return _carrels


@atexit.register
def _end() -> None:
    if _carrels is not None:
        _carrels.close()


def _catalogue(person: Person | AnonymousUser) -> PublicTable | None:
    seen = catalogue(person)
    if seen.snapshot is None:
        return None
    state = f"{seen.snapshot.manifest.snapshot} {' '.join(seen.hidden)}"
    return PublicTable(CATALOGUE, seen.snapshot, state, seen.hidden)


def _unknown(name: str, place: Place, text: str, person: Person | AnonymousUser) -> SQLError:
    near = get_close_matches(name.lower(), tables(person), n=1, cutoff=0.6)
    return Written(text).trouble(
        say("Unknown dataset: {name}", name=name[:100]),
        place.start,
        place.end,
        say('Did you mean "{name}"?', name=near[0]) if near else None,
    )
