"""A publication's progress in a terminal: one line a dataset, its stage and its share done."""

from collections.abc import Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import BarColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

from cimaise.engine.progress import STAGES, Waypoint
from cimaise.engine.progress import Progress as Heard


@contextmanager
def shown(console: Console, title: str) -> Iterator[Heard]:
    """While the block runs, waypoints given to the yielded progress move a bar on `console`."""
    bar = Progress(
        SpinnerColumn(),
        TextColumn("{task.description:<46.46}"),
        BarColumn(bar_width=24),
        TextColumn("{task.fields[stage]:<10}"),
        TimeElapsedColumn(),
        console=console,
    )
    with bar:
        task = bar.add_task(title, total=len(STAGES), stage="")

        def heard(waypoint: Waypoint) -> None:
            share = waypoint.done / waypoint.total if waypoint.total else 0.0
            reached = STAGES.index(waypoint.stage) + min(share, 1.0)
            bar.update(task, completed=reached, stage=waypoint.stage)

        yield heard
        bar.update(task, completed=len(STAGES), stage="published")
