"""The catalogue as one sheet of a workbook."""

import tempfile
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import xlsxwriter

from cimaise.engine.exports.base import PIECE, USE_LABELS
from cimaise.web.catalog.exports.base import CatalogueCard, Wanted
from cimaise.web.catalog.exports.rows import rows, text

LONGEST = 32_767  # characters that Excel takes in a cell
MOST = 1_048_575  # rows below the header that Excel takes in a sheet


def write(wanted: Wanted) -> Iterator[bytes]:
    """The whole file, once it is made: a workbook is a ZIP, whose contents come last."""
    with tempfile.TemporaryDirectory(prefix="cimaise-catalogue-") as directory:
        path = Path(directory) / "datasets.xlsx"
        _written(wanted, path)
        with path.open("rb") as file:
            while piece := file.read(PIECE):
                yield piece


def _written(wanted: Wanted, path: Path) -> None:
    options = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(path, options) as workbook:
        workbook.set_properties({"created": datetime(2000, 1, 1, tzinfo=UTC)})  # same bytes always
        sheet = workbook.add_worksheet("datasets")
        sheet.freeze_panes(1, 0)
        for at, name in enumerate(wanted.header()):
            sheet.write_string(0, at, name)
        for line, row in enumerate(rows(wanted), start=1):
            if line > MOST:
                break
            for at, value in enumerate(row):
                _cell(sheet, line, at, value)


def _cell(sheet: Any, line: int, at: int, value: Any) -> None:
    if isinstance(value, bool):
        sheet.write_boolean(line, at, value)
    elif isinstance(value, int | float):
        sheet.write_number(line, at, value)
    elif value is not None:
        said = text(value)
        sheet.write_string(line, at, said if len(said) <= LONGEST else said[: LONGEST - 1] + "…")


XLSX = CatalogueCard(
    name="xlsx",
    label="Excel",
    file_name="datasets.xlsx",
    media_type="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    write=write,
    parameters=(USE_LABELS,),
)
