"""How long work tells where it stands, and how it is asked to stop."""

from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Waypoint:
    """A place on the way of a publication.

    `stage` is one of STAGES; `done` and `total` count rows or bytes within it (total 0: unknown).
    """

    stage: str
    done: int = 0
    total: int = 0


STAGES = (
    "fetch",
    "read",
    "profile",
    "understand",
    "type",
    "identify",
    "reject",
    "compare",
    "parquet",
    "index",
    "digest",
    "seal",
    "commit",
)


class Progress(Protocol):
    """Called at every waypoint; it may raise `Interrupted` to stop the work cleanly."""

    def __call__(self, waypoint: Waypoint) -> None:
        """Hear of a waypoint."""


class Interrupted(Exception):
    """The person who started the work asked it to stop; nothing was published."""


def unheard(waypoint: Waypoint) -> None:
    """A progress that nobody looks at."""
