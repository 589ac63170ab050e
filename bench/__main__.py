"""`python -m bench`: measure everything in one run, print it, keep it."""

import argparse
import json
import sys
import time
from collections.abc import Callable
from pathlib import Path

from bench import bare, datasette, portal, report
from bench.bare import Bare
from bench.clock import Timing, calling, timing, whole
from bench.places import KEPT, NAME, ROWS, material
from bench.questions import API, Asker, Line, sample, whole_csv
from bench.results import Measured, Run
from bench.server import Memory
from cimaise.engine.duck import SPATIAL, extension_file

LEAST_PATIENCE = 120.0  # seconds that Datasette is given for its whole CSV


def main() -> int:
    """Measure, print; 1 with `--strict` when something wanted was not met."""
    asked = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    asked.add_argument("--seconds", type=float, default=6, help="spent on each line and side")
    asked.add_argument("--counted", action="store_true", help="an immutable file for Datasette")
    asked.add_argument("--write-docs", action="store_true", help="write the documentation's page")
    asked.add_argument("--strict", action="store_true", help="fail when a wish is not met")
    said = asked.parse_args()
    file = material()
    if file is None:
        print(f"Nothing to measure with: {NAME} is not beside the repository (../shared/data).")
        return 0
    KEPT.mkdir(parents=True, exist_ok=True)
    run = measured(file, said.seconds, counted=said.counted)
    print(report.shown(run))
    kept = KEPT / "results.json"
    kept.write_text(json.dumps(run.to_json(), indent=2))
    if said.write_docs:
        report.PAGE.parent.mkdir(parents=True, exist_ok=True)
        report.PAGE.write_text(report.page(run))
    return int(said.strict and not all(wish.met for wish in run.wishes()))


def measured(file: Path, seconds: float, *, counted: bool) -> Run:
    """The whole run, about six minutes, the first time a little more."""
    say("Loading the file into bare DuckDB")
    loading, loads = bare.load(file)
    say("Publishing it")
    publishing = portal.published(file)
    rival = f"{datasette.VERSION}, immutable and counted" if counted else datasette.VERSION
    run = Run(report.machine(), rival, ROWS, publishing, portal.started(), loading, loads)
    say("Preparing Datasette")
    database = datasette.filled(bare.loaded())
    engine = Bare(portal.serve_file(), extension_file(SPATIAL))
    point = engine.point()
    asker = Asker(engine, sample(engine, point), point)
    with (
        portal.running() as (ours, memory),
        datasette.running(database, counted=counted) as (theirs, rival_memory),
    ):
        for line in asker.lines():
            say(f"Asking: {line.name}")
            run.lines.append(_line(line, ours, theirs, seconds))
        say("Asking: whole CSV")
        run.lines.append(_csv(engine, ours, theirs))
        whole(ours, f"{API}/exports/csv", patience=LEAST_PATIENCE)  # made now, kept from now on
        run.kept_csv = whole(ours, f"{API}/exports/csv", patience=LEAST_PATIENCE)
        run.memory, run.rival_memory = _most(memory), _most(rival_memory)
    engine.close()
    return run


def _line(line: Line, ours: int, theirs: int, seconds: float) -> Measured:
    return Measured(
        line.name,
        portal=_over_http(ours, line.portal, seconds),
        rival=_over_http(theirs, line.rival, seconds),
        bare=timing(lambda number: _no_bytes(line, number), seconds=seconds / 2, warm=1),
        wanted=line.wanted,
        same=line.same,
    )


def _over_http(port: int, address: Callable[[int], str], seconds: float) -> Timing:
    with calling(port) as caller:
        return timing(lambda number: caller.size(address(number)), seconds=seconds)


def _no_bytes(line: Line, number: int) -> int:
    line.bare(number)
    return 0


def _csv(engine: Bare, ours: int, theirs: int) -> Measured:
    mine = sorted(
        (whole(ours, whole_csv(number)[0], patience=LEAST_PATIENCE) for number in range(3)),
        key=lambda taken: taken.p50,
    )
    sizes = mine[0].size
    return Measured(
        "whole CSV",
        portal=Timing(mine[1].p50, mine[2].p50, len(mine), sizes),
        rival=whole(theirs, whole_csv(0)[1], patience=LEAST_PATIENCE),
        bare=timing(engine.csv, seconds=3, warm=0),
        wanted=10,
        same=False,
    )


def _most(memory: Memory) -> int:
    memory.stop()
    return memory.most_mb


def say(what: str) -> None:
    """One line of progress, with the time."""
    print(f"{time.strftime('%H:%M:%S')}  {what}", file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main())
