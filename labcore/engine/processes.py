"""Processes forked on this machine: the worker hosts, and the children they fork.

The first host serves as soon as it has imported the labs. It then forks a second, which
takes every lab and preset through its first frames and, once warm, serves in its stead: so
nothing that is asked ever waits for what is warmed. Everything here belongs to the engine's
thread, and the children speak through sockets of their own.
"""

from __future__ import annotations

import asyncio
import signal
import socket
import subprocess
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from labcore.engine import log
from labcore.engine.protocol import (
    Kind,
    PacketProtocol,
    control_pair,
    receive_control,
    send_control,
)
from labcore.engine.settings import Settings


@dataclass(slots=True, eq=False)
class Host:
    """A worker host as the server knows it."""

    control: socket.socket
    pid: int = 0


class Child:
    """A forked process as the server knows it: a socket, a number, and what to do at its end."""

    def __init__(
        self,
        identity: int,
        host: Host,
        on_packet: Callable[[Kind, bytes], None],
        on_close: Callable[[Child], None],
        on_exit: Callable[[int | None], None],
    ) -> None:
        self.identity = identity
        self.host = host
        self.on_fork: Callable[[int], None] = lambda pid: None
        self.packets = PacketProtocol(on_packet, lambda: on_close(self))
        self.on_exit = on_exit
        self.pid = 0
        self.closed = False
        self.code: int | None = None


class Processes:
    """Starts hosts, forks and signals children, and says what became of each.

    on_ready: children can be forked now; called again when a warmer host has taken over.
    on_lost:  the hosts have died, or were ended, and the children with them, whose `on_exit`
              follows; says how many starts have failed in a row.
    program:  the module of the first host: a worker host, or what speaks as one.
    on_told:  a host says something that is about no child.
    """

    def __init__(
        self,
        settings: Settings,
        loop: asyncio.AbstractEventLoop,
        on_ready: Callable[[], None],
        on_lost: Callable[[int], None],
        program: str = "labcore.engine.worker_host",
        on_told: Callable[[dict[str, Any]], None] = lambda message: None,
    ) -> None:
        self.settings = settings
        self.ready = False  # children can be forked
        self.settled = False  # and nothing is left to warm
        self.restarts = 0
        self._loop = loop
        self._on_ready = on_ready
        self._on_lost = on_lost
        self._on_told = on_told
        self._module = program
        self._program: subprocess.Popen[bytes] | None = None
        self._hosts: list[Host] = []
        self._serving: Host | None = None
        self._children: dict[int, Child] = {}
        self._next_id = 0
        self._failures = 0
        self._closing = False

    @property
    def host_pid(self) -> int:
        """The process that forks; 0 while there is none."""
        return next((host.pid for host in (self._serving, *self._hosts) if host), 0)

    def start(self) -> None:
        """Start the first host; `on_ready` follows."""
        if self._closing:
            return
        ours, theirs = control_pair()
        self.ready = self.settled = False
        self._program = subprocess.Popen(
            [
                sys.executable,
                "-W",
                "ignore",
                "-m",
                self._module,
                str(theirs.fileno()),
                *(["preload"] if self.settings.preload else []),
            ],
            pass_fds=[theirs.fileno()],
        )
        theirs.close()
        self._listen(ours, self._program.pid)

    def fork(
        self,
        role: str,
        on_packet: Callable[[Kind, bytes], None],
        on_exit: Callable[[int | None], None],
        more: Mapping[str, Any] | None = None,
    ) -> Child:
        """Have the host fork a child that speaks through a socket of its own.

        Args:
            on_exit: called once with the exit code, or None when the host was lost with it.
            more:    what else goes with the order.
        """
        assert self._serving is not None
        self._next_id += 1
        child = Child(self._next_id, self._serving, on_packet, self._closed, on_exit)
        self._children[child.identity] = child
        ours, theirs = socket.socketpair()
        ours.setblocking(False)
        order = {"op": "fork", "role": role, "id": child.identity,
                 "memory": self.settings.run_memory, **(more or {})}  # fmt: skip
        self._order(child.host, order, theirs.fileno())
        theirs.close()
        self._loop.create_task(self._connect(child.packets, ours))
        return child

    def kill(self, child: Child, number: int = signal.SIGKILL) -> None:
        """Signal a child through its host, which alone knows whether it still lives."""
        if child.identity in self._children:
            self._order(child.host, {"op": "kill", "id": child.identity, "signal": int(number)})

    async def end(self) -> None:
        """End the hosts, and with them all children."""
        self._closing = True
        self._lost()
        await asyncio.sleep(0.01)  # transports close themselves in the loop's next turns

    # Children

    async def _connect(self, packets: PacketProtocol, sock: socket.socket) -> None:
        await self._loop.create_connection(lambda: packets, sock=sock)

    def _closed(self, child: Child) -> None:
        """A child's socket has closed: all it said has been read."""
        child.closed = True
        self._settle(child)

    def _settle(self, child: Child) -> None:
        """A child has gone when its socket is closed and its exit is known."""
        if child.closed and child.code is not None and self._children.pop(child.identity, None):
            child.on_exit(child.code)

    # Hosts

    def _listen(self, control: socket.socket, pid: int = 0) -> Host:
        host = Host(control, pid)
        self._hosts.append(host)
        self._loop.add_reader(control, self._hear, host)
        return host

    def _order(self, host: Host, order: dict[str, Any], *fds: int) -> None:
        try:
            send_control(host.control, order, *fds)
        except OSError:
            self._loop.call_soon(self._lost)

    def _hear(self, host: Host) -> None:
        received = receive_control(host.control)
        if received is None:
            self._host_died(host)
            return
        message, _ = received
        if message["event"] == "ready":
            self._serve_by(host, message["pid"])
            return
        if "id" not in message:
            self._on_told(message)
            return
        child = self._children.get(message["id"])
        if child is None:
            return
        if message["event"] == "forked":
            child.pid = message["pid"]
            child.on_fork(child.pid)
        else:
            child.code = message["code"]
            self._settle(child)

    def _serve_by(self, host: Host, pid: int) -> None:
        """From now on this host forks; the first then forks the one that will be warm."""
        first = self._serving is None
        self._serving, host.pid = host, pid
        self.ready, self._failures = True, 0
        log.tell("host ready")
        self.settled = not (first and self.settings.warm)
        if not self.settled:
            ours, theirs = control_pair()
            self._listen(ours)
            self._order(host, {"op": "succeed"}, theirs.fileno())
            theirs.close()
        self._on_ready()

    def _host_died(self, host: Host) -> None:
        if self._serving in (None, host) or host is self._hosts[0]:
            self._lost()
        else:  # the second, while it warmed: the first serves on
            self._hosts.remove(host)
            self._loop.remove_reader(host.control)
            host.control.close()
            self.settled = True
            log.tell("warm host lost")

    def _lost(self) -> None:
        """A host has died: end the others and all children with it, and start anew."""
        if not self._hosts:
            return
        hosts, self._hosts, self._serving = self._hosts, [], None
        self.ready = self.settled = False
        for host in hosts:
            self._loop.remove_reader(host.control)
            host.control.close()
        if self._program:
            self._program.kill()
            self._program.wait()
        self._on_lost(self._failures)
        children, self._children = list(self._children.values()), {}
        for child in children:
            if child.packets.transport:
                child.packets.transport.close()
            child.on_exit(None)
        if not self._closing:
            self.restarts += 1
            log.tell("host lost", failures=self._failures)
            self._loop.call_later(min(30.0, 0.1 * 4**self._failures), self.start)
            self._failures += 1
