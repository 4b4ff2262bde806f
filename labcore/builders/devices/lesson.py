"""How long a matrix product takes: measured on this server, and foretold for a GPU.

Times of the processor, and of a GPU where there is one, are measured while the run goes on: the
shortest of a few. The other GPU is a model of three numbers, which you set.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import Literal

import numpy as np
import torch
from torch import Tensor

import labcore
from labcore import Frame, Start, control, device
from labcore.rng import torch_generator

DTYPES = {"float32": torch.float32, "float64": torch.float64, "bfloat16": torch.bfloat16,
          "float16": torch.float16}  # fmt: skip
BYTES = {"float32": 4, "float64": 8, "bfloat16": 2, "float16": 2}
ASSUMED = {"float32": 50.0, "float64": 25.0, "bfloat16": 100.0, "float16": 1.0}
"""GFLOP/s of a processor that is not measured."""
LONGEST = 0.4
"""Seconds; a product that would take longer is not measured."""
SIZES = 22
THREADS = 2


class Config(labcore.Config):
    """The controls."""

    dtype: Literal["float32", "float64", "bfloat16", "float16"] = control(
        "float32", title="Numbers", labels={"float32": "float32, 4 bytes",
                                            "float64": "float64, 8 bytes",
                                            "bfloat16": "bfloat16, 2 bytes",
                                            "float16": "float16, 2 bytes"},
    )  # fmt: skip
    """What is compared with the GPU, and sent to it."""

    uses: int = control(1, title="Products per transfer", low=1, high=1000, log=True)
    """How often the matrices are used before the result goes back."""

    launch: float = control(10, title="GPU: a call costs", low=1, high=100, log=True, unit="µs")
    """What each call to the GPU takes, however little there is to do."""

    link: float = control(25, title="GPU: link", low=0.1, high=500, log=True, unit="GB/s")
    """How fast numbers get to the GPU and back; PCIe 4 moves about 25."""

    peak: float = control(
        20_000, title="GPU: arithmetic", low=100, high=1_000_000, log=True, unit="GFLOP/s"
    )
    """Multiplications and additions in a second, in thousand millions."""

    largest: int = control(1024, title="Largest matrix", low=64, high=2048, step=64)
    """Rows and columns of the largest matrices."""

    clock: bool = control(True, title="Measure seconds", more=True)
    """Measured times differ from run to run; without them, a processor of a fixed speed is
    assumed."""


def sizes(config: Config) -> np.ndarray:
    """Rows of the matrices, evenly on a logarithmic axis, in multiples of 4."""
    return np.unique((np.geomspace(8, config.largest, SIZES) / 4).round().astype(int) * 4)


def flops(n: np.ndarray | float) -> np.ndarray | float:
    """Operations of a product of two n × n matrices: n³ multiplications and as many additions."""
    return 2.0 * n**3


def shortest(work: Callable[[], object], repeats: int) -> float:
    """Seconds of the shortest of a few goes; the others were disturbed."""
    best = np.inf
    for _ in range(repeats):
        began = time.perf_counter()
        work()
        best = min(best, time.perf_counter() - began)
    return best


def multiply(a: Tensor, b: Tensor) -> float:
    """Seconds of a product on the processor, in one thread."""

    def work() -> Tensor:
        return a @ b

    work()  # the first has a start of its own
    return shortest(work, goes(len(a)))


def goes(n: int) -> int:
    """How often a product is timed; less where a GPU waits meanwhile, for it is scarce."""
    often = 3 if n > 256 else 9
    return often if device.here().type == "cpu" else often // 3


def halved(a: Tensor, b: Tensor, pool: ThreadPoolExecutor) -> float:
    """Seconds of the same in two threads, each with half of the rows."""
    parts = a.chunk(THREADS)

    def work() -> list[Tensor]:
        return list(pool.map(lambda rows: rows @ b, parts))

    work()
    return shortest(work, goes(len(a)))


def on_gpu(a: Tensor, b: Tensor, there: torch.device) -> tuple[float, float]:
    """Seconds of a product on the GPU, and of the way there and back. CUDA answers before it is
    done, so one has to wait for it."""
    x, y = a.to(there), b.to(there)

    def work() -> None:
        x @ y
        torch.cuda.synchronize()

    def move() -> None:
        a.to(there), b.to(there), x.cpu()
        torch.cuda.synchronize()

    work()
    return shortest(work, 5), shortest(move, 5)


def measure(config: Config, n: int, told: dict[str, np.ndarray], k: int) -> None:
    """Fill column k: seconds on the processor by dtype, in two threads, and on a GPU."""
    for row, name in enumerate(DTYPES):
        if not config.clock:
            told["cpu"][row, k] = 2e-6 + flops(n) / (1e9 * ASSUMED[name])
            continue
        before, size = told["cpu"][row, k - 1] if k else 0.0, sizes(config)
        if k and not before * (n / size[k - 1]) ** 3 < LONGEST:
            continue
        a, b = matrices(n, config.seed)
        told["cpu"][row, k] = multiply(a.to(DTYPES[name]), b.to(DTYPES[name]))
    if not config.clock:
        told["two"][k] = 2e-5 + told["cpu"][list(DTYPES).index(config.dtype), k] / THREADS
        return
    a, b = (matrix.to(DTYPES[config.dtype]) for matrix in matrices(n, config.seed))
    there = device.here()
    if there.type == "cuda":
        told["gpu"][:, k] = on_gpu(a, b, there)
    elif np.isfinite(told["cpu"][list(DTYPES).index(config.dtype), k]):
        with ThreadPoolExecutor(THREADS) as pool:
            told["two"][k] = halved(a, b, pool)


def matrices(n: int, seed: int) -> tuple[Tensor, Tensor]:
    """Two n × n matrices of normal numbers."""
    random = torch_generator(seed, f"matrices/{n}")
    a, b = torch.randn(2, n, n, generator=random)
    return a, b


def foretold(config: Config, n: np.ndarray) -> np.ndarray:
    """Seconds of one product on the model GPU: its call, its share of the transfer, its
    arithmetic."""
    moved = 3 * n.astype(float) ** 2 * BYTES[config.dtype] / (1e9 * config.link) / config.uses
    return 1e-6 * config.launch + moved + flops(n) / (1e9 * config.peak)


def crossing(n: np.ndarray, cpu: np.ndarray, gpu: np.ndarray) -> float:
    """The size from which the GPU is ahead for good, between sizes on a logarithmic scale."""
    known = np.isfinite(cpu) & np.isfinite(gpu)
    if not known.any():
        return np.nan
    x, ahead = np.log(n[known]), np.log(gpu[known] / cpu[known])
    behind = np.flatnonzero(ahead > 0)
    if not len(behind):
        return float(n[known][0])
    i = int(behind[-1])
    if i + 1 == len(x):
        return np.nan
    share = ahead[i] / (ahead[i] - ahead[i + 1])
    return float(np.exp(x[i] + share * (x[i + 1] - x[i])))


def run(config: Config, start: Start | None = None) -> Iterator[Frame]:
    """Measure one size after the other."""
    count = len(sizes(config))
    told = {"cpu": np.full((len(DTYPES), count), np.nan), "two": np.full(count, np.nan),
            "gpu": np.full((2, count), np.nan)}  # fmt: skip
    for k, n in enumerate(sizes(config)):
        measure(config, int(n), told, k)
        kept = {name: values.copy() for name, values in told.items()}
        yield observe(config, Start(k, kept))


def observe(config: Config, start: Start) -> Frame:
    """What was measured so far, beside a GPU of these three numbers."""
    told, n = start.checkpoint, sizes(config)
    row = list(DTYPES).index(config.dtype)
    model = foretold(config, n)
    real = told["gpu"][0] + told["gpu"][1] / config.uses
    return Frame(
        start.step,
        {
            "n": float(n[start.step]), "cpu": np.array(told["cpu"], np.float32),
            "two": np.array(told["two"], np.float32), "gpu": real.astype(np.float32),
            "model": model.astype(np.float32),
            "crossing": crossing(n, told["cpu"][row], model),
            "real_crossing": crossing(n, told["cpu"][row], real),
        },
        note(config, told, start.step),
        told,
    )  # fmt: skip


def note(config: Config, told: Mapping[str, np.ndarray], step: int) -> str:
    """What should be known of these figures."""
    if not config.clock:
        return "Nothing is measured: a processor of a fixed speed is assumed."
    slow = [name for name, row in zip(DTYPES, told["cpu"], strict=True)
            if not np.isfinite(row[step])]  # fmt: skip
    text = ""
    if not np.isfinite(told["gpu"]).any():
        text = "No GPU was used here: its line is a model of your three numbers. "
    if slow:
        text += f"{' and '.join(slow)}: the next product would take over {LONGEST:g} s; left out."
    return text.strip()


def answer(config: Config, start: Start | None = None) -> Frame:
    """While a hand moves the model: what was measured stays."""
    if start and "two" in start.checkpoint and len(start.checkpoint["two"]) == len(sizes(config)):
        return observe(config, start)
    return Frame(start.step if start else 0,
                 {"model": foretold(config, sizes(config)).astype(np.float32)})  # fmt: skip
