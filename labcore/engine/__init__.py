"""Where runs happen: `current()` is this process's engine, made on first use by `settings()`."""

from __future__ import annotations

import threading

from labcore.engine.base import ANYONE, Engine
from labcore.engine.run import FINISHED, Outcome, Refused, Run
from labcore.engine.settings import Settings, settings
from labcore.engine.standings import Board

_engine: Engine | None = None
_board = Board(lambda: current().store)
_lock = threading.Lock()


def make(chosen: Settings) -> Engine:
    """An engine of the kind the settings name."""
    if chosen.engine == "inline":
        from labcore.engine.inline import InlineEngine

        return InlineEngine(chosen)
    from labcore.engine.local import LocalEngine
    from labcore.engine.store import open_store

    if chosen.engine == "ray":
        from labcore.engine.cluster import ClusterEngine

        return ClusterEngine(chosen, open_store(chosen))
    return LocalEngine(chosen, open_store(chosen))


def current() -> Engine:
    """The engine of this process."""
    global _engine
    with _lock:
        if _engine is None:
            _engine = make(settings())
        return _engine


def use(chosen: Engine) -> None:
    """Put an engine in the place of this process's; the one before is closed."""
    global _engine
    close()
    with _lock:
        _engine = chosen


def board() -> Board:
    """The board of the class, whether it is shown or not."""
    return _board


def close() -> None:
    """End the engine of this process, and every process it has started."""
    global _engine
    with _lock:
        if _engine is not None:
            _engine.close()
            _engine = None


__all__ = ["ANYONE", "FINISHED", "Engine", "Outcome", "Refused", "Run", "Settings", "board",
           "close", "current", "make", "settings", "use"]  # fmt: skip
