"""From the checked key of a group_by to how its groups are made."""

from sqlglot import exp

from cimaise.engine.odsql.groups.base import Way
from cimaise.engine.odsql.groups.clusters import Clusters
from cimaise.engine.odsql.groups.periods import periods
from cimaise.engine.odsql.groups.ranges import Bound, ranges
from cimaise.engine.odsql.groups.reading import bounds_of, nearness_of, period_of, width_of
from cimaise.engine.odsql.groups.widths import widths
from cimaise.engine.odsql.kinds import kind_of
from cimaise.engine.odsql.nodes import NOWHERE, Call, Instant, Measure, Node, Number
from cimaise.engine.odsql.to_sql import Lowering, order_key


def way_of(key: Node, lower: Lowering, zone: str) -> Way:
    """How a key is worked out of a record, unless it is of clusters."""
    if isinstance(key, Call) and key.function == "range":
        return _way_of_range(key, lower, zone)
    kind = kind_of(key)
    return Way(lower(key), ordered=lambda own: in_order(own, kind))


def _way_of_range(key: Call, lower: Lowering, zone: str) -> Way:
    value, kind = lower(key.arguments[0]), kind_of(key.arguments[0])
    match width_of(key):
        case Measure() as measure:
            return periods(value, kind, period_of(measure), zone)
        case Number(value=width):
            return widths(value, kind, width)

    def bound(each: Bound) -> exp.Expr:
        if isinstance(each, int | float):
            return lower(Number(NOWHERE, each))
        return lower(Instant(NOWHERE, each))

    return ranges(value, kind, bounds_of(key), bound)


def clusters_of(key: Node, name: str) -> Clusters | None:
    """The tables of a geo_cluster() key; None for other keys."""
    if isinstance(key, Call) and key.function == "geo_cluster":
        return Clusters(name, nearness_of(key))
    return None


def in_order(value: exp.Expr, kind: str) -> tuple[exp.Expr, ...]:
    """What an order of groups compares: equal words in other letters keep apart, always alike."""
    compared = order_key(value.copy(), kind)
    if kind not in ("text", "file", "json") or isinstance(value, exp.Literal):
        return (compared,)  # a text written out alone would be no order to DuckDB, but an error
    return (compared, value.copy())
