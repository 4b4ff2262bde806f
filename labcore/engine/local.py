"""Runs on this machine: one forked process per run, and a few warm ones for answers.

Frames come straight from each run's process through a socket of its own, so a process that
dies spoils nothing but its own run.
"""

from __future__ import annotations

import asyncio
import signal
import time
from collections.abc import Callable, Mapping

import orjson

from labcore import device
from labcore.config import Accepts
from labcore.engine import worker
from labcore.engine.answers import AnswerPool
from labcore.engine.base import start_seen
from labcore.engine.dispatcher import STOPPING, Dispatcher, Task
from labcore.engine.gpu import GpuSlots
from labcore.engine.processes import Child, Processes
from labcore.engine.protocol import Kind
from labcore.engine.run import Refused, Run
from labcore.engine.settings import Settings
from labcore.engine.store import Store


class LocalEngine(Dispatcher):
    """See the module. `close` ends the hosts and every process they have forked."""

    def __init__(self, settings: Settings, store: Store | None = None) -> None:
        super().__init__(settings, store)
        self.processes = Processes(settings, self._loop, self._can_fork, self._host_lost)
        self.runs = self.processes
        self.gpus = GpuSlots(
            settings,
            self.processes,
            self._slots(settings),
            self._fill,
            lambda: self._refuse_waiting("The GPU of this server has failed. Try again."),
        )
        self._answers = AnswerPool(settings, self._fork_answerer, self.processes.kill)
        self._thread.start()
        self._do(self.processes.start)

    @property
    def ready(self) -> bool:
        return self.processes.ready

    @property
    def settled(self) -> bool:
        return self.processes.settled

    def wait_ready(self, seconds: float = 60, settled: bool = False) -> bool:
        """Whether processes can be forked, waiting for it at most so long; or all is warm."""
        end = time.monotonic() + seconds
        while not (self.settled if settled else self.ready) and time.monotonic() < end:
            self._do(asyncio.sleep, 0.02)
        return self.settled if settled else self.ready

    def _slots(self, settings: Settings) -> tuple[device.Gpu, ...]:
        """The GPU of each slot of this machine."""
        if settings.device == "cpu" or settings.gpu_slots == 0:
            return ()
        return device.slots(device.gpus(), settings.gpu_slots)

    # Answers and files, any thread

    async def answer(
        self,
        slug: str,
        config: dict[str, object],
        learner: str,
        seen: tuple[str, int] | None = None,
    ) -> bytes | None:
        if self._over:
            raise Refused(STOPPING)
        start = None
        if seen:  # its run may have to be read from a disk or a database
            start = await asyncio.to_thread(start_seen, slug, config, seen, self.find)
        files = self.own.of(slug, config)
        future = asyncio.run_coroutine_threadsafe(
            self._answers.ask({"slug": slug, "config": config}, learner, start, files), self._loop
        )
        return await asyncio.wrap_future(future)

    def take_in(self, accepts: Accepts, body: bytes, learner: str) -> str:
        return self.own.put(self._do(self._read, accepts, body), learner)

    async def _read(self, accepts: Accepts, body: bytes) -> bytes:
        """Have a process of its own read a learner's file; it may hold anything.

        Raises:
            Refused: a sentence.
        """
        done: asyncio.Future[bytes] = self._loop.create_future()

        def packet(kind: Kind, payload: bytes) -> None:
            if done.done():
                return
            if kind is Kind.ANSWER:
                done.set_result(payload)
            else:
                done.set_exception(Refused(payload.decode()))

        def gone(_: int | None) -> None:
            if not done.done():
                done.set_exception(Refused("The file could not be read; it may be damaged."))

        if not self.ready:
            raise Refused("The server is still starting; try again in a moment.")
        child = self.processes.fork("read", packet, gone)
        child.packets.send(Kind.JOB, orjson.dumps(accepts))
        child.packets.send(Kind.OWN, body)
        try:
            return await asyncio.wait_for(done, self.settings.own_read_seconds)
        except TimeoutError:
            self.processes.kill(child)
            raise Refused("Reading the file took too long and was given up.") from None

    # Runs, the engine's thread

    def _start(self, run: Run, job: worker.Job, own: Mapping[str, bytes]) -> Task:
        end: list[bytes] = []  # the worker's own word, believed once its process has gone

        def packet(kind: Kind, payload: bytes) -> None:
            if kind is Kind.END:
                end.append(payload)
            else:
                run.take(kind, payload)

        def gone(code: int | None) -> None:
            self._gone(run, *_outcome(run, end, code))

        child = self._child(run.slug, packet, gone)
        run.pid = child.pid  # if it was there already
        child.on_fork = lambda pid: setattr(run, "pid", pid)
        child.packets.send(Kind.JOB, job.to_json())
        for block in own.values():
            child.packets.send(Kind.OWN, block)
        for start in run.starts:
            child.packets.send(Kind.START, start)
        return ForkedTask(self, child)

    def _child(
        self, slug: str, packet: Callable[[Kind, bytes], None], gone: Callable[[int | None], None]
    ) -> Child:
        """A process for a run: a warm one on a GPU where the lab gains from it, or a new one."""
        if device.of(slug) != "cpu":
            return self.gpus.take(packet, gone)
        memory = self.settings.run_memory  # it may have been changed while the server runs
        return self.runs.fork("run", packet, gone, {"memory": memory})

    def _has_turn(self, learner: str) -> bool:
        may = super()._has_turn(learner)
        if not may or not self.gpus.count:
            return may
        next_run = next(run for run in self._queue.order() if run.owner == learner)
        return self.gpus.has_place(next_run.slug)

    def terminate(self, child: Child) -> None:
        """Ask a run to stop, and make it stop some time later."""
        self.runs.kill(child, signal.SIGTERM)
        self._loop.call_later(self.settings.stop_seconds, self.runs.kill, child)

    def _can_fork(self) -> None:
        """A host is ready, the first or a warmer one."""
        self._answers.open()
        self.gpus.open()
        self._fill()

    def _fork_answerer(
        self, on_packet: Callable[[Kind, bytes], None], on_exit: Callable[[], None]
    ) -> Child:
        return self.processes.fork("answers", on_packet, lambda code: on_exit())

    def _host_lost(self, failures: int) -> None:
        self._answers.lost()
        if failures > 1:
            self._refuse_waiting("The compute process of this server cannot be started.")

    async def _end(self) -> None:
        await self.processes.end()
        self._answers.lost()


class ForkedTask:
    """A run in a process of its own."""

    def __init__(self, engine: LocalEngine, child: Child) -> None:
        self._engine = engine
        self._child = child

    def stop(self) -> None:
        self._engine.terminate(self._child)

    def kill(self) -> None:
        self._engine.runs.kill(self._child)


def _outcome(run: Run, end: list[bytes], code: int | None) -> tuple[str, str]:
    """State and reason of a run whose process has gone; no code: the host was lost with it."""
    if end:
        facts = orjson.loads(end[0])
        return facts["state"], facts["reason"]
    if code is None:
        lost = "The compute process of this server was lost. Try again."
        return "interrupted", lost
    how = f"was killed ({signal.Signals(-code).name})" if code < 0 else f"ended ({code})"
    return "failed", f"The run's process {how} after {run.frames} frames. Try again."


__all__ = ["LocalEngine", "Refused"]
