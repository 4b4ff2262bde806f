"""`python -m benchmarks [--json] [--browser]`: the house beside plain loops.

Machines differ and are noisy, so what is to be compared is the ratio in one run; the
absolute figures say only what this machine did today.
"""

from __future__ import annotations

import argparse
import json
import os

EXTRA = "benchmarks.probe"


def main() -> None:
    arguments = argparse.ArgumentParser(prog="python -m benchmarks")
    arguments.add_argument("--json", action="store_true")
    arguments.add_argument("--browser", action="store_true")
    chosen = arguments.parse_args()
    os.environ["LAB_EXTRA_LABS"] = EXTRA

    from benchmarks import browser, engine, labs

    rows = engine.measure() | labs.measure()
    if chosen.browser:
        rows |= browser.measure() | labs.playback()
    if chosen.json:
        print(json.dumps(rows, indent=2))
        return
    width = max(map(len, rows))
    for name, value in rows.items():
        print(f"{name:{width}}  {value:10.3g}")


main()
