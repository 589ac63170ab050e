"""Random exports hold what plain Python writes: lines of JSON, and CSV to the letter."""

import json
from typing import Any

import pytest
from oracle import plain
from oracle import records_of as r
from oracle.asking import Asker, hold
from oracle.datasets import Row
from served import question

from cimaise.engine.exports import export
from cimaise.engine.query.limits import WHOLE
from cimaise.engine.query.planner import plan


def cell(value: Any, shown: r.Shown, asker: Asker) -> str:
    """A value in CSV."""
    kind = shown.value.kind
    if value is None:
        return ""
    if kind == "texts":
        return ",".join(value)
    if kind in ("date", "datetime"):
        precision = shown.value.field.annotations.timeserie_precision if shown.value.field else None
        return str(r.rendered(value, kind, asker.zone, precision))
    if kind == "geo_point_2d":
        return f"{value['lat']}, {value['lon']}"
    if kind == "geo_shape":
        west, south, east, north = plain.box_of(value) or (0.0, 0.0, 0.0, 0.0)
        ring = [[west, south], [east, south], [east, north], [west, north], [west, south]]
        return json.dumps({"coordinates": [ring], "type": "Polygon"})
    return repr(value) if isinstance(value, float) else str(value)


def quoted(text: str, delimiter: str) -> str:
    """A cell between quotes where it needs them."""
    if any(mark in text for mark in (delimiter, '"', "\r", "\n")):
        return '"' + text.replace('"', '""') + '"'
    return text


def exports_hold_the_same_rows(asker: Asker) -> None:
    rows: list[Row] = list(asker.dataset.rows)
    said = asker.condition(1)
    kept = [row for row in rows if said.of(row)]
    shown = [each for each in r.items(asker) if each.value.kind != "double" or each.value.field]
    order_by, asked = r.orders(asker)
    found = r.sorted_by(kept, asked)
    last = list({each.key: each for each in shown}.values()) or r.every_field(asker)
    setting = {**asker.setting, "where": said.text, "order_by": order_by, "limit": None}
    planned = plan(
        question(select=", ".join(each.text for each in shown), **setting),
        asker.desk.snapshot,
        asker.desk.room,
        WHOLE,
    )
    lines = b"".join(export(planned, "jsonl", asker.desk.room, {})).decode().splitlines()
    wanted = [r.read(last, row, asker.zone) for row in found]

    assert r.same([json.loads(line) for line in lines], wanted), (setting, lines, wanted)

    delimiter, bom = asker.one(";", ";", ",", "\t", "|"), asker.one(True, False)
    settings = {"delimiter": delimiter, "with_bom": bom}
    written = b"".join(export(planned, "csv", asker.desk.room, settings)).decode()
    table = [[each.key for each in last]]
    table += [[cell(each.value.of(row), each, asker) for each in last] for row in found]
    # A line of one empty cell would be no line: its quotes are written.
    expected = "".join(
        (delimiter.join(quoted(text, delimiter) for text in line) or '""') + "\r\n"
        for line in table
    )

    assert written == ("\ufeff" if bom else "") + expected, (setting, written, expected)


@pytest.mark.slow
def test_exports_hold_the_same_rows():
    hold(exports_hold_the_same_rows)
