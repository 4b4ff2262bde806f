"""Why one call for many numbers is quick: times measured here, and the two costs they are made of.

Every call from Python costs an overhead, whatever it does; the work inside costs so much a number.
All that is timed runs on one thread, and each result is compared with the others.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping

import numpy as np
import torch

from labcore import Frame, Start
from labcore.linear.vectorization.config import Config
from labcore.rng import numpy_generator

SIZES = 2 ** np.arange(19)
"""Lengths of the vectors that are added."""
WAYS = ("loop over a tensor", "loop over a list", "NumPy, one call", "PyTorch, one call")
LONGEST = (2**10, 2**15, 2**18, 2**18)
"""The loops stop earlier: nobody would wait for them."""
EXAMPLES = 1024
BATCHES = 2 ** np.arange(11)
SIDES = (2, 4, 8, 16, 32, 64, 128, 256, 384, 512)
"""Sides of square matrices for the roofline."""
COST = 5e-5
"""Something short is done so often in a row that it takes this many seconds."""

Measured = Mapping[str, np.ndarray]


def clock(work: Callable[[], object], repeats: int) -> np.ndarray:
    """Seconds of one call: quartiles of several measurements, (3,)."""
    work()  # the first time is not counted: caches are cold
    began = time.perf_counter()
    work()
    inner = max(1, int(COST / max(time.perf_counter() - began, 1e-7)))
    found = []
    for _ in range(repeats):
        began = time.perf_counter()
        for _ in range(inner):
            work()
        found.append((time.perf_counter() - began) / inner)
    return np.quantile(found, (0.25, 0.5, 0.75))


def add_tensor_loop(a: torch.Tensor, b: torch.Tensor) -> torch.Tensor:
    """c_i = a_i + b_i, element by element of a tensor."""
    c = torch.zeros_like(a)
    for i in range(len(a)):
        c[i] = a[i] + b[i]
    return c


def add_list_loop(a: list[float], b: list[float]) -> list[float]:
    """The same over Python's own numbers."""
    return [x + y for x, y in zip(a, b, strict=True)]


def predict(X: torch.Tensor, w: torch.Tensor, batch: int) -> torch.Tensor:
    """Xw, a minibatch at a time."""
    return torch.cat([X[i : i + batch] @ w for i in range(0, len(X), batch)])


def fit_line(n: np.ndarray, t: np.ndarray) -> tuple[float, float]:
    """Overhead and cost a number of t(n) = overhead + cost · n, least in relative error.

    Both at least 0; not-a-number where there are fewer than two times.
    """
    there = np.isfinite(t)
    n, t = n[there].astype(float), t[there]
    if len(t) < 2:
        return np.nan, np.nan
    A, one = np.stack([1 / t, n / t], axis=1), np.ones(len(t))
    both = np.linalg.lstsq(A, one, rcond=None)[0]
    if both[0] < 0:
        return 0.0, float(A[:, 1] @ one / (A[:, 1] @ A[:, 1]))
    if both[1] < 0:
        return float(A[:, 0] @ one / (A[:, 0] @ A[:, 0])), 0.0
    return float(both[0]), float(both[1])


def empty(config: Config) -> dict[str, np.ndarray]:
    """Where measurements go: quartiles by way and size, by batch, by operation; and differences."""
    nothing = np.nan
    return {
        "add": np.full((len(WAYS), len(SIZES), 3), nothing),
        "epoch": np.full((len(BATCHES), 3), nothing),
        "product": np.full((len(SIDES), 3), nothing), "times": np.full((len(SIDES), 3), nothing),
        "apart": np.zeros(2), "roof": np.full(3, nothing),
    }  # fmt: skip


def measure_add(config: Config, step: int, found: Measured) -> None:
    """The four ways to add two vectors of one length."""
    n = int(SIZES[step])
    random = numpy_generator(config.seed, f"add/{step}")
    a, b = random.normal(size=(2, n)).astype(config.precision)
    ta, tb, la, lb = torch.tensor(a), torch.tensor(b), a.tolist(), b.tolist()
    works = (lambda: add_tensor_loop(ta, tb), lambda: add_list_loop(la, lb), lambda: a + b,
             lambda: ta + tb)  # fmt: skip
    for way, work in enumerate(works):
        if n <= LONGEST[way]:
            result = np.asarray(work(), config.precision)
            found["apart"][0] = max(found["apart"][0], np.abs(result - (a + b)).max())
            calls = n if way < 2 else 1
            found["add"][way, step] = clock(work, config.repeats) if config.clock else calls


