"""Runs on this machine: a worker host, one forked process per run.

All state is confined to one thread with its own event loop; the public methods may be
called from any thread and return when that loop has done what they ask. Frames come
straight from each run's process through a socket of its own, so a process that dies spoils
nothing but its own run.
"""

from __future__ import annotations

import asyncio
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Coroutine
from dataclasses import replace
from typing import Any

import orjson

from labcore.config import Accepts, Config
from labcore.engine import worker
from labcore.engine.answers import AnswerPool
from labcore.engine.base import ANYONE, new_run, start_seen
from labcore.engine.own import OwnFiles
from labcore.engine.protocol import (
    Kind,
    PacketProtocol,
    control_pair,
    receive_control,
    send_control,
)
from labcore.engine.queue import FairQueue
from labcore.engine.run import Interest, Refused, Run
from labcore.engine.settings import Settings
from labcore.engine.store import MemoryStore, Store

SWEEP_SECONDS = 1.0
STOPPING = "The server is stopping."


class Child:
    """A forked process as the server knows it: a socket, a number, and what to do at its end."""

    def __init__(
        self,
        identity: int,
        on_packet: Callable[[Kind, bytes], None],
        on_close: Callable[[Child], None],
        on_exit: Callable[[int | None], None],
    ) -> None:
        self.identity = identity
        self.on_fork: Callable[[int], None] = lambda pid: None
        self.packets = PacketProtocol(on_packet, lambda: on_close(self))
        self.on_exit = on_exit
        self.timer: asyncio.TimerHandle | None = None
        self.closed = False
        self.code: int | None = None


