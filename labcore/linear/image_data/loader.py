"""How fast pictures reach the model: torch's DataLoader, threads, and one resident tensor."""

from __future__ import annotations

import io
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import torch
from PIL import Image
from torch.utils.data import DataLoader, Dataset, Subset

from labcore.data import encoded_photographs, fashion_mnist
from labcore.linear.image_data.config import SIZES, WORKERS, Config

CELLS = [(row, column) for column in range(len(SIZES)) for row in range(len(WORKERS) + 1)]
"""Measurements in their order: a row for each number of workers, and one for the tensor."""
BUDGET, LEAST, TRIES = 0.025, 16, 3
"""Seconds for a try, pictures in it at least, and tries: the fastest counts."""


class Clothing(Dataset[tuple[torch.Tensor, int]]):
    """Pictures that are prepared one by one when asked for; it counts how often it was asked."""

    def __init__(self, work: str, seed: int) -> None:
        """work: as in the config."""
        self.data, self.work, self.calls = fashion_mnist(), work, 0
        self.photographs = encoded_photographs()
        self.random = torch.Generator().manual_seed(seed)

    def __len__(self) -> int:
        """How many pictures there are."""
        return len(self.data.labels)

    def __getitem__(self, index: int) -> tuple[torch.Tensor, int]:
        """A picture and its label."""
        self.calls += 1
        if self.work == "decode":
            names = sorted(self.photographs)
            picture = Image.open(io.BytesIO(self.photographs[names[index % len(names)]]))
            small = picture.convert("L").resize((28, 28), Image.Resampling.BOX)
            return torch.tensor(np.array(small)).float().div_(255), index % len(names)
        x = torch.tensor(self.data.images[index]).float().div_(255)
        if self.work == "augment":
            turn = torch.randint(-2, 3, (3,), generator=self.random).tolist()
            x = x.flip(1) if turn[2] > 0 else x
            x = x.roll((turn[0], turn[1]), (0, 1))
            x = x + 0.05 * torch.randn(x.shape, generator=self.random)
        return x, int(self.data.labels[index])


def batches(data: Clothing, order: list[int], batch: int, workers: int) -> Iterator[torch.Tensor]:
    """Batches (b, 28, 28). With workers, so many threads prepare pictures of a batch at once."""
    if not workers:
        for x, _ in DataLoader(Subset(data, order), batch_size=batch):
            yield x
        return
    with ThreadPoolExecutor(workers) as pool:
        for first in range(0, len(order), batch):
            chosen = order[first : first + batch]
            parts = [chosen[k::workers] for k in range(workers)]
            done = pool.map(lambda part: [data[i][0] for i in part], parts)
            yield torch.stack([x for part in done for x in part])


def resident(x: torch.Tensor, order: torch.Tensor, batch: int) -> Iterator[torch.Tensor]:
    """Batches (b, 28, 28) cut from one tensor that holds all pictures ready, without the work."""
    for first in range(0, len(order), batch):
        yield x[order[first : first + batch]]


def speed(config: Config, row: int, batch: int) -> float:
    """Pictures in a second; without the clock, calls of the data set for each picture."""
    order = torch.randperm(10_000, generator=torch.Generator().manual_seed(config.seed))
    if row == len(WORKERS):
        if not config.clock:
            return 0.0
        x = torch.tensor(fashion_mnist().images).float().div_(255)
        source = resident(x, order.repeat(20), batch)
        return timed(source)
    data = Clothing(config.work, config.seed)
    many = order.tolist()
    if config.clock:
        return timed(batches(data, many * 9, batch, WORKERS[row]))
    taken = sum(len(x) for x in batches(data, many[: max(batch, LEAST)], batch, WORKERS[row]))
    return data.calls / taken


def timed(source: Iterator[torch.Tensor]) -> float:
    """Pictures in a second, in the fastest of some tries; what else runs can only slow it down."""
    next(source)
    best = 0.0
    for _ in range(TRIES):
        began, taken, spent = time.perf_counter(), 0, 0.0
        for x in source:
            taken += len(x)
            spent = time.perf_counter() - began
            if spent > BUDGET and taken >= LEAST:
                break
        best = max(best, taken / spent if spent else 0.0)
    return best


def measured(config: Config) -> Iterator[np.ndarray]:
    """The table of speeds (workers and tensor, batch sizes), one measurement after the other."""
    table = np.full((len(WORKERS) + 1, len(SIZES)), np.nan)
    yield table.copy()
    for row, column in CELLS:
        table[row, column] = speed(config, row, SIZES[column])
        yield table.copy()
