"""Everything that is measured, section after section, each line by its name."""

import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from urllib.parse import urlencode

from bench import bare, crowd, datasette, moments, portal, report
from bench.bare import Bare
from bench.clock import Caller, Timing, Unexpected, calling, timing, whole
from bench.deep import DEEP, deep_pages
from bench.descriptions import searched
from bench.engine import Engine, without_bytes
from bench.language import Speaker, Spoken
from bench.places import DATASET, NAME, ROWS
from bench.questions import API, Asker, Line, Sample, sample, whole_csv
from bench.results import Measured, Publishing, Run, Said, Single
from bench.server import Memory
from cimaise.engine.duck import SPATIAL, extension_file
from cimaise.engine.exports import formats_for
from cimaise.engine.odsql.errors import AskingError

PATIENCE = 120.0  # seconds that one long answer is given
PUBLISHING, CSV, CATALOGUE = "publishing", "whole CSV", "catalogue search, 50,000 datasets"
CROWD, UNCHANGED = "64 clients", "304"
Address = Callable[[int], str | Sequence[str]]


class Bench:
    """One run; `only` names what to measure (a part of the names of lines; none: everything)."""

    def __init__(self, file: Path, seconds: float, only: str | None, *, counted: bool) -> None:
        self._file = file
        self._seconds = seconds
        self._only = (only or "").lower()
        self._counted = counted
        rival = f"{datasette.VERSION}, immutable and counted" if counted else datasette.VERSION
        self.run = Run(report.machine(), rival, ROWS)

    def wanted(self, name: str) -> bool:
        """Whether a line is to be measured."""
        return self._only in name.lower()

    def measure(self) -> Run:
        """Everything wanted, about a quarter of an hour in all."""
        self._publish()
        point, engine, times = self._opened()
        found = sample(engine, point)
        field = next(name for name, kind in engine.columns.items() if kind.startswith("STRUCT"))
        lines = [*filter(self._is_wanted, Asker(engine, found, point).lines())]
        speaker = Speaker(engine, times, found, point, field)
        spoken = [*filter(self._is_wanted, speaker.lines())]
        everything = (lines, spoken)
        if lines or spoken or self.wanted(CSV) or self.wanted("export") or self.wanted(DEEP):
            self._alone(engine, found, *everything)
        self._crowded(Asker(engine, found, point).lines(), speaker.lines())
        self._catalogue()
        engine.close()
        times.close()
        return self.run

    def _is_wanted(self, line: Line | Spoken) -> bool:
        return self.wanted(line.name)

    # -- before ---------------------------------------------------------------------------------

    def _publish(self) -> None:
        if self.wanted(PUBLISHING) or not (portal.HOME / "snapshots" / DATASET).is_dir():
            say("Loading the file into bare DuckDB")
            _, loads = bare.load(self._file)
            say("Publishing it")
            seconds = portal.published(self._file)
            self.run.publishing = Publishing(seconds, portal.started(), loads)
        if not bare.loaded().exists():
            bare.load(self._file, times=1)
        portal.completed()

    def _opened(self) -> tuple[tuple[str, str], Bare, Bare]:
        engine = Bare(portal.serve_file(), extension_file(SPATIAL))
        times = Bare(portal.snapshot(moments.DATASET) / "serve.duckdb", extension_file(SPATIAL))
        return engine.point(), engine, times

    # -- one after the other --------------------------------------------------------------------

    def _alone(
        self, engine: Bare, found: Sample, lines: Sequence[Line], spoken: Sequence[Spoken]
    ) -> None:
        say("Preparing Datasette")
        database = datasette.filled(bare.loaded())
        with ExitStack() as stack:
            ours, memory = stack.enter_context(portal.running())
            rival = datasette.running(database, counted=self._counted)
            theirs, rival_memory = stack.enter_context(rival)
            self._prepare(ours, lines, spoken)
            for line in lines:
                with self._asking(line.name):
                    self.run.lines.append(self._line(line, ours, theirs))
            self._speak(ours, theirs, spoken)
            self.run.memory_before_exports = memory.most_mb
            self._formats(ours, theirs, found)
            if self.wanted(DEEP):
                with self._asking(DEEP):
                    self.run.singles.append(Single(DEEP, deep_pages(ours, self._seconds)))
            if self.wanted(CSV):
                say(f"Asking: {CSV}")
                self.run.lines.append(_csv(engine, ours, theirs))
                whole(ours, f"{API}/exports/csv", patience=PATIENCE)  # made now, kept from now on
                self.run.kept_csv = whole(ours, f"{API}/exports/csv", patience=PATIENCE)
            self.run.memory, self.run.rival_memory = _most(memory), _most(rival_memory)

    def _prepare(self, port: int, lines: Sequence[Line], spoken: Sequence[Spoken]) -> None:
        """Ask once of each kind, and wait until the server has made the aids that were missed."""
        for address in (*(line.portal for line in lines), *(each.addresses for each in spoken)):
            with suppress(Unexpected), calling(port) as caller:
                _asked(caller, address(1_000_003))
        say("Waiting for finding aids")
        self.run.aids = portal.settle()

    def _line(self, line: Line, ours: int, theirs: int) -> Measured:
        hand = timing(without_bytes(line.bare), seconds=self._seconds / 2, warm=1)
        return Measured(
            line.name,
            portal=self._over_http(ours, line.portal),
            rival=self._over_http(theirs, line.rival),
            bare=hand,
            wanted=line.wanted,
            same=line.same,
        )

    @contextmanager
    def _asking(self, name: str) -> Iterator[None]:
        """Say what is measured; what the portal does not answer is told, not measured."""
        say(f"Asking: {name}")
        try:
            yield
        except (Unexpected, AskingError) as error:
            say(f"  not answered: {error}")
            self.run.unanswered.append(name)

    def _over_http(self, port: int, address: Address) -> Timing:
        seconds = self._seconds
        with calling(port) as caller:
            return timing(lambda number: _asked(caller, address(number)), seconds=seconds)

    def _speak(self, ours: int, theirs: int, spoken: Sequence[Spoken]) -> None:
        if not spoken:
            return
        engine = Engine()
        for line in spoken:
            with self._asking(line.name):
                answered = self._over_http(ours, line.addresses)
                planning, working = engine.spent(line, self._seconds / 2)
                hand = line.bare and timing(
                    without_bytes(line.bare), seconds=self._seconds / 2, most=200
                )
                rival = line.rival and self._over_http(theirs, line.rival)
                searching = line.question(0).where[0][:1] == '"'
                taken = (planning, working, hand, searching)
                self.run.said.append(Said(line.name, answered, rival, *taken))
        engine.close()

    def _formats(self, ours: int, theirs: int, found: Sample) -> None:
        """A country in each format; Datasette has two of them."""
        if not self.wanted("export"):
            return
        engine = Engine()
        cards = formats_for(engine.snapshot(DATASET).schema)
        engine.close()
        theirs_of = {"csv": f"/geonames/{datasette.TABLE}.csv?_stream=on&_size=max&"}
        for card in cards:
            name = f"export of a country, {card.name}"
            if not self.wanted(name):
                continue
            with self._asking(name):
                root = theirs_of.get(card.name)
                place = f"{API}/exports/{card.name}?"
                answered = self._over_http(ours, _country(found, place, odsql=True))
                rival = None if root is None else self._over_http(theirs, _country(found, root))
                self.run.singles.append(Single(name, answered, rival))

    # -- all at once ----------------------------------------------------------------------------

    def _crowded(self, lines: Sequence[Line], spoken: Sequence[Spoken]) -> None:
        if not (self.wanted(CROWD) or self.wanted(UNCHANGED)):
            return
        with portal.running(processes=2) as (port, memory):
            self._prepare(port, lines, spoken)
            if self.wanted(CROWD):
                say(f"Asking: {CROWD}")
                said = [_only_address(each) for each in spoken]
                mixed = [*(line.portal for line in lines), *said]
                self.run.crowd = crowd.mixed(port, mixed)
            if self.wanted(UNCHANGED):
                say(f"Asking: {UNCHANGED}")
                self.run.unchanged = crowd.unchanged(port, f"{API}/records?limit=20")
            memory.stop()

    def _catalogue(self) -> None:
        if not self.wanted(CATALOGUE):
            return
        say("Filling a portal with 50,000 datasets")
        portal.filled()

        def address(number: int) -> str:
            asked = {"where": searched(number), "limit": 20}
            return f"/api/explore/v2.1/catalog/datasets?{urlencode(asked)}"

        with portal.running(portal.MANY) as (port, _):
            with suppress(Unexpected), calling(port) as caller:
                _asked(caller, address(1_000_003))
            portal.settle(portal.MANY)
            with self._asking(CATALOGUE):
                self.run.singles.append(Single(CATALOGUE, self._over_http(port, address)))


