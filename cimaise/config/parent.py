"""A process that ends with the one that made it, however that one died."""

import os
import signal
import threading
import time

OFTEN = 1.0  # seconds between two looks


def end_with(parent: int, patience: float | None = None) -> None:
    """From now on, end this process cleanly as soon as its parent is not `parent` any more.

    One that has not ended `patience` seconds later is cut; None leaves it all the time it needs.
    """
    watch = threading.Thread(target=_watch, args=(parent, patience), name="parent", daemon=True)
    watch.start()


def _watch(parent: int, patience: float | None) -> None:
    while os.getppid() == parent:
        time.sleep(OFTEN)
    os.kill(os.getpid(), signal.SIGTERM)
    if patience is not None:
        time.sleep(patience)
        os._exit(1)
