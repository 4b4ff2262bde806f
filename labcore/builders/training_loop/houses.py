"""The DataModule: 546 houses, dealt out in batches."""

from __future__ import annotations

import functools
from collections.abc import Iterator

import numpy as np
import torch
from torch import Tensor

from labcore.builders.training_loop.config import Config
from labcore.data import housing
from labcore.rng import torch_generator

FEATURES, TRAINED = 11, 436
Batch = tuple[Tensor, Tensor]


class Houses:
    """A DataModule: it knows how to get the data, and deals them out in batches."""

    def __init__(self, config: Config) -> None:
        self.config, self.random = config, torch_generator(config.seed, "order")

    def prepare_data(self) -> None:
        """X (546, 11) and y (546, 1), with mean 0 and variance 1; 436 to train on."""
        x, y = houses()
        order = torch.randperm(len(y), generator=torch_generator(self.config.seed, "split"))
        self.train, self.held_out = order[:TRAINED], order[TRAINED:]
        if self.config.ordered:
            self.train = self.train[y[self.train, 0].argsort()]
        self.x, self.y = x, y

    def train_dataloader(self, shuffle: bool = True) -> Iterator[Batch]:
        """Batches of the houses to train on."""
        rows = self.train
        if shuffle:
            rows = rows[torch.randperm(len(rows), generator=self.random)]
        return self.deal(rows)

    def val_dataloader(self) -> Iterator[Batch]:
        """Batches of the houses held out."""
        return self.deal(self.held_out)

    def deal(self, rows: Tensor) -> Iterator[Batch]:
        for part in rows.split(self.config.batch):
            yield self.x[part], self.y[part]


@functools.cache
def houses() -> Batch:
    """X (546, 11) and y (546, 1): all columns, and the logarithm of the price, standardised."""
    table = housing()
    columns = [table[name] for name in table if name != "price"]
    both = np.stack([*columns, np.log(table["price"])], axis=1)
    scaled = torch.from_numpy((both - both.mean(0)) / both.std(0)).float()
    return scaled[:, :-1], scaled[:, -1:]
