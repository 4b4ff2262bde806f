"""`python -m benchmarks.classroom`: a class of two hundred, here and as it is usually done.

The same clients do the same to each server, one after the other: all come, a third move a
control every 2 s, 60 train and watch, the rest follow links to presets, then all leave.
`--raise` adds learners until something fails, and tells what happens then.
"""

from __future__ import annotations

import argparse
import asyncio
from dataclasses import replace

from benchmarks.classroom import kernels
from benchmarks.classroom.servers import CONTESTANTS, Contestant
from benchmarks.classroom.table import most_frequent, p95, rows, show
from tests.load.footprint import footprint
from tests.load.room import fill, ready
from tests.load.scenario import Figures, Scenario
from tools.served import Served

FAILS_SECONDS = 5.0
"""A control that takes so long to answer has failed."""


async def one_class(house: Served, scenario: Scenario, after: float) -> tuple[Figures, int]:
    """A class comes, works and leaves; the memory when it has been gone for a while."""
    place = house.url.removeprefix("http://")
    await ready(place, scenario)
    met = await fill(place, house.process.pid, scenario)
    await asyncio.sleep(after)
    return met, footprint(house.process.pid).memory


def compare(chosen: list[Contestant], scenario: Scenario, after: float) -> None:
    """The table."""
    columns = {}
    for one in chosen:
        with one.serve() as house:
            its = replace(scenario, path=one.path, presets=one.presets)
            met, left = asyncio.run(one_class(house, its, after))
        columns[one.name] = rows(met, left)
        for text in most_frequent(met.errors + met.disconnects + met.sentences):
            print(f"{one.name}: {text}", flush=True)
    kernel = kernels.measure()
    own = f"{kernel['own']:.0f} MB"
    columns["a Jupyter kernel each"] = {"memory per extra idle learner": own}
    show(columns)


def raise_until_it_fails(one: Contestant, scenario: Scenario) -> None:
    """Learners are added, a hundred at a time, until something fails; then a small class comes."""
    columns = {}
    with one.serve() as house:
        for count in range(100, 1001, 100):
            its = replace(
                scenario, path=one.path, presets=one.presets, learners=count,
                watchers=round(0.3 * count), arrive=count / 8, seed=count // 100,
            )  # fmt: skip
            met, left = asyncio.run(one_class(house, its, 10))
            columns[f"{count} learners"] = rows(met, left)
            if failure := what_failed(met):
                print(f"{one.name}, {count} learners: {failure}")
                break
        few = replace(its, learners=30, watchers=9, arrive=5, seed=99)
        columns["30 learners, then"] = rows(*asyncio.run(one_class(house, few, 10)))
    show(columns)


def what_failed(met: Figures) -> str:
    """What went wrong in a room, or nothing."""
    if met.errors or met.disconnects:
        return "; ".join(most_frequent(met.errors + met.disconnects))
    if p95(met.moved) > FAILS_SECONDS:
        return f"a moved control took {p95(met.moved):.1f} s (p95), with no error"
    return ""


def main() -> None:
    arguments = argparse.ArgumentParser(prog="python -m benchmarks.classroom")
    arguments.add_argument("--only", choices=CONTESTANTS, action="append")
    arguments.add_argument("--learners", type=int, default=200)
    arguments.add_argument("--seconds", type=float, default=60, help="how long they are at work")
    arguments.add_argument("--after", type=float, default=180, help="when memory is looked at")
    arguments.add_argument("--raise", action="store_true", dest="more")
    given = arguments.parse_args()
    scenario = Scenario(
        "", learners=given.learners, watchers=round(0.3 * given.learners), seconds=given.seconds
    )
    chosen = [CONTESTANTS[name] for name in given.only or CONTESTANTS]
    if given.more:
        for one in chosen:
            raise_until_it_fails(one, scenario)
    else:
        compare(chosen, scenario, given.after)


if __name__ == "__main__":
    main()
