"""What comes after a record in the order of a question, as a condition on the others."""

from collections.abc import Sequence

from sqlglot import exp

from cimaise.engine.query.plan import RECORDS


def following(orders: Sequence[exp.Expr], row: int, table: exp.Expr) -> exp.Expr:
    """The condition that a record comes after the one of that row.

    `orders` are those of the plan, the number of the row last; without any, records lie in the
    order of the source. Keys of the record at `row` are worked out from the record itself, by the
    same expressions: nothing of its values travels in a cursor. Missing values are last.
    """
    number = exp.Literal.number(row)
    here = exp.column("rowid", table=RECORDS)
    after: exp.Expr = exp.GT(this=here, expression=number)
    for ordered in reversed(orders[:-1]):
        after = _after(ordered, _there(ordered.this, table, number), after)
    return exp.paren(after, copy=False)


def _there(key: exp.Expr, table: exp.Expr, number: exp.Expr) -> exp.Expr:
    """The key of the record that was last."""
    last = exp.column("rowid", table=RECORDS).eq(number.copy())
    return exp.select(key.copy()).from_(table.copy()).where(last).subquery()


def _after(ordered: exp.Expr, there: exp.Expr, ties: exp.Expr) -> exp.Expr:
    """Further by this key, or equal by it and further by the next ones."""
    key = ordered.this
    further = (exp.LT if ordered.args.get("desc") else exp.GT)(
        this=key.copy(), expression=there.copy()
    )
    missing = exp.and_(_is_null(key), exp.Not(this=_is_null(there)))
    same = exp.NullSafeEQ(this=key.copy(), expression=there.copy())
    return exp.or_(further, missing, exp.and_(same, ties))


def _is_null(value: exp.Expr) -> exp.Expr:
    return exp.Is(this=value.copy(), expression=exp.Null())
