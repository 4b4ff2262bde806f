"""One execution of a lab: its state, its messages, and who is watching.

Messages are appended by the engine's thread only and never change, so any number of
watchers read them without a lock, each at its own pace and with its own index.
"""

from __future__ import annotations

import asyncio
import gzip
import time
from collections.abc import Callable, Generator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, Literal

import orjson

from labcore.engine import log
from labcore.engine.protocol import Kind

State = Literal["queued", "running", "done", "failed", "cancelled", "interrupted"]
FINISHED = frozenset({"done", "failed", "cancelled", "interrupted"})
EVENTS = {Kind.PANELS: "panels", Kind.FRAME: "frame", Kind.VERDICTS: "verdicts"}


class Refused(Exception):
    """The engine does not take this; the message is a sentence for the learner."""


@dataclass(frozen=True, slots=True)
class Message:
    """One event of a run, encoded once and kept as it stands in the stream."""

    event: str
    sse: bytes
    head: int

    @classmethod
    def at(cls, index: int, event: str, data: bytes) -> Message:
        """Message `index` of a run; `data` is its JSON."""
        head = b"id: %d\nevent: %s\ndata: " % (index, event.encode())
        return cls(event, b"%s%s\n\n" % (head, data), len(head))

    @property
    def data(self) -> bytes:
        return self.sse[self.head : -2]


class Waker:
    """Wakes one watcher on its own event loop, at most once until it has looked."""

    def __init__(self) -> None:
        self._loop = asyncio.get_running_loop()
        self._event = asyncio.Event()
        self._called = False

    def wake(self) -> None:
        """Callable from any thread."""
        if not self._called:
            self._called = True
            try:
                self._loop.call_soon_threadsafe(self._event.set)
            except RuntimeError:  # the watcher's loop is closed: nobody is there to be woken
                return

    async def wait(self, seconds: float) -> None:
        """Return when woken or after some seconds."""
        try:
            await asyncio.wait_for(self._event.wait(), seconds)
        except TimeoutError:
            return
        finally:
            self._event.clear()
            self._called = False


@dataclass(slots=True)
class Interest:
    """A learner's interest in a run: open streams, and when one was last seen."""

    streams: int = 0
    seen: float = field(default_factory=time.monotonic)
    forever: bool = False


@dataclass(frozen=True, slots=True)
class Outcome:
    """How a run stands and did on each challenge, without its frames."""

    state: State
    verdicts: Mapping[str, dict[str, Any]]


@dataclass(slots=True, eq=False)
class Run:
    """A run as the server keeps it; see the module for who may change it."""

    key: str
    slug: str
    config: Mapping[str, Any]
    owner: str
    trunk: tuple[Message, ...] = ()
    starts: tuple[bytes, ...] = ()
    """The checkpoint to go on from; with no trunk, those of all frames, to be observed anew."""
    training: str = ""
    """The key of what is trained, whatever is observed of it; empty where that is one thing."""
    private: bool = False
    """Whether it is made from a learner's own file, and so never written."""
    state: State = "queued"
    reason: str = ""
    log: list[Message] = field(default_factory=list)
    checkpoints: dict[int, bytes] = field(default_factory=dict)
    arrays: bytes = b""
    packed: bytes = b""
    size: int = 0
    shown: int = 0
    _at: int = 0
    created: float = field(default_factory=time.monotonic)
    started: float = 0.0
    seconds: float = 0.0
    timer: asyncio.TimerHandle | None = None
    pid: int = 0
    position: int = 0
    wait_s: float = 0.0
    interests: dict[str, Interest] = field(default_factory=dict)
    watchers: set[Waker] = field(default_factory=set)
    on_finish: list[Callable[[Run], None]] = field(default_factory=list)

    @property
    def finished(self) -> bool:
        return self.state in FINISHED

    @property
    def offset(self) -> int:
        """Number of the first frame this run computes itself; a branch shows its trunk first."""
        return len(self.trunk)

    @property
    def frames(self) -> int:
        """How many frames it has computed itself."""
        return max(0, self.shown - self.offset)

    @property
    def observed(self) -> bool:
        """Whether nothing is trained: its frames are made from checkpoints."""
        return bool(self.starts) and not self.trunk

    def append(self, event: str, data: bytes) -> None:
        """Add one message and wake all watchers. The engine's thread only."""
        before = self.frames
        self._add(event, data)
        if not before and self.frames:
            waited = round(time.monotonic() - self.created, 3)
            log.tell("run first frame", self, seconds=waited)
        if event == "panels":
            for message in self.trunk:
                self._add(message.event, message.data)
        self.wake()

    def begin_again(self) -> None:
        """What is computed once more gives the same messages: those that are here are skipped."""
        self._at = 0

    def relay(self, event: str, data: bytes) -> None:
        """Add a message as another server has it, trunk and all. The engine's thread only."""
        self._add(event, data)
        self.wake()

    def _add(self, event: str, data: bytes) -> None:
        if self._at == len(self.log):
            self.log.append(Message.at(self._at, event, data))
            self.size += len(data)
            self.shown += event == "frame"
        self._at += 1

    def take(self, kind: Kind, payload: bytes) -> None:
        """Put one packet of the worker where it belongs. The engine's thread only."""
        if kind in EVENTS:
            self.append(EVENTS[kind], payload)
        elif kind is Kind.CHECKPOINT:
            self.checkpoints[int.from_bytes(payload[:4])] = payload[4:]
        elif kind is Kind.ARRAYS:
            self.arrays = payload
        elif kind is Kind.END:
            end = orjson.loads(payload)
            self.finish(end["state"], end["reason"])

    def outcome(self) -> Outcome:
        """How it stands; the verdicts come last."""
        last = next((m for m in reversed(self.log[-2:]) if m.event == "verdicts"), None)
        return Outcome(self.state, orjson.loads(last.data) if last else {})

    def wake(self) -> None:
        for waker in tuple(self.watchers):
            waker.wake()

    def finish(self, state: State, reason: str = "") -> None:
        """End the run; the last message says how. The engine's thread only."""
        self.seconds = time.monotonic() - self.started if self.started else 0.0
        self.reason = reason
        end = {"state": state, "reason": reason, "seconds": round(self.seconds, 3)}
        self.log.append(Message.at(len(self.log), "end", orjson.dumps(end)))
        self.state = state
        self.wake()
        for call in self.on_finish:
            call(self)

    @contextmanager
    def watch(self) -> Generator[Waker, None, None]:
        """A waker that is woken whenever there is something new."""
        waker = Waker()
        self.watchers.add(waker)
        try:
            yield waker
        finally:
            self.watchers.discard(waker)

    def condition(self) -> bytes:
        """The transient state of a run that is not finished, as one event of the stream."""
        facts = {"state": self.state, "position": self.position, "wait_s": round(self.wait_s)}
        return b"event: state\ndata: %s\n\n" % orjson.dumps(facts)

    def compressed(self) -> bytes:
        """The resource, compressed; kept once it has been asked for."""
        if not self.packed:
            self.packed = gzip.compress(self.resource(), 6)
        return self.packed

    def resource(self) -> bytes:
        """The finished run as one JSON list of [event, payload]."""
        rows = (b'["%s",%s]' % (m.event.encode(), m.data) for m in self.log)
        return b"[" + b",\n".join(rows) + b"]"
