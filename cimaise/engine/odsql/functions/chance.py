"""`random(seed)`: an order of chance, always the same for a seed."""

from sqlglot import exp

from cimaise.engine.odsql import dialect
from cimaise.engine.odsql.functions.base import NUMBER, Clock, Function, Operand, one
from cimaise.engine.odsql.nodes import Number


def _random(operands: tuple[Operand, ...], _: Clock) -> exp.Expr:
    seed, record = operands[0].node, operands[1].tree
    return dialect.shuffled(record, str(seed.value) if isinstance(seed, Number) else "")


ALL = (
    Function(
        "random",
        "scalar",
        one("seed", NUMBER),
        "int",
        "An order of chance: the same records in the same order for the same seed.",
        "random(42)",
        _random,
        clauses=("order_by",),
        of_record=True,
    ),
)
