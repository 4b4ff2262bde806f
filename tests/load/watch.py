"""Watching a run as the stage does: its event stream, or the finished run as one resource."""

from __future__ import annotations

import asyncio
import gzip
import re
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import orjson

from tests.load.request import Reply, request

RETRY_SECONDS = 0.5
"""What the stream tells browsers; it ends itself after a while and they come back."""

LAST_ID = re.compile(rb"^id: (\d+)$", re.M)
END = re.compile(rb"^event: end\ndata: (.*)$", re.M)


class Lost(Exception):
    """The server does not give the run."""


@dataclass
class Watched:
    """What a watcher has seen of a run."""

    frames: int = 0
    size: int = 0
    """Bytes, as they came."""
    first: float = 0.0
    """When the first frame was there, by the clock of `time.perf_counter`."""
    begun: asyncio.Event = field(default_factory=asyncio.Event)
    """Set with the first frame."""
    state: str = ""
    reason: str = ""
    after: int = -1

    @property
    def ended(self) -> bool:
        return bool(self.state)

    async def follow(self, house: str, stage: Mapping[str, Any]) -> Watched:
        """See the run on the stage to its end.

        Args:
            stage: what the page has told the stage; see `Page.stage`.

        Raises:
            Lost: the server does not know the run.
        """
        run = f"{stage['base']}/runs/{stage['run']['key']}"
        if stage["run"]["finished"]:
            async with request(house, run, Accept_Encoding="gzip") as reply:
                body = await reply.body()
                self._known(reply)
            packed = reply.headers.get("content-encoding") == "gzip"
            self._take_all(gzip.decompress(body) if packed else body)
        while not self.ended:
            resume = {"Last_Event_ID": str(self.after)} if self.after >= 0 else {}
            path = f"{run}/frames?learner={stage['learner']}"
            async with request(house, path, **resume) as reply:
                self._known(reply)
                async for piece in reply.pieces:
                    self._take(piece)
            if not self.ended:
                await asyncio.sleep(RETRY_SECONDS)
        return self

    def _known(self, reply: Reply) -> None:
        if reply.status != 200:
            raise Lost(f"The server answers {reply.status} for the run.")

    def _take(self, piece: bytes) -> None:
        """Look at some whole events, no closer than needed."""
        self.size += len(piece)
        if frames := piece.count(b"event: frame\n"):
            self._saw(frames)
        if numbers := LAST_ID.findall(piece):
            self.after = int(numbers[-1])
        if b"event: end\n" in piece and (found := END.search(piece)):
            self._end(orjson.loads(found[1]))

    def _take_all(self, body: bytes) -> None:
        """Look at a finished run."""
        self.size = len(body)
        messages = orjson.loads(body)
        self._saw(sum(event == "frame" for event, _ in messages))
        self._end(messages[-1][1])

    def _saw(self, frames: int) -> None:
        self.frames += frames
        self.first = self.first or time.perf_counter()
        self.begun.set()

    def _end(self, said: Mapping[str, str]) -> None:
        self.state, self.reason = said["state"], said["reason"]
