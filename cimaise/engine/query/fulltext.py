"""Full-text searches of a question, answered by the snapshot's index and bound as rows."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from sqlglot import exp

from cimaise.engine.odsql.nodes import FullText
from cimaise.engine.query.plan import RECORDS
from cimaise.engine.snapshots.manifest import Snapshot
from cimaise.engine.snapshots.text import Hits, TextIndex, TextQuery, rows_condition


@dataclass(slots=True)
class Finder:
    """Turns searches into conditions on rows; the values they bind pile up in `values`."""

    snapshot: Snapshot
    values: list[object] = field(default_factory=list)

    def __call__(self, search: FullText) -> exp.Expr:
        """The condition that a record is found by a search."""
        return self.among(find(self.snapshot, search))

    def among(self, hits: Hits) -> exp.Expr:
        """The condition that a record is one of those found."""
        records = int(self.snapshot.manifest.counts["records"])
        condition, values = rows_condition(hits.rows, records, RECORDS)
        return self._numbered(condition, values)

    def _numbered(self, condition: exp.Expr, values: Sequence[object]) -> exp.Expr:
        # Numbered places: the same search may stand several times in one statement.
        for place, value in zip(condition.find_all(exp.Placeholder), values, strict=True):
            self.values.append(value)
            place.replace(exp.Parameter(this=exp.Literal.number(len(self.values))))
        return condition


def find(snapshot: Snapshot, search: FullText, limit: int | None = None, offset: int = 0) -> Hits:
    """What a search finds in a snapshot: all, or the best `limit` after `offset`."""
    return find_all_of((search,), snapshot, limit, offset)


def find_all_of(
    searches: Sequence[FullText], snapshot: Snapshot, limit: int | None = None, offset: int = 0
) -> Hits:
    """What every one of the searches finds, as `find`."""
    queries = [_query(search) for search in searches]
    return TextIndex.open(snapshot.directory / "text").hits_of_all(queries, limit, offset)


def _query(search: FullText) -> TextQuery:
    if search.mode == "startswith":
        raise ValueError("startswith is answered by the table, not by the index")
    names = tuple(column.name for column in search.columns)
    return TextQuery(search.text, names, search.mode)
