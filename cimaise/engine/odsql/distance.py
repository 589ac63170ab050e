"""Distances on a sphere, in plain arithmetic that any SQL engine computes the same."""

import math

from sqlglot import exp

from cimaise.engine.odsql import dialect

EARTH = 6_371_008.8  # metres: the mean radius of the Earth (IUGG)
_METRES_A_DEGREE = EARTH * math.pi / 180


def haversine(point: exp.Expr, lon: float, lat: float) -> exp.Expr:
    """Metres between a geo_point_2d and a place; null where the point is."""
    here_lon, here_lat = (dialect.part_of(point.copy(), axis) for axis in ("lon", "lat"))
    return _between(here_lon, here_lat, lon, lat)


def metres_to_shape(shape: exp.Expr, lon: float, lat: float) -> exp.Expr:
    """Metres from a place to the nearest point of a GEOMETRY, none where it is inside.

    The nearest is looked for on a map that is true round the place: far away it may be a little
    farther than the nearest on earth.
    """
    squeeze = max(math.cos(math.radians(lat)), 0.01)
    centre = dialect.geometry(f"POINT ({lon!r} {lat!r})")
    nearest = dialect.nearest_point(shape, centre, squeeze)
    east = exp.Div(this=dialect.coordinate(nearest, "x"), expression=dialect.number(squeeze))
    return _between(east, dialect.coordinate(nearest.copy(), "y"), lon, lat)


def _between(here_lon: exp.Expr, here_lat: exp.Expr, lon: float, lat: float) -> exp.Expr:
    """The haversine of two places, the first in degrees of an expression."""
    here_lat, here_lon = exp.Radians(this=here_lat), exp.Radians(this=here_lon)
    there_lat = dialect.number(math.radians(lat))
    there_lon = dialect.number(math.radians(lon))
    across = _squared(_half_sine(here_lat, there_lat))
    along = exp.Mul(
        this=exp.Mul(
            this=exp.Cos(this=here_lat.copy()),
            expression=dialect.number(math.cos(math.radians(lat))),
        ),
        expression=_squared(_half_sine(here_lon, there_lon)),
    )
    # Rounding may bring the sum of opposite points a hair above one.
    share = exp.Least(
        this=dialect.number(1.0), expressions=[exp.Add(this=across, expression=along)]
    )
    return exp.Mul(this=dialect.number(2 * EARTH), expression=exp.Asin(this=exp.Sqrt(this=share)))


def within_metres(point: exp.Expr, lon: float, lat: float, metres: float) -> exp.Expr:
    """Whether a geo_point_2d lies within `metres`; cheap latitudes come first."""
    reach = metres / _METRES_A_DEGREE + 1e-9
    near = exp.Between(
        this=dialect.part_of(point.copy(), "lat"),
        low=dialect.number(lat - reach),
        high=dialect.number(lat + reach),
    )
    return exp.and_(
        near, exp.LTE(this=haversine(point, lon, lat), expression=dialect.number(metres))
    )


def _half_sine(left: exp.Expr, right: exp.Expr) -> exp.Expr:
    difference = exp.paren(exp.Sub(this=left.copy(), expression=right))
    return exp.Sin(this=exp.Div(this=difference, expression=dialect.number(2.0)))


def _squared(tree: exp.Expr) -> exp.Expr:
    return exp.Mul(this=tree, expression=tree.copy())
