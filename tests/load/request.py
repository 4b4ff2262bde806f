"""One HTTP request on a connection of its own, read piece by piece as it arrives.

A room of two hundred shares two cores with the server it measures, so a reader does what it
must and no more: a general client costs several times as much for each frame.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Mapping
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass

LARGEST_LINE = 2**20


@dataclass
class Reply:
    """A status, the headers by their names in lower case, and the body as it comes."""

    status: int
    headers: Mapping[str, str]
    pieces: AsyncIterator[bytes]

    async def body(self) -> bytes:
        return b"".join([piece async for piece in self.pieces])


@asynccontextmanager
async def request(
    house: str, path: str, method: str = "GET", **headers: str
) -> AsyncGenerator[Reply, None]:
    """Ask `house`, a host and port; an underscore in a header's name stands for a hyphen."""
    host, _, port = house.partition(":")
    reader, writer = await asyncio.open_connection(host, int(port), limit=LARGEST_LINE)
    try:
        lines = [f"{method} {path} HTTP/1.1", f"Host: {house}", "Connection: close"]
        lines += [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
        writer.write("\r\n".join([*lines, "", ""]).encode())
        status = int((await reader.readline()).split()[1])
        answered: dict[str, str] = {}
        while line := (await reader.readline()).strip():
            name, _, value = line.decode("latin-1").partition(":")
            answered[name.lower()] = value.strip()
        yield Reply(status, answered, _pieces(reader, answered))
    finally:
        writer.close()
        with suppress(OSError):
            await writer.wait_closed()


async def _pieces(
    reader: asyncio.StreamReader, headers: Mapping[str, str]
) -> AsyncGenerator[bytes, None]:
    if headers.get("transfer-encoding") == "chunked":
        while size := int(await reader.readline(), 16):
            yield (await reader.readexactly(size + 2))[:-2]
    elif length := int(headers.get("content-length", 0)):
        yield await reader.readexactly(length)
