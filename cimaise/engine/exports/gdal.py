"""Files that GDAL writes, as DuckDB carries it: a private directory, made, sent and removed."""

import tempfile
from collections.abc import Generator, Sequence
from contextlib import contextmanager
from pathlib import Path

from sqlglot import exp

from cimaise.engine.duck import ReadingRoom
from cimaise.engine.exports.base import PIECE, SECONDS, Rendition
from cimaise.engine.exports.cells import Cell
from cimaise.engine.exports.lines import Cells
from cimaise.engine.exports.places import geometry_of, placed

GEOMETRY = "the place"  # no field can be called so
_NOWHERE = exp.cast(exp.Null(), exp.DataType.build("GEOMETRY", dialect="duckdb"))


@contextmanager
def scratch() -> Generator[Path]:
    """A directory of one's own, whatever happens removed."""
    with tempfile.TemporaryDirectory(prefix="cimaise-") as directory:
        yield Path(directory)


def pieces_of(path: Path) -> Generator[bytes]:
    """A file in pieces."""
    with path.open("rb") as file:
        while piece := file.read(PIECE):
            yield piece


def place_of(cells: Cells) -> Cell:
    """The place of a row as GEOMETRY; null when no column holds any."""
    position = placed([column for column, _ in cells])
    return _NOWHERE.copy() if position is None else geometry_of(*cells[position])


def copied(
    rendition: Rendition,
    room: ReadingRoom,
    target: Path,
    tree: exp.Select,
    *,
    driver: str,
    layer: str,
    options: Sequence[str],
) -> None:
    """Write `tree`, one column of which is GEOMETRY, as a layer; raises as `ReadingRoom.copy`."""
    said = {
        "FORMAT": "gdal",
        "DRIVER": driver,
        "SRS": f"EPSG:{rendition.parameters['epsg']}",
        "LAYER_NAME": layer,
        "LAYER_CREATION_OPTIONS": list(options),
    }
    room.copy(tree, rendition.plan.values, target, said, seconds=SECONDS)
