"""The board of a class: who has passed which challenge, and in how few steps.

In memory, and only where the server is set up for a class (`LAB_BOARD=1`).
"""

from __future__ import annotations

import threading
from collections.abc import Mapping
from dataclasses import dataclass, field

MOST_LEARNERS = 1000
LONGEST_NAME = 24


@dataclass(slots=True)
class Place:
    """One learner: the name they chose, and their fewest steps by challenge."""

    name: str = ""
    steps: dict[str, int] = field(default_factory=dict)


class Board:
    """Callable from any thread."""

    def __init__(self) -> None:
        self._places: dict[str, Place] = {}
        self._lock = threading.Lock()

    def join(self, learner: str, name: str, progress: Mapping[str, int]) -> None:
        """Stand on the board by a name; an empty name leaves it."""
        name = " ".join(name.split())[:LONGEST_NAME]
        with self._lock:
            if not name:
                self._places.pop(learner, None)
            elif learner in self._places or len(self._places) < MOST_LEARNERS:
                self._places[learner] = Place(name, dict(progress))

    def note(self, learner: str, challenge: str, steps: int) -> None:
        """A learner has passed a challenge; who has not joined is not kept."""
        with self._lock:
            if place := self._places.get(learner):
                place.steps[challenge] = min(steps, place.steps.get(challenge, steps))

    def clear(self) -> None:
        """Take everyone off."""
        with self._lock:
            self._places.clear()

    def name(self, learner: str) -> str:
        with self._lock:
            place = self._places.get(learner)
            return place.name if place else ""

    def table(self) -> list[tuple[str, int]]:
        """Names and how many challenges each has passed, most first."""
        with self._lock:
            rows = [(place.name, len(place.steps)) for place in self._places.values()]
        return sorted(rows, key=lambda row: (-row[1], row[0].lower()))

    def best(self, challenge: str) -> tuple[str, int] | None:
        """Who passed a challenge in the fewest steps, and in how many."""
        with self._lock:
            found = [
                (p.steps[challenge], p.name) for p in self._places.values() if challenge in p.steps
            ]
        return (min(found)[1], min(found)[0]) if found else None
