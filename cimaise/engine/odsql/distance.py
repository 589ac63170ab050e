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
    # Rounding may bring the share of opposite points a hair above one.
    share = exp.Least(this=dialect.number(1.0), expressions=[_share(here_lon, here_lat, lon, lat)])
    return exp.Mul(this=dialect.number(2 * EARTH), expression=exp.Asin(this=exp.Sqrt(this=share)))


def _share(here_lon: exp.Expr, here_lat: exp.Expr, lon: float, lat: float) -> exp.Expr:
    """The squared sine of half the angle between two places, from 0 to 1."""
    here_lat, here_lon = exp.Radians(this=here_lat), exp.Radians(this=here_lon)
    across = _squared(_half_sine(here_lat.copy(), dialect.number(math.radians(lat))))
    narrowed = exp.Mul(
        this=exp.Cos(this=here_lat),
        expression=dialect.number(math.cos(math.radians(lat))),
    )
    along = _squared(_half_sine(here_lon, dialect.number(math.radians(lon))))
    return exp.Add(this=across, expression=exp.Mul(this=narrowed, expression=along))


def within_metres(point: exp.Expr, lon: float, lat: float, metres: float) -> exp.Expr:
    """Whether a geo_point_2d lies within `metres`; cheap latitudes come first."""
    reach = metres / _METRES_A_DEGREE + 1e-9
    near = exp.Between(
        this=dialect.part_of(point.copy(), "lat"),
        low=dialect.number(lat - reach),
        high=dialect.number(lat + reach),
    )
    if metres >= EARTH * math.pi:
        return near
    # Angles grow with their sines: neither roots nor arcs need be worked out of each record.
    most = math.sin(metres / EARTH / 2) ** 2 if metres >= 0 else -1.0
    here_lon, here_lat = (dialect.part_of(point.copy(), axis) for axis in ("lon", "lat"))
    close = exp.LTE(this=_share(here_lon, here_lat, lon, lat), expression=dialect.number(most))
    return exp.And(this=near, expression=close)


def _half_sine(left: exp.Expr, right: exp.Expr) -> exp.Expr:
    difference = exp.Paren(this=exp.Sub(this=left, expression=right))
    return exp.Sin(this=exp.Div(this=difference, expression=dialect.number(2.0)))


def _squared(tree: exp.Expr) -> exp.Expr:
    return exp.Mul(this=tree, expression=tree.copy())
