"""A text that looks like a formula is not one: a workbook of the portal runs nothing."""

from io import BytesIO
from zipfile import ZipFile

from python_calamine import CalamineWorkbook

from cimaise.engine.flow import export
from cimaise.engine.query.question import Question


def test_a_text_that_looks_like_a_formula_stays_a_text_in_a_workbook(published, room):
    snapshot = published('ref;note\nA;=HYPERLINK("x")\n', key=("ref",))

    book = b"".join(export(Question(limit=None), "xlsx", snapshot, room, {}))

    sheet = CalamineWorkbook.from_filelike(BytesIO(book)).get_sheet_by_index(0)
    assert sheet.to_python()[1][1] == '=HYPERLINK("x")'
    with ZipFile(BytesIO(book)) as parts:
        assert b"<f>" not in parts.read("xl/worksheets/sheet1.xml")
