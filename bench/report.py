"""The results in words: a table on the terminal, a page of the documentation."""

import platform
from collections.abc import Iterator, Sequence
from pathlib import Path

from bench.clock import Timing
from bench.crowd import CLIENTS, SECONDS, Crowd
from bench.places import ROOT
from bench.results import Measured, Run, Said, Single

Cells = tuple[str, ...]
PAGE = ROOT / "docs" / "reference" / "benchmarks.md"


def machine() -> str:
    """The machine in general words."""
    facts = Path("/proc/meminfo").read_text().split()
    memory = round(int(facts[1]) / 1024**2)
    cores = len(set(_cores()))
    return (
        f"{cores} cores, {memory} GB of memory, {platform.system()} {platform.machine()},"
        f" Python {platform.python_version()}"
    )


def _cores() -> list[str]:
    lines = Path("/proc/cpuinfo").read_text().splitlines()
    return [line for line in lines if line.startswith("processor")]


def shown(run: Run) -> str:
    """The tables on the terminal."""
    parts = [_publishing(run)]
    for title, head, rows in _tables(run):
        parts.append(f"{title}, milliseconds:\n{_aligned([head, *rows])}")
    parts += [*_crowd(run), _aside(run)]
    wishes = "\n".join(
        f"  {'yes' if wish.met else 'NO '}  {wish.what}: {wish.came} (wanted {wish.wanted})"
        for wish in run.wishes()
    )
    return "\n\n".join([*filter(None, parts), f"Wanted:\n{wishes}\n"])


Table = tuple[str, Cells, list[Cells]]


def _tables(run: Run) -> Iterator[Table]:
    """Title, head and rows of each table that has rows."""
    head: Cells
    if run.lines:
        head = ("", "Cimaise p50", "p95", "Datasette p50", "p95", "faster", "DuckDB p50", "p95")
        yield "Answering", head, [_cells(line) for line in run.lines]
    if run.said:
        head = ("", "Cimaise p50", "p95", "Datasette p50", "planning", "engine", "by hand", "ratio")
        yield "The language", head, [_said(line) for line in run.said]
    if run.singles:
        head = ("", "Cimaise p50", "p95", "kB", "Datasette p50", "p95")
        yield "Further", head, [_single(line) for line in run.singles]


def _aligned(rows: Sequence[Cells]) -> str:
    widths = [max(len(row[place]) for row in rows) for place in range(len(rows[0]))]
    return "\n".join(
        "  ".join(
            cell.rjust(width) if place else cell.ljust(width)
            for place, (cell, width) in enumerate(zip(row, widths, strict=True))
        )
        for row in rows
    )


