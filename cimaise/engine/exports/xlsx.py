"""Excel: one sheet with real numbers, dates and booleans, whose rows the engine writes itself.

XlsxWriter makes the workbook around an empty sheet; the rows, rendered to XML by the engine like
every other text format, are poured into it. Measured on 300 000 rows of 8 columns: XlsxWriter
cell by cell 16.7 s, holding Python all along; DuckDB's own xlsx writer 3.4 s, but it corrupts the
file on control characters and drops leading spaces and the dates before 1900.
"""

import io
import re
import tempfile
import zipfile
from collections.abc import Generator, Mapping, Sequence
from typing import IO

import xlsxwriter
from sqlglot import exp

from cimaise.engine.duck import ReadingRoom
from cimaise.engine.exports.base import EPSG, PIECE, USE_LABELS, ExportCard, Rendition, Value
from cimaise.engine.exports.cells import (
    Cell,
    call,
    is_list,
    joined,
    known,
    literal,
    local,
    plain,
    text,
    when,
)
from cimaise.engine.exports.cells import number as constant
from cimaise.engine.exports.lines import RowText, lines
from cimaise.engine.messages import Refusal, say
from cimaise.engine.query.plan import Column, Plan
from cimaise.engine.schema.field import Field

MOST_ROWS = 1_048_575  # of a sheet, its header set apart
_LONGEST = 32_767  # characters of a cell
_SURE = 2**53  # whole numbers beyond this would be rounded
_FIRST_DAY = "1900-03-01"  # before it Excel's calendar is wrong or absent
_SHEET = "xl/worksheets/sheet1.xml"
_SEAM = b"</sheetData>"
_SAMPLE = re.compile(rb'<row r="2".*?</row>')
_STYLE = re.compile(rb's="(\d+)"')
_DIMENSION = re.compile(rb"<dimension [^>]*/>")
_STYLED = ("date", "datetime")  # in the order of the sample's cells
# What XML cannot hold, and the carriage return it would alter: written _xHHHH_, as Excel does.
_CONTROLS = [chr(code) for code in (*range(1, 9), 11, 12, 13, *range(14, 32), 0xFFFE, 0xFFFF)]
_ANY_CONTROL = r"[\x01-\x08\x0B\x0C\x0D\x0E-\x1F\x{FFFE}\x{FFFF}]"
_LOOKS_ESCAPED = "_(x[0-9A-Fa-f]{4}_)"


def write(rendition: Rendition, room: ReadingRoom) -> Generator[bytes]:
    """The workbook, made in a temporary file and then sent; refuses what a sheet cannot hold."""
    plan = rendition.plan
    rows = room.rows(
        exp.select(exp.Count(this=exp.Star())).from_(plan.tree.copy().subquery("answer")),
        plan.values,
    )[0][0]
    if rows > MOST_ROWS:
        raise Refusal(
            "too_many_rows_for_excel",
            say("An Excel sheet holds {most} rows; these are {rows}.", most=MOST_ROWS, rows=rows),
            remedy=say("Filter the rows, or take CSV or Parquet instead."),
        )
    return _sent(plan, room, rendition.parameters)


def _sent(plan: Plan, room: ReadingRoom, parameters: Mapping[str, Value]) -> Generator[bytes]:
    with tempfile.TemporaryFile() as file:
        try:
            _poured(file, _shell(plan, parameters), plan, room)
        except RuntimeError as error:  # zipfile's word for a member over 2 GiB
            raise Refusal(
                "too_large_for_excel",
                say("These rows make a sheet larger than Excel can open."),
                remedy=say("Filter the rows, or take CSV or Parquet instead."),
            ) from error
        file.seek(0)
        while piece := file.read(PIECE):
            yield piece


def _shell(plan: Plan, parameters: Mapping[str, Value]) -> bytes:
    """A workbook of a header and a sample row, which tells the numbers of the styles."""
    held = io.BytesIO()
    with xlsxwriter.Workbook(held, {"in_memory": True}) as book:
        sheet = book.add_worksheet()
        bold = book.add_format({"bold": True})
        for position, column in enumerate(plan.columns):
            name = column.label if parameters["use_labels"] else column.name
            sheet.write_string(0, position, name[:_LONGEST], bold)
        for position, pattern in enumerate(("yyyy-mm-dd", "yyyy-mm-dd hh:mm:ss")):
            sheet.write_blank(1, position, None, book.add_format({"num_format": pattern}))
        sheet.set_column(0, max(len(plan.columns) - 1, 0), 16)
        sheet.freeze_panes(1, 0)
    return held.getvalue()


