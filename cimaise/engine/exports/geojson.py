"""GeoJSON (RFC 7946): a FeatureCollection, one feature a record, in longitude and latitude."""

from collections.abc import Generator, Iterator, Mapping, Sequence

from cimaise.engine.duck import ReadingRoom
from cimaise.engine.exports.base import COMPRESSED, ExportCard, Value
from cimaise.engine.exports.cells import Cell, call, geometry, joined, literal, point_geometry
from cimaise.engine.exports.lines import lines
from cimaise.engine.exports.objects import record
from cimaise.engine.query.plan import Column, Plan
from cimaise.engine.schema.schema import Schema

_NOTHING = literal("null")


def write(plan: Plan, room: ReadingRoom, _parameters: Mapping[str, Value]) -> Generator[bytes]:
    """Geometry is the first geo_shape, else the first geo_point_2d; the rest are properties."""
    placed = _placed(plan.columns)

    def feature(cells: Sequence[tuple[Column, Cell]]) -> Cell:
        others = [cell for position, cell in enumerate(cells) if position != placed]
        where = _NOTHING if placed is None else _geometry(*cells[placed])
        return joined(
            literal('{"type": "Feature", "geometry": '),
            call("coalesce", where, _NOTHING),
            literal(', "properties": '),
            record(others, plan.timezone),
            literal("}"),
        )

    return _stream(lines(plan, room, feature))


def _stream(batches: Iterator[list[str]]) -> Generator[bytes]:
    lead = '{"type": "FeatureCollection", "features": [\n'
    for batch in batches:
        yield (lead + ",\n".join(batch)).encode()
        lead = ",\n"
    yield ("]}" if lead == ",\n" else f"{lead}]}}").encode()


def _placed(columns: Sequence[Column]) -> int | None:
    for kind in ("geo_shape", "geo_point_2d"):
        for position, column in enumerate(columns):
            if column.type == kind:
                return position
    return None


def _geometry(column: Column, value: Cell) -> Cell:
    return geometry(value) if column.type == "geo_shape" else point_geometry(value)


def _has_places(schema: Schema) -> bool:
    return bool(schema.of_type("geo_shape", "geo_point_2d"))


GEOJSON = ExportCard(
    name="geojson",
    label="GeoJSON",
    extension="geojson",
    media_type="application/geo+json",
    write=write,
    offered=_has_places,
    parameters=(COMPRESSED,),
)