def _only_address(line: Spoken) -> Callable[[int], str]:
    return lambda number: line.addresses(number)[0]


def _country(found: Sample, root: str, *, odsql: bool = False) -> Callable[[int], str]:
    """The address of a middling country, never twice the same question."""
    some = found.countries[len(found.countries) // 2 :]

    def address(number: int) -> str:
        code = some[number % len(some)]
        if odsql:
            where = f'country_code = "{code}" and zipcode != "{number}"'
            return root + urlencode({"where": where})
        return root + urlencode({"country_code": code, "zipcode__not": number})

    return address


def _asked(caller: Caller, targets: str | Sequence[str]) -> int:
    if isinstance(targets, str):
        return caller.size(targets)
    return sum(map(caller.size, targets))


def _csv(engine: Bare, ours: int, theirs: int) -> Measured:
    mine = sorted(
        (whole(ours, whole_csv(number)[0], patience=PATIENCE) for number in range(3)),
        key=lambda taken: taken.p50,
    )
    return Measured(
        CSV,
        portal=Timing(mine[1].p50, mine[2].p50, len(mine), mine[0].size),
        rival=whole(theirs, whole_csv(0)[1], patience=PATIENCE),
        bare=timing(engine.csv, seconds=3, warm=0),
        wanted=10,
        same=False,
    )


def _most(memory: Memory) -> int:
    memory.stop()
    return memory.most_mb


def nothing_to_measure() -> str:
    """What is said where the rows are missing."""
    return f"Nothing to measure with: {NAME} is not beside the repository (../shared/data)."


def say(what: str) -> None:
    """One line of progress, with the time."""
    print(f"{time.strftime('%H:%M:%S')}  {what}", file=sys.stderr, flush=True)
