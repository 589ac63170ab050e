"""Which questions are answered best first: texts searched, alone or beside other conditions."""

from collections.abc import Sequence

from sqlglot import exp

from cimaise.engine.odsql import dialect
from cimaise.engine.odsql.nodes import Every, FullText, Node
from cimaise.engine.query.plan import RECORDS

RANKED = 20_000  # the best records of a search that keep their rank; those after lie as they lie


def searches_of(condition: Node | None) -> tuple[tuple[FullText, ...], tuple[Node, ...]]:
    """The searches that every record must meet, and the other parts of the condition."""
    parts = _parts(condition)
    searches = tuple(
        part for part in parts if isinstance(part, FullText) and part.mode != "startswith"
    )
    return searches, tuple(part for part in parts if part not in searches)


def _parts(condition: Node | None) -> list[Node]:
    if condition is None:
        return []
    if not isinstance(condition, Every):
        return [condition]
    return [inner for part in condition.parts for inner in _parts(part)]


def best_first(tree: exp.Select, rows: Sequence[int]) -> exp.Select:
    """The records of a tree, the first of these rows first."""
    best = dialect.ranked_numbers(rows[:RANKED], "row", "rank").subquery("best")
    here = exp.column("rowid", table=RECORDS).eq(exp.column("row", table="best"))
    rank = exp.Ordered(this=exp.column("rank", table="best"), nulls_first=False)
    as_they_lie = exp.Ordered(this=exp.column("rowid", table=RECORDS), nulls_first=False)
    return tree.join(best, on=here, join_type="left").order_by(rank, as_they_lie)
