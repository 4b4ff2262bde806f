"""A room of learners: all come within a while, sit for a moment, work, and leave.

A third moves a control at a fixed pace, some train and watch, and the rest follow links to
presets now and then.
"""

from __future__ import annotations

import asyncio
import random
import time

from tests.load.footprint import busy_seconds, footprint
from tests.load.learner import Learner
from tests.load.page import Page
from tests.load.scenario import Figures, Scenario
from tests.load.watch import Watched

SAMPLE_SECONDS = 10.0
"""Looking at the memory of a server takes 0.3 s of a core, so it is done seldom."""


async def ready(house: str, scenario: Scenario) -> None:
    """Have the presets computed before anyone comes."""
    for query in scenario.presets:
        page = Page(house, scenario.path, query)
        await page.open()
        watched = await Watched().follow(house, page.stage)
        assert watched.state == "done", watched.reason
        await page.leave()


async def fill(house: str, pid: int, scenario: Scenario) -> Figures:
    """Let the room fill, work and empty.

    Args:
        house: host and port of the server.
        pid: its process, whose memory is looked at.
    """
    figures = Figures(before=footprint(pid))
    learners = [Learner(i, house, scenario, figures) for i in range(scenario.learners)]
    random.Random(scenario.seed).shuffle(order := list(learners))
    coming = []
    for i, learner in enumerate(order):
        coming.append(asyncio.create_task(learner.come()))
        await asyncio.sleep(scenario.arrive / scenario.learners)
        if i + 1 == max(1, len(order) // 10):
            await asyncio.gather(*coming)
            figures.few = i + 1, (await asyncio.to_thread(footprint, pid)).memory
    await asyncio.gather(*coming)
    await asyncio.sleep(scenario.rest)
    figures.idle = footprint(pid)
    begun, client, machine = time.perf_counter(), time.process_time(), busy_seconds()
    end = begun + scenario.seconds
    sampling = asyncio.create_task(_sample(pid, figures))
    await asyncio.gather(*(learner.act(end) for learner in learners))
    took = time.perf_counter() - begun
    figures.busy = (footprint(pid).seconds - figures.idle.seconds) / took
    figures.client = (time.process_time() - client) / took
    figures.others = (busy_seconds() - machine) / took - figures.busy - figures.client
    sampling.cancel()
    await asyncio.gather(*(learner.leave() for learner in learners))
    return figures


async def _sample(pid: int, figures: Figures) -> None:
    while True:
        figures.peak = max(figures.peak, (await asyncio.to_thread(footprint, pid)).memory)
        await asyncio.sleep(SAMPLE_SECONDS)
