"""The hallway's routes on an engine that notes whatever would change it."""

from __future__ import annotations

from collections.abc import Generator
from typing import Any

import pytest
from starlette.applications import Starlette

from labcore import engine
from labcore.engine import http as hallway
from labcore.engine.inline import InlineEngine
from labcore.engine.settings import Settings
from tests.labs import trouble


class Watched(InlineEngine):
    """An engine that notes whatever would change it."""

    def __init__(self) -> None:
        super().__init__(Settings(engine="inline"))
        self.done = super().submit("trouble", trouble.Config()).key
        self.changes: list[str] = []

    def submit(self, *args: Any, **more: Any) -> Any:
        self.changes.append("submit")
        return super().submit(*args, **more)

    def withdraw(self, key: str, learner: str) -> None:
        self.changes.append("withdraw")

    def stop(self, key: str) -> None:
        self.changes.append("stop")

    def take_in(self, *args: Any) -> str:
        self.changes.append("take in")
        return super().take_in(*args)

    async def answer(self, *args: Any) -> bytes | None:
        self.changes.append("answer")
        return await super().answer(*args)


@pytest.fixture(scope="module")
def house() -> Generator[Watched, None, None]:
    watched = Watched()
    engine.use(watched)
    yield watched
    engine.close()


@pytest.fixture(scope="module")
def app() -> Starlette:
    return Starlette(routes=hallway.routes())


def filled(target: str, house: Watched) -> str:
    return target.replace("DONE", house.done).replace("VERSION", hallway.assets_version())
