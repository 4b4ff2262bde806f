"""How the server, the worker host and its children speak over Unix sockets.

Two kinds of socket. **Control**, server ↔ host: one JSON object a datagram
(SOCK_SEQPACKET keeps their bounds), with the descriptor of a data socket beside it where a
child is to be forked. **Data**, server ↔ child, never through the host: packets of a
five-byte head (length, kind) and a payload.
"""

from __future__ import annotations

import asyncio
import socket
import struct
from collections.abc import Callable
from enum import IntEnum
from typing import Any

import orjson

HEAD = struct.Struct(">IB")
LARGEST = 256 * 2**20


class Kind(IntEnum):
    """What a packet holds. The first four are log messages, in JSON, for the browser."""

    PANELS = 1
    FRAME = 2
    VERDICTS = 3
    END = 4
    CHECKPOINT = 5  # four bytes of frame number, four of step, then an npz
    ARRAYS = 6  # an npz of the whole run
    JOB = 7  # server → child: JSON, what to compute
    START = 8  # server → child: four bytes of step, then an npz
    ANSWER = 9  # child → server: JSON of an immediate answer
    FAILURE = 10  # child → server: a sentence
    OWN = 11  # a learner's own file: its bytes, or once read an npz


class DataSocket:
    """The child's end of a data socket: blocking packets."""

    def __init__(self, sock: socket.socket) -> None:
        self.sock = sock

    def send(self, kind: Kind, payload: bytes) -> None:
        """Send one packet; blocks while the server is behind."""
        self.sock.sendall(HEAD.pack(len(payload), kind) + payload)

    def receive(self) -> tuple[Kind, bytes] | None:
        """The next packet, or None when the server has closed."""
        head = self._read(HEAD.size)
        if head is None:
            return None
        length, kind = HEAD.unpack(head)
        payload = self._read(length)
        return None if payload is None else (Kind(kind), payload)

    def _read(self, count: int) -> bytes | None:
        parts = bytearray()
        while len(parts) < count:
            part = self.sock.recv(min(count - len(parts), 2**20))
            if not part:
                return None
            parts += part
        return bytes(parts)


class PacketProtocol(asyncio.Protocol):
    """The server's end: calls `on_packet(kind, payload)` for each, `on_close()` at the end."""

    def __init__(
        self, on_packet: Callable[[Kind, bytes], None], on_close: Callable[[], None]
    ) -> None:
        self._on_packet = on_packet
        self._on_close = on_close
        self._buffer = bytearray()
        self._early: list[bytes] = []
        self.transport: asyncio.Transport | None = None

    def connection_made(self, transport: Any) -> None:
        self.transport = transport
        transport.writelines(self._early)
        self._early.clear()

    def data_received(self, data: bytes) -> None:
        buffer = self._buffer
        buffer += data
        at = 0
        while len(buffer) - at >= HEAD.size:
            length, kind = HEAD.unpack_from(buffer, at)
            if length > LARGEST and self.transport:
                self.transport.abort()
                return
            if len(buffer) - at < HEAD.size + length:
                break
            at += HEAD.size + length
            self._on_packet(Kind(kind), bytes(buffer[at - length : at]))
        del buffer[:at]

    def connection_lost(self, exc: Exception | None) -> None:
        self._on_close()

    def send(self, kind: Kind, payload: bytes) -> None:
        """Send one packet; before the connection stands it is kept until it does."""
        packet = HEAD.pack(len(payload), kind) + payload
        if self.transport is None:
            self._early.append(packet)
        elif not self.transport.is_closing():
            self.transport.write(packet)


def control_pair() -> tuple[socket.socket, socket.socket]:
    """Two ends of a control socket."""
    return socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)


def send_control(sock: socket.socket, message: dict[str, Any], *fds: int) -> None:
    """One JSON object, with descriptors beside it."""
    socket.send_fds(sock, [orjson.dumps(message)], list(fds))


def receive_control(sock: socket.socket) -> tuple[dict[str, Any], list[int]] | None:
    """One JSON object and its descriptors, or None when the other end is gone."""
    try:
        data, fds, _, _ = socket.recv_fds(sock, 2**16, 4)
    except ConnectionError:
        return None
    return (orjson.loads(data), fds) if data else None