def _poured(file: IO[bytes], shell: bytes, plan: Plan, room: ReadingRoom) -> None:
    with (
        zipfile.ZipFile(io.BytesIO(shell)) as made,
        zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED, compresslevel=3) as book,
    ):
        for member in made.infolist():
            if member.filename != _SHEET:
                book.writestr(member, made.read(member))
        sheet = made.read(_SHEET)
        sample = b"".join(_SAMPLE.findall(sheet))
        styles = [found.decode() for found in _STYLE.findall(sample)]
        before, after = _DIMENSION.sub(b"", _SAMPLE.sub(b"", sheet)).split(_SEAM)
        with book.open(_SHEET, "w") as member_file:
            member_file.write(before)
            row = _row(dict(zip(_STYLED, styles, strict=True)), plan.timezone)
            for batch in lines(plan, room, row):
                member_file.write("".join(batch).encode())
            member_file.write(_SEAM + after)


def _row(styles: Mapping[str, str], timezone: str) -> RowText:
    def row(cells: Sequence[tuple[Column, Cell]]) -> Cell:
        parts = [
            call("coalesce", _cell(column, value, styles, timezone), literal("<c/>"))
            for column, value in cells
        ]
        return joined(literal("<row>"), *parts, literal("</row>"))

    return row


def _cell(column: Column, value: Cell, styles: Mapping[str, str], timezone: str) -> Cell:
    """One cell's XML; what Excel's numbers or calendar cannot hold goes as text."""
    said = plain(column, value, timezone=timezone, separator=",")
    if is_list(column):
        return _string(said)
    match column.type:
        case "int":
            sure = exp.Between(this=value.copy(), low=constant(-_SURE), high=constant(_SURE))
            return when(sure, _number(text(value)), _string(said))
        case "double":
            return when(call("isfinite", value.copy()), _number(text(value)))
        case "boolean":
            one = when(value.copy(), literal("1"), literal("0"))
            return when(known(value), joined(literal('<c t="b"><v>'), one, literal("</v></c>")))
        case "date" if column.field is None or _is_daily(column.field):
            days = call("date_diff", literal("day"), _midnight("1899-12-30"), value.copy())
            return _dated(value, text(days), styles["date"], said)
        case "datetime":
            clock = value if timezone == "UTC" else local(value, timezone)
            days = call("epoch", clock.copy()) / constant(86400.0) + constant(25569.0)
            return _dated(clock, text(days), styles["datetime"], said)
        case _:
            return _string(said)


def _is_daily(field: Field) -> bool:
    return field.annotations.timeserie_precision not in ("year", "month")


def _midnight(day: str) -> Cell:
    return exp.cast(literal(day), "DATE")


def _dated(value: Cell, serial: Cell, style: str, said: Cell) -> Cell:
    modern = exp.GTE(this=value.copy(), expression=_midnight(_FIRST_DAY))
    cell = joined(literal(f'<c s="{style}"><v>'), serial, literal("</v></c>"))
    return when(modern, cell, _string(said))


def _number(said: Cell) -> Cell:
    return joined(literal("<c><v>"), said, literal("</v></c>"))


def _string(said: Cell) -> Cell:
    """A text cell; a text longer than a cell may be is cut and ends in `…`."""
    too_long = exp.GT(this=call("length", said.copy()), expression=constant(_LONGEST))
    cut = joined(call("left", said.copy(), constant(_LONGEST - 1)), literal("…"))
    escaped = when(too_long, cut, said)
    escaped = call(
        "regexp_replace", escaped, literal(_LOOKS_ESCAPED), literal(r"_x005F_\1"), literal("g")
    )
    for sign, entity in (("&", "&amp;"), ("<", "&lt;"), (">", "&gt;")):
        escaped = call("replace", escaped, literal(sign), literal(entity))
    written = escaped
    for control in _CONTROLS:
        written = call("replace", written, literal(control), literal(f"_x{ord(control):04X}_"))
    odd = call("regexp_matches", said.copy(), literal(_ANY_CONTROL))
    opening = literal('<c t="inlineStr"><is><t xml:space="preserve">')
    cell = joined(opening, when(odd, written, escaped.copy()), literal("</t></is></c>"))
    return when(known(said), cell)


XLSX = ExportCard(
    name="xlsx",
    label="Excel",
    extension="xlsx",
    media_type="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    write=write,
    parameters=(USE_LABELS, EPSG),
)
