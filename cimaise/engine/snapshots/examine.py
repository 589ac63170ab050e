"""Whether a snapshot is still what was sealed."""

from collections.abc import Mapping
from pathlib import Path

from cimaise.engine.messages import Message, say
from cimaise.engine.snapshots.disk import sha256


def differences(directory: Path, digests: Mapping[str, str]) -> list[Message]:
    """What differs from the digests of a manifest, file by file; empty when all is whole."""
    found = []
    for name, digest in sorted(digests.items()):
        path = directory / name
        try:
            if sha256(path) != digest:
                found.append(say("{file} has changed since it was published.", file=name))
        except FileNotFoundError:
            found.append(say("{file} is missing.", file=name))
        except OSError as error:
            found.append(say("{file} cannot be read: {reason}.", file=name, reason=error.strerror))
    return found
