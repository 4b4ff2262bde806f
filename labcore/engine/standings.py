"""The board of a class: who has passed which challenge, and in how few steps.

It stands in the run store, so all servers of a class show the same one, and only where the
server is set up for a class (`LAB_BOARD=1`).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from labcore.engine.store import Store

MOST_LEARNERS = 1000
LONGEST_NAME = 24
PLACES = "board/"


class Board:
    """Each learner is one note: the name they chose, and their fewest steps by challenge."""

    def __init__(self, store: Callable[[], Store]) -> None:
        self._store = store

    def join(self, learner: str, name: str, progress: Mapping[str, int]) -> None:
        """Stand on the board by a name; an empty name leaves it."""
        name = " ".join(name.split())[:LONGEST_NAME]
        if not name:
            self._store().note(PLACES + learner, None)
        elif self.name(learner) or len(self._places()) < MOST_LEARNERS:
            self._store().note(PLACES + learner, {"name": name, "steps": dict(progress)})

    def note(self, learner: str, challenge: str, steps: int) -> None:
        """A learner has passed a challenge; who has not joined is not kept."""
        if place := self._store().noted(PLACES + learner):
            known = place["steps"]
            known = {**known, challenge: min(steps, known.get(challenge, steps))}
            self._store().note(PLACES + learner, {**place, "steps": known})

    def clear(self) -> None:
        """Take everyone off."""
        for name in self._store().notes(PLACES):
            self._store().note(name, None)

    def name(self, learner: str) -> str:
        place = self._store().noted(PLACES + learner)
        return place["name"] if place else ""

    def table(self) -> list[tuple[str, int]]:
        """Names and how many challenges each has passed, most first."""
        rows = [(place["name"], len(place["steps"])) for place in self._places()]
        return sorted(rows, key=lambda row: (-row[1], row[0].lower()))

    def champions(self) -> dict[str, tuple[str, int]]:
        """By challenge: who passed it in the fewest steps, and in how many."""
        found: dict[str, tuple[str, int]] = {}
        for place in sorted(self._places(), key=lambda place: place["name"]):
            for challenge, steps in place["steps"].items():
                if challenge not in found or steps < found[challenge][1]:
                    found[challenge] = (place["name"], steps)
        return found

    def _places(self) -> list[dict[str, Any]]:
        return list(self._store().notes(PLACES).values())
