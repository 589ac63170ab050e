"""The other small drawings: a line for a series of years, bars for categories, words for texts."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.text import Truncator

from cimaise.web.render.dots import Canvas, svg


@dataclass(frozen=True, slots=True)
class Box:
    """The part of a canvas that is drawn on, in its units."""

    left: float
    top: float
    right: float
    bottom: float


def box_of(canvas: Canvas, margin: float = 0.12) -> Box:
    """The canvas without its margins."""
    x, y = canvas.width * margin, canvas.height * margin
    return Box(x, y, canvas.width - x, canvas.height - y)


def line(
    points: Sequence[tuple[float, float]], ends: tuple[str, str], canvas: Canvas
) -> SafeString:
    """A series as a line over its shadow, from zero; `ends` name its first and last positions."""
    box = box_of(canvas)
    xs = [x for x, _ in points]
    top = max((y for _, y in points), default=0) or 1
    wide = (max(xs) - min(xs)) or 1
    floor = box.bottom - canvas.height * 0.06
    spots = [
        (
            box.left + (x - min(xs)) / wide * (box.right - box.left),
            floor - y / top * (floor - box.top),
        )
        for x, y in points
    ]
    path = "M" + "L".join(f"{x:.1f} {y:.1f}" for x, y in spots)
    (x0, _), (x1, y1) = spots[0], spots[-1]
    inside = format_html(
        '<path class="picture-under" fill="currentColor" opacity="0.1"'
        ' d="{path}L{x1} {floor}L{x0} {floor}Z"/>'
        '<path class="picture-line" stroke="currentColor" stroke-width="2.5" d="{path}"/>'
        '<circle class="picture-point" fill="currentColor" cx="{x1}" cy="{y1}" r="4.5"/>'
        '<g class="picture-words" fill="currentColor" font-size="15" opacity="0.75">'
        '<text x="{x0}" y="{under}">{first}</text>'
        '<text x="{x1}" y="{under}" text-anchor="end">{last}</text></g>',
        path=path,
        x0=f"{x0:.1f}",
        x1=f"{x1:.1f}",
        y1=f"{y1:.1f}",
        floor=f"{floor:.1f}",
        under=f"{box.bottom + 14:.1f}",
        first=ends[0],
        last=ends[1],
    )
    return svg(canvas, inside)


def bars(counts: Sequence[tuple[str, float]], canvas: Canvas) -> SafeString:
    """Categories as horizontal bars, the longest first, each under its name."""
    box = box_of(canvas)
    longest = max((count for _, count in counts), default=0) or 1
    each = (box.bottom - box.top) / max(1, len(counts))
    rows = (
        (
            f"{box.left:.1f}",
            f"{box.top + rank * each + 14:.1f}",
            Truncator(label).chars(46, truncate="…"),
            f"{box.left:.1f}",
            f"{box.top + rank * each + 21:.1f}",
            f"{max(2.0, count / longest * (box.right - box.left)):.1f}",
            f"{max(3.0, each - 34):.1f}",
        )
        for rank, (label, count) in enumerate(counts)
    )
    inside = format_html_join(
        "",
        '<text class="picture-words" fill="currentColor" font-size="15" x="{}" y="{}">{}</text>'
        '<rect class="picture-bar" fill="currentColor" x="{}" y="{}" width="{}" height="{}"/>',
        rows,
    )
    return svg(canvas, inside)


def words(texts: Sequence[str], canvas: Canvas) -> SafeString:
    """A few of the dataset's own texts, set large, fading as a list that goes on."""
    box = box_of(canvas)
    each = (box.bottom - box.top) / max(1, len(texts))
    rows = (
        (
            f"{1 - 0.75 * rank / max(1, len(texts)):.2f}",
            f"{box.left:.1f}",
            f"{box.top + (rank + 0.7) * each:.1f}",
            Truncator(" ".join(text.split())).chars(34, truncate="…"),
        )
        for rank, text in enumerate(texts)
    )
    inside = format_html_join(
        "",
        '<text class="picture-words" fill="currentColor" font-size="25" font-family="Newsreader,'
        ' Georgia, serif" opacity="{}" x="{}" y="{}">{}</text>',
        rows,
    )
    return svg(canvas, inside)
