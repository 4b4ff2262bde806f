"""Every lab as it opens: time to a first frame and to the end, weight of its frames, answers,
and how smoothly each of its views plays in a browser. LAB.md's lines are drawn by these."""

from __future__ import annotations

import asyncio
import statistics
import time

from playwright.sync_api import Browser, Page

from benchmarks.browser import STAGE, opened, until
from benchmarks.engine import wait
from labcore import catalog
from labcore.engine.local import LocalEngine
from labcore.engine.settings import Settings
from tools.chromium import launched
from tools.served import served

RUNS = 3
ANSWERS = 60


def measure() -> dict[str, float]:
    """Runs and answers of all labs with their default settings, through a warm engine."""
    engine = LocalEngine(Settings())
    try:
        engine.wait_ready(120, settled=True)
        found: dict[str, float] = {}
        for entry in catalog.LABS:
            found |= runs(engine, entry.slug) | answers(engine, entry.slug)
        return found
    finally:
        engine.close()


def runs(engine: LocalEngine, slug: str) -> dict[str, float]:
    """Default runs, each with another seed."""
    module = catalog.load(slug)
    first, whole, sizes = [], [], []
    for seed in range(RUNS):
        began = time.perf_counter()
        run = engine.submit(slug, module.Config(seed=seed))
        wait(lambda run=run: run.frames > 0)
        first.append(time.perf_counter() - began)
        wait(lambda run=run: run.finished)
        whole.append(time.perf_counter() - began)
        sizes += [len(message.data) for message in run.log if message.event == "frame"]
    return {
        f"{slug}: submit to first frame (ms)": 1000 * statistics.median(first),
        f"{slug}: default run (s)": statistics.median(whole),
        f"{slug}: median frame (kB)": statistics.median(sizes) / 1000,
    }


def answers(engine: LocalEngine, slug: str) -> dict[str, float]:
    """Immediate answers, asked one after the other; the first ones warm the worker."""
    module = catalog.load(slug)
    if not hasattr(module, "answer"):
        return {}
    times = []
    for seed in range(ANSWERS + 5):
        config = module.Config(seed=seed % 10).model_dump(mode="json")
        began = time.perf_counter()
        asyncio.run(engine.answer(slug, config, "bench"))
        times.append(time.perf_counter() - began)
    return {f"{slug}: answer, p95 (ms)": 1000 * statistics.quantiles(times[5:], n=20)[-1]}


def playback() -> dict[str, float]:
    """Draws a second of each view of each lab, at four times the usual speed."""
    found: dict[str, float] = {}
    with served() as house, launched() as browser:
        for entry in catalog.LABS:
            for view in catalog.load(entry.slug).LAB.views or ("",):
                name = f"{entry.slug}: {view or 'the stage'} (draws/s)"
                found[name] = draws(browser, f"{house.url}/{entry.slug}?view={view}")
    return found


def draws(browser: Browser, url: str) -> float:
    """Frames drawn a second while the run on the page plays from its start."""
    page: Page = opened(browser, url)
    page.get_by_label("Speed").select_option("4")
    page.keyboard.press("Home")
    page.wait_for_timeout(300)
    look = f"() => [performance.now(), {STAGE}.draws]"
    began, before = page.evaluate(look)
    page.keyboard.press("Space")
    until(page, f"!{STAGE}.playing && {STAGE}.frame === {STAGE}.frames - 1")
    ended, after = page.evaluate(look)
    page.context.close()
    return 1000 * (after - before) / (ended - began)
