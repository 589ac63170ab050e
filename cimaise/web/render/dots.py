"""Places drawn as a halftone of dots, without any base map: the density makes the land appear."""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

Dot = tuple[float, float, int]  # longitude, latitude, how many records


@dataclass(frozen=True, slots=True)
class Frame:
    """A part of the Earth, in degrees."""

    west: float
    south: float
    east: float
    north: float

    def holds(self, lon: float, lat: float) -> bool:
        """Whether a point lies in it."""
        return self.west <= lon <= self.east and self.south <= lat <= self.north

    @property
    def flattening(self) -> float:
        """How much shorter a degree of longitude is than one of latitude, in its middle."""
        return max(0.2, math.cos(math.radians((self.south + self.north) / 2)))

    @property
    def said(self) -> str:
        """West, south, east, north: as maps are told where to look."""
        return ",".join(f"{edge:.5f}" for edge in (self.west, self.south, self.east, self.north))

    def widened(self, share: float = 0.04) -> "Frame":
        """The same with a margin, at least a tenth of a degree, so that dots are not cut."""
        x = max(0.1, (self.east - self.west) * share)
        y = max(0.1, (self.north - self.south) * share)
        return Frame(self.west - x, self.south - y, self.east + x, self.north + y)


MAINLAND_FRANCE = Frame(-5.3, 41.2, 9.8, 51.2)
MOST = 0.8  # share of the records that makes a frame the right one to look through


def frame_for(dots: Sequence[Dot]) -> Frame:
    """Mainland France when most records are there, else whatever holds them all."""
    total = sum(count for _, _, count in dots)
    inside = sum(count for lon, lat, count in dots if MAINLAND_FRANCE.holds(lon, lat))
    spread = bounds_of(dots)
    if total and inside >= MOST * total and _wider(spread, MAINLAND_FRANCE):
        return MAINLAND_FRANCE
    return spread.widened()


def bounds_of(dots: Sequence[Dot]) -> Frame:
    """The smallest frame that holds every dot; the whole Earth when there is none."""
    if not dots:
        return Frame(-180, -60, 180, 75)
    lons = [lon for lon, _, _ in dots]
    lats = [lat for _, lat, _ in dots]
    return Frame(min(lons), min(lats), max(lons), max(lats))


def _wider(one: Frame, other: Frame) -> bool:
    return (one.east - one.west) > 0.5 * (other.east - other.west)


@dataclass(frozen=True, slots=True)
class Canvas:
    """How large the drawing is, in its own units, and how far apart its dots are."""

    width: int
    height: int
    step: float

    def place(self, frame: Frame, lon: float, lat: float) -> tuple[float, float]:
        """Where a point falls on the drawing; the frame is fitted whole and centred."""
        wide = (frame.east - frame.west) * frame.flattening
        high = frame.north - frame.south
        scale = min(self.width / wide, self.height / high)
        left = (self.width - wide * scale) / 2
        top = (self.height - high * scale) / 2
        x = left + (lon - frame.west) * frame.flattening * scale
        y = top + (frame.north - lat) * scale
        return x, y


def degrees_a_dot(frame: Frame, canvas: Canvas) -> float:
    """The side of a dot's cell in degrees of latitude, to gather points before drawing them."""
    wide = (frame.east - frame.west) * frame.flattening
    high = frame.north - frame.south
    return canvas.step / min(canvas.width / wide, canvas.height / high)


SIZES = (0.34, 0.52, 0.7, 0.9)  # diameters of a dot, in steps, from one record to the densest


FEW = 900  # cells under which dots are drawn larger, so that a sparse map is still a picture


def draw(dots: Iterable[Dot], frame: Frame, canvas: Canvas) -> SafeString:
    """The dots as an `<svg>` in the theme's colours; hidden from screen readers.

    Points of a same cell make one dot, the larger the more records it stands for.
    """
    cells: dict[tuple[int, int], int] = {}
    for lon, lat, count in dots:
        if frame.holds(lon, lat):
            x, y = canvas.place(frame, lon, lat)
            cell = (int(x / canvas.step), int(y / canvas.step))
            cells[cell] = cells.get(cell, 0) + count
    return svg(canvas, _paths(cells, canvas.step))


def _paths(cells: dict[tuple[int, int], int], step: float) -> SafeString:
    densest = math.log1p(max(cells.values(), default=1))
    bolder = 1.55 if len(cells) < FEW else 1.0
    by_size: dict[float, list[str]] = {}
    for (column, row), count in sorted(cells.items()):
        rank = min(len(SIZES) - 1, int(len(SIZES) * math.log1p(count - 1) / densest))
        spot = f"M{(column + 0.5) * step:.1f} {(row + 0.5) * step:.1f}h0"
        by_size.setdefault(SIZES[rank], []).append(spot)
    return format_html_join(
        "",
        '<path class="picture-dots" stroke="currentColor" d="{}" stroke-width="{}"/>',
        (
            ("".join(spots), f"{size * step * bolder:.2f}")
            for size, spots in sorted(by_size.items())
        ),
    )


def svg(canvas: Canvas, inside: SafeString) -> SafeString:
    """The frame of every drawing: scales with its place; the theme colours it by its parts' names.

    Without the theme (a picture opened alone) parts take the colour of the text around them.
    """
    return format_html(
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {} {}" fill="none"'
        ' stroke-linecap="round" stroke-linejoin="round" aria-hidden="true" focusable="false">'
        "{}</svg>",
        canvas.width,
        canvas.height,
        inside,
    )
