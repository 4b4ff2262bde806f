"""What an instructor has set for everyone: a link to open, controls hidden, a pause, limits.

The room is one small note in the store, so all servers that share it agree. Learners' pages
ask for it every two seconds (`GET /lab/room`), so it is kept ready as bytes for about a
second, and a page that knows it already is told so in a few of them.
"""

from __future__ import annotations

import hashlib
import os
import secrets
import threading
import time
from collections.abc import Mapping
from typing import Any

import anyio.to_thread
import orjson
from pydantic import BaseModel, ConfigDict, ValidationError
from starlette.requests import Request
from starlette.responses import Response

from labcore import catalog, engine
from labcore.engine import log
from labcore.engine.base import Engine
from labcore.engine.settings import Settings

NAME = "room"
FRESH_SECONDS = 1.0
OPEN_SECONDS, TAKE_SECONDS = 1800.0, 30.0
"""How long a link is offered, and how long after it was sent pages follow it by themselves."""
ROOM_SECONDS = 6 * 3600.0
"""So long after its last change a room is forgotten: tomorrow's class must not find it."""
ALL = "*"
"""Hides every control of every lab."""
QUIET = "Your instructor has paused new runs for a moment. What is there already plays on."
CORES = os.cpu_count() or 1
MOST: dict[str, float] = {
    "workers": max(16, 4 * CORES), "running_per_learner": 64, "queue": 10_000,
    "queue_per_learner": 100, "run_seconds": 3600,
}  # fmt: skip
"""Limits an instructor can change, and how far up; how far down, the settings say."""


class Opened(BaseModel):
    """A page sent to everyone: a lab of this server and its parameters, never another address."""

    model_config = ConfigDict(frozen=True)

    number: str
    slug: str
    query: dict[str, list[str]] = {}
    take: bool = False
    at: float


class Room(BaseModel):
    """All that is set. `limits` and `board` are what differs from the server's settings."""

    model_config = ConfigDict(frozen=True)

    opened: Opened | None = None
    hidden: tuple[str, ...] = ()
    quiet: bool = False
    board: bool | None = None
    limits: dict[str, float] = {}
    changed: float = 0.0

    def told(self) -> dict[str, Any]:
        """What learners' pages are told."""
        now, page = time.time(), self.opened
        if page is None or now - page.at > OPEN_SECONDS:
            return {"opened": None, "hidden": self.hidden}
        take = page.take and now - page.at <= TAKE_SECONDS
        title = catalog.find(page.slug).title
        return {
            "opened": {"number": page.number, "slug": page.slug, "title": title, "take": take},
            "hidden": self.hidden,
        }


class Reader:
    """The room as it was a moment ago. Any thread."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._house: Engine | None = None
        self._base = Settings.model_construct()
        self._read = -FRESH_SECONDS
        self._room = Room()
        self._applied = Room()
        self.body, self.tag = b"", ""

    @property
    def fresh(self) -> bool:
        """Whether the room can be had without asking the store."""
        now = time.monotonic()
        return self._house is engine.current() and now - self._read < FRESH_SECONDS

    def room(self, anew: bool = False) -> Room:
        with self._lock:
            if anew or not self.fresh:
                self._take(_parse(engine.current().store.noted(NAME)))
            return self._room

    def write(self, room: Room) -> None:
        with self._lock:
            engine.current().store.note(NAME, room.model_dump(mode="json"))
            self._take(room)

    def _take(self, room: Room) -> None:
        house = engine.current()
        if self._house is not house:
            self._house, self._base, self._applied = house, house.settings, Room()
        self._read, self._room = time.monotonic(), room
        self.body = orjson.dumps(room.told())
        self.tag = f'"{hashlib.blake2b(self.body, digest_size=9).hexdigest()}"'
        if _set(room) != _set(self._applied):
            self._applied, base = room, self._base
            limits = {name: getattr(base, name) for name in MOST} | limited(room.limits)
            quiet = QUIET if room.quiet else base.quiet
            house.settings = house.settings.model_copy(update={**limits, "quiet": quiet})


_reader = Reader()


def current() -> Room:
    """The room, at most a second old."""
    return _reader.room()


def change(action: str, **what: Any) -> Room:
    """Set something for everyone.

    Args:
        action: what this is, in a word or two for the log.

    Raises:
        ValueError: a sentence, if a limit is not admitted.
    """
    limited(what.get("limits", {}))
    before = dict(_reader.room(anew=True))
    room = Room.model_validate({**before, **what, "changed": time.time()})
    _reader.write(room)
    log.tell("room changed", action=action)
    return room


def open_for_all(slug: str, query: Mapping[str, list[str]], take: bool) -> Room:
    """Offer a page of a lab to everyone, or take everyone there.

    Raises:
        KeyError: a sentence, if there is no such lab.
    """
    catalog.find(slug)
    number = secrets.token_hex(6)
    page = Opened(number=number, slug=slug, query=dict(query), take=take, at=time.time())
    return change("take everyone" if take else "open for everyone", opened=page)


def limited(limits: Mapping[str, float]) -> dict[str, Any]:
    """Limits as the settings take them.

    Raises:
        ValueError: a sentence.
    """
    for name, value in limits.items():
        if name not in MOST:
            raise ValueError(f"“{name[:40]}” is no limit that can be changed here.")
        if not value <= MOST[name]:  # nor is “not a number”
            raise ValueError(f"“{name}” can be at most {MOST[name]:g}.")
    try:
        checked = Settings.model_validate({**engine.settings().model_dump(), **limits})
    except ValidationError as error:
        first = error.errors()[0]
        name, wrong = first["loc"][0], first["msg"].removeprefix("Input should be ")
        raise ValueError(f"“{name}” should be {wrong}.") from None
    return {name: getattr(checked, name) for name in limits}


def shows_board() -> bool:
    """Whether the class has a board."""
    chosen = current().board
    return engine.settings().board if chosen is None else chosen


async def serve(request: Request) -> Response:
    """What learners' pages ask for: answered from memory, in a few bytes if nothing is new."""
    if not _reader.fresh:
        await anyio.to_thread.run_sync(_reader.room)
    headers = {"Cache-Control": "no-cache", "ETag": _reader.tag}
    if request.headers.get("if-none-match") == _reader.tag:
        return Response(status_code=304, headers=headers)
    return Response(_reader.body, media_type="application/json", headers=headers)


def _parse(noted: Any) -> Room:
    """A note of another version, or one that is too old, is no room."""
    try:
        room = Room.model_validate(noted or {})
        if room.opened:
            catalog.find(room.opened.slug)
        limited(room.limits)
    except (ValidationError, ValueError, KeyError):
        return Room()
    return room if time.time() - room.changed < ROOM_SECONDS else Room()


def _set(room: Room) -> tuple[bool, dict[str, float]]:
    """What of a room the engine must know."""
    return room.quiet, room.limits
