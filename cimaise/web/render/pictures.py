"""The living picture of a dataset: its own data drawn small, once a snapshot, kept beside it.

What is drawn is what the data has, in this order: places, a series of years, categories, texts.
"""

import contextlib
import os
from collections.abc import Callable
from functools import lru_cache
from pathlib import Path

from django.utils.safestring import SafeString, mark_safe
from sqlglot import exp

from cimaise.engine.duck import DuckFailure, ReadingRoom, TooLong
from cimaise.engine.schema.field import Field
from cimaise.engine.snapshots.manifest import Snapshot
from cimaise.web.catalog.shelf import reading_room
from cimaise.web.render.dots import Canvas, Dot, Frame, degrees_a_dot, draw, frame_for
from cimaise.web.render.drawings import bars, line, words
from cimaise.web.render.naming import distinct, naming_field
from cimaise.web.render.values import YEARS

CANVAS = Canvas(480, 320, 5.0)
EDITION = 2  # raised when drawings change, so that kept ones are made again
FEW, MANY = 4, 60  # distinct values that make a field one of categories
TOO_MUCH = 0.8  # a category with more than this share of the records leaves nothing to see
LARGEST = 6  # bars in a drawing
COARSE = 0.5  # degrees: the first look that chooses the frame


def picture(snapshot: Snapshot) -> SafeString:
    """An inline `<svg>`, safe because it was drawn here; empty when nothing could be drawn."""
    file = snapshot.directory / "exports" / f"picture-{EDITION}.svg"
    try:
        text = _read(file)
    except OSError:
        text = _drawn(snapshot)
        _keep(file, text)
    # Drawn by this module alone: every value in it went through format_html.
    return mark_safe(text)  # noqa: S308


@lru_cache(maxsize=512)
def _read(file: Path) -> str:
    return file.read_text(encoding="utf-8")


def _drawn(snapshot: Snapshot) -> str:
    try:
        return str(drawing(snapshot, reading_room()))
    except (DuckFailure, TooLong):
        return ""  # a catalogue without one picture is better than no catalogue


def _keep(file: Path, text: str) -> None:
    """Write beside and rename; a read-only disk only means that it is drawn again next time."""
    with contextlib.suppress(OSError):
        file.parent.mkdir(exist_ok=True)
        beside = file.with_suffix(f".{os.getpid()}.part")
        beside.write_text(text, encoding="utf-8")
        beside.replace(file)


def drawing(snapshot: Snapshot, room: ReadingRoom) -> SafeString:
    """The first kind of drawing that this data allows."""
    for attempt in ATTEMPTS:
        if drawn := attempt(snapshot, room):
            return drawn
    return SafeString("")


def _table(snapshot: Snapshot, room: ReadingRoom) -> exp.Table:
    return room.table(snapshot.serve_file)


def _column(field: Field) -> exp.Column:
    return exp.column(exp.to_identifier(field.name, quoted=True))


def _present(field: Field) -> exp.Expression:
    return exp.Not(this=exp.Is(this=_column(field), expression=exp.Null()))


def gathered(snapshot: Snapshot, room: ReadingRoom, field: Field, step: float) -> list[Dot]:
    """The places of a field gathered in cells of `step` degrees."""

    def cell(axis: str) -> exp.Expression:
        part = exp.Anonymous(
            this="struct_extract", expressions=[_column(field), exp.Literal.string(axis)]
        )
        rank = exp.Anonymous(
            this="round", expressions=[exp.Div(this=part, expression=exp.Placeholder())]
        )
        return exp.Mul(this=rank, expression=exp.Placeholder())

    tree = (
        exp.select(
            exp.alias_(cell("lon"), "x"),
            exp.alias_(cell("lat"), "y"),
            exp.alias_(exp.Count(this=exp.Star()), "n"),
        )
        .from_(_table(snapshot, room))
        .where(_present(field))
        .group_by("x", "y")
    )
    rows = room.rows(tree, (step, step, step, step))
    return [(float(x), float(y), int(n)) for x, y, n in rows]


def _places(snapshot: Snapshot, room: ReadingRoom) -> SafeString | None:
    field = snapshot.schema.point
    if field is None:
        return None
    coarse = gathered(snapshot, room, field, COARSE)
    if not coarse:
        return None
    frame = frame_for(coarse)
    fine = gathered(snapshot, room, field, degrees_a_dot(frame, CANVAS) / 2)
    return draw(fine, _inset(frame), CANVAS)


def _inset(frame: Frame) -> Frame:
    return frame.widened(0.03)


def _years(snapshot: Snapshot, room: ReadingRoom) -> SafeString | None:
    field = next((field for field in snapshot.schema.of_type("int") if field.name in YEARS), None)
    if field is None or distinct(snapshot, field) < 4:
        return None
    amount = quantity(snapshot)
    measure = exp.Count(this=exp.Star()) if amount is None else exp.Sum(this=_column(amount))
    tree = (
        exp.select(exp.alias_(_column(field), "x"), exp.alias_(measure, "y"))
        .from_(_table(snapshot, room))
        .where(_present(field))
        .group_by("x")
        .order_by("x")
    )
    points = [(float(x), float(y or 0)) for x, y in room.rows(tree)]
    return line(points, (f"{points[0][0]:.0f}", f"{points[-1][0]:.0f}"), CANVAS)


def quantity(snapshot: Snapshot) -> Field | None:
    """The first number that counts something: no key, no year, no code of an official list."""
    for field in snapshot.schema.of_type("int", "double"):
        if not (field.annotations.id or field.referentiel or field.name in YEARS):
            return field
    return None


def _categories(snapshot: Snapshot, room: ReadingRoom) -> SafeString | None:
    fitting = [
        field
        for field in snapshot.schema.of_type("text")
        if FEW <= distinct(snapshot, field) <= MANY
        and field.annotations.facet
        and not field.annotations.multivalued
        and not field.referentiel
    ]
    drawn = (_bars_of(field, snapshot, room) for field in fitting)
    return next((drawing for drawing in drawn if drawing), None)


def _bars_of(field: Field, snapshot: Snapshot, room: ReadingRoom) -> SafeString | None:
    tree = (
        exp.select(exp.alias_(_column(field), "x"), exp.alias_(exp.Count(this=exp.Star()), "n"))
        .from_(_table(snapshot, room))
        .where(_present(field))
        .group_by("x")
        .order_by(exp.Ordered(this=exp.column("n"), desc=True), "x")
        .limit(LARGEST)
    )
    counts = [(str(x), float(n)) for x, n in room.rows(tree)]
    records = int(snapshot.manifest.counts["records"])
    if not counts or counts[0][1] > TOO_MUCH * records:
        return None
    return bars(counts, CANVAS)


def _words(snapshot: Snapshot, room: ReadingRoom) -> SafeString | None:
    field = naming_field(snapshot)
    if field is None:
        return None
    tree = (
        exp.select(exp.alias_(_column(field), "x"))
        .from_(_table(snapshot, room))
        .where(_present(field))
        .limit(5)
    )
    texts = [str(x) for (x,) in room.rows(tree)]
    return words(texts, CANVAS) if texts else None


ATTEMPTS: tuple[Callable[[Snapshot, ReadingRoom], SafeString | None], ...] = (
    _places,
    _years,
    _categories,
    _words,
)
