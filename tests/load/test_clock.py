"""The wall clock jumps, as it does when a laptop wakes or a server is corrected."""

from __future__ import annotations

import asyncio
import time
from datetime import UTC, date, datetime, timedelta
from email.utils import parsedate_to_datetime
from pathlib import Path

import httpx
import pytest

from tests.helpers import alive, descendants, until
from tests.load.conftest import LEASE_SECONDS
from tests.load.page import Page
from tests.load.watch import Watched
from tools.served import Served

DAY = 86_400


@pytest.mark.parametrize("days", [3, -3])
def test_a_jump_ends_neither_runs_nor_leases_nor_visits(
    house: Served, place: str, clock: Path, days: int
) -> None:
    async def scene() -> None:
        stays, watched = await begin(place, f"frames=100&seed={days + 10}")
        others = descendants(house.process.pid)
        leaves, left = await begin(place, f"frames=2000&seed={days + 20}")
        (process,) = descendants(house.process.pid) - others
        clock.write_text(str(days * DAY))
        left.cancel()
        gone = time.monotonic()
        until(lambda: today(house.url) == datetime.now(UTC).date() + timedelta(days=days), 5)
        assert (await watched).state == "done"
        assert watched.result().frames == 100
        await stays.change("Gain", 3.0)  # the visit goes on
        assert time.monotonic() - gone < LEASE_SECONDS
        assert alive(process)
        until(lambda: not alive(process), LEASE_SECONDS + 3)
        assert time.monotonic() - gone > LEASE_SECONDS - 0.5
        await asyncio.gather(stays.leave(), leaves.leave())

    try:
        asyncio.run(scene())
    finally:
        clock.write_text("0")


async def begin(place: str, link: str) -> tuple[Page, asyncio.Task[Watched]]:
    """A learner at a run of 50 frames a second, and their watching it."""
    page, watched = Page(place, "trouble", f"kind=slow&pause=0.02&{link}"), Watched()
    await page.open()
    watching = asyncio.create_task(watched.follow(place, page.stage))
    await watched.begun.wait()
    return page, watching


def today(url: str) -> date:
    """The day it is for the server."""
    return parsedate_to_datetime(httpx.get(f"{url}/lab/health").headers["date"]).date()
