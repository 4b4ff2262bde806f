"""The engine beside a plain loop: time to a first frame, cost of streaming, own memory."""

from __future__ import annotations

import os
import statistics
import time
from collections.abc import Callable
from pathlib import Path

from benchmarks import probe
from labcore import wire
from labcore.engine.local import LocalEngine
from labcore.engine.run import Run
from labcore.engine.settings import Settings

SUBMITS = 100
REPEATS = 5


def measure() -> dict[str, float]:
    """All figures of the engine, by name; the unit stands in the name."""
    engine = LocalEngine(Settings(run_frames=20_000, run_bytes=2**28))
    try:
        engine.wait_ready(120, settled=True)
        return {
            **first_frame(engine),
            **streaming(engine),
            **memory(engine),
            **equal_submits(engine),
            **stopping(engine),
        }
    finally:
        engine.close()


def first_frame(engine: LocalEngine) -> dict[str, float]:
    """From submit to the first frame in the server, beside the same in this process."""
    ours, plain = [], []
    for seed in range(SUBMITS + 5):
        config = probe.Config(frames=2, seed=seed)
        began = time.perf_counter()
        run = engine.submit("probe", config)
        wait(lambda run=run: run.frames > 0)
        ours.append(time.perf_counter() - began)
        wait(lambda run=run: run.finished)
        began = time.perf_counter()
        frame = next(probe.run(config))
        wire.panels_message(probe.LAB, config, probe.panels(config, frame))
        wire.frame_message(0, frame, probe.draw(config, frame), probe.readout(config, frame))
        plain.append(time.perf_counter() - began)
    ours, plain = ours[5:], plain[5:]
    return {
        "submit to first frame, p50 (ms)": 1000 * statistics.median(ours),
        "submit to first frame, p95 (ms)": 1000 * statistics.quantiles(ours, n=20)[-1],
        "  the same in one process, p50 (ms)": 1000 * statistics.median(plain),
    }


def streaming(engine: LocalEngine) -> dict[str, float]:
    """A run through the engine beside its bare generator, nothing drawn or sent."""
    found = {}
    for cost, frames in ((1.0, 1000), (0.1, 5000), (0.0, 10_000)):
        ratios, rates = [], []
        for seed in range(REPEATS):
            config = probe.Config(frames=frames, cost=cost, seed=seed)
            began = time.perf_counter()
            for _ in probe.run(config):
                pass
            bare = time.perf_counter() - began
            ours = seconds(engine.submit("probe", config))
            ratios.append(ours / bare)
            rates.append(frames / ours)
        if cost:
            found[f"stream / bare generator, {cost:g} ms a frame (ratio)"] = statistics.median(
                ratios
            )
        found[f"relayed at {cost:g} ms a frame (frames/s)"] = statistics.median(rates)
    return found


def memory(engine: LocalEngine) -> dict[str, float]:
    """Memory a run's process holds for itself, shared pages not counted."""
    run = engine.submit("probe", probe.Config(frames=300, cost=5))
    wait(lambda: run.frames > 250 and run.pid > 0)
    rollup = Path(f"/proc/{run.pid}/smaps_rollup").read_text()
    own = sum(int(line.split()[1]) for line in rollup.splitlines() if line.startswith("Private_"))
    wait(lambda: run.finished)
    return {"own memory of a run's process (MB)": own / 1024}


def equal_submits(engine: LocalEngine) -> dict[str, float]:
    """Fifty learners ask for the same run."""
    before = engine.computed
    runs = [
        engine.submit("probe", probe.Config(frames=50, cost=2, seed=77), f"learner-{i}")
        for i in range(50)
    ]
    wait(lambda: runs[0].finished)
    return {"50 equal submits (computations)": float(engine.computed - before)}


def stopping(engine: LocalEngine) -> dict[str, float]:
    """From the last learner's Stop until the process has gone."""
    times = []
    for seed in range(10):
        run = engine.submit("probe", probe.Config(frames=2000, cost=5, seed=seed), "me")
        wait(lambda run=run: run.frames > 2 and run.pid > 0)
        began = time.perf_counter()
        engine.withdraw(run.key, "me")
        wait(lambda run=run: not os.path.exists(f"/proc/{run.pid}"))
        times.append(time.perf_counter() - began)
    return {"stop to process gone, slowest of 10 (ms)": 1000 * max(times)}


def seconds(run: Run) -> float:
    """Wall-clock time of a run from its start to its end, as the engine saw it."""
    wait(lambda: run.finished)
    return run.seconds


def wait(true: Callable[[], bool], most: float = 60) -> None:
    """Look every 0.2 ms until something is true."""
    end = time.perf_counter() + most
    while not true():
        if time.perf_counter() > end:
            raise TimeoutError
        time.sleep(0.0002)
