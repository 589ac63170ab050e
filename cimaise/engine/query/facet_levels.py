"""What a facet's value is at each of its levels: a period of a date, the start of a path, itself.

Dates have years, months and days, as far as the precision of their field goes; paths have as many
levels as they have steps; everything else has one.
"""

from sqlglot import exp

from cimaise.engine.odsql import dialect
from cimaise.engine.odsql.kinds import kind_of_field
from cimaise.engine.query.facet_request import FacetRequest
from cimaise.engine.query.planner import field_column
from cimaise.engine.query.refinements import day_parts

DATES = ("date", "datetime")
DEEPEST = 20  # levels of a path
_PERIODS = ("%Y", "%Y/%m", "%Y/%m/%d")
_PRECISIONS = {"year": 1, "month": 2}


def is_list(request: FacetRequest) -> bool:
    """Whether a record may have several values."""
    return kind_of_field(request.field) == "texts"


def values_of(request: FacetRequest, depth: int, zone: str) -> exp.Expr:
    """The value of a record at a level; of a list a row each, the same one never twice."""
    column = field_column(request.field)
    if not is_list(request):
        return _value(request, column, depth, zone)
    if request.separator is not None:
        step = dialect.path_start(exp.column("element"), request.separator, depth + 1)
        column = dialect.each_element(column, step)
    return dialect.unnested(column)


def _value(request: FacetRequest, item: exp.Expr, depth: int, zone: str) -> exp.Expr:
    if request.field.type in DATES:
        local = dialect.local_time(item, zone) if request.field.type == "datetime" else item
        if depth == 0:
            return exp.Extract(this=exp.var("YEAR"), expression=local)
        return dialect.formatted(local, _PERIODS[depth])
    if request.separator is not None:
        return dialect.path_start(item, request.separator, depth + 1)
    return item


def has_more(request: FacetRequest, depth: int) -> bool:
    """Whether there is a level below one."""
    if request.field.type in DATES:
        precision = request.field.annotations.timeserie_precision or ""
        return depth + 1 < _PRECISIONS.get(precision, len(_PERIODS))
    return request.separator is not None and depth + 1 < DEEPEST


def at_level(value: str, depth: int, request: FacetRequest) -> str | None:
    """What a chosen value is at a level; None when it is less deep."""
    if request.field.type in DATES:
        parts = day_parts(value)
        if parts is None or len(parts) <= depth:
            return None
        written = (f"{parts[0]:04d}", *(f"{part:02d}" for part in parts[1:]))
        return "/".join(written[: depth + 1])
    if request.separator is None:
        return spelled(value, request) if depth == 0 else None
    steps = value.split(request.separator)
    return request.separator.join(steps[: depth + 1]) if len(steps) > depth else None


def spelled(value: str, request: FacetRequest) -> str:
    """A chosen value as the facet lists it: `2020-1-5` is 2020/01/05, 3 of decimals is 3.0."""
    kind = request.field.type
    if kind in DATES:
        parts = day_parts(value)
        return (at_level(value, len(parts) - 1, request) or value) if parts else value
    if kind == "boolean":
        return {"1": "true", "0": "false"}.get(value, value.lower())
    if kind in ("int", "double"):
        try:
            number = float(value)
            return str(number) if kind == "double" else str(int(value))
        except ValueError:
            return value
    return value


def last_name(value: str, request: FacetRequest) -> str:
    """What people read of a value: its last part."""
    if request.field.type in DATES:
        return value.rsplit("/", 1)[-1]
    return value.rsplit(request.separator, 1)[-1] if request.separator else value


def text(value: object, request: FacetRequest) -> str:
    """A value of the engine as `refine` takes it."""
    if request.field.type in DATES and isinstance(value, int):
        return f"{value:04d}"
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value)
