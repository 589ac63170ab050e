"""Which snapshot a public dataset serves, in one indexed query whose SQL is written once.

What programs ask most needs no more of the database than this; the rest is in the snapshot.
"""

from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.db import connection

from cimaise.engine.snapshots.manifest import Snapshot
from cimaise.web.accounts.models import Person
from cimaise.web.catalog.models import Dataset
from cimaise.web.catalog.shelf import NotOnShelf, find, loaded

ANY = "any"  # stands for the identifier in the query that is written once


@dataclass(frozen=True, slots=True)
class Pointer:
    """A dataset by its identifier, and the snapshot that is asked."""

    slug: str
    snapshot: Snapshot

    @property
    def name(self) -> str:
        """The name of the snapshot: another one for every version."""
        return self.snapshot.manifest.snapshot

    @property
    def made(self) -> datetime:
        """When that version was made."""
        return self.snapshot.manifest.created


def pointed(slug: str, person: Person | AnonymousUser, number: int | None = None) -> Pointer:
    """The current snapshot of a dataset, or that of version `number`; raises NotOnShelf.

    The database is asked each time: what was published, withdrawn or restricted by any process
    counts from the next request on.
    """
    if number is None:
        name = public_name(slug)
        if name is not None:  # whoever asks, sees it
            return Pointer(slug, loaded(str(settings.SNAPSHOTS_ROOT), slug, name))
        if not isinstance(person, Person):
            raise NotOnShelf(slug)
    return Pointer(slug, find(slug, person, number).snapshot)


def public_name(slug: str) -> str | None:
    """The name of the snapshot that everybody is served of a dataset; None if not everybody is."""
    sql, rank, parameters = _written(connection.vendor)
    with connection.cursor() as cursor:
        cursor.execute(sql, [*parameters[:rank], slug, *parameters[rank + 1 :]])
        row = cursor.fetchone()
    return None if row is None else str(row[0])


@lru_cache(maxsize=2)
def _written(vendor: str) -> tuple[str, int, tuple[Any, ...]]:
    """The SQL for one kind of database, where in its parameters the slug stands, and them all."""
    public = Dataset.objects.filter(slug=ANY, restricted=False, current__isnull=False)
    sql, parameters = public.order_by().values_list("current__snapshot").query.sql_with_params()
    return sql, parameters.index(ANY), tuple(parameters)
