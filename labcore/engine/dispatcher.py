"""Which run computes when, for whom and how long: all of an engine but where it computes.

All state is confined to one thread with its own event loop; the public methods may be
called from any thread and return when that loop has done what they ask. What touches the
store may wait for a disk or a network, so it happens in the caller's thread.
"""

from __future__ import annotations

import asyncio
import threading
import time
from abc import ABC, abstractmethod
from collections import deque
from collections.abc import Callable, Coroutine, Mapping
from dataclasses import replace
from typing import Any, Protocol

from labcore.config import Config
from labcore.engine import log, worker
from labcore.engine.base import ANYONE, new_run
from labcore.engine.following import Following
from labcore.engine.own import OwnFiles
from labcore.engine.queue import FairQueue
from labcore.engine.run import Interest, Outcome, Refused, Run
from labcore.engine.settings import Settings
from labcore.engine.store import Elsewhere, MemoryStore, Store

SWEEP_SECONDS = 1.0
OTHERS_SECONDS = 300.0
"""A learner who has asked for a run within so long is one of the room; `_sweep` forgets others."""
STOPPING = "The server is stopping."
TYPICAL_SECONDS = 3.0
"""What a run is taken to last, until one of its lab has ended."""


class Task(Protocol):
    """The computation of a run, wherever it is."""

    def stop(self) -> None:
        """End it; its numbers so far are kept."""

    def kill(self) -> None:
        """End it at once."""


