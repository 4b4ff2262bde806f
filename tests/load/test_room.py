"""A room on two cores; the full class of two hundred is `python -m benchmarks.classroom`."""

from __future__ import annotations

import asyncio
import statistics
import time
from pathlib import Path

from tests.helpers import until
from tests.load.footprint import footprint
from tests.load.room import fill, ready
from tests.load.scenario import Figures, Scenario
from tools.served import Served

ROOM = Scenario(
    "gan", presets=("",), learners=40, watchers=12, arrive=4, rest=2, seconds=15, seed=8
)
SLOW_SECONDS = 3.0
"""Of a machine that has other work, too. What the house aims at is for the benchmark to judge."""
MB = 2**20


def test_a_room_is_served(house: Served, place: str) -> None:
    """40 learners: 13 move a control every 2 s, 12 train and watch, 15 open presets."""

    async def scene() -> Figures:
        await ready(place, ROOM)
        return await fill(place, house.process.pid, ROOM)

    met = asyncio.run(scene())
    assert met.errors == []
    assert met.disconnects == []
    assert met.sentences == []
    assert len(met.opened) == ROOM.learners
    assert met.answered > 0.9 * ROOM.movers * (ROOM.seconds / ROOM.every - 1)
    assert slowest(met.moved) <= SLOW_SECONDS
    assert len(met.cached) >= 5
    assert slowest(met.cached) <= SLOW_SECONDS
    assert met.frames > 100
    there, memory = met.few
    assert (met.idle.memory - memory) / (ROOM.learners - there) <= 5 * MB
    until(lambda: time.sleep(0.5) or footprint(house.process.pid).memory < met.peak, 20)


def test_a_class_does_not_run_out_of_files(house: Served) -> None:
    """A learner takes four descriptors; the server takes all it may have."""
    limits = Path(f"/proc/{house.process.pid}/limits").read_text().splitlines()
    (row,) = [line.split() for line in limits if line.startswith("Max open files")]
    assert row[3] == row[4]


def slowest(times: list[float]) -> float:
    """The 95th percentile."""
    return statistics.quantiles(times, n=20)[-1]
