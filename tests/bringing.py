"""Files brought to the readers and understood, for tests: what they become, without publishing."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import pytest
import xlsxwriter
from sqlglot import exp

from cimaise.engine.duck import Workspace
from cimaise.engine.metadata.description import DatasetDescription, ReadingWishes
from cimaise.engine.progress import unheard
from cimaise.engine.readers import read
from cimaise.engine.readers.base import RawTable
from cimaise.engine.schema.understanding import Understanding
from cimaise.engine.sources.base import Source
from cimaise.engine.steps.typing import type_rows
from cimaise.engine.steps.understanding import understand


@dataclass(frozen=True)
class Brought:
    """What became of a file: verbatim rows by header, and what was understood of them."""

    raw: RawTable
    verbatim: list[dict[str, object]]
    lines: list[int]
    refused: list[tuple[object, ...]]
    understood: Understanding
    typed: list[dict[str, object]]
    rejects: list[tuple[object, ...]]

    @property
    def types(self) -> dict[str, str]:
        """Field names and their types."""
        return {field.name: field.type for field in self.understood.schema}

    def column(self, name: str) -> list[object]:
        """The typed values of a field."""
        return [row[name] for row in self.typed]

    @property
    def notes(self) -> str:
        """Everything that the producer is told."""
        return "\n".join(map(str, self.understood.notes))


def bring(source: Source, directory: Path, parent=None, reading=None, **said) -> Brought:
    """Read, understand and type a source in a new directory."""
    with Workspace(directory, "serve.duckdb") as workspace:
        raw = read(source, reading or ReadingWishes(), workspace, unheard)
        description = DatasetDescription("sample", "Sample", **said)
        understood = understand(raw, description, parent, workspace)
        typed = type_rows(raw, understood)
        headers = [column.header for column in raw.columns]
        cells = exp.select(*(exp.column(column.column) for column in raw.columns)).from_(raw.tree)
        shown = typed.select.copy()
        for place, field in enumerate(understood.schema):
            if field.type == "geo_shape":  # a geometry has no value in Python
                shape = shown.expressions[place]
                shape.set("this", exp.func("ST_AsText", shape.this))
        rows = workspace.rows(cells)
        return Brought(
            raw=raw,
            verbatim=[dict(zip(headers, row, strict=True)) for row in rows],
            lines=[row[0] for row in workspace.rows(exp.select("_line").from_(raw.tree))],
            refused=workspace.rows(exp.select("*").from_(raw.refused_tree)) if raw.refused else [],
            understood=understood,
            typed=[
                dict(zip(understood.schema.names, row, strict=True))
                for row in workspace.rows(shown)
            ],
            rejects=workspace.rows(typed.rejects) if typed.rejects is not None else [],
        )


@pytest.fixture
def brought(tmp_path: Path) -> Callable[..., Brought]:
    """`brought(content, filename="sample.csv", parent=…, reading=…, fields=…, key=…)`.

    `content` is a text, bytes, or the path of a file.
    """

    def bring_content(content, filename: str = "sample.csv", **said) -> Brought:
        directory = tmp_path / f"staging{len(list(tmp_path.iterdir()))}"
        directory.mkdir()
        if isinstance(content, Path):
            return bring(Source(content, content.name, "a test"), directory, **said)
        path = directory / "brought"
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return bring(Source(path, filename, "a test"), directory, **said)

    return bring_content


@pytest.fixture
def workbook_of_two_sheets(tmp_path: Path) -> Path:
    """A workbook with the sheets 2020 and 2021, every kind of cell in the first."""
    path = tmp_path / "deux.xlsx"
    with xlsxwriter.Workbook(path) as book:
        day = book.add_format({"num_format": "dd/mm/yyyy"})
        first = book.add_worksheet("2020")
        first.write_row(0, 0, ["Code", "Entrées", "Part", "Ouvert", "Le"])
        first.write_row(1, 0, ["01", 12, 0.5, True])
        first.write_datetime(1, 4, datetime.fromisoformat("2020-03-01"), day)
        first.write_row(2, 0, ["2A", "", 7, False])
        first.write_datetime(2, 4, datetime.fromisoformat("2020-03-02T10:30"), day)
        second = book.add_worksheet("2021")
        second.write_row(0, 0, ["annee", "total"])
        second.write_row(1, 0, [2021, 3])
    return path
