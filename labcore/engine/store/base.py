"""What the engine asks of a store."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Protocol

from labcore.engine.run import Outcome, Run


@dataclass(frozen=True, slots=True)
class Elsewhere:
    """A run that another server computes, and where that server is; no address if unknown."""

    server: str
    address: str


class Store(Protocol):
    """Runs by key. Safe from any thread; every call may wait for a disk or a network.

    put:     keep a finished run, or at least how it ended.
    get:     a finished run.
    outcome: how a finished run did, at little cost.
    trained: a run that is done and was trained so, whatever was observed of it.
    forget:  drop the runs on a learner's own file.
    claim:   say that this server computes a run; or who else does. `lost` is a server that
             was found dead, whose runs may be claimed.
    release: it does not, after all.
    note:    keep something small, as JSON, for all servers that share the store; None drops it.
    noted:   what was noted last under a name, or None.
    notes:   all that was noted under names that begin so.
    """

    def put(self, run: Run) -> None: ...
    def get(self, key: str) -> Run | None: ...
    def outcome(self, key: str) -> Outcome | None: ...
    def trained(self, training: str) -> Run | None: ...
    def forget(self, token: str) -> None: ...
    def claim(self, run: Run, lost: str = "") -> Elsewhere | None: ...
    def release(self, run: Run) -> None: ...
    def note(self, name: str, value: object) -> None: ...
    def noted(self, name: str) -> Any: ...
    def notes(self, prefix: str) -> dict[str, Any]: ...
    def close(self) -> None: ...
