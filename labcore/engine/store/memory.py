"""Finished runs in memory, gone with the process."""

from __future__ import annotations

import threading
import time
from collections import OrderedDict
from collections.abc import Collection
from typing import Any

from labcore.engine.run import Outcome, Run
from labcore.engine.store.base import Elsewhere


class MemoryStore:
    """Up to a number of bytes; the longest unused go first."""

    def __init__(self, most_bytes: int) -> None:
        self.most_bytes = most_bytes
        self._runs: OrderedDict[str, Run] = OrderedDict()
        self._used: dict[str, float] = {}
        self._notes: dict[str, Any] = {}
        self._lock = threading.Lock()

    def put(self, run: Run) -> None:
        """Keep a finished run, whatever its end; the engine replays only those that are done."""
        with self._lock:
            self._runs[run.key] = run
            self._touch(run.key)
            weight = sum(map(_weight, self._runs.values()))
            while weight > self.most_bytes and len(self._runs) > 1:
                oldest = next(iter(self._runs))
                weight -= _weight(self._runs[oldest])
                self._drop(oldest)

    def get(self, key: str) -> Run | None:
        with self._lock:
            run = self._runs.get(key)
            if run:
                self._touch(key)
            return run

    def outcome(self, key: str) -> Outcome | None:
        run = self.get(key)
        return run.outcome() if run else None

    def trained(self, training: str) -> Run | None:
        with self._lock:
            same = (run for run in self._runs.values() if run.training == training)
            return next((run for run in same if run.state == "done"), None)

    def forget(self, token: str) -> None:
        with self._lock:
            for key in [k for k, run in self._runs.items() if token in run.config.values()]:
                self._drop(key)

    def drop_unused(self, keys: Collection[str], seconds: float) -> list[str]:
        """Let go of those runs that nobody has asked for in so long; which that were."""
        long_ago = time.monotonic() - seconds
        with self._lock:
            gone = [k for k in keys if k in self._runs and self._used[k] < long_ago]
            for key in gone:
                self._drop(key)
        return gone

    def claim(self, run: Run, lost: str = "") -> Elsewhere | None:
        """Nobody else has this store."""

    def release(self, run: Run) -> None:
        """Nobody else has this store."""

    def note(self, name: str, value: object) -> None:
        with self._lock:
            if value is None:
                self._notes.pop(name, None)
            else:
                self._notes[name] = value

    def noted(self, name: str) -> Any:
        return self._notes.get(name)

    def notes(self, prefix: str) -> dict[str, Any]:
        with self._lock:
            return {n: value for n, value in self._notes.items() if n.startswith(prefix)}

    def close(self) -> None:
        """Nothing to close."""

    def _touch(self, key: str) -> None:
        self._runs.move_to_end(key)
        self._used[key] = time.monotonic()

    def _drop(self, key: str) -> None:
        del self._runs[key], self._used[key]


def _weight(run: Run) -> int:
    """Bytes a run holds."""
    checkpoints = sum(len(block) for block in run.checkpoints.values())
    return run.size + len(run.arrays) + len(run.packed) + checkpoints
