"""The functions of the language: one table that feeds parser, check, SQL and documentation."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from sqlglot import exp

from cimaise.engine.odsql import dialect
from cimaise.engine.odsql.distance import haversine, within_metres
from cimaise.engine.odsql.nodes import Measure, Node, Number, Shape

NUMBERS = frozenset({"int", "double"})
DATES = frozenset({"date", "datetime"})
TEXTS = frozenset({"text", "file", "json"})
PLACES = frozenset({"geo_point_2d", "geo_shape"})
# What a single value may be; the kinds below are types of fields, and these besides:
# "texts" (multivalued text), "null", "shape" (geom'…'), "distance" (10km), "star", "condition".
SCALARS = NUMBERS | DATES | TEXTS | {"boolean"}

Role = Literal["scalar", "aggregate", "condition", "text"]
METRES = {
    "mi": 1609.344,
    "yd": 0.9144,
    "ft": 0.3048,
    "m": 1.0,
    "cm": 0.01,
    "km": 1000.0,
    "mm": 0.001,
}


@dataclass(frozen=True, slots=True)
class Operand:
    """An argument already lowered: its tree, its kind, and the node it was."""

    tree: exp.Expr
    kind: str
    node: Node


@dataclass(frozen=True, slots=True)
class Clock:
    """What the answer's reader lives by; date parts of moments are those of this zone."""

    zone: str = "UTC"


@dataclass(frozen=True, slots=True)
class Parameter:
    """An argument a function takes and the kinds it may have."""

    name: str
    kinds: frozenset[str]


Lowering = Callable[[tuple[Operand, ...], Clock], exp.Expr]
Returns = str | Callable[[tuple[str, ...]], str]


@dataclass(frozen=True, slots=True)
class Function:
    """A row of the table: how a function is called, what it promises, how SQL says it."""

    name: str
    role: Role
    parameters: tuple[Parameter, ...]
    returns: Returns
    promise: str
    example: str
    sql: Lowering | None = None
    distinct: bool = False

    def kind(self, kinds: tuple[str, ...]) -> str:
        """The kind of its result for arguments of these kinds."""
        return self.returns if isinstance(self.returns, str) else self.returns(kinds)

    @property
    def signature(self) -> str:
        """`within_distance(place, centre, distance)`, for people."""
        return f"{self.name}({', '.join(parameter.name for parameter in self.parameters)})"


def _one(name: str, kinds: frozenset[str]) -> tuple[Parameter, ...]:
    return (Parameter(name, kinds),)


def _local(operand: Operand, clock: Clock) -> exp.Expr:
    if operand.kind == "datetime":
        return dialect.local_time(operand.tree, clock.zone)
    return operand.tree


def _part(unit: str) -> Lowering:
    def lowered(operands: tuple[Operand, ...], clock: Clock) -> exp.Expr:
        if operands[0].kind == "date" and unit in ("HOUR", "MINUTE", "SECOND"):
            # A date has no hours: the start of its day, and null where it is null.
            zero = exp.Literal.number(0)
            return exp.Mul(this=zero, expression=_extracted("DAY", operands[0].tree))
        return _extracted(unit, _local(operands[0], clock))

    return lowered


def _extracted(unit: str, moment: exp.Expr) -> exp.Expr:
    return exp.Extract(this=exp.var(unit), expression=moment)


def _date_part(name: str, promise: str) -> Function:
    return Function(
        name,
        "scalar",
        _one("date", DATES),
        "int",
        promise,
        f"{name}(opened)",
        _part(name.upper()),
    )


def _same(kinds: tuple[str, ...]) -> str:
    return kinds[0]


def _length(operands: tuple[Operand, ...], _: Clock) -> exp.Expr:
    return exp.Length(this=operands[0].tree)


def _ifnull(operands: tuple[Operand, ...], _: Clock) -> exp.Expr:
    return exp.Coalesce(this=operands[0].tree, expressions=[operands[1].tree])


def _count(operands: tuple[Operand, ...], _: Clock) -> exp.Expr:
    if operands[0].kind == "star":
        return exp.Count(this=exp.Star())
    return exp.Count(this=operands[0].tree)


def _sum(operands: tuple[Operand, ...], _: Clock) -> exp.Expr:
    total = exp.Sum(this=operands[0].tree)
    return exp.cast(total, "BIGINT") if operands[0].kind == "int" else total


