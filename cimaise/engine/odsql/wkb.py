"""Well-known binary geometries to nested lists of positions, as GeoJSON nests them."""

import struct
from dataclasses import dataclass
from typing import Any

KINDS = {
    1: "POINT",
    2: "LINESTRING",
    3: "POLYGON",
    4: "MULTIPOINT",
    5: "MULTILINESTRING",
    6: "MULTIPOLYGON",
}
_NESTED = {"LINESTRING": 0, "POLYGON": 1}  # lists of positions, lists of such lists


def read_wkb(data: bytes) -> tuple[str, Any]:
    """The kind and the coordinates; raises ValueError, which says why."""
    reading = _Reading(data)
    try:
        kind, found = reading.geometry()
    except struct.error as error:
        raise ValueError("the binary geometry is cut short") from error
    if reading.at != len(data):
        raise ValueError("something follows the binary geometry")
    return kind, found


@dataclass(slots=True)
class _Reading:
    data: bytes
    at: int = 0

    def geometry(self) -> tuple[str, Any]:
        order = "<" if self.data[self.at : self.at + 1] == b"\x01" else ">"
        self.at += 1
        said = self.number(order)
        # Heights and measures: thousands in ISO's form, high bits in PostGIS's.
        extra = (said & 0xFFFF) // 1000 + bool(said & 0x80000000) + bool(said & 0x40000000)
        size = 2 + {0: 0, 1: 1, 2: 1, 3: 2}.get(extra, 2)
        if said & 0x20000000 and self.number(order) not in (0, 4326):
            raise ValueError("coordinates are longitude and latitude (EPSG:4326)")
        kind = KINDS.get((said & 0xFFFF) % 1000)
        if kind is None:
            raise ValueError("a point, a line, a polygon or several of them")
        if kind == "POINT":
            return kind, self.position(order, size)
        if kind in _NESTED:
            return kind, self.listed(order, size, _NESTED[kind])
        return kind, [self.geometry()[1] for _ in range(self.count(order))]

    def number(self, order: str) -> int:
        (found,) = struct.unpack_from(f"{order}I", self.data, self.at)
        self.at += 4
        return int(found)

    def count(self, order: str) -> int:
        found = self.number(order)
        if found > len(self.data):
            raise ValueError("the binary geometry is cut short")
        return found

    def position(self, order: str, size: int) -> list[float]:
        found = struct.unpack_from(f"{order}{size}d", self.data, self.at)
        self.at += 8 * size
        return list(found[:2])

    def listed(self, order: str, size: int, depth: int) -> list[Any]:
        if depth:
            return [self.listed(order, size, depth - 1) for _ in range(self.count(order))]
        return [self.position(order, size) for _ in range(self.count(order))]
