"""Functions that make keys of groups: they stand in group_by, and wherever a key is said again."""

from cimaise.engine.odsql.functions.base import (
    DATES,
    NUMBER,
    NUMBERS,
    SCALARS,
    Clause,
    Function,
    Parameter,
)

OF_GROUPS: tuple[Clause, ...] = ("group_by", "select", "having", "order_by")

RANGE = Function(
    "range",
    "group",
    (
        Parameter("field", NUMBERS | DATES),
        Parameter("bound", SCALARS | {"star", "period", "distance"}),
    ),
    "text",
    "Ranges of one width (10, 1 day, 1 month: ms s m h d w M q y), or between bounds.",
    "range(visitors, *, 100, 1000, *)",
    repeats=True,
    clauses=OF_GROUPS,
)
GEO_CLUSTER = Function(
    "geo_cluster",
    "group",
    (
        Parameter("place", frozenset({"geo_point_2d"})),
        Parameter("zoom", NUMBER),
        Parameter("radius", NUMBER),
    ),
    "json",
    "Points near one another on a map of that zoom (0 to 25), radius in pixels (40).",
    "geo_cluster(place, 8)",
    optional=1,
    clauses=OF_GROUPS,
)

ALL = (RANGE, GEO_CLUSTER)
