"""Draws a dataset's living picture for its cartel: small SVG made from the data itself.

Colours come from the theme's style sheet; numbers only are written into the drawing.
"""

import math
from collections import Counter
from collections.abc import Iterable, Sequence

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

WIDTH, HEIGHT, MARGIN = 300, 200, 16
# One dot stands for a cell of this side, so that a million points weigh no more than a thousand.
CELL = 3.0
DOTS = ((1, 1.5), (4, 2.3), (16, 3.2))


def _framed(inside: SafeString, *, square: bool = False) -> SafeString:
    return format_html(
        '<span class="picture{}"><svg viewBox="0 0 {} {}" aria-hidden="true" focusable="false">'
        "{}</svg></span>",
        " picture-square" if square else "",
        WIDTH,
        WIDTH if square else HEIGHT,
        inside,
    )


def _number(value: float) -> str:
    return f"{value:.1f}".rstrip("0").rstrip(".")


def points(places: Iterable[tuple[float, float]], *, square: bool = False) -> SafeString | None:
    """A map of (longitude, latitude) pairs in degrees; None when there is none.

    Three by two as a cartel wants it, or `square` for the work that hangs beside a page's title.

    The frame holds the bulk of the places, so that far islands do not shrink the rest; what falls
    outside is left out of this picture, not of the data.
    """
    projected = [(math.radians(lon), _mercator(lat)) for lon, lat in places]
    if not projected:
        return None
    west, east = _bulk(sorted(x for x, _ in projected))
    south, north = _bulk(sorted(y for _, y in projected))
    high = WIDTH if square else HEIGHT
    scale = min(
        (WIDTH - 2 * MARGIN) / max(east - west, 1e-4),
        (high - 2 * MARGIN) / max(north - south, 1e-4),
    )
    x0, y0 = (west + east) / 2, (south + north) / 2
    cells = Counter(
        (
            round((WIDTH / 2 + (x - x0) * scale) / CELL),
            round((high / 2 - (y - y0) * scale) / CELL),
        )
        for x, y in projected
    )
    return _framed(
        format_html_join(
            "", '<path class="picture-dots" stroke-width="{}" d="{}"/>', _strokes(cells, high)
        ),
        square=square,
    )


def _mercator(latitude: float) -> float:
    bounded = max(-85.0, min(85.0, latitude))
    return math.log(math.tan(math.pi / 4 + math.radians(bounded) / 2))


def _bulk(values: Sequence[float]) -> tuple[float, float]:
    """The span of sorted values without those far from the middle half (Tukey's fences)."""
    low, high = values[len(values) // 4], values[len(values) * 3 // 4]
    reach = 2 * (high - low)
    kept = [value for value in values if low - reach <= value <= high + reach]
    return kept[0], kept[-1]


def _strokes(cells: Counter[tuple[int, int]], high: int) -> Iterable[tuple[float, str]]:
    """One path for each size of dot, larger where more places fall together."""
    tops = [least for least, _ in DOTS[1:]] + [math.inf]
    for (least, width), below in zip(DOTS, tops, strict=True):
        drawn = "".join(
            f"M{_number(x * CELL)} {_number(y * CELL)}h0"
            for (x, y), count in sorted(cells.items())
            if least <= count < below and 0 <= x * CELL <= WIDTH and 0 <= y * CELL <= high
        )
        if drawn:
            yield width, drawn


def line(values: Sequence[float]) -> SafeString | None:
    """A series in the order of time, its last value marked; None under two values."""
    if len(values) < 2:
        return None
    low, high = min(0.0, *values), max(values)
    span = (high - low) or 1.0
    step = (WIDTH - 2 * MARGIN) / (len(values) - 1)
    bottom, top = HEIGHT - 2 * MARGIN, 2.5 * MARGIN
    spots = [
        (MARGIN + i * step, bottom - (value - low) / span * (bottom - top))
        for i, value in enumerate(values)
    ]
    path = "L".join(f"{_number(x)} {_number(y)}" for x, y in spots)
    return _framed(
        format_html(
            '<path class="picture-under" d="M{} {}L{}L{} {}Z"/><path class="picture-line" d="M{}"/>'
            '<circle class="picture-point" cx="{}" cy="{}" r="4.5"/>',
            MARGIN,
            bottom,
            path,
            WIDTH - MARGIN,
            bottom,
            path,
            _number(spots[-1][0]),
            _number(spots[-1][1]),
        )
    )


def bars(counts: Sequence[float]) -> SafeString | None:
    """The sizes of the largest groups, longest first; None without any."""
    shown = sorted((count for count in counts if count > 0), reverse=True)[:9]
    if not shown:
        return None
    step = (HEIGHT - 2 * MARGIN) / max(len(shown), 5)
    return _framed(
        format_html_join(
            "",
            '<rect class="picture-bar" x="{}" y="{}" width="{}" height="{}"/>',
            (
                (
                    MARGIN,
                    _number(MARGIN + i * step),
                    _number(max(2.0, count / shown[0] * (WIDTH - 2 * MARGIN))),
                    _number(step * 0.62),
                )
                for i, count in enumerate(shown)
            ),
        )
    )


def columns(filled: Sequence[float]) -> SafeString | None:
    """The table itself: one column a field, as tall as the share (0 to 1) that is filled."""
    shown = filled[:40]
    if not shown:
        return None
    step = (WIDTH - 2 * MARGIN) / len(shown)
    tall = HEIGHT - 2 * MARGIN
    return _framed(
        format_html_join(
            "",
            '<rect class="picture-empty" x="{0}" y="{1}" width="{2}" height="{3}"/>'
            '<rect class="picture-bar" x="{0}" y="{4}" width="{2}" height="{5}"/>',
            (
                (
                    _number(MARGIN + i * step),
                    MARGIN,
                    _number(step * 0.7),
                    tall,
                    _number(MARGIN + tall * (1 - part)),
                    _number(tall * part),
                )
                for i, part in enumerate(shown)
            ),
        )
    )


def thumbnail(source: str) -> SafeString:
    """One image of the dataset, by its address."""
    return format_html(
        '<span class="picture"><img src="{}" alt="" loading="lazy" decoding="async"></span>', source
    )
