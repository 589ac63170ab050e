"""Finding one record by its id: a small sorted table, since an id tells nothing of its place.

Without it a record was looked for in every id of the table: 36 ms of work for 1.2 million
records, against 2.4 ms with it. An index of DuckDB's own (ART) answers in 1.4 ms but took 7 s
and 108 MB to make; this takes half a second and 9 MB.
"""

from sqlglot import exp

from cimaise.engine.duck import Workspace
from cimaise.engine.snapshots.trees import ID, RECORDS, call, column

HEADS = exp.table_("heads")
SIGNS = 15  # hexadecimal signs of an id that fit in a BIGINT without its sign


def head_of(record_id: str) -> int:
    """The number that the first signs of an id write."""
    return int(record_id[:SIGNS], 16)


def write_heads(workspace: Workspace) -> None:
    """Write table `heads`: `head` of each id and `place`, the rowid of its record, by head.

    Sorted, so that DuckDB skips every block but one or two of it.
    """
    start = call("concat", exp.Literal.string("0x"), call("left", column(ID), _signs()))
    rows = (
        exp.select(
            exp.alias_(exp.cast(start, "BIGINT"), "head"),
            exp.alias_(exp.column("rowid"), "place"),
        )
        .from_(RECORDS)
        .order_by("head")
    )
    workspace.run(exp.Create(this=HEADS.copy(), kind="TABLE", expression=rows))


def places_of(record_id: str, heads: exp.Table) -> exp.Select:
    """The rowids where a record of that id may be: one, but for ids with the same head."""
    known = exp.EQ(this=exp.column("head"), expression=exp.Literal.number(head_of(record_id)))
    return exp.select("place").from_(heads).where(known)


def _signs() -> exp.Expr:
    return exp.Literal.number(SIGNS)
