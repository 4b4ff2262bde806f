"""What another server computes, shown here as it happens: its stream of frames, read as one."""

from __future__ import annotations

from collections.abc import AsyncIterator

import httpx

SILENCE_SECONDS = 45.0
"""A server that says nothing for so long is taken for lost; its streams end themselves sooner."""


class Lost(Exception):
    """The other server cannot be reached, or no longer knows the run."""


async def messages(address: str, key: str, learner: str) -> AsyncIterator[tuple[str, bytes]]:
    """Events of a run and their JSON, to its end; “state” events tell where it waits.

    Raises:
        Lost: see there.
    """
    url, last = f"{address.rstrip('/')}/lab/runs/{key}/frames", -1
    limits = httpx.Timeout(5.0, read=SILENCE_SECONDS)
    try:
        async with httpx.AsyncClient(timeout=limits, trust_env=False) as client:
            while True:  # a stream ends itself now and then
                headers = {"Last-Event-ID": str(last)} if last >= 0 else {}
                params = {"learner": learner}
                async with client.stream("GET", url, params=params, headers=headers) as reply:
                    if reply.status_code != 200:
                        raise Lost
                    async for number, event, data in _events(reply):
                        last = max(last, number)
                        yield event, data
                        if event == "end":
                            return
    except (httpx.HTTPError, OSError, ValueError, KeyError) as error:
        raise Lost from error


async def _events(reply: httpx.Response) -> AsyncIterator[tuple[int, str, bytes]]:
    """Server-sent events: number (−1 for one without), name, data."""
    rest = b""
    async for piece in reply.aiter_bytes():
        *whole, rest = (rest + piece).split(b"\n\n")
        for block in whole:
            fields = dict(line.split(b": ", 1) for line in block.split(b"\n"))
            if b"data" in fields:
                number = int(fields.get(b"id", -1))
                yield number, fields[b"event"].decode(), fields[b"data"]


async def stop(address: str, key: str, learner: str) -> None:
    """Tell the other server that nobody here wants the run any more."""
    try:
        async with httpx.AsyncClient(timeout=3.0, trust_env=False) as client:
            await client.post(
                f"{address.rstrip('/')}/lab/runs/{key}/stop",
                params={"learner": learner},
                headers={"Origin": address.rstrip("/")},
            )
    except httpx.HTTPError:
        return  # its lease ends it
