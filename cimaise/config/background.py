"""The background worker as `serve` keeps it: started, started again when it dies, and stopped."""

import os
import subprocess
import sys
import threading
from collections.abc import Callable
from contextlib import suppress

PATIENCE = 10.0  # seconds that a publication under way has to end when the portal stops
PAUSE = 5.0  # seconds before a worker that died is replaced


class Background:
    """The background worker: its own process, so that a long publication slows no page.

    Ctrl-C does not reach it: it is told to stop, and ends what it was publishing. It ends by
    itself when this process dies. `tell` hears of a worker that died.
    """

    def __init__(self, tell: Callable[[int], None]) -> None:
        self._tell = tell
        self._stopping = threading.Event()
        self._changing = threading.Lock()
        self._worker = _start()
        self._minder = threading.Thread(target=self._mind, name="background", daemon=True)

    def start(self) -> None:
        """Watch over it from now on."""
        self._minder.start()

    def _mind(self) -> None:
        while True:
            status = self._worker.wait()
            if self._stopping.is_set():
                return
            self._tell(status)
            self._stopping.wait(PAUSE)
            with self._changing:
                if self._stopping.is_set():
                    return
                self._worker = _start()

    def stop(self) -> None:
        """Let it end its publication; one that takes too long is cut, which harms nothing.

        Told a second time, it drops what it does and clears it away; a third word it cannot hear.
        """
        with self._changing:
            self._stopping.set()
        for say, patience in (
            (self._worker.terminate, PATIENCE),
            (self._worker.terminate, PATIENCE / 2),
            (self._worker.kill, None),
        ):
            say()
            with suppress(subprocess.TimeoutExpired):
                self._worker.wait(patience)
                break
        if self._minder.is_alive():
            self._minder.join()


def _start() -> "subprocess.Popen[bytes]":
    return subprocess.Popen(  # noqa: S603 - our own program
        [sys.executable, "-m", "cimaise", "worker", "--parent", str(os.getpid())],
        start_new_session=True,
    )
