"""Immediate answers: a few warm processes, the latest request of a learner wins."""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Protocol

import orjson

from labcore.engine.protocol import Kind, PacketProtocol
from labcore.engine.run import Refused
from labcore.engine.settings import Settings

LOST = "The compute process of this server was lost; try again."


class Answerer(Protocol):
    """A warm process: where to write to."""

    packets: PacketProtocol


@dataclass(slots=True, eq=False)
class Request:
    """What is asked, by whom, and where the answer goes."""

    packets: list[tuple[Kind, bytes]]
    future: asyncio.Future[bytes | None]


@dataclass(slots=True, eq=False)
class Seat:
    """One warm process and what it is busy with."""

    child: Answerer | None = None
    request: Request | None = None
    timer: asyncio.TimerHandle | None = None
    stale: bool = False


class AnswerPool:
    """Hands requests to warm processes. All methods belong to the engine's thread."""

    def __init__(
        self,
        settings: Settings,
        fork: Callable[[Callable[[Kind, bytes], None], Callable[[], None]], Any],
        kill: Callable[[Any], None],
    ) -> None:
        self._settings = settings
        self._fork = fork
        self._kill = kill
        self._seats: list[Seat] = []
        self._waiting: OrderedDict[str, Request] = OrderedDict()

    def open(self) -> None:
        """Fork the processes. Called again, a warmer host forks each anew as soon as it is free."""
        if not self._seats:
            self._seats = [Seat() for _ in range(self._settings.answer_workers)]
            for seat in self._seats:
                self._sit(seat)
            return
        for seat in self._seats:
            seat.stale = True
            self._renew(seat)

    def lost(self) -> None:
        """The host has died and taken all of them with it."""
        seats, self._seats = self._seats, []
        for seat in seats:
            self._settle(seat, Refused(LOST))
        while self._waiting:
            _, request = self._waiting.popitem()
            if not request.future.done():
                request.future.set_exception(Refused(LOST))

    async def ask(
        self,
        request: dict[str, object],
        learner: str,
        start: bytes | None = None,
        own: Mapping[str, bytes] | None = None,
    ) -> bytes | None:
        """See `Engine.answer`; with the request go a checkpoint and the learner's own files."""
        older = self._waiting.pop(learner, None)
        if older and not older.future.done():
            older.future.set_result(None)
        if len(self._waiting) >= self._settings.answers_waiting:
            raise Refused("The server is busy; the picture follows again in a moment.")
        own = own or {}
        told = {
            **request,
            "memory": self._settings.run_memory,
            "start": start is not None,
            "own": list(own),
        }
        packets = [(Kind.JOB, orjson.dumps(told)), *((Kind.OWN, block) for block in own.values())]
        packets += [(Kind.START, start)] if start is not None else []
        mine = Request(packets, asyncio.get_running_loop().create_future())
        self._waiting[learner] = mine
        self._serve()
        return await mine.future

    def _serve(self) -> None:
        for seat in self._seats:
            while seat.request is None and seat.child and self._waiting:
                _, request = self._waiting.popitem(last=False)
                if request.future.done():  # its learner has gone
                    continue
                seat.request = request
                for kind, block in request.packets:
                    seat.child.packets.send(kind, block)
                seat.timer = asyncio.get_running_loop().call_later(
                    self._settings.answer_seconds, self._overdue, seat
                )

    def _renew(self, seat: Seat) -> None:
        if seat.stale and seat.child and seat.request is None:
            self._kill(seat.child)  # `_gone` forks the next
            seat.child = None

    def _sit(self, seat: Seat) -> None:
        seat.stale = False
        seat.child = self._fork(
            lambda kind, payload: self._answered(seat, kind, payload), lambda: self._gone(seat)
        )
        self._serve()

    def _answered(self, seat: Seat, kind: Kind, payload: bytes) -> None:
        outcome = payload if kind is Kind.ANSWER else Refused(payload.decode())
        self._settle(seat, outcome)
        self._renew(seat)
        self._serve()

    def _overdue(self, seat: Seat) -> None:
        limit = self._settings.answer_seconds
        self._settle(seat, Refused(f"The answer took longer than {limit:g} s and was given up."))
        if seat.child:
            self._kill(seat.child)
            seat.child = None

    def _gone(self, seat: Seat) -> None:
        self._settle(seat, Refused("The process that was to answer has died; try again."))
        seat.child = None
        if seat in self._seats:
            self._sit(seat)

    def _settle(self, seat: Seat, outcome: bytes | Refused) -> None:
        request, seat.request = seat.request, None
        if seat.timer:
            seat.timer.cancel()
            seat.timer = None
        if request and not request.future.done():
            if isinstance(outcome, Refused):
                request.future.set_exception(outcome)
            else:
                request.future.set_result(outcome)
