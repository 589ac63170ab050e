"""A bounded run of the fuzzer of the languages; `make fuzz` runs it for longer."""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
RUNS = 20_000  # some 25 s of one core
MANY_SECONDS = 590  # of a machine that has much else to do


# A process takes over the greatest memory of the one that started it, which libFuzzer then holds
# against its limit: a shell between the tests' own process and the fuzzer has next to none.
APART = ("sh", "-c", '"$@"; exit $?', "sh")


def test_no_text_breaks_the_languages():
    run = subprocess.run(
        [*APART, sys.executable, "-m", "fuzz.language", f"-runs={RUNS}", "-seed=1"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        errors="replace",
        timeout=MANY_SECONDS,
    )
    assert run.returncode == 0, run.stderr[-4_000:]
    assert f"Done {RUNS} runs" in run.stderr
