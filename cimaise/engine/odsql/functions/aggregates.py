"""Functions of many records: counts, sums, means."""

from sqlglot import exp

from cimaise.engine.messages import Message, say
from cimaise.engine.odsql import dialect
from cimaise.engine.odsql.functions.base import (
    DATES,
    NUMBER,
    NUMBERS,
    PLACES,
    SCALARS,
    Clause,
    Clock,
    Function,
    Lowering,
    Operand,
    Parameter,
    Returns,
    one,
    same,
)
from cimaise.engine.odsql.nodes import Node, Number
from cimaise.engine.trees import cast

SHOWN: tuple[Clause, ...] = ("select", "having", "order_by")  # where aggregates may stand


def _count(operands: tuple[Operand, ...], _: Clock) -> exp.Expr:
    if operands[0].kind == "star":
        return exp.Count(this=exp.Star())
    tree = operands[0].tree
    if operands[0].kind == "texts" and isinstance(tree, exp.Distinct):
        return exp.Coalesce(
            this=dialect.different_elements(tree), expressions=[exp.Literal.number(0)]
        )
    return exp.Count(this=tree)


def _sum(operands: tuple[Operand, ...], _: Clock) -> exp.Expr:
    total = exp.Sum(this=operands[0].tree)
    return cast(total, "BIGINT") if operands[0].kind == "int" else total


def _avg(operands: tuple[Operand, ...], _: Clock) -> exp.Expr:
    return exp.Avg(this=operands[0].tree)


def _min(operands: tuple[Operand, ...], _: Clock) -> exp.Expr:
    return exp.Min(this=operands[0].tree)


def _max(operands: tuple[Operand, ...], _: Clock) -> exp.Expr:
    return exp.Max(this=operands[0].tree)


def _median(operands: tuple[Operand, ...], _: Clock) -> exp.Expr:
    return dialect.median(cast(operands[0].tree, "DOUBLE"))


def _percentile(operands: tuple[Operand, ...], _: Clock) -> exp.Expr:
    share = operands[1].node.value if isinstance(operands[1].node, Number) else 0
    values = cast(operands[0].tree, "DOUBLE")
    return dialect.percentile(values, float(share) / 100)


def _percent(arguments: tuple[Node, ...]) -> Message | None:
    share = arguments[1]
    if isinstance(share, Number) and 0 <= share.value <= 100:
        return None
    return say("The percent of percentile() is from 0 to 100")


def _envelope(operands: tuple[Operand, ...], _: Clock) -> exp.Expr:
    return dialect.hull(dialect.point(operands[0].tree), operands[0].tree.copy())


def _bbox(operands: tuple[Operand, ...], _: Clock) -> exp.Expr:
    tree, shape = operands[0].tree, operands[0].kind == "geo_shape"
    sides = ("xmin", "ymin", "xmax", "ymax") if shape else ("lon", "lat", "lon", "lat")
    side = dialect.edge_of if shape else dialect.part_of
    edges = [side(tree.copy(), name) for name in sides]
    west, south = (exp.Min(this=edge) for edge in edges[:2])
    east, north = (exp.Max(this=edge) for edge in edges[2:])
    return dialect.call("st_makeenvelope", west, south, east, north)


def _aggregate(
    name: str,
    kinds: frozenset[str],
    returns: Returns,
    promise: str,
    sql: Lowering,
    parameter: str = "number",
) -> Function:
    return Function(
        name,
        "aggregate",
        one(parameter, kinds),
        returns,
        promise,
        f"{name}(visitors)",
        sql,
        clauses=SHOWN,
    )


ALL = (
    Function(
        "count",
        "aggregate",
        one("field", SCALARS | PLACES | {"texts", "star"}),
        "int",
        "How many records, or how many where the field is not missing; exact with distinct.",
        "count(*)",
        _count,
        distinct=True,
        clauses=SHOWN,
    ),
    _aggregate("sum", NUMBERS, same, "The sum.", _sum),
    _aggregate("avg", NUMBERS, "double", "The mean.", _avg),
    _aggregate("min", NUMBERS | DATES, same, "The least value.", _min, "number or date"),
    _aggregate("max", NUMBERS | DATES, same, "The greatest value.", _max, "number or date"),
    _aggregate("median", NUMBERS, "double", "The median, exact and interpolated.", _median),
    Function(
        "percentile",
        "aggregate",
        (Parameter("number", NUMBERS), Parameter("percent", NUMBER)),
        "double",
        "The value below which that share of records lies, interpolated; 0 to 100.",
        "percentile(visitors, 90)",
        _percentile,
        clauses=SHOWN,
        trouble=_percent,
    ),
    Function(
        "envelope",
        "aggregate",
        one("place", frozenset({"geo_point_2d"})),
        "geo_shape",
        "The smallest convex shape that holds the points.",
        "envelope(place)",
        _envelope,
        clauses=SHOWN,
    ),
    Function(
        "bbox",
        "aggregate",
        one("place", PLACES),
        "geo_shape",
        "The rectangle of longitudes and latitudes that holds the places.",
        "bbox(place)",
        _bbox,
        clauses=SHOWN,
    ),
)
