"""What several tests need: waiting with a deadline, looking at processes, reading runs."""

from __future__ import annotations

import gc
import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeVar

import orjson

from labcore.engine.run import FINISHED, Run

ROOT = Path(__file__).parents[1]
T = TypeVar("T")


def until(ask: Callable[[], T], seconds: float = 10, what: str = "") -> T:
    """The first true answer, or a failure when there is none in time."""
    end = time.monotonic() + seconds
    while not (answer := ask()):
        if time.monotonic() > end:
            raise AssertionError(f"after {seconds:g} s still not: {what or ask}")
        time.sleep(0.002)
    return answer


@contextmanager
def within(seconds: float) -> Iterator[None]:
    """Fails if this thread works for longer, not counting what the collector does for others."""
    gc.disable()
    try:
        began = time.thread_time()
        yield
        assert time.thread_time() - began < seconds
    finally:
        gc.enable()


def finish(run: Run, seconds: float = 20) -> Run:
    """The run once it has ended, however it did."""
    until(lambda: run.finished, seconds, f"finished; it is {run.state} with {run.frames} frames")
    return run


def under_way(run: Run, frames: int = 1, seconds: float = 20) -> Run:
    """The run once it has a process and some frames."""
    until(lambda: run.pid and run.frames >= frames, seconds, f"{frames} frames of a process")
    assert run.state == "running", run.reason
    return run


def events(run: Run) -> list[tuple[str, Any]]:
    """The log of a run: each event and what it says."""
    return [(message.event, orjson.loads(message.data)) for message in run.log]


def steps(run: Run) -> list[int]:
    """The training steps of a run's frames, trunk included."""
    return [said["step"] for event, said in events(run) if event == "frame"]


def end(run: Run) -> dict[str, Any]:
    """The last message of a run, which says how it ended."""
    event, said = events(run)[-1]
    assert event == "end"
    assert said["state"] == run.state
    assert said["state"] in FINISHED
    return said


def alive(pid: int) -> bool:
    """Whether a process exists and has not ended; a zombie has."""
    assert pid > 0
    try:
        stat = Path(f"/proc/{pid}/stat").read_text()
    except (FileNotFoundError, ProcessLookupError):
        return False
    return stat.rpartition(")")[2].split()[0] not in ("Z", "X")


def descendants(pid: int) -> set[int]:
    """All living processes below this one."""
    parents: dict[int, int] = {}
    for folder in Path("/proc").iterdir():
        if folder.name.isdigit():
            try:
                fields = (folder / "stat").read_text().rpartition(")")[2].split()
            except (FileNotFoundError, ProcessLookupError):
                continue
            if fields[0] not in ("Z", "X"):
                parents[int(folder.name)] = int(fields[1])
    found: set[int] = set()
    while more := {p for p, parent in parents.items() if parent in found | {pid}} - found:
        found |= more
    return found


def own_memory(pid: int) -> int:
    """Bytes that a process shares with no other."""
    rows = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    sizes = {row.split(":")[0]: row.split()[1] for row in rows[1:]}
    return 1024 * (int(sizes["Private_Clean"]) + int(sizes["Private_Dirty"]))


@contextmanager
def limits(engine: Any, **changed: Any) -> Iterator[None]:
    """An engine with other limits for a while; a worker host takes seconds to warm."""
    before = engine.settings
    engine.settings = before.model_copy(update=changed)
    try:
        yield
    finally:
        engine.settings = before


def is_sentence(text: str) -> bool:
    """Whether a learner can read it: one line that starts and ends like a sentence."""
    first = text[:1]
    return (
        text == text.strip()
        and "\n" not in text
        and "Traceback" not in text
        and text.endswith(".")
        and not text.endswith("..")
        and (first.isupper() or first in "“")
    )


def environment(**more: str) -> dict[str, str]:
    """The environment of a fresh interpreter that finds this checkout."""
    return {**os.environ, "PYTHONPATH": str(ROOT), **more}
