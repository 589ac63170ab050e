"""The portal's settings with a home of the tests' own: no test touches the portal in var."""

import atexit
import os
import shutil
import tempfile
from pathlib import Path

_home = tempfile.mkdtemp(prefix="cimaise-tests-")
atexit.register(shutil.rmtree, _home, ignore_errors=True)
os.environ["CIMAISE_HOME"] = _home
for _calls in ("ANONYMOUS_CALLS_A_DAY", "ANONYMOUS_CALLS_A_SECOND", "KEY_CALLS_A_SECOND"):
    os.environ.setdefault(f"CIMAISE_{_calls}", "0")  # tests ask fast, and all from one address
os.environ["CIMAISE_USES_SECONDS"] = "0"  # a thread of its own has no place in a transaction
(Path(_home) / "static").mkdir()  # where WhiteNoise looks first, and warns if it cannot

from cimaise.config.settings import *  # noqa: E402, F403 - all of them, once the home is chosen
