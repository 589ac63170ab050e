"""A plan wrapped so that the engine hands over each row as one text, ready to be joined.

Measured on 1.2 M rows of 11 columns: 1.5 s, against 8 s and more for cells rendered in Python.
"""

from collections.abc import Callable, Iterator, Sequence

from sqlglot import exp

from cimaise.engine.duck import ReadingRoom
from cimaise.engine.exports.base import SECONDS
from cimaise.engine.exports.cells import Cell
from cimaise.engine.query.plan import Column, Plan

BATCH = 500  # rows joined at once: few enough for long texts and polygons

Cells = Sequence[tuple[Column, Cell]]
RowText = Callable[[Cells], Cell]


def wrapped(
    plan: Plan, expressions: Callable[[Sequence[tuple[Column, Cell]]], Sequence[Cell]]
) -> exp.Select:
    """`expressions` of a plan's columns, asked around its tree: same rows, same order."""
    names = [f"c{position}" for position in range(len(plan.columns))]
    answer = exp.Subquery(
        this=plan.tree.copy(),
        alias=exp.TableAlias(
            this=exp.to_identifier("answer"), columns=[exp.to_identifier(name) for name in names]
        ),
    )
    cells = [(column, exp.column(name)) for column, name in zip(plan.columns, names, strict=True)]
    return exp.select(*expressions(cells)).from_(answer)


def lines(plan: Plan, room: ReadingRoom, row: RowText) -> Iterator[list[str]]:
    """The text of every row, in batches; raises TooLong and DuckFailure."""
    tree = wrapped(plan, lambda cells: [row(cells)])
    for batch in room.batches(tree, plan.values, BATCH, seconds=SECONDS):
        yield [line for (line,) in batch]
