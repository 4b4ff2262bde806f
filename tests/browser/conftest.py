"""The app as it is served, and a real Chromium."""

from __future__ import annotations

import os
from collections.abc import Callable, Generator

import pytest
from playwright.sync_api import Browser, ConsoleMessage, Page, TimeoutError, expect

from tools.chromium import launched
from tools.served import Served, served

expect.set_options(timeout=30_000)  # two test processes and a cold server: this times nothing
STREAMLIT_TRIES = ("/_stcore/health", "/_stcore/host-config")
"""On a deep link Streamlit's client looks for its server at both /slug/… and /…; one is a 404."""


@pytest.fixture(scope="package")
def house() -> Generator[Served, None, None]:
    with served(
        {
            "LAB_EXTRA_LABS": "tests.labs.trouble,tests.labs.hands,tests.labs.files,"
            "benchmarks.probe",
            "LAB_WARM": "0",  # two cores: they are for what is tested
            "LAB_LEASE_CROWDED_SECONDS": "2",  # and not for the runs of pages that are closed
        }
    ) as running:
        yield running


@pytest.fixture(scope="package")
def chromium() -> Generator[Browser, None, None]:
    with launched() as browser:
        yield browser


@pytest.fixture
def visit(house: Served, chromium: Browser) -> Generator[Callable[..., Page], None, None]:
    """Open an address in a context of its own; at the end, no error may stand on its console."""
    pages: list[Page] = []
    errors: list[str] = []

    def heard(message: ConsoleMessage) -> None:
        where = message.location.get("url", "")
        if message.type == "error" and not where.endswith(STREAMLIT_TRIES):
            errors.append(f"{message.text} ({where})")

    def open_page(
        path: str = "", *, width: int = 1280, stage: bool = True, **context: object
    ) -> Page:
        made = chromium.new_context(viewport={"width": width, "height": 800}, **context)
        page = made.new_page()
        page.on("console", heard)
        page.on("pageerror", lambda error: errors.append(str(error)))
        pages.append(page)
        page.goto(f"{house.url}/{path}")
        if stage:
            wait_for_stage(page)
        return page

    yield open_page
    for page in pages:
        page.context.close()
    assert errors == []


def wait_for_stage(page: Page) -> None:
    """Return when a frame is on the stage; the server’s first visitor waits for imports."""
    try:
        page.wait_for_function(
            "document.querySelector('.stage')?.stage?.frames > 0", timeout=60_000
        )
    except TimeoutError as late:
        raise AssertionError(f"no frame on {page.inner_text('body')!r}") from late


def wait_until_drawn(page: Page) -> None:
    """Return when the page's script has ended: what it shows and listens to is there."""
    page.wait_for_selector("[data-test-script-state=notRunning]")


def probe(page: Page, name: str) -> object:
    """One of the figures the stage keeps about itself."""
    return page.evaluate(f"document.querySelector('.stage').stage.{name}")


def wait_for(page: Page, condition: str) -> None:
    """Return when a JavaScript condition on `s`, the stage's figures, holds."""
    stage = "const s = document.querySelector('.stage')?.stage"  # none while the page is made anew
    page.wait_for_function(
        f"(() => {{ {stage}; return s && ({condition}); }})()",
        timeout=60_000,
    )


def children(pid: int) -> list[int]:
    """The processes a process has started."""
    found = []
    for task in os.listdir(f"/proc/{pid}/task"):
        with open(f"/proc/{pid}/task/{task}/children") as listing:
            found += [int(child) for child in listing.read().split()]
    return found