def _avg(operands: tuple[Operand, ...], _: Clock) -> exp.Expr:
    return exp.Avg(this=operands[0].tree)


def _min(operands: tuple[Operand, ...], _: Clock) -> exp.Expr:
    return exp.Min(this=operands[0].tree)


def _max(operands: tuple[Operand, ...], _: Clock) -> exp.Expr:
    return exp.Max(this=operands[0].tree)


def _median(operands: tuple[Operand, ...], _: Clock) -> exp.Expr:
    return dialect.median(exp.cast(operands[0].tree, "DOUBLE"))


def _percentile(operands: tuple[Operand, ...], _: Clock) -> exp.Expr:
    share = operands[1].node.value if isinstance(operands[1].node, Number) else 0
    values = exp.cast(operands[0].tree, "DOUBLE")
    return dialect.percentile(values, min(max(float(share) / 100, 0.0), 1.0))


def metres(node: Node) -> float:
    """The length a distance argument stands for; a bare number is in metres."""
    if isinstance(node, Measure):
        return float(node.value) * METRES[node.unit]
    return float(node.value) if isinstance(node, Number) else 0.0


def _centre(node: Node) -> tuple[float, float]:
    if isinstance(node, Shape) and node.point is not None:
        return node.point
    return 0.0, 0.0  # the check let only points through


def _distance(operands: tuple[Operand, ...], _: Clock) -> exp.Expr:
    return haversine(operands[0].tree, *_centre(operands[1].node))


def _within_distance(operands: tuple[Operand, ...], _: Clock) -> exp.Expr:
    return within_metres(operands[0].tree, *_centre(operands[1].node), metres(operands[2].node))


def _place(operand: Operand) -> exp.Expr:
    return dialect.point(operand.tree) if operand.kind == "geo_point_2d" else operand.tree


def _relation(relation: str) -> Lowering:
    def lowered(operands: tuple[Operand, ...], _: Clock) -> exp.Expr:
        return dialect.related(relation, _place(operands[0]), operands[1].tree)

    return lowered


def _in_bbox(operands: tuple[Operand, ...], _: Clock) -> exp.Expr:
    corners = [float(item.node.value) for item in operands[1:] if isinstance(item.node, Number)]
    south, north = sorted((corners[0], corners[2]))
    west, east = sorted((corners[1], corners[3]))
    return in_box(operands[0].tree, operands[0].kind, (west, south, east, north))


def in_box(tree: exp.Expr, kind: str, box: tuple[float, float, float, float]) -> exp.Expr:
    """Whether a place lies in (touches, for a shape) a west, south, east, north box."""
    if kind == "geo_shape":
        return dialect.related("intersects", tree, dialect.envelope(*box))
    west, south, east, north = (dialect.number(corner) for corner in box)
    return exp.and_(
        exp.Between(this=dialect.part_of(tree, "lon"), low=west, high=east),
        exp.Between(this=dialect.part_of(tree.copy(), "lat"), low=south, high=north),
    )


_SHAPE = frozenset({"shape"})
_NUMBER = frozenset({"number"})  # a number written out, not a field
_GEO = Parameter("place", PLACES)
_POINT = Parameter("place", frozenset({"geo_point_2d"}))
_CENTRE = Parameter("centre", frozenset({"point"}))
_RADIUS = Parameter("distance", frozenset({"distance", "number"}))
_BOX = (
    _GEO,
    *(Parameter(name, _NUMBER) for name in ("lat1", "lon1", "lat2", "lon2")),
)


def _relating(name: str, promise: str) -> Function:
    example = f"{name}(place, geom'POLYGON((2 48, 3 48, 3 49, 2 48))')"
    parameters = (_GEO, Parameter("shape", _SHAPE))
    lowering = _relation(name)
    return Function(name, "condition", parameters, "condition", promise, example, lowering)


def _aggregate(
    name: str, kinds: frozenset[str], returns: Returns, promise: str, sql: Lowering
) -> Function:
    return Function(
        name, "aggregate", _one("field", kinds), returns, promise, f"{name}(visitors)", sql
    )


