"""The results in words: a table on the terminal, a page of the documentation."""

import platform
from pathlib import Path

from bench.clock import Timing
from bench.places import ROOT
from bench.results import Measured, Run

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
    """The table on the terminal."""
    head = ("", "Cimaise p50", "p95", "Datasette p50", "p95", "faster", "DuckDB p50", "p95")
    rows = [head, *(_cells(line) for line in run.lines)]
    widths = [max(len(row[place]) for row in rows) for place in range(len(head))]
    table = "\n".join(
        "  ".join(
            cell.rjust(width) if place else cell.ljust(width)
            for place, (cell, width) in enumerate(zip(row, widths, strict=True))
        )
        for row in rows
    )
    wishes = "\n".join(
        f"  {'yes' if wish.met else 'NO '}  {wish.what}: {wish.came} (wanted {wish.wanted})"
        for wish in run.wishes()
    )
    return f"{_publishing(run)}\n\nMilliseconds:\n{table}\n{_aside(run)}\n\nWanted:\n{wishes}\n"


def page(run: Run) -> str:
    """The page of the documentation."""
    rows = "\n".join(f"| {' | '.join(_cells(line))} |" for line in run.lines)
    wishes = "\n".join(
        f"| {wish.what} | {wish.came} | {wish.wanted} | {'yes' if wish.met else '**no**'} |"
        for wish in run.wishes()
    )
    return f"""# Benchmarks

*Written by `python -m bench --write-docs`; `make bench` measures again on your machine.*

The rows are GeoNames' postal codes of 117 countries: {run.rows:,} rows of 11 columns. Everything
is measured in one run on one machine: {run.machine}. Absolute figures belong to that machine;
the ratios are what to look at.

- **Cimaise**: the file is published by `cimaise publish` and served by `cimaise serve` with one
  process; answers are asked over HTTP on one kept connection, one after the other, no two
  questions alike, nothing sent to revalidate: no answer comes from a cache.
- **Datasette** {run.rival}: the same rows in SQLite with an index on each filtered column, an
  FTS5 table, `suggest_facets off` and time limits that never strike.
- **DuckDB**: the same questions in SQL on the published table, from Python, without any server.
  For full text it scans, and its tile is made by our own query: there is no overhead to read there.

## Publishing

{_publishing(run)}

## Answering, in milliseconds

| | Cimaise p50 | p95 | Datasette p50 | p95 | faster | DuckDB p50 | p95 |
|---|---:|---:|---:|---:|---:|---:|---:|
{rows}

{_aside(run)}

Datasette draws no tiles: it counts the records of the same square by the cells of the same grid.
The whole CSV is streamed anew by both, with a parameter for which the portal
keeps no file.

## What was wanted

| | came | wanted | met |
|---|---:|---:|---|
{wishes}
"""


def _publishing(run: Run) -> str:
    return (
        f"Publishing {run.rows:,} rows, from the command to its end (text index included): "
        f"{run.publishing:.1f} s, of which {run.starting:.1f} s to start the command. "
        f"Bare DuckDB load: {run.loading:.1f} s. "
        f"Ratio: {run.publishing / run.loading:.1f}."
    )


def _aside(run: Run) -> str:
    kept = ""
    if run.kept_csv is not None:
        kept = f"Whole CSV from the file kept with the snapshot: {_ms(run.kept_csv.p50)} ms. "
    memory = f"{run.memory} MB for Cimaise, {run.rival_memory} MB for Datasette"
    return f"{kept}Most memory seen while answering: {memory}."


def _cells(line: Measured) -> tuple[str, ...]:
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
