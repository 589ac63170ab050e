"""FlatGeobuf: one binary layer called Layer1, as live servers name it (explore-api §4.1)."""

from collections.abc import Generator

from sqlglot import exp

from cimaise.engine.duck import ReadingRoom
from cimaise.engine.exports.base import COMPRESSED, EPSG, USE_LABELS, ExportCard, Rendition
from cimaise.engine.exports.cells import Cell
from cimaise.engine.exports.columns import attribute, without_places
from cimaise.engine.exports.gdal import GEOMETRY, copied, pieces_of, place_of, scratch
from cimaise.engine.exports.headers import headers
from cimaise.engine.exports.lines import Cells, wrapped
from cimaise.engine.exports.places import has_places

LAYER = "Layer1"
# An index cannot hold a record without a place, orders the records its own way and lies wholly
# in memory while it is made.
_OPTIONS = ("SPATIAL_INDEX=NO",)


def write(rendition: Rendition, room: ReadingRoom) -> Generator[bytes]:
    """The layer in the order asked; fields that hold places are not attributes, days are texts."""
    plan = rendition.plan
    names = headers(plan.columns, labels=bool(rendition.parameters["use_labels"]))

    def columns(cells: Cells) -> list[Cell]:
        attributes = [
            exp.alias_(attribute(*cells[position], plan.timezone), names[position], quoted=True)
            for position in without_places(plan.columns)
        ]
        return [*attributes, exp.alias_(place_of(cells), GEOMETRY, quoted=True)]

    with scratch() as directory:
        target = directory / "records.fgb"
        tree = wrapped(plan, columns)
        copied(rendition, room, target, tree, driver="FlatGeobuf", layer=LAYER, options=_OPTIONS)
        yield from pieces_of(target)


FGB = ExportCard(
    name="fgb",
    label="FlatGeobuf",
    extension="fgb",
    media_type="application/octet-stream",
    write=write,
    offered=has_places,
    parameters=(EPSG, USE_LABELS, COMPRESSED),
    family="maps",
)
