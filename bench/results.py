"""What was measured, what was wanted of it, and whether it was met."""

from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from typing import Any

from bench.clock import Timing
from bench.crowd import LEAST_UNCHANGED, MOST_SPREAD, Crowd

MOST_OVERHEAD_MS = 3.0
MOST_PUBLISHING = 6.0
MOST_MEMORY_MB = 600
MOST_OVER_SQL = 1.3  # times the SQL written by hand
MOST_PLANNING_MS = 1.0


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


@dataclass(frozen=True, slots=True)
class Said:
    """One line of the language: over HTTP, planned and worked on by the engine, by hand in SQL."""

    name: str
    portal: Timing
    rival: Timing | None
    planning: Timing
    engine: Timing
    bare: Timing | None
    searching: bool = False  # words are looked up in the index while planning

    @property
    def over_sql(self) -> float | None:
        """How many times longer than the SQL written by hand the engine works, at the median."""
        return None if self.bare is None else self.engine.p50 / self.bare.p50


@dataclass(frozen=True, slots=True)
class Single:
    """One thing asked over HTTP, of Datasette too where it can do the same."""

    name: str
    portal: Timing
    rival: Timing | None = None


@dataclass(frozen=True, slots=True)
class Publishing:
    """Seconds: publishing, of which to start the command, and each plain load."""

    seconds: float
    starting: float
    loads: list[float]

    @property
    def loading(self) -> float:
        """The median load."""
        return sorted(self.loads)[len(self.loads) // 2]

    @property
    def ratio(self) -> float:
        """How many times a plain load publishing takes."""
        return self.seconds / self.loading


@dataclass(frozen=True, slots=True)
class Wish:
    """What was wanted, what came, and whether that is enough."""

    what: str
    came: str
    wanted: str
    met: bool


@dataclass(slots=True)
class Run:
    """One run of the benchmark; what was not measured is empty or None."""

    machine: str
    rival: str
    rows: int
    publishing: Publishing | None = None
    aids: float | None = None  # seconds in which the server made them, beside answering
    lines: list[Measured] = field(default_factory=list)
    said: list[Said] = field(default_factory=list)
    singles: list[Single] = field(default_factory=list)
    unanswered: list[str] = field(default_factory=list)
    kept_csv: Timing | None = None
    crowd: Crowd | None = None
    unchanged: Crowd | None = None
    memory_before_exports: int = 0
    memory: int = 0
    rival_memory: int = 0

    def wishes(self) -> Iterator[Wish]:
        """Everything that was wanted of what was measured, in order."""
        if self.publishing is not None:
            ratio = self.publishing.ratio
            yield _at_most("publishing / bare load", ratio, MOST_PUBLISHING)
        for line in self.lines:
            name = f"{line.name}: times faster than Datasette"
            met = line.ratio >= line.wanted
            yield Wish(name, f"{line.ratio:.1f}", f"≥ {line.wanted:.0f}", met)
        for line in self.lines:
            if line.overhead is not None:
                name = f"{line.name}: HTTP over the bare engine, ms"
                yield _below(name, line.overhead, MOST_OVERHEAD_MS)
        yield from self._of_the_language()
        yield from self._of_the_crowd()
        for name in self.unanswered:
            yield Wish(f"{name}: answered", "no", "yes", met=False)
        if self.memory:
            yield _below("memory of the server, MB", self.memory, MOST_MEMORY_MB, digits=0)

    def _of_the_language(self) -> Iterator[Wish]:
        for line in self.said:
            if line.over_sql is not None:
                yield _at_most(f"{line.name}: engine / SQL by hand", line.over_sql, MOST_OVER_SQL)
        for line in filter(lambda line: not line.searching, self.said):
            yield _below(f"{line.name}: planning, ms", line.planning.p50, MOST_PLANNING_MS)

    def _of_the_crowd(self) -> Iterator[Wish]:
        if self.crowd is not None:
            yield _at_most("64 clients: errors", self.crowd.errors, 0, digits=0)
            yield _below("64 clients: p99 / p50", self.crowd.spread, MOST_SPREAD)
        if self.unchanged is not None:
            rate = self.unchanged.a_second
            met = rate > LEAST_UNCHANGED and not self.unchanged.errors
            yield Wish("304 a second", f"{rate:,.0f}", f"> {LEAST_UNCHANGED:,.0f}", met)

    def to_json(self) -> dict[str, Any]:
        """For the results file."""
        return asdict(self)


def _at_most(what: str, came: float, most: float, *, digits: int = 1) -> Wish:
    return Wish(what, f"{came:.{digits}f}", f"≤ {most:g}", came <= most)


def _below(what: str, came: float, limit: float, *, digits: int = 1) -> Wish:
    return Wish(what, f"{came:.{digits}f}", f"< {limit:g}", came < limit)
