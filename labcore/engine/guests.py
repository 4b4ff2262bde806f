"""Whom answers are computed for where everyone signs in: learners for whom a page was made here."""

from __future__ import annotations

import threading
import time

from labcore.engine.settings import settings


class Guests:
    """Learners who have signed in, for as long as a sign-in counts. Any thread."""

    def __init__(self) -> None:
        self._seen: dict[str, float] = {}
        self._lock = threading.Lock()

    def admit(self, learner: str) -> None:
        """A page was made for a learner who has signed in."""
        now = time.monotonic()
        with self._lock:
            self._seen.pop(learner, None)
            self._seen[learner] = now  # the last is the latest
            for name, seen in list(self._seen.items()):
                if now - seen < settings().auth_hours * 3600:
                    break
                del self._seen[name]

    def admits(self, learner: str) -> bool:
        """Whether a learner may ask; everyone may where nobody signs in."""
        if not settings().auth:
            return True
        with self._lock:
            seen = self._seen.get(learner)
        return seen is not None and time.monotonic() - seen < settings().auth_hours * 3600


guests = Guests()
