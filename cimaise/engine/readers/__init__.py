"""Readers: bytes to rows, one file a format; the table of them all is READERS."""

from cimaise.engine.duck import Workspace
from cimaise.engine.metadata.description import ReadingWishes
from cimaise.engine.progress import Progress
from cimaise.engine.readers.base import RawTable, ReaderCard
from cimaise.engine.readers.csv_text import CSV
from cimaise.engine.readers.geojson import GEOJSON
from cimaise.engine.readers.json_array import JSON_ARRAY
from cimaise.engine.readers.json_lines import JSON_LINES
from cimaise.engine.readers.parquet import PARQUET
from cimaise.engine.readers.recognise import reader_for
from cimaise.engine.readers.workbook import WORKBOOK
from cimaise.engine.sources.base import Source

# The order in which a file is offered to them: the surest to recognise first.
READERS: dict[str, ReaderCard] = {
    card.name: card for card in (PARQUET, WORKBOOK, GEOJSON, JSON_LINES, JSON_ARRAY, CSV)
}


def read(
    source: Source, wishes: ReadingWishes, workspace: Workspace, progress: Progress
) -> RawTable:
    """The rows of a source, by the reader that recognises it; raises Refusal."""
    return reader_for(source, wishes, READERS).read(source, wishes, workspace, progress)
