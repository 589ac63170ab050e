"""Where bytes come from: a source is fetched once, to a file that readers may read many times."""

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Source:
    """Bytes at hand: `path` on disk, `filename` as the producer called it, `origin` for people.

    `filename` may end in `.gz` or `.zst`; readers see the bytes through `sources.opened`.
    """

    path: Path
    filename: str
    origin: str
