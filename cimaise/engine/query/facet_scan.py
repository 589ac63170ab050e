"""Counting several plain facets in one pass over the records, instead of one pass each."""

from collections.abc import Sequence

from sqlglot import exp

from cimaise.engine.odsql import dialect
from cimaise.engine.query.facet_request import FacetRequest
from cimaise.engine.query.planner import field_column

AT_ONCE = 16  # facets a pass: each keeps its groups in memory, and GROUPING has a bit for each


def is_plain(request: FacetRequest) -> bool:
    """Whether a facet's values are those of a column of texts, the most frequent first."""
    field = request.field
    single = field.type == "text" and field.annotations.multivalued is None
    return single and request.separator is None and request.sort == "-count"


def counts_of(
    requests: Sequence[FacetRequest], records: exp.Expr, condition: exp.Expr | None
) -> exp.Select:
    """Rows of `which` facet (its rank among `requests`), `key` and `count`.

    Each facet gives its `limit` + 1 most frequent values, equal ones by name. On 1.2 million
    records three facets take two thirds of the work of three questions.
    """
    columns = [field_column(request.field) for request in requests]
    sets = exp.GroupingSets(expressions=[exp.Tuple(expressions=[each.copy()]) for each in columns])
    one_of_them = exp.Coalesce(this=columns[0].copy(), expressions=[c.copy() for c in columns[1:]])
    tree = exp.select(
        exp.alias_(dialect.call("grouping", *(each.copy() for each in columns)), "absent"),
        exp.alias_(one_of_them, "key"),
        exp.alias_(exp.Count(this=exp.Star()), "count"),
    ).from_(records)
    if condition is not None:
        tree = tree.where(condition)
    tree.set("group", exp.Group(grouping_sets=[sets]))
    return _most_frequent(tree, requests)


def _most_frequent(counted: exp.Select, requests: Sequence[FacetRequest]) -> exp.Select:
    """The first values of each facet; GROUPING has a bit set for each column that is absent."""
    every = 2 ** len(requests) - 1
    whiches = [
        exp.If(
            this=exp.Literal.number(every - 2 ** (len(requests) - 1 - rank)),
            true=exp.Literal.number(rank),
        )
        for rank in range(len(requests))
    ]
    which = exp.Case(this=exp.column("absent"), ifs=whiches)
    place = exp.Window(
        this=exp.RowNumber(),
        partition_by=[exp.column("absent")],
        order=exp.Order(
            expressions=[
                exp.Ordered(this=exp.column("count"), desc=True),
                exp.Ordered(this=exp.column("key")),
            ]
        ),
    )
    ranked = (
        exp.select(
            exp.alias_(which, "which"), "key", "count", exp.alias_(place, "place", quoted=True)
        )
        .from_(counted.subquery("counted"))
        .where(exp.Not(this=exp.Is(this=exp.column("key"), expression=exp.null())))
    )
    longest = max(request.limit for request in requests) + 1
    kept = exp.LTE(this=exp.column("place", quoted=True), expression=exp.Literal.number(longest))
    return (
        exp.select("which", "key", "count")
        .from_(ranked.subquery("ranked"))
        .where(kept)
        .order_by("which", exp.column("place", quoted=True))
    )
