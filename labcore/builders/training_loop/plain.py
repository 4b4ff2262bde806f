"""The same training without any class."""

from __future__ import annotations

import torch

from labcore.builders.training_loop.config import (
    BACKWARD,
    EVAL,
    HELD_OUT,
    SHUFFLE,
    STEP,
    TRAIN,
    ZERO,
    Config,
)
from labcore.builders.training_loop.houses import Houses
from labcore.builders.training_loop.machine import LOST, network


def plain(config: Config) -> tuple[list[float], list[float]]:
    """The same without classes: losses of the batches, and on the houses held out."""
    there = [line != config.cut for line in range(13)]
    data, net = Houses(config), network(config)
    data.prepare_data()
    rule, losses, judged = torch.optim.SGD(net.parameters(), lr=config.lr), [], []
    for _ in range(config.epochs):
        if there[TRAIN]:
            net.train()
        for x, y in data.train_dataloader(there[SHUFFLE]):
            loss = ((net(x) - y) ** 2).mean()
            if there[ZERO]:
                rule.zero_grad()
            if there[BACKWARD]:
                loss.backward()
            if there[STEP]:
                rule.step()
            losses.append(loss.item())
            if not losses[-1] < LOST:
                return losses, judged
        if there[EVAL]:
            net.eval()
        with torch.no_grad():
            part = data.val_dataloader() if there[HELD_OUT] else data.train_dataloader(False)
            wrong = [(net(x) - y) ** 2 for x, y in part]
        judged.append(sum(len(w) * w.mean().item() for w in wrong) / sum(map(len, wrong)))
    return losses, judged
