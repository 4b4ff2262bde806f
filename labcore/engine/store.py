"""Where finished runs are kept."""

from __future__ import annotations

import threading
from collections import OrderedDict
from typing import Any, Protocol

from labcore.engine.run import Run


class Store(Protocol):
    """What the engine asks of a store: by key, safe from any thread."""

    def put(self, run: Run) -> None: ...
    def get(self, key: str) -> Run | None: ...
    def trained(self, training: str) -> Run | None: ...
    def forget(self, token: str) -> None: ...
    def note(self, name: str, value: object) -> None: ...
    def noted(self, name: str) -> Any: ...
    def close(self) -> None: ...


class MemoryStore:
    """Finished runs in memory, up to a number of bytes; the longest unused go first."""

    def __init__(self, most_bytes: int) -> None:
        self.most_bytes = most_bytes
        self._runs: OrderedDict[str, Run] = OrderedDict()
        self._notes: dict[str, Any] = {}
        self._lock = threading.Lock()

    def put(self, run: Run) -> None:
        """Keep a finished run, whatever its end; the engine replays only those that are done."""
        with self._lock:
            self._runs[run.key] = run
            self._runs.move_to_end(run.key)
            weight = sum(map(_weight, self._runs.values()))
            while weight > self.most_bytes and len(self._runs) > 1:
                weight -= _weight(self._runs.popitem(last=False)[1])

    def get(self, key: str) -> Run | None:
        with self._lock:
            run = self._runs.get(key)
            if run:
                self._runs.move_to_end(key)
            return run

    def trained(self, training: str) -> Run | None:
        """A run that is done and was trained so, whatever was observed of it."""
        with self._lock:
            same = (run for run in self._runs.values() if run.training == training)
            return next((run for run in same if run.state == "done"), None)

    def forget(self, token: str) -> None:
        """Drop the runs on a learner's own file."""
        with self._lock:
            for key in [k for k, run in self._runs.items() if token in run.config.values()]:
                del self._runs[key]

    def note(self, name: str, value: object) -> None:
        """Keep something small, as JSON, for all servers that share the store."""
        self._notes[name] = value

    def noted(self, name: str) -> Any:
        """What was noted last under a name, or None."""
        return self._notes.get(name)

    def close(self) -> None:
        """Nothing to close."""


def _weight(run: Run) -> int:
    """Bytes a run holds."""
    checkpoints = sum(len(block) for block in run.checkpoints.values())
    return run.size + len(run.arrays) + len(run.packed) + checkpoints