class Dispatcher(ABC):
    """The queue, the learners' interests and limits; a subclass says where a run computes.

    A subclass gives `_start`, and calls `_gone` once when what it started has ended.
    """

    def __init__(self, settings: Settings, store: Store | None = None) -> None:
        self.settings = settings
        self.store = store or MemoryStore(settings.store_memory)
        self.own = OwnFiles(settings)
        self.computed = 0
        self._active: dict[str, Run] = {}
        self._running: dict[Run, Task] = {}
        self._stopping: set[Run] = set()
        self._following: dict[Run, Following] = {}
        self._queue = FairQueue(settings.queue, settings.queue_per_learner)
        self._durations: dict[str, deque[float]] = {}
        self._asked: dict[str, float] = {}
        self._closing = False
        self._over = False
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._serve, name="engine", daemon=True)

    # Where it computes

    @property
    @abstractmethod
    def ready(self) -> bool:
        """Whether runs can start."""

    @property
    def capacity(self) -> int:
        """How many runs compute at the same time."""
        return self.settings.workers

    @abstractmethod
    def _start(self, run: Run, job: worker.Job, own: Mapping[str, bytes]) -> Task:
        """Begin to compute; packets go to `run.take` but the last, which goes to `_gone`."""

    @abstractmethod
    async def _end(self) -> None:
        """End every process that was started."""

    # What any thread may call

    def submit(
        self,
        slug: str,
        config: Config,
        learner: str = ANYONE,
        parent: tuple[str, int] | None = None,
    ) -> Run:
        run = new_run(slug, config, learner, parent, self.find, self.store.trained)
        self.own.of(slug, run.config)  # refused at once if a file of theirs is gone
        if run.key in self._active:
            return self._do(self._submit, run, learner, None)
        kept = self.store.get(run.key)
        if kept and kept.state == "done":
            return kept
        if self.settings.quiet and learner != ANYONE:
            raise Refused(self.settings.quiet)
        there = self.store.claim(run)
        try:
            return self._do(self._submit, run, learner, there)
        except Refused:
            log.tell("run refused", run)
            self.store.release(run)
            raise

    def find(self, key: str) -> Run | None:
        return self._active.get(key) or self.store.get(key)

    def outcome(self, key: str) -> Outcome | None:
        run = self._active.get(key)
        return run.outcome() if run else self.store.outcome(key)

    def withdraw(self, key: str, learner: str) -> None:
        self._do(self._withdraw, key, learner)

    def active(self) -> list[Run]:
        """All runs that compute or wait."""
        return list(self._active.values())

    def learners(self) -> int:
        """How many learners have asked for a run lately."""
        return sum(learner != ANYONE for learner in tuple(self._asked))

    def stop(self, key: str) -> None:
        """End a run, whoever wants it."""
        self._do(self._stop, key)

    def attend(self, key: str, learner: str, change: int) -> None:
        if not self._over:
            self._loop.call_soon_threadsafe(self._attend, key, learner, change)

    def close(self) -> None:
        if not self._over:
            self._do(self._close)
            self._over = True
            self._loop.call_soon_threadsafe(self._loop.stop)
            self._thread.join(2)
            self._loop.close()
            self.store.close()

    # The thread's own

    def _serve(self) -> None:
        asyncio.set_event_loop(self._loop)
        self._loop.call_later(SWEEP_SECONDS, self._sweep)
        self._loop.run_forever()

    def _do(self, call: Callable[..., Any], *args: Any) -> Any:
        """Run something in the engine's thread and wait for what it returns."""
        if self._over:
            raise Refused(STOPPING)

        async def in_thread() -> Any:
            result = call(*args)
            return await result if isinstance(result, Coroutine) else result

        return asyncio.run_coroutine_threadsafe(in_thread(), self._loop).result()

    def _submit(self, run: Run, learner: str, there: Elsewhere | None) -> Run:
        known = self._active.get(run.key)
        if there and known is None:
            known = self._active[run.key] = run
            self._following[run] = Following(run, there, self.store, self._followed, self._orphaned)
        elif known is None or known in self._stopping:
            self._queue.most = self.settings.queue  # limits may be changed while it stands
            self._queue.most_per_learner = self.settings.queue_per_learner
            self._queue.add(run)
            known = self._active[run.key] = run
            self.computed += 1
            log.tell("run queued", run)
        self._asked[learner] = time.monotonic()
        known.interests.setdefault(learner, Interest(forever=learner == ANYONE))
        self._fill()
        return known

    def _withdraw(self, key: str, learner: str) -> None:
        run = self._active.get(key)
        if run and run.interests.pop(learner, None) is not None and not run.interests:
            self._cancel(run)

    def _stop(self, key: str) -> None:
        if run := self._active.get(key):
            run.interests.clear()
            self._cancel(run)

    def _attend(self, key: str, learner: str, change: int) -> None:
        run = self._active.get(key)
        if run is None:
            return
        if change > 0:
            run.interests.setdefault(learner, Interest())
        if interest := run.interests.get(learner):
            interest.streams += change
            interest.seen = time.monotonic()

    def _cancel(self, run: Run) -> None:
        task = self._running.get(run)
        if following := self._following.get(run):
            following.stop()
        elif task is None:
            self._queue.remove(run)
            self._ended(run, "cancelled")
            self._fill()
        elif run not in self._stopping:
            self._stopping.add(run)
            task.stop()

    def _fill(self) -> None:
        """Start what may start; tell the others where they stand."""
        while self.ready and len(self._running) < self.capacity:
            run = self._queue.next(self._has_turn)
            if run is None:
                break
            self._launch(run)
        now = time.monotonic()
        ahead = sum(max(0.0, self._typical(r) - (now - r.started)) for r in self._running)
        for position, run in enumerate(self._queue.order(), 1):
            wait = ahead / max(1, self.capacity)
            ahead += self._typical(run)
            if run.position != position:
                run.position, run.wait_s = position, max(1.0, wait)
                run.wake()

    def _has_turn(self, learner: str) -> bool:
        """Whether a learner may have one more run: all of the server if nobody else is here."""
        mine = sum(run.owner == learner for run in self._running)
        if learner == ANYONE or mine < self.settings.running_per_learner:
            return True
        return not self._asked.keys() - {learner, ANYONE}

    def _typical(self, run: Run) -> float:
        """Seconds a run of this lab has taken lately."""
        past = self._durations.get(run.slug)
        return sum(past) / len(past) if past else TYPICAL_SECONDS

    def _launch(self, run: Run) -> None:
        job = worker.Job(
            run.slug,
            run.config,
            offset=run.offset,
            frames=self.settings.run_frames,
            size=self.settings.run_bytes,
            memory=self.settings.run_memory,
            starts=len(run.starts),
            observe=run.observed,
        )
        try:
            files = self.own.of(run.slug, run.config)
        except Refused as gone:
            self._ended(run, "failed", str(gone))
            return
        run.state, run.started = "running", time.monotonic()
        run.position, run.wait_s = 0, 0.0
        log.tell("run started", run, seconds=round(run.started - run.created, 3))
        task = self._running[run] = self._start(run, replace(job, own=tuple(files)), files)
        run.timer = self._loop.call_later(self.settings.run_seconds, self._overdue, run, task)
        run.wake()

    def _overdue(self, run: Run, task: Task) -> None:
        if self._running.get(run) is task:
            run.reason = (
                f"The run was ended after {self.settings.run_seconds:g} s, the limit of a run. "
                "Choose fewer steps."
            )
            task.kill()

    def _gone(self, run: Run, state: Any, reason: str) -> None:
        """What computed a run has ended, and this is what can be said of it."""
        del self._running[run]
        if run.timer:
            run.timer.cancel()
        if run in self._stopping:
            self._stopping.discard(run)
            self._ended(run, "cancelled")
        elif run.reason:
            self._ended(run, "failed", run.reason)
        else:
            self._ended(run, state, reason)
        self._fill()

    def _ended(self, run: Run, state: Any, reason: str = "") -> None:
        run.finish(state, reason)
        log.tell("run ended", run, state=state, seconds=round(run.seconds, 3), frames=run.frames)
        if self._active.get(run.key) is run:  # else it was stopped, and asked for once more
            if self.own.holds_all(run.slug, run.config):  # else its learner has taken a file back
                self.store.put(run)
            del self._active[run.key]
        if state == "done":
            self._durations.setdefault(run.slug, deque(maxlen=20)).append(run.seconds)

    def _orphaned(self, run: Run) -> None:
        """Compute here what another server has left unfinished; what was shown stays."""
        del self._following[run]
        run.begin_again()
        run.state = "queued"
        try:
            self._queue.add(run)
        except Refused as refused:
            self._ended(run, "interrupted", str(refused))
            return
        self.computed += 1
        self._fill()

    def _followed(self, run: Run, state: Any, reason: str) -> None:
        """Another server has ended a run; the store has it from there."""
        del self._following[run]
        run.finish(state, reason)
        if self._active.get(run.key) is run:
            del self._active[run.key]

    def _refuse_waiting(self, reason: str) -> None:
        for run in self._queue.order():
            self._queue.remove(run)
            self._ended(run, "interrupted", reason)

    async def _close(self) -> None:
        self._closing = True
        self._refuse_waiting(STOPPING)
        for following in list(self._following.values()):
            following.stop()
        await self._end()

    def _sweep(self) -> None:
        """Withdraw the interest of learners who have vanished."""
        now, lease = time.monotonic(), self.settings.lease_seconds
        if len(self._queue):
            lease = min(lease, self.settings.lease_crowded_seconds)
        for run in list(self._active.values()):
            for learner, interest in list(run.interests.items()):
                away = now - interest.seen
                if not interest.forever and interest.streams <= 0 and away > lease:
                    self._withdraw(run.key, learner)
        left = [n for n, asked in self._asked.items() if now - asked > OTHERS_SECONDS]
        for learner in left:
            del self._asked[learner]
        if left:  # who stays may have their share
            self._fill()
        for token in self.own.swept():
            self.store.forget(token)
        self._loop.call_later(SWEEP_SECONDS, self._sweep)
