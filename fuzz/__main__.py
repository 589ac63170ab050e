"""`make fuzz`: the languages, then every address of the API, for FUZZ_SECONDS in all.

Each round has other seeds; the first finding ends it, and is printed with what made it.
"""

import os
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
SECONDS = int(os.environ.get("FUZZ_SECONDS", "600"))
CASES = 25  # requests of each operation, a round


def main() -> int:
    """Half of the time for the languages, the rest for addresses; the status of what ended it."""
    begun = time.monotonic()
    first = int(time.time())  # other texts each time; printed, so that a finding can be had again
    print(f"languages: {SECONDS // 2} s, seed {first}", flush=True)
    run = [sys.executable, "-m", "fuzz.language", f"-max_total_time={SECONDS // 2}"]
    status = _run([*run, f"-seed={first % 2**31}", "--answers", "-verbosity=1"], {})
    for seed in range(first, first + SECONDS):
        left = SECONDS - (time.monotonic() - begun)
        if status or left <= 0:
            break
        print(f"addresses: {left:.0f} s left, seed {seed}", flush=True)
        told = {"CIMAISE_FUZZ_SEED": str(seed), "CIMAISE_FUZZ_CASES": str(CASES)}
        tests = "tests/fuzz/test_fuzz_addresses.py"
        status = _run([sys.executable, "-m", "pytest", "-q", "--tb=short", tests], told)
    return status


def _run(command: list[str], environment: dict[str, str]) -> int:
    return subprocess.run(
        command, cwd=ROOT, env={**os.environ, **environment}, check=False
    ).returncode


if __name__ == "__main__":
    sys.exit(main())
