"""Workbooks: one sheet of an Excel or OpenDocument file."""

import io
import struct
import zipfile
from collections.abc import Iterator, Sequence
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any

import msoffcrypto
from python_calamine import CalamineError, CalamineWorkbook, SheetVisibleEnum

from cimaise.engine.duck import Workspace
from cimaise.engine.messages import Refusal, say
from cimaise.engine.metadata.description import ReadingWishes
from cimaise.engine.progress import Progress, Waypoint
from cimaise.engine.readers.base import RawTable, ReaderCard
from cimaise.engine.readers.delimited import canonical_rows
from cimaise.engine.readers.headers import columns_of
from cimaise.engine.sources.base import Source
from cimaise.engine.sources.opened import plain_file

_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_MARKS = (b"xl/", b"opendocument.spreadsheet", b"[Content_Types].xml")
_EVERY = 10_000
_NOT_A_DOCUMENT = (
    msoffcrypto.exceptions.FileFormatError,
    OSError,
    ValueError,
    IndexError,
    TypeError,
    struct.error,
)


def _recognises(start: bytes, filename: str) -> bool:
    """An OLE file (xls, or any encrypted workbook), or a ZIP with a workbook's parts."""
    if start.startswith(_OLE):
        return True
    workbook = filename.lower().endswith((".xlsx", ".xlsm", ".xlsb", ".ods"))
    return start.startswith(b"PK\x03\x04") and (workbook or any(mark in start for mark in _MARKS))


def _read(
    source: Source, wishes: ReadingWishes, workspace: Workspace, progress: Progress
) -> RawTable:
    progress(Waypoint("read"))
    path = plain_file(source, workspace.directory)
    _check_password(path, source)
    try:
        book = CalamineWorkbook.from_path(str(path))
        name = _sheet(book, wishes, source)
        rows = _rows(book, name)
    except (CalamineError, zipfile.BadZipFile, OSError, ValueError) as error:
        raise Refusal(
            "damaged_workbook",
            say("“{name}” cannot be opened as a workbook.", name=source.filename),
            where=say("{detail}.", detail=error),
            remedy=say("Open it in a spreadsheet program, save it again as .xlsx, and send it."),
        ) from error
    reading = {"format": "xlsx", "sheet": name}
    return _keep(rows, reading, source, workspace, progress)


def _check_password(path: Path, source: Source) -> None:
    with path.open("rb") as stream:
        if stream.read(8) != _OLE:
            return
        stream.seek(0)
        try:
            document = msoffcrypto.OfficeFile(stream)  # type: ignore[no-untyped-call]  # untyped library
            locked = document.is_encrypted()
        except _NOT_A_DOCUMENT:
            return  # not a document it knows: the workbook reader will say why
    if locked:
        raise Refusal(
            "password",
            say("“{name}” is protected by a password.", name=source.filename),
            remedy=say("Save it without a password, then send it again."),
        )


def _sheet(book: CalamineWorkbook, wishes: ReadingWishes, source: Source) -> str:
    names: list[str] = book.sheet_names
    if wishes.sheet is not None:
        if wishes.sheet in names:
            return wishes.sheet
        raise Refusal(
            "no_such_sheet",
            say("“{name}” has no sheet “{sheet}”.", name=source.filename, sheet=wishes.sheet),
            where=say("Its sheets are: {sheets}.", sheets=", ".join(names)),
            remedy=say("Choose one of them."),
            choices=names,
        )
    shown = [
        sheet.name
        for sheet in book.sheets_metadata
        if sheet.visible == SheetVisibleEnum.Visible and book.get_sheet_by_name(sheet.name).height
    ]
    if len(shown) == 1:
        return str(shown[0])
    if not shown:
        raise Refusal(
            "empty_workbook",
            say("No sheet of “{name}” has a cell in it.", name=source.filename),
            remedy=say("Check that it is the right file."),
        )
    raise Refusal(
        "several_sheets",
        say("“{name}” has several sheets.", name=source.filename),
        where=say("They are: {sheets}.", sheets=", ".join(shown)),
        remedy=say("Say which one to publish."),
        choices=shown,
    )


