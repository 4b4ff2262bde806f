"""One learner: a task that comes, does its part, and leaves."""

from __future__ import annotations

import asyncio
import random
import time
from collections.abc import Coroutine
from typing import Any

from websockets.exceptions import WebSocketException

from tests.load.page import Broken, Page
from tests.load.scenario import Figures, Scenario
from tests.load.watch import Lost, Watched
from tests.load.widgets import somewhere

FAILURES = (Broken, Lost, OSError, EOFError, ValueError, KeyError, WebSocketException)
"""What a server that is not well does to a client; TimeoutError is an OSError."""
OVERTIME_SECONDS = 5.0
"""So long what was begun may go on when the time is over."""
COMES_BACK_SECONDS = 1.0
LOOKS_SECONDS = 3.0
"""So long a learner looks at what has come before training again."""
LINK_SECONDS = 30.0
"""From one preset of a learner who only looks to the next."""
ALL_PRESS_SECONDS = 5.0
"""So long a class takes to press Train when it is told to."""


class Learner:
    """One task: comes, does its part until the end, leaves."""

    def __init__(self, number: int, house: str, scenario: Scenario, figures: Figures) -> None:
        self.number = number
        self.scenario = scenario
        self.figures = figures
        self.random = random.Random(f"{scenario.seed}/{number}")
        self.page = Page(house, scenario.path)
        self.rounds = 0
        self.noted = False

    async def come(self) -> None:
        """Open the page."""
        began = time.perf_counter()
        try:
            await self.page.open()
        except FAILURES as failure:
            self._note(failure)
        self.figures.opened.append(time.perf_counter() - began)

    async def act(self, end: float) -> None:
        """Do this learner's part until the time is over; after a failure, come back."""
        while (left := end - time.perf_counter()) > 0:
            try:
                await asyncio.wait_for(self._part(end), left + OVERTIME_SECONDS)
            except FAILURES as failure:
                if time.perf_counter() < end:
                    self._note(failure)
                    await self.leave()
                    await asyncio.sleep(COMES_BACK_SECONDS)
                    self.page = Page(self.page.house, self.scenario.path)
                    await self.come()

    async def leave(self) -> None:
        """Close the page; one that has lost its server in silence is told of now."""
        if self.page.failure and not self.noted:
            self._note(Broken(self.page.failure))
        self.noted = False
        await self.page.leave()

    def _note(self, failure: BaseException) -> None:
        text = f"{type(failure).__name__}: {failure}"
        lost = "disconnected" in text
        (self.figures.disconnects if lost else self.figures.errors).append(text)
        self.noted = True

    def _part(self, end: float) -> Coroutine[Any, Any, None]:
        movers, watchers = self.scenario.movers, self.scenario.watchers
        if self.number < movers:
            return self.move(end)
        return self.train(end) if self.number < movers + watchers else self.look(end)

    async def move(self, end: float) -> None:
        """Move controls at a fixed pace.

        A move counts from when it was due, even if it could not be made or had no answer when
        the time was over: a slow answer must not hide the moves it holds up.
        """
        sliders = [w.slider for w in self.page.widgets.values() if w.HasField("slider")]
        slider = sliders[self.number % len(sliders)]
        due = time.perf_counter() + self.random.uniform(0, self.scenario.every)
        try:
            while due < end:
                await asyncio.sleep(due - time.perf_counter())
                await self.page.change(slider.label, somewhere(slider, self.random))
                self.figures.moved.append(time.perf_counter() - due)
                self.figures.answered += 1
                self.figures.sentences += self.page.sentences
                due += self.scenario.every
        finally:
            now = time.perf_counter()
            while due < min(now, end):
                self.figures.moved.append(now - due)
                due += self.scenario.every

    async def train(self, end: float) -> None:
        """Train and watch to the end, again and again."""
        await asyncio.sleep(self.random.uniform(0, ALL_PRESS_SECONDS))
        while time.perf_counter() < end:
            began = time.perf_counter()
            if not self.page.stage:
                await self.charts(began)
                continue
            await self.begin()
            self.figures.sentences += self.page.sentences
            watched = Watched()
            try:
                await watched.follow(self.page.house, self.page.stage)
            finally:
                self.figures.frames += watched.frames
                self.figures.trained.append((watched.first or time.perf_counter()) - began)
            if watched.state != "done":
                raise Lost(f"{watched.state}: {watched.reason}")
            self.figures.finished += 1
            ended = {"key": self.page.stage["run"]["key"], "state": "done", "verdicts": None}
            await self.page.tell("stage", "ended", ended)
            await asyncio.sleep(LOOKS_SECONDS)

    async def begin(self) -> None:
        """Half follow the link that the teacher has given out; the others run their own."""
        self.rounds += 1
        if self.number % 2:
            await self.page.go(f"seed={100 * self.scenario.seed + self.rounds}")
        else:
            await self.page.press("Another seed")

    async def charts(self, began: float) -> None:
        """Press Train on a page that draws its charts by itself."""
        self.page.charts = 0
        self.page.seen.clear()
        pressed = asyncio.create_task(self.page.press("Train"))
        try:
            await first_of(pressed, self.page.seen.wait())
            self.figures.trained.append(time.perf_counter() - began)
            await pressed
            self.figures.finished += 1
        finally:
            pressed.cancel()
            if not self.page.charts:
                self.figures.trained.append(time.perf_counter() - began)
            self.figures.frames += self.page.charts

    async def look(self, end: float) -> None:
        """Follow links to presets, and otherwise sit."""
        if not self.scenario.presets:
            await asyncio.sleep(end - time.perf_counter())
            return
        await asyncio.sleep(self.random.uniform(0, LINK_SECONDS))
        while time.perf_counter() < end:
            preset = self.random.choice(self.scenario.presets)
            began = time.perf_counter()
            self.page.seen.clear()
            run = asyncio.create_task(self.page.go(preset))
            watched = Watched()
            try:
                await first_of(run, self.page.seen.wait())
                await watched.follow(self.page.house, self.page.stage)
                await run
            finally:
                run.cancel()
                self.figures.cached.append((watched.first or time.perf_counter()) - began)
            await asyncio.sleep(self.random.uniform(0.5, 1.5) * LINK_SECONDS)


async def first_of(task: asyncio.Task[None], other: Coroutine[Any, Any, object]) -> None:
    """Return when either is done; what `task` has raised is raised when it is awaited."""
    beside = asyncio.create_task(other)
    try:
        await asyncio.wait({task, beside}, return_when=asyncio.FIRST_COMPLETED)
    finally:
        beside.cancel()
