"""What a room has to survive: processes killed, readers that stop, requests that make no sense."""

from __future__ import annotations

import asyncio
import os
import signal
import socket
import time
from collections.abc import Callable
from contextlib import ExitStack

import pytest

from tests.helpers import descendants, is_sentence, until
from tests.load.conftest import RUNS_AT_ONCE
from tests.load.footprint import footprint
from tests.load.malformed import ask_nonsense
from tests.load.page import Page
from tests.load.watch import Watched
from tools.served import Served

MB = 2**20


def test_all_run_processes_are_killed_again_and_again(house: Served, place: str) -> None:
    async def scene() -> None:
        await a_learner_is_served(place, seed=0)
        others = descendants(house.process.pid)
        links = [f"kind=slow&frames=2000&pause=0.05&gain={i / 10}" for i in range(RUNS_AT_ONCE)]
        pages = await visit(place, "trouble", links)
        for storm in range(3):
            if storm:
                await asyncio.gather(*(page.press("Train") for page in pages))
            watchers = [Watched() for _ in pages]
            followed = [
                asyncio.create_task(watched.follow(place, page.stage))
                for watched, page in zip(watchers, pages, strict=True)
            ]
            await asyncio.gather(*(watched.begun.wait() for watched in watchers))
            killed = descendants(house.process.pid) - others
            assert len(killed) == RUNS_AT_ONCE
            for pid in killed:
                os.kill(pid, signal.SIGKILL)
            for seen in await asyncio.gather(*followed):
                assert seen.state == "failed"
                assert "killed (SIGKILL)" in seen.reason
                assert is_sentence(seen.reason)
        await asyncio.gather(*(page.leave() for page in pages))
        await a_learner_is_served(place, seed=1)

    asyncio.run(scene())


def test_watchers_that_stop_reading_hold_neither_memory_nor_others(
    house: Served, place: str
) -> None:
    """Ten ask at the start and read nothing; ten more ask for all there is, and read nothing."""
    pid = house.process.pid

    async def scene() -> None:
        _, undisturbed = await three_watch(place, seed=1)
        before = footprint(pid).memory
        with ExitStack() as stuck:
            size, took = await three_watch(place, seed=2, beside=lambda p: never_read(stuck, p))
            await asyncio.sleep(1)
            grown = footprint(pid).memory - before
        assert took < 1.5 * undisturbed + 1
        # The run, its numbers and its way to the disk; twenty copies of it would be 20 × size.
        assert grown < 6 * size, f"{grown / MB:.0f} MB, for a run of {size / MB:.0f} MB"

    asyncio.run(scene())


# Clients that give up in the middle of a handshake leave their sockets to the collector.
@pytest.mark.filterwarnings("ignore::ResourceWarning")
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
def test_ten_thousand_malformed_requests(house: Served, place: str) -> None:
    pid = house.process.pid

    async def scene() -> None:
        await ask_nonsense(place, 1500, seed=1)  # Streamlit keeps the last 128 visits for a while
        before = footprint(pid).memory
        await ask_nonsense(place, 10_000, seed=2)
        await a_learner_is_served(place, seed=2)
        until(lambda: time.sleep(0.5) or footprint(pid).memory < before + 64 * MB, 20)

    asyncio.run(scene())
    assert house.process.poll() is None


async def visit(place: str, path: str, links: list[str]) -> list[Page]:
    pages = [Page(place, path, link) for link in links]
    await asyncio.gather(*(page.open() for page in pages))
    return pages


async def a_learner_is_served(place: str, seed: int) -> None:
    (page,) = await visit(place, "trouble", [f"kind=fine&frames=20&seed={seed}"])
    watched = await Watched().follow(place, page.stage)
    assert (watched.state, watched.frames) == ("done", 20)
    await page.leave()


async def three_watch(
    place: str, seed: int, beside: Callable[[Page], None] = lambda page: None
) -> tuple[int, float]:
    """Three learners watch a run of many large frames to its end: its bytes, and how long."""
    link = f"frames=700&field=100&cost=2&seed={seed}"
    pages = await visit(place, "probe", [link] * 3)
    beside(pages[0])
    began = time.perf_counter()
    seen = await asyncio.gather(*(Watched().follow(place, page.stage) for page in pages))
    took = time.perf_counter() - began
    assert [(one.state, one.frames) for one in seen] == [("done", 700)] * 3
    beside(pages[0])
    await asyncio.gather(*(page.leave() for page in pages))
    return seen[0].size, took


def never_read(stuck: ExitStack, page: Page) -> None:
    """Ten that ask for the run on a page's stage, on sockets that take in next to nothing."""
    run = page.stage["run"]["key"]
    host, _, port = page.house.partition(":")
    for i in range(10):
        peer = stuck.enter_context(socket.socket())
        peer.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        peer.connect((host, int(port)))
        ask = f"GET /lab/runs/{run}/frames?learner=stuck-{i} HTTP/1.1\r\nHost: {page.house}\r\n\r\n"
        peer.sendall(ask.encode())