def measure_epoch(config: Config, step: int, found: Measured) -> None:
    """All examples predicted in minibatches of one size."""
    random = numpy_generator(config.seed, "examples")
    X = torch.tensor(random.normal(size=(EXAMPLES, config.features)).astype(config.precision))
    w = torch.tensor(random.normal(size=config.features).astype(config.precision))
    batch = int(BATCHES[step])
    away = (predict(X, w, batch) - X @ w).abs().max() / config.features**0.5
    found["apart"][1] = max(found["apart"][1], float(away))
    calls = -(-EXAMPLES // batch)
    found["epoch"][step] = (
        clock(lambda: predict(X, w, batch), config.repeats) if config.clock else calls
    )


def measure_roof(config: Config, step: int, found: Measured) -> None:
    """A square matrix times a matrix, and times a vector."""
    m = SIDES[step]
    random = numpy_generator(config.seed, f"roof/{step}")
    A, B = (torch.tensor(part.astype(config.precision)) for part in random.normal(size=(2, m, m)))
    v = B[0].clone()
    for name, work, flops in (("product", lambda: A @ B, 2 * m**3), ("times", lambda: A @ v,
                                                                    2 * m**2)):  # fmt: skip
        found[name][step] = clock(work, config.repeats) if config.clock else flops


def measure_peaks(config: Config, found: Measured) -> None:
    """Bytes a second from memory and from cache, and the most operations a second seen."""
    if not config.clock:
        return
    kind = torch.float32 if config.precision == "float32" else torch.float64
    for place, count in ((0, 2**23), (1, 2**15)):
        a, b = torch.ones(count, dtype=kind), torch.ones(count, dtype=kind)
        seconds = clock(lambda a=a, b=b: torch.add(a, 1.0, out=b), 9)[0]
        found["roof"][place] = 2 * a.nbytes / seconds
    A = torch.ones(384, 384, dtype=kind)
    found["roof"][2] = 2 * 384**3 / clock(lambda: A @ A, 9)[0]


def intensity(name: str, m: np.ndarray, size: int) -> np.ndarray:
    """Operations per byte that has to be moved at least."""
    if name == "product":
        return 2 * m**3 / (3 * m**2 * size)
    return 2 * m**2 / ((m**2 + 2 * m) * size)


def run(config: Config, start: Start | None = None) -> Iterator[Frame]:
    """Size after size, all measured while you watch."""
    found = empty(config)
    measure_peaks(config, found)
    for step in range(len(SIZES)):
        measure_add(config, step, found)
        if step < len(BATCHES):
            measure_epoch(config, step, found)
        if step < len(SIDES):
            measure_roof(config, step, found)
        checkpoint = {name: part.copy() for name, part in found.items()}
        yield observe(config, Start(step, checkpoint))


def observe(config: Config, start: Start) -> Frame:
    """A frame from what was measured so far; the ring only looks at it."""
    found, step = start.checkpoint, start.step
    # Whatever disturbs a measurement lengthens it: the fits go through the lower quartiles.
    lines = np.array([fit_line(SIZES, row[:, 0]) for row in found["add"]])
    calls = -(-EXAMPLES // BATCHES)
    overhead, work = fit_line(calls, found["epoch"][:, 0])  # by number of calls
    total = -(-EXAMPLES // config.batch) * work + overhead
    values: dict[str, np.ndarray | float] = {
        name: part.astype(np.float32) for name, part in found.items()
    }
    values |= {
        "lines": lines.astype(np.float32), "call": float(work), "rest": float(overhead),
        "at ring": float(total), "share": float(1 - overhead / total) if total > 0 else np.nan,
    }  # fmt: skip
    note = ""
    if config.clock and step >= 16:
        wait = lines[0] @ (1, SIZES[-1])
        note = (f"The loop over a tensor stops at {LONGEST[0]:,}; by its fitted line {SIZES[-1]:,} "
                f"numbers would take {wait:.2g} s.")  # fmt: skip
    return Frame(step, values, note, checkpoint=dict(found))


def answer(config: Config, start: Start | None = None) -> Frame:
    """The ring on the measured curve, while a hand moves it."""
    if start and "epoch" in start.checkpoint:
        return observe(config, start)
    return observe(config, Start(0, empty(config)))
