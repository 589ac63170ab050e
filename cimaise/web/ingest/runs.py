"""Running the engine in the background: where a run stands, how it is stopped, how it died."""

import fcntl
import logging
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import OperationalError
from django.utils import timezone

from cimaise.engine.messages import Message, Refusal
from cimaise.engine.progress import Interrupted, Waypoint
from cimaise.web.catalog.models import Version
from cimaise.web.ingest.models import Run

log = logging.getLogger(__name__)

LONGEST = 2000  # characters of a place in a sentence, or of a cell that is shown
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
        try:
            yield
        finally:
            path.unlink(missing_ok=True)


def is_alive(run: Run) -> bool:
    """Whether a worker still holds the run."""
    try:
        with lock_file(run).open() as lock:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except FileNotFoundError:
        return False
    except BlockingIOError:
        return True
    return False


def settle_dead(run: Run) -> Run:
    """A run said to be running whose worker is gone becomes interrupted; returned as it is now."""
    if run.state == Run.State.RUNNING and not is_alive(run):
        end(run, Run.State.INTERRUPTED)
        lock_file(run).unlink(missing_ok=True)
    return run


def stop(run: Run) -> None:
    """Ask for the end of a run: at once while it waits, else at its worker's next waypoint."""
    Run.objects.filter(pk=run.pk, state__in=Run.UNDER_WAY).update(stop_asked=True)
    waiting = Run.objects.filter(pk=run.pk, state=Run.State.WAITING)
    waiting.update(state=Run.State.INTERRUPTED, ended=timezone.now())


class Tracker:
    """The progress of a run, written to its row; raises Interrupted when a stop was asked."""

    def __init__(self, run: Run) -> None:
        self.run = run
        self._written = 0.0
        self._stage = ""

    def __call__(self, waypoint: Waypoint) -> None:
        """Write a new stage at once, progress within it every BETWEEN_WRITES seconds."""
        if waypoint.stage == "commit" and waypoint.done:
            return  # the version is served: the run is done and cannot be stopped any more
        now = time.monotonic()
        if waypoint.stage == self._stage and now - self._written < BETWEEN_WRITES:
            return
        self._stage, self._written = waypoint.stage, now
        try:
            Run.objects.filter(pk=self.run.pk).update(
                stage=waypoint.stage, done=waypoint.done, total=waypoint.total
            )
        except OperationalError:
            log.warning("the progress of run %s could not be written", self.run.pk, exc_info=True)
        if Run.objects.filter(pk=self.run.pk, stop_asked=True).exists():
            raise Interrupted


def begin(run: Run) -> bool:
    """The worker takes the run up; False when it does not wait any more."""
    waiting = Run.objects.filter(pk=run.pk, state=Run.State.WAITING)
    taken = waiting.update(state=Run.State.RUNNING, started=timezone.now())
    run.refresh_from_db(fields=["state", "started"])
    return bool(taken)


def end(run: Run, state: Run.State, refusal: Refusal | None = None) -> None:
    """The run is over, with the reason when it was refused; what was over before stays so."""
    Run.objects.filter(pk=run.pk, state=Run.State.RUNNING).update(
        state=state,
        ended=timezone.now(),
        refusal=None if refusal is None else kept_refusal(refusal),
    )
    run.refresh_from_db(fields=["state", "ended", "refusal", "version"])


def published_by(run: Run, version: Version) -> None:
    """The run is done: its version is served. Called in the transaction that serves it."""
    Run.objects.filter(pk=run.pk).update(
        state=Run.State.DONE, ended=timezone.now(), version=version
    )


def written(text: str) -> str:
    """A text that every database keeps and every page shows, without NULs or lone surrogates."""
    return text.replace("\x00", "\ufffd").encode("utf-8", "replace").decode("utf-8")


def kept_refusal(refusal: Refusal) -> dict[str, Any]:
    """A refusal as JSON: its sentences stay apart from their places, to be translated later."""
    return {
        "code": refusal.code,
        "what": kept_message(refusal.what),
        "where": kept_message(refusal.where),
        "remedy": kept_message(refusal.remedy),
        "choices": [written(choice) for choice in refusal.choices],
    }


def kept_message(message: Message | None) -> dict[str, Any] | None:
    """A sentence and its places as JSON; None stays None."""
    if message is None:
        return None
    places = {name: shortened(str(place)) for name, place in message.places.items()}
    return {"text": message.text, "places": places}


def shortened(text: str) -> str:
    """A text as it is kept beside a run: a cell may hold megabytes, a sentence may not."""
    return written(text if len(text) <= LONGEST else f"{text[:LONGEST]}…")


def said_again(kept: dict[str, Any] | None) -> Message | None:
    """A kept sentence as a message again."""
    return None if kept is None else Message(kept["text"], kept["places"])
