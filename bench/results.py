"""What was measured, what was wanted of it, and whether it was met."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from bench.clock import Timing

MOST_OVERHEAD_MS = 3.0
MOST_PUBLISHING = 6.0
MOST_MEMORY_MB = 600


@dataclass(frozen=True, slots=True)
class Measured:
    """One line: the portal and Datasette over HTTP, DuckDB without."""

    name: str
    portal: Timing
    rival: Timing
    bare: Timing
    wanted: float
    same: bool

    @property
    def ratio(self) -> float:
        """How many times faster than Datasette, at the median."""
        return self.rival.p50 / self.portal.p50

    @property
    def overhead(self) -> float | None:
        """Milliseconds that HTTP adds to the engine, where both do the same work."""
        return self.portal.p50 - self.bare.p50 if self.same else None

    def to_json(self) -> dict[str, Any]:
        """For the results file."""
        return {
            "name": self.name,
            "portal": self.portal.to_json(),
            "datasette": self.rival.to_json(),
            "bare": self.bare.to_json(),
            "ratio": round(self.ratio, 2),
            "overhead": self.overhead,
            "wanted": self.wanted,
        }


@dataclass(frozen=True, slots=True)
class Wish:
    """What was wanted, what came, and whether that is enough."""

    what: str
    came: str
    wanted: str
    met: bool


@dataclass(slots=True)
class Run:
    """One run of the benchmark."""

    machine: str
    rival: str
    rows: int
    publishing: float
    starting: float
    loading: float
    loads: list[float]
    lines: list[Measured] = field(default_factory=list)
    kept_csv: Timing | None = None
    memory: int = 0
    rival_memory: int = 0

    def wishes(self) -> Iterator[Wish]:
        """Everything that was wanted, in order."""
        ratio = self.publishing / self.loading
        yield Wish(
            "publishing / bare load",
            f"{ratio:.1f}",
            f"≤ {MOST_PUBLISHING:.0f}",
            ratio <= MOST_PUBLISHING,
        )
        for line in self.lines:
            yield Wish(
                f"{line.name}: times faster than Datasette",
                f"{line.ratio:.1f}",
                f"≥ {line.wanted:.0f}",
                line.ratio >= line.wanted,
            )
        for line in self.lines:
            if line.overhead is not None:
                yield Wish(
                    f"{line.name}: HTTP over the bare engine, ms",
                    f"{line.overhead:.1f}",
                    f"< {MOST_OVERHEAD_MS:.0f}",
                    line.overhead < MOST_OVERHEAD_MS,
                )
        yield Wish(
            "memory of the server, MB",
            str(self.memory),
            f"< {MOST_MEMORY_MB}",
            self.memory < MOST_MEMORY_MB,
        )

    def to_json(self) -> dict[str, Any]:
        """For the results file."""
        return {
            "machine": self.machine,
            "datasette": self.rival,
            "rows": self.rows,
            "seconds": {
                "publishing": self.publishing,
                "starting": self.starting,
                "bare load": self.loads,
            },
            "lines": [line.to_json() for line in self.lines],
            "kept csv": self.kept_csv.to_json() if self.kept_csv else None,
            "memory": {"portal": self.memory, "datasette": self.rival_memory},
        }
