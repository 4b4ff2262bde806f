"""What happens in a room, and what is met there."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from tests.load.footprint import Footprint


@dataclass(frozen=True)
class Scenario:
    """What happens in the room; the defaults are those of a full class."""

    path: str
    presets: Sequence[str] = ()
    """Links, as query strings, whose runs are there already."""
    learners: int = 200
    watchers: int = 60
    every: float = 2.0
    """Seconds from one move of a learner to the next."""
    arrive: float = 30.0
    rest: float = 10.0
    """Seconds for which all sit idle before they begin."""
    seconds: float = 60.0
    seed: int = 8

    @property
    def movers(self) -> int:
        return self.learners // 3


@dataclass
class Figures:
    """What was met. Times are in seconds, memory in bytes."""

    opened: list[float] = field(default_factory=list)
    moved: list[float] = field(default_factory=list)
    answered: int = 0
    """How many moves had an answer in the time."""
    cached: list[float] = field(default_factory=list)
    trained: list[float] = field(default_factory=list)
    frames: int = 0
    finished: int = 0
    errors: list[str] = field(default_factory=list)
    disconnects: list[str] = field(default_factory=list)
    sentences: list[str] = field(default_factory=list)
    """What learners were told in boxes for errors and hints."""
    before: Footprint = field(default_factory=Footprint)
    idle: Footprint = field(default_factory=Footprint)
    few: tuple[int, int] = (0, 0)
    """How many were there when a tenth had come, and the memory then."""
    peak: int = 0
    busy: float = 0.0
    """Cores in use while they were at it."""
    client: float = 0.0
    """Cores the clients themselves took."""
    others: float = 0.0
    """Cores that work of no part in this took: what a figure of a shared machine must tell."""
