"""Functions of places: distances, rectangles, shapes."""

from sqlglot import exp

from cimaise.engine.odsql import dialect
from cimaise.engine.odsql.circles import WIDEST, circle, opposite
from cimaise.engine.odsql.distance import haversine, metres_to_shape, within_metres
from cimaise.engine.odsql.functions.base import (
    CONDITIONS,
    LENGTH,
    NUMBER,
    PLACES,
    POINT,
    SHAPE,
    Clock,
    Function,
    Lowering,
    Operand,
    Parameter,
    metres,
)
from cimaise.engine.odsql.nodes import Node, Number, Shape

_PLACE = Parameter("place", PLACES)
_SHAPE = Parameter("shape", SHAPE | PLACES)
_MODE = Parameter("mode", frozenset(), frozenset({"intersects", "disjoint", "within"}))
_CENTRE = Parameter("centre", POINT)
_RADIUS = Parameter("distance", LENGTH)
_BOX = (
    _PLACE,
    *(Parameter(name, NUMBER) for name in ("lat1", "lon1", "lat2", "lon2")),
)


def _centre(node: Node) -> tuple[float, float]:
    if isinstance(node, Shape) and node.point is not None:
        return node.point
    return 0.0, 0.0  # the check let only points through


def _distance(operands: tuple[Operand, ...], _: Clock) -> exp.Expr:
    far = metres_to_shape if operands[0].kind == "geo_shape" else haversine
    return far(operands[0].tree, *_centre(operands[1].node))


def _within_distance(operands: tuple[Operand, ...], _: Clock) -> exp.Expr:
    place, (lon, lat), reach = operands[0], _centre(operands[1].node), metres(operands[2].node)
    if place.kind == "geo_point_2d":
        return within_metres(place.tree, lon, lat, reach)
    if reach < 0:
        return exp.false()
    if reach <= WIDEST:
        return dialect.related("intersects", place.tree, dialect.geometry(circle(lon, lat, reach)))
    # Past half of the earth: what does not lie wholly on the far side.
    beyond = opposite(lon, lat, reach)
    somewhere = exp.Not(this=dialect.is_empty(place.tree))
    if beyond[2] <= 0:
        return somewhere
    far = dialect.related("within", place.tree.copy(), dialect.geometry(circle(*beyond)))
    return exp.and_(somewhere, exp.Not(this=far))


def _geometry(operand: Operand) -> exp.Expr:
    return dialect.point(operand.tree) if operand.kind == "geo_point_2d" else operand.tree


def _relation(relation: str) -> Lowering:
    def lowered(operands: tuple[Operand, ...], _: Clock) -> exp.Expr:
        return dialect.related(relation, _geometry(operands[0]), _geometry(operands[1]))

    return lowered


def _geo_digest(operands: tuple[Operand, ...], _: Clock) -> exp.Expr:
    return dialect.digest(_geometry(operands[0]))


def _geometry_relation(operands: tuple[Operand, ...], clock: Clock) -> exp.Expr:
    mode = operands[2].kind if len(operands) > 2 else "intersects"
    return _relation(mode)(operands[:2], clock)


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
    return exp.And(
        this=exp.Between(this=dialect.part_of(tree, "lon"), low=west, high=east),
        expression=exp.Between(this=dialect.part_of(tree.copy(), "lat"), low=south, high=north),
    )


def _relating(name: str, promise: str, relation: str = "") -> Function:
    example = f"{name}(place, geom'POLYGON((2 48, 3 48, 3 49, 2 49, 2 48))')"
    parameters = (_PLACE, _SHAPE)
    lowering = _relation(relation or name)
    return Function(
        name,
        "condition",
        parameters,
        "condition",
        promise,
        example,
        lowering,
        clauses=CONDITIONS,
    )


ALL = (
    Function(
        "distance",
        "scalar",
        (_PLACE, _CENTRE),
        "double",
        "Metres to a point, on a sphere; from a shape, of its nearest point.",
        "distance(place, geom'POINT(2.35 48.85)')",
        _distance,
    ),
    Function(
        "geo_digest",
        "scalar",
        (_PLACE,),
        "text",
        "A short name of a place or shape: the same for the same one, whatever the record.",
        "geo_digest(place)",
        _geo_digest,
    ),
    Function(
        "within_distance",
        "condition",
        (_PLACE, _CENTRE, _RADIUS),
        "condition",
        "Closer to a point than a distance (mi yd ft m cm km mm); a shape by its nearest point.",
        "within_distance(place, geom'POINT(2.35 48.85)', 10km)",
        _within_distance,
        clauses=CONDITIONS,
    ),
    Function(
        "distance",
        "condition",
        (_PLACE, _CENTRE, _RADIUS),
        "condition",
        "The older name of within_distance.",
        "distance(place, geom'POINT(2.35 48.85)', 10km)",
        _within_distance,
        clauses=CONDITIONS,
    ),
    Function(
        "in_bbox",
        "condition",
        _BOX,
        "condition",
        "In the rectangle of two opposite corners, latitude first.",
        "in_bbox(place, 48, 2, 49, 3)",
        _in_bbox,
        clauses=CONDITIONS,
    ),
    _relating("intersects", "Touches a shape."),
    _relating("disjoint", "Does not touch a shape."),
    _relating("within", "Lies wholly in a shape."),
    Function(
        "geometry",
        "condition",
        (_PLACE, _SHAPE, _MODE),
        "condition",
        "The older name of intersects, disjoint and within; intersects if it is not said.",
        "geometry(place, geom'POLYGON((2 48, 3 48, 3 49, 2 49, 2 48))', WITHIN)",
        _geometry_relation,
        optional=1,
        clauses=CONDITIONS,
    ),
    _relating("polygon", "The older name of intersects.", "intersects"),
)
