"""What is asked of a dataset: the parameters of the Explore API, before they are understood."""

import json
from dataclasses import dataclass, fields
from datetime import datetime
from functools import lru_cache


@dataclass(frozen=True, slots=True)
class Question:
    """A question in the words of its asker (specs: explore-api §1.3); nothing is checked yet.

    `where` clauses are ANDed, and so are those of `having`, which keep groups; `refine` and
    `exclude` items read `field:value`; `qv1` queries are in the words of the v1 API and ANDed
    too; values chosen in a facet named in `disjunctive` are alternatives; `limit` None means
    every row (exports); `lang` and `timezone` shape the answer. `asked_at` is the moment that
    `now()` means, with its zone; None: the moment when the question is understood.
    `join` items name other datasets, whose fields are then `dataset.field`; they are read, and
    joined to the snapshot, before the question is asked of it (`query.joins`).
    `after_row` leaves out that row of the snapshot and whatever comes before it, of ungrouped
    records (`query.cursors`).
    """

    select: str = ""
    where: tuple[str, ...] = ()
    group_by: str = ""
    having: tuple[str, ...] = ()
    order_by: str = ""
    limit: int | None = 10
    offset: int = 0
    refine: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()
    lang: str = "fr"
    timezone: str = "UTC"
    qv1: tuple[str, ...] = ()
    disjunctive: tuple[str, ...] = ()
    by_points: bool = False
    asked_at: datetime | None = None
    after_row: int | None = None
    join: tuple[str, ...] = ()

    def canonical(self) -> str:
        """The same text for the same question: part of every ETag."""
        return _canonical(self)


@lru_cache(maxsize=256)
def _canonical(question: Question) -> str:
    said = {name: getattr(question, name) for name in _NAMES}
    return json.dumps(said, sort_keys=True, ensure_ascii=False, default=str)


_NAMES = tuple(each.name for each in fields(Question))
