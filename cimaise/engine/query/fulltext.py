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
        hits = find(self.snapshot, search)
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
    if search.mode == "startswith":
        raise ValueError("startswith is answered by the table, not by the index")
    names = tuple(column.name for column in search.columns)
    query = TextQuery(search.text, names, search.mode)
    return TextIndex.open(snapshot.directory / "text").hits(query, limit, offset)
