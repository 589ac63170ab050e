"""GeoJSON (RFC 7946): a FeatureCollection, one feature a record, in longitude and latitude.

In another system than WGS 84 it says so as GeoJSON of 2008 did, which GIS still read.
"""

from collections.abc import Generator, Iterator, Sequence

from cimaise.engine.duck import ReadingRoom
from cimaise.engine.exports.base import COMPRESSED, EPSG, ExportCard, Rendition
from cimaise.engine.exports.cells import Cell, call, geometry, joined, literal, point_geometry
from cimaise.engine.exports.lines import lines
from cimaise.engine.exports.objects import record
from cimaise.engine.exports.places import WGS84, has_places, placed
from cimaise.engine.query.plan import Column

_NOTHING = literal("null")


def write(rendition: Rendition, room: ReadingRoom) -> Generator[bytes]:
    """Geometry is the first geo_shape, else the first geo_point_2d; the rest are properties."""
    plan = rendition.plan
    drawn = placed(plan.columns)

    def feature(cells: Sequence[tuple[Column, Cell]]) -> Cell:
        others = [cell for position, cell in enumerate(cells) if position != drawn]
        where = _NOTHING if drawn is None else _geometry(*cells[drawn])
        return joined(
            literal('{"type": "Feature", "geometry": '),
            call("coalesce", where, _NOTHING),
            literal(', "properties": '),
            record(others, plan.timezone),
            literal("}"),
        )

    return _stream(_head(int(rendition.parameters["epsg"])), lines(plan, room, feature))


def _head(epsg: int) -> str:
    system = ""
    if epsg != WGS84:
        named = f'{{"name": "urn:ogc:def:crs:EPSG::{epsg}"}}'
        system = f'"crs": {{"type": "name", "properties": {named}}}, '
    return f'{{"type": "FeatureCollection", {system}"features": [\n'


def _stream(head: str, batches: Iterator[list[str]]) -> Generator[bytes]:
    lead = head
    for batch in batches:
        yield (lead + ",\n".join(batch)).encode()
        lead = ",\n"
    yield ("]}" if lead == ",\n" else f"{lead}]}}").encode()


def _geometry(column: Column, value: Cell) -> Cell:
    return geometry(value) if column.type == "geo_shape" else point_geometry(value)


GEOJSON = ExportCard(
    name="geojson",
    label="GeoJSON",
    extension="geojson",
    media_type="application/geo+json",
    write=write,
    offered=has_places,
    parameters=(EPSG, COMPRESSED),
    family="maps",
)
