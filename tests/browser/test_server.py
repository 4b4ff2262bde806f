"""The server as a whole: it stops when it is told to, whoever is watching."""

from __future__ import annotations

import os
import signal
import time

import pytest
from playwright.sync_api import Browser

from tests.browser.conftest import children, wait_for, wait_for_stage
from tools.served import served

pytestmark = pytest.mark.browser


def test_sigterm_ends_it_with_streams_open(chromium: Browser) -> None:
    with served({"LAB_EXTRA_LABS": "tests.labs.trouble"}) as house:
        page = chromium.new_context().new_page()
        page.goto(f"{house.url}/trouble?kind=slow&frames=5000")
        wait_for_stage(page)
        wait_for(page, "s.frames > 5 && s.ended === null")
        family = descendants(house.process.pid)
        assert len(family) >= 3, "a host, its answerers and a run"
        began = time.monotonic()
        house.process.send_signal(signal.SIGTERM)
        assert house.process.wait(10) is not None
        assert time.monotonic() - began <= 5
        deadline = time.monotonic() + 2
        while any(os.path.exists(f"/proc/{pid}") for pid in family):
            assert time.monotonic() < deadline, "processes were left behind"
            time.sleep(0.02)
        page.context.close()


def descendants(pid: int) -> list[int]:
    """All processes below one: the host and its children."""
    below = children(pid)
    return below + [deeper for child in below for deeper in descendants(child)]