_ALL: tuple[Function, ...] = (
    Function(
        "length",
        "scalar",
        _one("text", TEXTS),
        "int",
        "The number of characters.",
        "length(name)",
        _length,
    ),
    Function(
        "lower",
        "scalar",
        _one("text", TEXTS),
        "text",
        "The text in small letters.",
        "lower(name)",
        lambda operands, _: exp.Lower(this=operands[0].tree),
    ),
    Function(
        "upper",
        "scalar",
        _one("text", TEXTS),
        "text",
        "The text in capitals.",
        "upper(name)",
        lambda operands, _: exp.Upper(this=operands[0].tree),
    ),
    _date_part("year", "The year, in the time zone of the question."),
    _date_part("quarter", "The quarter, 1 to 4."),
    _date_part("month", "The month, 1 to 12."),
    _date_part("day", "The day of the month."),
    _date_part("hour", "The hour, 0 to 23; 0 for a date."),
    _date_part("minute", "The minute."),
    _date_part("second", "The whole second."),
    Function(
        "ifnull",
        "scalar",
        (Parameter("value", SCALARS), Parameter("otherwise", SCALARS)),
        _same,
        "The value, or another one where it is missing.",
        "ifnull(visitors, 0)",
        _ifnull,
    ),
    Function(
        "distance",
        "scalar",
        (_POINT, _CENTRE),
        "double",
        "Metres to a point, on a sphere.",
        "distance(place, geom'POINT(2.35 48.85)')",
        _distance,
    ),
    Function(
        "count",
        "aggregate",
        _one("field", SCALARS | PLACES | {"texts", "star"}),
        "int",
        "How many records, or how many where the field is not missing; exact with distinct.",
        "count(*)",
        _count,
        distinct=True,
    ),
    _aggregate("sum", NUMBERS, _same, "The sum.", _sum),
    _aggregate("avg", NUMBERS, "double", "The mean.", _avg),
    _aggregate("min", NUMBERS | DATES, _same, "The least value.", _min),
    _aggregate("max", NUMBERS | DATES, _same, "The greatest value.", _max),
    _aggregate("median", NUMBERS, "double", "The median, exact and interpolated.", _median),
    Function(
        "percentile",
        "aggregate",
        (Parameter("field", NUMBERS), Parameter("percent", _NUMBER)),
        "double",
        "The value below which that share of records lies, interpolated; 0 to 100.",
        "percentile(visitors, 90)",
        _percentile,
    ),
    Function(
        "search",
        "text",
        (),
        "condition",
        "Words near those given, spelling mistakes allowed; the last is a beginning.",
        'search(name, "libary pub")',
    ),
    Function(
        "suggest",
        "text",
        (),
        "condition",
        "Words that begin as given.",
        'suggest(name, "biblio")',
    ),
    Function(
        "startswith",
        "text",
        (),
        "condition",
        "The whole value begins exactly so, case and accents included.",
        'startswith(code, "75")',
    ),
    Function(
        "within_distance",
        "condition",
        (_POINT, _CENTRE, _RADIUS),
        "condition",
        "Closer to a point than a distance (mi yd ft m cm km mm).",
        "within_distance(place, geom'POINT(2.35 48.85)', 10km)",
        _within_distance,
    ),
    Function(
        "distance",
        "condition",
        (_POINT, _CENTRE, _RADIUS),
        "condition",
        "The older name of within_distance.",
        "distance(place, geom'POINT(2.35 48.85)', 10km)",
        _within_distance,
    ),
    Function(
        "in_bbox",
        "condition",
        _BOX,
        "condition",
        "In the rectangle of two opposite corners, latitude first.",
        "in_bbox(place, 48, 2, 49, 3)",
        _in_bbox,
    ),
    _relating("intersects", "Touches a shape."),
    _relating("disjoint", "Does not touch a shape."),
    _relating("within", "Lies wholly in a shape."),
)

FUNCTIONS: dict[str, tuple[Function, ...]] = {
    name: tuple(function for function in _ALL if function.name == name)
    for name in dict.fromkeys(function.name for function in _ALL)
}


def function_of(name: str, arguments: int) -> Function | None:
    """The function of that name for that many arguments; any count will do when only one has it."""
    signatures = FUNCTIONS[name]
    for function in signatures:
        if len(function.parameters) == arguments:
            return function
    return signatures[0] if signatures[0].role == "text" else None
