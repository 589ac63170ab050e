"""A server of this machine, started for the benchmark, watched, and stopped."""

import os
import socket
import subprocess
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

from bench.clock import Caller

PAGE_BYTES = os.sysconf("SC_PAGE_SIZE")


def free_port() -> int:
    """A port nobody listens on."""
    with socket.socket() as door:
        door.bind(("127.0.0.1", 0))
        return int(door.getsockname()[1])


@dataclass(slots=True)
class Memory:
    """Resident memory of a process and its descendants, sampled ten times a second."""

    pid: int
    most: int = 0
    _done: threading.Event = field(default_factory=threading.Event)

    def watch(self) -> None:
        """Sample until `stop`; meant for a thread of its own."""
        while not self._done.wait(0.1):
            self.most = max(self.most, sum(map(resident, family(self.pid))))

    def stop(self) -> None:
        """No more samples."""
        self._done.set()

    @property
    def most_mb(self) -> int:
        """The most that was seen, in megabytes."""
        return self.most // 1_000_000


def family(pid: int) -> list[int]:
    """A process and its descendants."""
    found = [pid]
    for parent in found:
        for task in Path(f"/proc/{parent}/task").glob("*/children"):
            with suppress(OSError):
                found += [int(child) for child in task.read_text().split()]
    return found


def resident(pid: int) -> int:
    """Bytes of memory a process holds now; none once it ended."""
    try:
        return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * PAGE_BYTES
    except (OSError, IndexError):
        return 0


@contextmanager
def serving(
    command: Sequence[str | Path], port: int, target: str, log: Path, env: Mapping[str, str]
) -> Iterator[Memory]:
    """The server of `command`, once it answers `target`; yields what is known of its memory."""
    with log.open("wb") as out:
        process = subprocess.Popen(
            [str(word) for word in command], stdout=out, stderr=out, env={**os.environ, **env}
        )
    memory = Memory(process.pid)
    watcher = threading.Thread(target=memory.watch, daemon=True)
    watcher.start()
    try:
        _await(process, port, target, log)
        yield memory
    finally:
        memory.stop()
        process.terminate()
        try:
            process.wait(timeout=20)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        watcher.join()


def _await(process: "subprocess.Popen[bytes]", port: int, target: str, log: Path) -> None:
    ends = time.monotonic() + 90
    while time.monotonic() < ends:
        if process.poll() is not None:
            break
        with suppress(OSError):
            caller = Caller(port)
            try:
                caller.body(target)
            finally:
                caller.close()
            return
        time.sleep(0.2)
    raise SystemExit(f"The server did not start:\n{log.read_text(errors='replace')[-2000:]}")
