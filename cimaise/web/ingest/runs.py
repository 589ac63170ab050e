"""Running the engine in the background: where a run stands, how it is stopped, how it died."""

import fcntl
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from django.conf import settings
from django.utils import timezone

from cimaise.engine.messages import Message, Refusal
from cimaise.engine.progress import Interrupted, Waypoint
from cimaise.web.ingest.models import Run

BETWEEN_WRITES = 0.3  # seconds: often enough for a progress bar, rare enough for SQLite


def lock_file(run: Run) -> Path:
    """The file a worker holds locked as long as it works on a run."""
    return Path(settings.UPLOADS_ROOT) / ".runs" / f"{run.pk}.lock"


@contextmanager
def at_work(run: Run) -> Iterator[None]:
    """Hold the run's lock: the system frees it when the worker dies, however it dies."""
    path = lock_file(run)
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("a") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        yield
    path.unlink(missing_ok=True)


def is_alive(run: Run) -> bool:
    """Whether a worker still holds the run."""
    try:
        with lock_file(run).open("a") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except FileNotFoundError:
        return False
    except BlockingIOError:
        return True
    return False


def settle_dead(run: Run) -> Run:
    """A run said to be running whose worker is gone becomes interrupted; returned as it is now."""
    if run.state == Run.State.RUNNING and not is_alive(run):
        run.refresh_from_db()
        if run.state == Run.State.RUNNING:
            end(run, Run.State.INTERRUPTED)
    return run


class Tracker:
    """The progress of a run, written to its row; raises Interrupted when a stop was asked."""

    def __init__(self, run: Run) -> None:
        self.run = run
        self._written = 0.0
        self._stage = ""

    def __call__(self, waypoint: Waypoint) -> None:
        """Write a new stage at once, progress within it every BETWEEN_WRITES seconds."""
        now = time.monotonic()
        if waypoint.stage == self._stage and now - self._written < BETWEEN_WRITES:
            return
        self._stage, self._written = waypoint.stage, now
        Run.objects.filter(pk=self.run.pk).update(
            stage=waypoint.stage, done=waypoint.done, total=waypoint.total
        )
        if Run.objects.filter(pk=self.run.pk, stop_asked=True).exists():
            raise Interrupted


def begin(run: Run) -> None:
    """The worker takes the run up."""
    run.state = Run.State.RUNNING
    run.started = timezone.now()
    run.save(update_fields=["state", "started"])


def end(run: Run, state: Run.State, refusal: Refusal | None = None) -> None:
    """The run is over, in that state, with the reason when it was refused."""
    run.state = state
    run.ended = timezone.now()
    run.refusal = None if refusal is None else kept_refusal(refusal)
    run.save(update_fields=["state", "ended", "refusal", "version"])


def kept_refusal(refusal: Refusal) -> dict[str, Any]:
    """A refusal as JSON: its sentences stay apart from their places, to be translated later."""
    return {
        "code": refusal.code,
        "what": kept_message(refusal.what),
        "where": kept_message(refusal.where),
        "remedy": kept_message(refusal.remedy),
    }


def kept_message(message: Message | None) -> dict[str, Any] | None:
    """A sentence and its places as JSON; None stays None."""
    if message is None:
        return None
    places = {name: str(place) for name, place in message.places.items()}
    return {"text": message.text, "places": places}


def said_again(kept: dict[str, Any] | None) -> Message | None:
    """A kept sentence as a message again."""
    return None if kept is None else Message(kept["text"], kept["places"])