class LocalEngine:
    """See the module. `close` ends the host and every process it has forked."""

    def __init__(self, settings: Settings, store: Store | None = None) -> None:
        self.settings = settings
        self.store = store or MemoryStore(settings.store_bytes)
        self.own = OwnFiles(settings)
        self.host_pid = 0
        self.computed = 0
        self._active: dict[str, Run] = {}
        self._running: dict[Run, Child] = {}
        self._stopping: set[Run] = set()
        self._queue = FairQueue(settings.queue, settings.queue_per_learner)
        self._children: dict[int, Child] = {}
        self._next_id = 0
        self._durations: list[float] = []
        self._host: subprocess.Popen[bytes] | None = None
        self._control: socket.socket | None = None
        self.ready = False  # the host is warm
        self.settled = False  # and has nothing left to warm in its spare time
        self._failures = 0
        self._closing = False
        self._over = False
        self._answers = AnswerPool(settings, self._fork_answerer, self._kill)
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._serve, name="engine", daemon=True)
        self._thread.start()
        self._do(self._start_host)

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
        return self._do(self._submit, run, learner)

    def find(self, key: str) -> Run | None:
        return self._active.get(key) or self.store.get(key)

    def withdraw(self, key: str, learner: str) -> None:
        self._do(self._withdraw, key, learner)

    def attend(self, key: str, learner: str, change: int) -> None:
        if not self._over:
            self._loop.call_soon_threadsafe(self._attend, key, learner, change)

    async def answer(
        self,
        slug: str,
        config: dict[str, object],
        learner: str,
        seen: tuple[str, int] | None = None,
    ) -> bytes | None:
        if self._over:
            raise Refused(STOPPING)
        start = start_seen(slug, config, seen, self.find)
        files = self.own.of(slug, config)
        future = asyncio.run_coroutine_threadsafe(
            self._answers.ask({"slug": slug, "config": config}, learner, start, files), self._loop
        )
        return await asyncio.wrap_future(future)

    def take_in(self, accepts: Accepts, body: bytes, learner: str) -> str:
        return self.own.put(self._do(self._read, accepts, body), learner)

    def wait_ready(self, seconds: float = 60, settled: bool = False) -> bool:
        """Whether the worker host is warm, waiting for it at most so long; or all it can warm."""
        end = time.monotonic() + seconds
        while not self._is_ready(settled) and time.monotonic() < end:
            self._do(asyncio.sleep, 0.02)
        return self._is_ready(settled)

    def _is_ready(self, settled: bool) -> bool:
        return self.settled if settled else self.ready

    def close(self) -> None:
        if not self._over:
            self._do(self._stop_host)
            self._over = True
            self._loop.call_soon_threadsafe(self._loop.stop)
            self._thread.join(2)
            self._loop.close()

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

    def _submit(self, run: Run, learner: str) -> Run:
        known = self._active.get(run.key)
        if known is None or known in self._stopping:
            kept = self.store.get(run.key)
            if kept and kept.state == "done":
                return kept
            self._queue.add(run)
            known = self._active[run.key] = run
            self.computed += 1
        known.interests.setdefault(learner, Interest(forever=learner == ANYONE))
        self._fill()
        return known

    def _withdraw(self, key: str, learner: str) -> None:
        run = self._active.get(key)
        if run and run.interests.pop(learner, None) is not None and not run.interests:
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
        child = self._running.get(run)
        if child is None:
            self._queue.remove(run)
            self._ended(run, "cancelled")
            self._fill()
        elif run not in self._stopping:
            self._stopping.add(run)
            self._kill(child, signal.SIGTERM)
            self._loop.call_later(self.settings.stop_seconds, self._kill, child)

    def _fill(self) -> None:
        """Start what may start; tell the others where they stand."""
        while self.ready and len(self._running) < self.settings.workers:
            run = self._queue.next()
            if run is None:
                break
            self._start(run)
        typical = sum(self._durations) / len(self._durations) if self._durations else 2.0
        for position, run in enumerate(self._queue.order(), 1):
            if run.position != position:
                run.position = position
                run.wait_s = typical * (position + len(self._running)) / self.settings.workers
                run.wake()

    def _start(self, run: Run) -> None:
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
        job = replace(job, own=tuple(files))
        run.state, run.started = "running", time.monotonic()
        run.position, run.wait_s = 0, 0.0
        end: list[bytes] = []  # the worker's own word, believed once its process has gone

        def packet(kind: Kind, payload: bytes) -> None:
            if kind is Kind.END:
                end.append(payload)
            else:
                run.take(kind, payload)

        child = self._fork("run", packet, lambda code: self._run_gone(run, end, code))
        child.on_fork = lambda pid: setattr(run, "pid", pid)
        self._running[run] = child
        child.timer = self._loop.call_later(self.settings.run_seconds, self._overdue, run, child)
        child.packets.send(Kind.JOB, job.to_json())
        for block in files.values():
            child.packets.send(Kind.OWN, block)
        for start in run.starts:
            child.packets.send(Kind.START, start)
        run.wake()

    def _overdue(self, run: Run, child: Child) -> None:
        if self._running.get(run) is child:
            run.reason = (
                f"The run was ended after {self.settings.run_seconds:g} s, the limit of a run. "
                "Choose fewer steps."
            )
            self._kill(child)

    def _run_gone(self, run: Run, end: list[bytes], code: int | None) -> None:
        """A run's process has ended; `code` is None when the host was lost with it."""
        child = self._running.pop(run)
        if child.timer:
            child.timer.cancel()
        if run in self._stopping:
            self._stopping.discard(run)
            self._ended(run, "cancelled")
        elif run.reason:
            self._ended(run, "failed", run.reason)
        elif end:
            facts = orjson.loads(end[0])
            self._ended(run, facts["state"], facts["reason"])
        elif code is None:
            self._ended(
                run,
                "interrupted",
                "The compute process of this server was lost. Press Train again.",
            )
        else:
            how = f"was killed ({signal.Signals(-code).name})" if code < 0 else f"ended ({code})"
            reason = f"The run's process {how} after {run.frames} frames. Press Train again."
            self._ended(run, "failed", reason)
        self._fill()

    def _ended(self, run: Run, state: Any, reason: str = "") -> None:
        run.finish(state, reason)
        if self._active.get(run.key) is run:  # else it was stopped, and asked for once more
            if self.own.holds_all(run.slug, run.config):  # else its learner has taken a file back
                self.store.put(run)
            del self._active[run.key]
        if state == "done":
            self._durations = [*self._durations[-19:], run.seconds]

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
        child = self._fork("read", packet, gone)
        child.packets.send(Kind.JOB, orjson.dumps(accepts))
        child.packets.send(Kind.OWN, body)
        try:
            return await asyncio.wait_for(done, self.settings.own_read_seconds)
        except TimeoutError:
            self._kill(child)
            raise Refused("Reading the file took too long and was given up.") from None

    # Processes

    def _fork(
        self,
        role: str,
        on_packet: Callable[[Kind, bytes], None],
        on_exit: Callable[[int | None], None],
    ) -> Child:
        """Have the host fork a child that speaks through a socket of its own."""
        self._next_id += 1
        child = Child(self._next_id, on_packet, self._closed, on_exit)
        self._children[child.identity] = child
        ours, theirs = socket.socketpair()
        ours.setblocking(False)
        order = {"op": "fork", "role": role, "id": child.identity,
                 "memory": self.settings.run_memory}  # fmt: skip
        try:
            assert self._control is not None
            send_control(self._control, order, theirs.fileno())
        except OSError:
            self._loop.call_soon(self._host_lost)
        theirs.close()
        self._loop.create_task(self._connect(child.packets, ours))
        return child

    async def _connect(self, packets: PacketProtocol, sock: socket.socket) -> None:
        await self._loop.create_connection(lambda: packets, sock=sock)

    def _fork_answerer(
        self, on_packet: Callable[[Kind, bytes], None], on_exit: Callable[[], None]
    ) -> Child:
        return self._fork("answers", on_packet, lambda code: on_exit())

    def _kill(self, child: Child, number: int = signal.SIGKILL) -> None:
        """Signal a child through the host, which alone knows whether it still lives."""
        if child.identity in self._children and self._control:
            try:
                order = {"op": "kill", "id": child.identity, "signal": int(number)}
                send_control(self._control, order)
            except OSError:
                self._host_lost()

    def _closed(self, child: Child) -> None:
        """A child's socket has closed: all it said has been read."""
        child.closed = True
        self._settle(child)

    def _settle(self, child: Child) -> None:
        """A child has gone when its socket is closed and its exit is known."""
        if child.closed and child.code is not None and self._children.pop(child.identity, None):
            child.on_exit(child.code)

    # The host

    def _start_host(self) -> None:
        ours, theirs = control_pair()
        self.ready = self.settled = False
        self._host = subprocess.Popen(
            [
                sys.executable,
                "-W",
                "ignore",
                "-m",
                "labcore.engine.worker_host",
                str(theirs.fileno()),
            ],
            pass_fds=[theirs.fileno()],
        )
        self.host_pid = self._host.pid
        theirs.close()
        self._control = ours
        self._loop.add_reader(ours, self._host_speaks)

    def _host_speaks(self) -> None:
        assert self._control is not None
        received = receive_control(self._control)
        if received is None:
            self._host_lost()
            return
        message, _ = received
        if message["event"] == "ready":
            self.ready, self._failures = True, 0
            self._answers.open()
            self._fill()
            return
        if message["event"] == "settled":
            self.settled = True
            return
        child = self._children.get(message["id"])
        if child is None:
            return
        if message["event"] == "forked":
            child.on_fork(message["pid"])
        else:
            child.code = message["code"]
            self._settle(child)

    def _host_lost(self) -> None:
        """The host has died, and its children with it: end their runs, start another host."""
        if self._control is None:
            return
        self._loop.remove_reader(self._control)
        self._control.close()
        self._control = None
        self.ready = False
        self._answers.lost()
        if self._host:
            self._host.kill()
            self._host.wait()
        children, self._children = list(self._children.values()), {}
        for child in children:
            if child.packets.transport:
                child.packets.transport.close()
            child.on_exit(None)
        if not self._closing:
            if self._failures > 1:
                self._refuse_waiting("The compute process of this server cannot be started.")
            self._loop.call_later(min(30.0, 0.1 * 4**self._failures), self._start_host)
            self._failures += 1

    def _refuse_waiting(self, reason: str) -> None:
        for run in self._queue.order():
            self._queue.remove(run)
            self._ended(run, "interrupted", reason)

    async def _stop_host(self) -> None:
        self._closing = True
        self._refuse_waiting(STOPPING)
        self._host_lost()
        await asyncio.sleep(0.01)  # transports close themselves in the loop's next turns

    def _sweep(self) -> None:
        """Withdraw the interest of learners who have vanished."""
        long_ago = time.monotonic() - self.settings.lease_seconds
        for run in list(self._active.values()):
            for learner, interest in list(run.interests.items()):
                if not interest.forever and interest.streams <= 0 and interest.seen < long_ago:
                    self._withdraw(run.key, learner)
        for token in self.own.swept():
            self.store.forget(token)
        self._loop.call_later(SWEEP_SECONDS, self._sweep)


__all__ = ["LocalEngine", "Refused"]
