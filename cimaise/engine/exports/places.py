"""Which column is the place of a record, and places in another coordinate system.

The rule of every format that draws records: the first geo_shape, else the first geo_point_2d.
"""

from collections.abc import Sequence
from dataclasses import replace

from sqlglot import exp

from cimaise.engine.duck import ReadingRoom
from cimaise.engine.exports.base import EPSG
from cimaise.engine.exports.cells import Cell, call, coordinate, known, literal, when
from cimaise.engine.exports.lines import wrapped
from cimaise.engine.query.plan import Column, Plan
from cimaise.engine.schema.schema import Schema

WGS84 = 4326
KINDS = ("geo_shape", "geo_point_2d")


def has_places(schema: Schema) -> bool:
    """Whether records can be drawn on a map."""
    return bool(schema.of_type(*KINDS))


def placed(columns: Sequence[Column]) -> int | None:
    """The position of the column that places records."""
    for kind in KINDS:
        for position, column in enumerate(columns):
            if column.type == kind:
                return position
    return None


def geometry_of(column: Column, value: Cell) -> Cell:
    """A stored place as the engine's GEOMETRY; x is the longitude."""
    if column.type == "geo_shape":
        return value.copy()
    drawn = call("ST_Point", coordinate(value, "lon"), coordinate(value, "lat"))
    return when(known(value), drawn)


def reprojected(plan: Plan, epsg: int, room: ReadingRoom) -> Plan:
    """The same answer with its places in another system; what it cannot hold is null.

    Raises InvalidParameterError for a code that is no plane or geographic system. Of points, `lon`
    is then the easting and `lat` the northing.
    """
    _check(epsg, room)
    if placed(plan.columns) is None:
        return plan
    tree = wrapped(plan, lambda cells: [_moved(column, value, epsg) for column, value in cells])
    return replace(plan, tree=tree)


def _check(epsg: int, room: ReadingRoom) -> None:
    systems = exp.Table(this=call("duckdb_coordinate_systems"))
    told = exp.column("wkt2_2019")
    tree = exp.select(told).from_(systems)
    found = room.rows(tree.where(exp.column("crs_name").eq(exp.Placeholder())), [f"EPSG:{epsg}"])
    for (wkt,) in found:
        if wkt.startswith(("PROJCRS", "GEOGCRS")) and ",2]" in wkt:
            return
    raise EPSG.refusal(epsg, "the EPSG code of a projected or geographic coordinate system")


def _moved(column: Column, value: Cell, epsg: int) -> Cell:
    if column.type not in KINDS:
        return value
    here = call(
        "ST_Transform",
        geometry_of(column, value),
        literal(f"EPSG:{WGS84}"),
        literal(f"EPSG:{epsg}"),
        exp.true(),  # x is always the easting or the longitude
    )
    ends = [call("isfinite", call(name, here.copy())) for name in ("ST_XMin", "ST_XMax")]
    ends += [call("isfinite", call(name, here.copy())) for name in ("ST_YMin", "ST_YMax")]
    sound = call("coalesce", exp.and_(*ends), exp.true())
    if column.type == "geo_shape":
        return when(sound, call("ST_SetCRS", here, literal(f"EPSG:{epsg}")))
    point = exp.Struct(
        expressions=[
            exp.PropertyEQ(this=exp.to_identifier(name), expression=call(axis, here.copy()))
            for name, axis in (("lon", "ST_X"), ("lat", "ST_Y"))
        ]
    )
    return when(exp.and_(known(value), sound), point)
