"""The process that speaks to Ray. To the web server it is one more worker host.

It forks nothing: what the server has it fork runs on a node of the cluster, and packets and
signals go through here. Since the same job gives the same packets on any node, a run whose
node has gone is computed again on another, and what has been sent already is not sent twice.
"""

from __future__ import annotations

import os

os.environ.setdefault("RAY_AUTH_MODE", "token")  # Ray reads it once, when it is imported

import asyncio
import signal
import socket
import sys
from typing import Any

import orjson
import ray
from ray.exceptions import RayError, RayTaskError

from labcore.engine.cluster.node import Batch, HostLost, Packet
from labcore.engine.cluster.places import Place, Places, Unreachable, connect
from labcore.engine.protocol import Kind, PacketProtocol, receive_control, send_control
from labcore.engine.settings import Settings, settings

ATTEMPTS = 3
"""How often a run is computed at most, when its nodes go."""
LEFT_ALONE = "The machine that computed this run was lost, and no other is left. Try again later."
OTHERWISE = "The machine that computed this run was lost, and another gave other numbers."
UNLUCKY = f"The machines that computed this run were lost, {ATTEMPTS} times. Try again."


class Driver:
    """Carries runs between the server and the nodes."""

    def __init__(self, control: socket.socket, chosen: Settings) -> None:
        self.control = control
        self.places = Places(chosen, self.tell)
        self.runs: dict[int, Remote] = {}
        self.over = asyncio.Event()
        self._said_ready = False

    def tell(self, places: int, trouble: str) -> None:
        """Tell the server how many runs there is room for, and what is wrong."""
        if places and not self._said_ready:
            self._said_ready = True
            self._send({"event": "ready", "pid": os.getpid()})
        self._send({"event": "places", "places": places, "trouble": trouble})

    def hear(self) -> None:
        """Carry out one order of the server; without the server, end."""
        received = receive_control(self.control)
        if received is None:
            self.over.set()
            return
        order, fds = received
        if order["op"] == "fork":
            sock = socket.socket(fileno=fds[0])
            self.runs[order["id"]] = Remote(self, order["id"], sock, order["cuda"])
        elif order["op"] == "kill" and (run := self.runs.get(order["id"])):
            run.signal(order["signal"])

    def forked(self, identity: int, pid: int) -> None:
        self._send({"event": "forked", "id": identity, "pid": pid})

    def exited(self, identity: int, code: int) -> None:
        """A run has ended; its process is no concern of ours any more."""
        if self.runs.pop(identity, None):
            self._send({"event": "exited", "id": identity, "code": code})

    def _send(self, message: dict[str, Any]) -> None:
        try:
            send_control(self.control, message)
        except OSError:
            self.over.set()


class Remote:
    """One run: its packets from the server, and its life on one node after another."""

    def __init__(self, driver: Driver, identity: int, sock: socket.socket, cuda: bool) -> None:
        self.driver = driver
        self.identity = identity
        self.cuda = cuda
        self.place: Place | None = None
        self.sent = 0
        self.last = b""
        self._given: list[Packet] = []
        self._missing = 1
        self._packets = PacketProtocol(self._given_one, self._forsaken)
        self._task = asyncio.create_task(self._live(sock))
        self._complete = asyncio.Event()

    def signal(self, number: int) -> None:
        """Stop it kindly where it is; or be done with it, whatever its node says."""
        if number != signal.SIGKILL and self.place:
            self.place.node.signal.remote(self.identity, number)
        else:
            self._task.cancel()

    def _given_one(self, kind: Kind, payload: bytes) -> None:
        self._given.append((kind, payload))
        if kind is Kind.JOB:
            job = orjson.loads(payload)
            self._missing += len(job["own"]) + job["starts"]
        self._missing -= 1
        if not self._missing:
            self._complete.set()

    def _forsaken(self) -> None:
        self._task.cancel()

    async def _live(self, sock: socket.socket) -> None:
        code = -signal.SIGKILL
        try:
            sock.setblocking(False)
            loop = asyncio.get_running_loop()
            await loop.create_connection(lambda: self._packets, sock=sock)
            await self._complete.wait()
            code = await self._compute()
        except asyncio.CancelledError:
            pass
        finally:
            if self._packets.transport:
                self._packets.transport.close()
            self.driver.exited(self.identity, code)

    async def _compute(self) -> int:
        """Compute it on one node after another until one has ended it; its exit code."""
        for attempt in range(ATTEMPTS):
            place = await self.driver.places.take()
            if place is None:
                return self._fail(LEFT_ALONE)
            try:
                return await self._attempt(place)
            except Differs:
                return self._fail(OTHERWISE)
            except (RayError, HostLost) as lost:
                print(f"Run {self.identity}, attempt {attempt + 1}: {lost!r}", file=sys.stderr)
                if not isinstance(lost, RayTaskError):  # the node; else only its worker host
                    self.driver.places.lose(place)
            finally:
                self.place = None
                await self.driver.places.give_back(place)
        return self._fail(UNLUCKY)

    async def _attempt(self, place: Place) -> int:
        self.place = place
        known, seen = 0, 0
        run = place.node.run.options(num_returns="streaming")
        stream = run.remote(self.identity, self._given, self.cuda)
        try:
            async for ref in stream:
                batch: Batch = await ref
                if batch.pid != known:
                    known = batch.pid
                    self.driver.forked(self.identity, known)
                for kind, payload in batch.packets:
                    seen += 1
                    self._pass_on(seen, Kind(kind), payload)
                if batch.code is not None:
                    return batch.code
        except asyncio.CancelledError:
            ray.cancel(stream)
            raise
        raise HostLost

    def _pass_on(self, seen: int, kind: Kind, payload: bytes) -> None:
        """Send a packet on, unless it was sent from a node that has gone."""
        if seen > self.sent:
            self._packets.send(kind, payload)
            self.sent, self.last = seen, payload
        elif seen == self.sent and payload != self.last:
            raise Differs

    def _fail(self, reason: str) -> int:
        end = orjson.dumps({"state": "interrupted", "reason": reason})
        self._packets.send(Kind.END, end)
        return 0


class Differs(Exception):
    """Another node has computed something else from the same job."""


async def drive(control: socket.socket) -> None:
    """Serve the server until it has gone."""
    driver = Driver(control, settings())
    control.setblocking(False)
    asyncio.get_running_loop().add_reader(control, driver.hear)
    watching = asyncio.create_task(driver.places.watch())
    over = asyncio.create_task(driver.over.wait())
    await asyncio.wait((watching, over), return_when=asyncio.FIRST_COMPLETED)
    if watching.done():
        watching.result()


def main() -> None:
    """Serve the control socket whose descriptor is the only argument."""
    control = socket.socket(fileno=int(sys.argv[1]))
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C ends the server, which ends us
    try:
        connect(os.environ.get("RAY_ADDRESS", ""))
    except Unreachable as error:
        send_control(control, {"event": "places", "places": 0, "trouble": str(error)})
        sys.exit(1)
    asyncio.run(drive(control))


if __name__ == "__main__":
    main()
