"""What happens in the house, told once: a line in the log, and a word to those who count.

A line holds what an event is and the few facts named here, so nothing personal can get into
it: no learner, no address, no setting of a run, no sentence that may quote one.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Literal, TypedDict, Unpack

import orjson

if TYPE_CHECKING:
    from labcore.engine.run import Run

Event = Literal[
    "run queued", "run started", "run first frame", "run ended", "run refused",
    "host ready", "host lost", "warm host lost", "answer", "frames relayed",
    "signed in", "sign-in failed", "room changed",
]  # fmt: skip


class Facts(TypedDict, total=False):
    """All that can be told of an event.

    run:      its key
    lab:      its slug
    state:    how a run ended
    seconds:  how long it took, or waited
    frames:   how many
    outcome:  of an answer: answered, overtaken, refused
    failures: starts of a worker host that failed in a row
    action:   what an instructor did
    """

    run: str
    lab: str
    state: str
    seconds: float
    frames: int
    outcome: str
    failures: int
    action: str


LEVELS: dict[Event, int] = {
    "answer": logging.DEBUG,  # too many to be written
    "frames relayed": logging.DEBUG,
    "host lost": logging.WARNING,
    "warm host lost": logging.WARNING,  # the first one serves on, unwarmed
    "sign-in failed": logging.WARNING,
}
logger = logging.getLogger("lab")
listeners: list[Callable[[Event, Facts], None]] = []
"""Called with every event, in the thread in which it happens."""


def tell(event: Event, of: Run | None = None, /, **facts: Unpack[Facts]) -> None:
    """Something has happened, perhaps to a run. Any thread."""
    told: Facts = {"run": of.key, "lab": of.slug} if of else {}
    told.update(facts)
    level = LEVELS.get(event, logging.INFO)
    if logger.isEnabledFor(level):
        logger.log(level, event, extra={"facts": told})
    for listener in listeners:
        listener(event, told)


class JsonFormatter(logging.Formatter):
    """One JSON object a line: time, level, event, facts."""

    def format(self, record: logging.LogRecord) -> str:
        at = datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds")
        line = {"time": at, "level": record.levelname.lower(), "event": record.getMessage()}
        return orjson.dumps(line | getattr(record, "facts", {})).decode()


class PlainFormatter(logging.Formatter):
    """A line for a terminal; of a key, as much as tells runs apart."""

    def format(self, record: logging.LogRecord) -> str:
        at = datetime.fromtimestamp(record.created).strftime("%H:%M:%S")
        facts: dict[str, object] = getattr(record, "facts", {})
        words = [
            f"{name} {str(value)[:8] if name == 'run' else value}" for name, value in facts.items()
        ]
        return f"{at}  {record.getMessage():16}  {', '.join(words)}".rstrip()


def set_up(form: Literal["json", "plain", "off"]) -> None:
    """Write to standard error from now on; `off` leaves warnings, by their names alone."""
    logger.handlers.clear()
    logger.propagate = form == "off"
    logger.setLevel(logging.WARNING if form == "off" else logging.INFO)
    if form != "off":
        handler = logging.StreamHandler()
        handler.setFormatter(JsonFormatter() if form == "json" else PlainFormatter())
        logger.addHandler(handler)