def _rows(book: CalamineWorkbook, name: str) -> Iterator[tuple[int, list[str | None]]]:
    """Row numbers as the program shows them, and cells, blank rows aside."""
    sheet = book.get_sheet_by_name(name)
    first = (sheet.start or (0, 0))[0] + 1
    found = sheet.to_python(skip_empty_area=True)
    numbered = ((first + place, [_cell(cell) for cell in row]) for place, row in enumerate(found))
    return ((line, cells) for line, cells in numbered if any(cells))


def _cell(value: Any) -> str | None:
    """A cell as text: Excel has but one kind of number, so 12.0 is written 12."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() and abs(value) < 1e15 else repr(value)
    if isinstance(value, datetime):
        midnight = value.time() == time()
        return value.date().isoformat() if midnight else value.isoformat(sep=" ")
    if isinstance(value, date | time):
        return value.isoformat()
    if isinstance(value, timedelta):
        return str(value)
    return str(value) or None


def _keep(
    rows: Iterator[tuple[int, list[str | None]]],
    reading: dict[str, str],
    source: Source,
    workspace: Workspace,
    progress: Progress,
) -> RawTable:
    _, header = next(rows, (0, []))
    written: Sequence[str] = [cell or "" for cell in header]
    columns, notes = columns_of(written, len(written))
    kept = 0
    with canonical_rows(workspace, "cells", [column.column for column in columns]) as keep:
        for line, cells in rows:
            keep(line, cells)
            kept += 1
            if kept % _EVERY == 0:
                progress(Waypoint("read", kept))
    if not kept:
        raise Refusal(
            "header_only",
            say("“{name}” has a header and no row under it.", name=source.filename),
            remedy=say("Export it again with its rows."),
        )
    return RawTable("cells", columns, kept, None, reading, notes)


def _example() -> bytes:
    """The smallest workbook: a header and a row."""
    parts = {
        "[Content_Types].xml": (
            '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
            '<Override PartName="/xl/workbook.xml" ContentType="application/vnd.openxmlformats-'
            'officedocument.spreadsheetml.sheet.main+xml"/></Types>'
        ),
        "_rels/.rels": (
            '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
            '<Relationship Id="r1" Target="xl/workbook.xml" Type="http://schemas.openxmlformats.org'
            '/officeDocument/2006/relationships/officeDocument"/></Relationships>'
        ),
        "xl/workbook.xml": (
            '<workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" '
            'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships">'
            '<sheets><sheet name="Musées" sheetId="1" r:id="r1"/></sheets></workbook>'
        ),
        "xl/_rels/workbook.xml.rels": (
            '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
            '<Relationship Id="r1" Target="worksheets/sheet1.xml" Type="http://schemas.openxml'
            'formats.org/officeDocument/2006/relationships/worksheet"/></Relationships>'
        ),
        "xl/worksheets/sheet1.xml": (
            '<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">'
            '<sheetData><row r="1"><c r="A1" t="inlineStr"><is><t>nom</t></is></c>'
            '<c r="B1" t="inlineStr"><is><t>salles</t></is></c></row>'
            '<row r="2"><c r="A2" t="inlineStr"><is><t>Rolin</t></is></c><c r="B2"><v>12</v></c>'
            "</row></sheetData></worksheet>"
        ),
    }
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for name, text in parts.items():
            archive.writestr(name, text)
    return packed.getvalue()


WORKBOOK = ReaderCard(
    name="xlsx",
    label="Excel",
    extensions=("xlsx", "xls", "xlsm", "xlsb", "ods"),
    media_types=(
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        "application/vnd.ms-excel",
        "application/vnd.oasis.opendocument.spreadsheet",
    ),
    recognises=_recognises,
    read=_read,
    examples=((_example(), ({"nom": "Rolin", "salles": "12"},)),),
)