def _marked(head: Cells, rows: Sequence[Cells]) -> str:
    lines = [head, ("---", *("---:" for _ in head[1:])), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def page(run: Run) -> str:
    """The page of the documentation."""
    tables = "\n\n".join(
        f"## {title}, in milliseconds\n\n{_marked(head, rows)}\n\n{ABOUT[title]}"
        for title, head, rows in _tables(run)
    )
    wishes = _marked(
        ("", "came", "wanted", "met"),
        [
            (wish.what, wish.came, wish.wanted, "yes" if wish.met else "**no**")
            for wish in run.wishes()
        ],
    )
    crowd = "\n\n".join(_crowd(run))
    return f"""# Benchmarks

*Written by `python -m bench --write-docs`; `make bench` measures again on your machine, and
`python -m bench --only NAME` one line.*

The rows are GeoNames' postal codes of 117 countries: {run.rows:,} rows of 11 columns. Everything
is measured in one run on one machine: {run.machine}. Absolute figures belong to that machine;
the ratios are what to look at.

- **Cimaise**: the file is published by `cimaise publish` and served by `cimaise serve` with one
  process; answers are asked over HTTP on one kept connection, one after the other, no two
  questions alike, nothing sent to revalidate: no answer comes from a cache. The first questions
  had the server make its [finding aids](../decisions/0009-finding-aids.md), as it does by itself;
  it is measured once they are there.
- **Datasette** {run.rival}: the same rows in SQLite with an index on each filtered column, an
  FTS5 table, `suggest_facets off` and time limits that never strike.
- **DuckDB**: the same questions in SQL on the published table, from Python, without any server.
  For full text it scans, and its tile is made by our own query: there is no overhead to read there.

## Publishing

{_publishing(run)}

{tables}

## A crowd

{crowd}

{_aside(run)}

## What was wanted

{wishes}
"""


ABOUT = {
    "Answering": (
        "Datasette draws no tiles: it counts the records of the same square by the cells of the"
        " same grid.\nThe whole CSV is streamed anew by both, with a parameter for which the"
        " portal keeps no file."
    ),
    "The language": (
        "Planning (reading, checking, turning to SQL) and the work of the engine are measured in"
        " one process,\nwithout HTTP; *by hand* is the same in SQL written for it alone, and"
        " *ratio* how many times longer\nthe engine works. Months are counted among as many"
        " generated moments."
    ),
    "Further": (
        "A country is exported anew each time. Deep pages are those of a hundred rows after the"
        " millionth row.\nThe catalogue is searched for two words in 50,000 generated descriptions."
    ),
}


def _publishing(run: Run) -> str:
    if run.publishing is None:
        return ""
    taken = run.publishing
    return (
        f"Publishing {run.rows:,} rows, from the command to its end (text index included): "
        f"{taken.seconds:.1f} s, of which {taken.starting:.1f} s to start the command. "
        f"Bare DuckDB load: {taken.loading:.1f} s. "
        f"Ratio: {taken.ratio:.1f}."
    )


def _crowd(run: Run) -> Iterator[str]:
    if run.crowd is not None:
        many = run.crowd
        yield (
            f"{CLIENTS} clients at once for {SECONDS:.0f} s, every question of the tables in turn, "
            f"two processes: {many.answers:,} answers, {many.errors} errors, "
            f"{many.a_second:,.0f} a second; p50 {_ms(many.p50)} ms, p99 {_ms(many.p99)} ms, "
            f"{many.spread:.1f} times as much.{_wrong(many)}"
        )
    if run.unchanged is not None:
        same = run.unchanged
        yield (
            f"A page that every client has already (304), two processes: "
            f"{same.a_second:,.0f} a second, p50 {_ms(same.p50)} ms, "
            f"{same.errors} errors.{_wrong(same)}"
        )


def _wrong(crowd: Crowd) -> str:
    """How many answers of each status, where some were wrong."""
    if not crowd.errors:
        return ""
    told = ", ".join(f"{status}: {n:,}" for status, n in sorted(crowd.statuses.items()))
    return f" By status: {told}."


def _aside(run: Run) -> str:
    kept = ""
    if run.kept_csv is not None:
        kept = f"Whole CSV from the file kept with the snapshot: {_ms(run.kept_csv.p50)} ms. "
    if run.aids is not None:
        kept += f"The server made its finding aids in {run.aids:.0f} s beside answering. "
    if not run.memory:
        return kept
    memory = f"{run.memory} MB for Cimaise, {run.rival_memory} MB for Datasette"
    before = run.memory_before_exports
    return f"{kept}Most memory seen: {memory}; before any export, {before} MB for Cimaise."


def _said(line: Said) -> Cells:
    return (
        line.name,
        _ms(line.portal.p50),
        _ms(line.portal.p95),
        "" if line.rival is None else _ms(line.rival.p50),
        f"{line.planning.p50:.2f}",
        _ms(line.engine.p50),
        "" if line.bare is None else _ms(line.bare.p50),
        "" if line.over_sql is None else f"{line.over_sql:.2f}",
    )


def _single(line: Single) -> Cells:
    rival = ("", "") if line.rival is None else (_ms(line.rival.p50), _ms(line.rival.p95))
    size = f"{line.portal.size / 1000:,.0f}"
    return (line.name, _ms(line.portal.p50), _ms(line.portal.p95), size, *rival)


def _cells(line: Measured) -> Cells:
    return (
        line.name,
        _ms(line.portal.p50),
        _ms(line.portal.p95),
        _least(line.rival) + _ms(line.rival.p50),
        _least(line.rival) + _ms(line.rival.p95),
        f"{_least(line.rival)}{line.ratio:.1f} x",
        _ms(line.bare.p50),
        _ms(line.bare.p95),
    )


def _least(timing: Timing) -> str:
    return "> " if timing.cut else ""


def _ms(value: float) -> str:
    return f"{value:,.1f}" if value < 100 else f"{value:,.0f}"
