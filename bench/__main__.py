"""`python -m bench`: measure everything in one run, print it, keep it."""

import argparse
import json
import sys

from bench import report
from bench.measure import Bench, nothing_to_measure
from bench.places import KEPT, material


def main() -> int:
    """Measure, print; 1 with `--strict` when something wanted was not met."""
    asked = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    asked.add_argument("--seconds", type=float, default=6, help="spent on each line and side")
    asked.add_argument("--only", metavar="NAME", help="lines whose name contains this")
    asked.add_argument("--counted", action="store_true", help="an immutable file for Datasette")
    asked.add_argument("--write-docs", action="store_true", help="write the documentation's page")
    asked.add_argument("--strict", action="store_true", help="fail when a wish is not met")
    said = asked.parse_args()
    if said.only and said.write_docs:
        asked.error("the page of the documentation is of a whole run")
    file = material()
    if file is None:
        print(nothing_to_measure())
        return 0
    KEPT.mkdir(parents=True, exist_ok=True)
    run = Bench(file, said.seconds, said.only, counted=said.counted).measure()
    print(report.shown(run))
    if not said.only:
        (KEPT / "results.json").write_text(json.dumps(run.to_json(), indent=2))
    if said.write_docs:
        report.PAGE.parent.mkdir(parents=True, exist_ok=True)
        report.PAGE.write_text(report.page(run))
    return int(said.strict and not all(wish.met for wish in run.wishes()))


if __name__ == "__main__":
    sys.exit(main())
