"""A run that another server computes, shown here as it happens."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from typing import Any

import orjson

from labcore.engine import relay
from labcore.engine.run import Run
from labcore.engine.store import Elsewhere, Store

LOOK_SECONDS = 0.5
"""So often a run is looked for whose server cannot be asked."""
WRITE_SECONDS = 5.0
"""So long a run that is done elsewhere may take until it stands in the store."""


class Following:
    """Fills a run with what another server says of it. The engine's thread only.

    on_end:    called with state and reason when the other has ended it, or nobody wants it.
    on_orphan: called instead when that server is lost: the run is ours now.
    """

    def __init__(
        self,
        run: Run,
        there: Elsewhere,
        store: Store,
        on_end: Callable[[Run, Any, str], None],
        on_orphan: Callable[[Run], None],
    ) -> None:
        self._run = run
        self._there = there
        self._store = store
        self._on_end = on_end
        self._on_orphan = on_orphan
        self._me = f"server-{id(self):x}"
        self._task = asyncio.get_running_loop().create_task(self._follow())
        run.state, run.started = "running", time.monotonic()

    def stop(self) -> None:
        """Nobody here wants it any more."""
        self._task.cancel()
        there, run = self._there, self._run
        if there.address:
            asyncio.get_running_loop().create_task(relay.stop(there.address, run.key, self._me))
        self._on_end(run, "cancelled", "")

    async def _follow(self) -> None:
        run = self._run
        while True:
            end = await self._relay()
            kept = await asyncio.to_thread(self._kept, end)
            if kept:
                run.begin_again()
                for message in kept.log[:-1]:
                    run.relay(message.event, message.data)
                run.arrays, run.checkpoints = kept.arrays, kept.checkpoints
                self._on_end(run, "done", "")
                return
            if end and end["state"] != "done":
                self._on_end(run, end["state"], end["reason"])
                return
            lost = self._there.server if self._there.address else ""
            other = await asyncio.to_thread(self._store.claim, run, lost)
            if other is None:
                self._on_orphan(run)
                return
            self._there = other
            await asyncio.sleep(LOOK_SECONDS)

    async def _relay(self) -> dict[str, Any] | None:
        """Show what the other says; how the run ended there, or None if it does not say."""
        run = self._run
        if not self._there.address:
            return None
        run.begin_again()
        try:
            async for event, data in relay.messages(self._there.address, run.key, self._me):
                said = orjson.loads(data) if event in ("state", "end") else {}
                if event == "end":
                    return said
                if event == "state":
                    run.state, run.position = said["state"], said["position"]
                    run.wait_s = said["wait_s"]
                    run.wake()
                else:
                    run.state = "running"
                    run.relay(event, data)
        except relay.Lost:
            return None
        return None

    def _kept(self, end: dict[str, Any] | None) -> Run | None:
        """The finished run out of the store; who has just computed it may still be writing it."""
        until = time.monotonic() + (WRITE_SECONDS if end and end["state"] == "done" else 0)
        while (kept := self._store.get(self._run.key)) is None and time.monotonic() < until:
            time.sleep(0.05)
        return kept if kept and kept.state == "done" else None
