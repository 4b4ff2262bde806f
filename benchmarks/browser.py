"""What a learner sees, measured in a real Chromium: clicks, drags and playback."""

from __future__ import annotations

import statistics
import tempfile
from pathlib import Path

from playwright.sync_api import Browser, Page

from benchmarks import probe
from labcore import catalog, export
from labcore.engine.inline import InlineEngine
from labcore.engine.settings import Settings
from tools.chromium import launched
from tools.served import served

CLICKS = 20
LAB = "optimizer_trajectories"
STAGE = "document.querySelector('.stage').stage"


def measure() -> dict[str, float]:
    """All figures of the browser, by name; the unit stands in the name."""
    with served() as house, launched() as browser:
        page = opened(browser, f"{house.url}/{LAB}")
        found = {**clicks(page), **drags(page)}
        page.context.close()
        return {**found, **playback(browser)}


def opened(browser: Browser, url: str) -> Page:
    page = browser.new_context(viewport={"width": 1280, "height": 800}).new_page()
    page.goto(url)
    until(page, f"document.querySelector('.stage') && {STAGE}.ended === 'done'")
    page.wait_for_timeout(1500)
    return page


def clicks(page: Page) -> dict[str, float]:
    """From a click on “Another seed” to the first frame of the new run on screen."""
    times = []
    for _ in range(CLICKS):
        page.evaluate(
            f"""() => {{
              window.before = {STAGE}.firstFrameAt;
              const named = (b) => b.textContent.includes('Another seed');
              const button = [...document.querySelectorAll('button')].find(named);
              window.clicked = performance.now();
              button.click();
            }}"""
        )
        until(page, f"{STAGE}.firstFrameAt > window.before")
        times.append(page.evaluate(f"{STAGE}.firstFrameAt - window.clicked"))
        until(page, f"{STAGE}.ended === 'done'")
        page.wait_for_timeout(300)
    return {
        "click to first frame on screen, p50 (ms)": statistics.median(times),
        "click to first frame on screen, p95 (ms)": statistics.quantiles(times, n=20)[-1],
    }


def drags(page: Page) -> dict[str, float]:
    """From asking for an immediate answer to having drawn it, while the start is dragged."""
    page.keyboard.press("End")
    box = page.locator(".stage-handle").first.bounding_box()
    assert box
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    page.mouse.move(x, y)
    page.mouse.down()
    for i in range(120):
        page.mouse.move(x + i % 60, y + (i * 7) % 40)
        page.wait_for_timeout(40)
    answers = page.evaluate(f"{STAGE}.answers")
    page.mouse.up()
    return {
        "immediate answer, asked to drawn, p50 (ms)": statistics.median(answers),
        "immediate answer, asked to drawn, p95 (ms)": statistics.quantiles(answers, n=20)[-1],
    }


def playback(browser: Browser) -> dict[str, float]:
    """Draws a second over 300 frames at four times the usual speed, as an exported page."""
    found = {}
    cases = {
        "2 panels of 4 lines": {"panels": 2, "lines": 4},
        "4 panels of 3 lines": {"panels": 4, "lines": 3},
        "2 panels with a 100 × 100 field": {"panels": 2, "lines": 2, "field": 100},
    }
    for name, settings in cases.items():
        config = probe.Config(frames=300, **settings)
        run = InlineEngine(Settings()).submit("probe", config)
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "run.html"
            path.write_text(export.html(catalog.load("probe"), config, run.resource()))
            page = opened(browser, path.as_uri())
            page.get_by_label("Speed").select_option("4")
            page.keyboard.press("Home")
            before = page.evaluate(
                f"() => ({{at: performance.now(), draws: {STAGE}.draws, "
                f"fields: {STAGE}.fieldDraws, mounts: {STAGE}.mounts}})"
            )
            page.keyboard.press("Space")
            until(page, f"!{STAGE}.playing && {STAGE}.frame === 299")
            after = page.evaluate(
                f"() => ({{at: performance.now(), draws: {STAGE}.draws, "
                f"fields: {STAGE}.fieldDraws, mounts: {STAGE}.mounts}})"
            )
            seconds = (after["at"] - before["at"]) / 1000
            found[f"{name} (draws/s)"] = (after["draws"] - before["draws"]) / seconds
            if settings.get("field"):
                fields = (after["fields"] - before["fields"]) / settings["panels"]
                found["  of the field (draws/s)"] = fields / seconds
            found[f"  remounts, {name}"] = float(after["mounts"] - before["mounts"])
            page.context.close()
    return found


def until(page: Page, condition: str) -> None:
    page.wait_for_function(condition, timeout=60_000)
