"""A walk through a network, layer by layer; and a race of small ones at equal cost."""

from __future__ import annotations

import functools
import math
from collections.abc import Iterator, Sequence

import numpy as np
import torch
from torch import Tensor, nn

from labcore import Frame, Start
from labcore.clothes import Images, pictures
from labcore.cnn.cnn_zoo.config import Config, channels, chosen
from labcore.cnn.cnn_zoo.layers import Count, Layer, count
from labcore.cnn.cnn_zoo.small import RACERS, Built, begin, small
from labcore.rng import torch_generator

BATCH, FRAMES = 64, 40
BYTES = 4
"""Of a float32."""
LAST = 16
"""Batches over which the share read rightly is told; each is read before it is learnt from."""


@functools.lru_cache(maxsize=64)
def counted(config: Config, name: str = "") -> list[Count]:
    """What every layer of a network costs under these controls."""
    return count(chosen(config, name).layers, channels(config), config.side)


def length(config: Config) -> int:
    """Frames of a run."""
    return FRAMES + 1 if config.part == "race" else len(chosen(config).layers)


def run(config: Config, start: Start | None = None) -> Iterator[Frame]:
    """Layer after layer, or a race."""
    if config.part == "race":
        yield from race(config)
        return
    for step in range(length(config)):
        yield visit(config, step)


def answer(config: Config, start: Start | None = None) -> Frame:
    """The layer on screen, while a hand picks another or changes the size of the image."""
    last = len(chosen(config).layers) - 1
    step = min(start.step, last) if start and config.part == "walk" else last
    frame = visit(config, step)
    return Frame(start.step if start else step, {**frame.values, "held": True})


def visit(config: Config, step: int) -> Frame:
    """One layer: what comes out of it and what it costs; what all layers before it cost."""
    found = counted(config)
    here = found[step]
    until = found[: step + 1]
    return Frame(
        step,
        {
            "layer": step, "channels": here.channels, "side": here.side,
            "parameters": here.parameters, "multiplies": float(here.multiplies),
            "bytes": BYTES * here.size, "field": here.field, "jump": here.jump,
            "parameters_until": sum(c.parameters for c in until),
            "multiplies_until": float(sum(c.multiplies for c in until)),
            "parameters_all": sum(c.parameters for c in found),
            "multiplies_all": float(sum(c.multiplies for c in found)),
            "bytes_all": BYTES * sum(c.size for c in found),
        },
        checkpoint={},
    )  # fmt: skip


class Racer:
    """A small network in training: its weights, Adam's memory, and how much it has spent."""

    def __init__(self, name: str, config: Config) -> None:
        side = int(config.pixels)
        layers: Sequence[Layer] = small(name, config.width).layers
        costs = count(list(layers), 1, side)
        self.parameters = sum(c.parameters for c in costs)
        self.multiplies = sum(c.multiplies for c in costs)
        self.net = begin(Built(list(layers), 1, side), config.seed, name)
        self.net.to(memory_format=torch.channels_last)
        self.seen = self.steps = self.at = 0
        self.random = torch_generator(config.seed, "batches")  # all see the same order
        self.order = torch.empty(0, dtype=torch.long)
        self.all = max(1, int(config.budget * 1e9 // (3 * self.multiplies * BATCH)))
        self.first = [torch.zeros_like(p) for p in self.net.parameters()]
        self.second = [torch.zeros_like(p) for p in self.net.parameters()]
        self.loss, self.right = math.nan, math.nan
        self.hits: list[int] = []

    def train(self, share: float, lr: float, data: Images) -> None:
        """Steps until this share of the budget is spent; how well they went is noted."""
        self.net.train()
        losses = []
        while self.steps < round(share * self.all):
            if self.at + BATCH > len(self.order):
                self.order, self.at = torch.randperm(len(data.labels), generator=self.random), 0
            batch = self.order[self.at : self.at + BATCH]
            self.at += BATCH
            scores = self.net(data.images[batch])
            loss = nn.functional.cross_entropy(scores, data.labels[batch])
            eta = lr * 0.5 * (1 + math.cos(math.pi * self.steps / self.all))
            self.adam(list(torch.autograd.grad(loss, list(self.net.parameters()))), eta)
            losses.append(float(loss.detach()))
            self.hits.append(int((scores.argmax(1) == data.labels[batch]).sum()))
            self.seen += BATCH
        if losses:
            self.loss = float(np.mean(losses))
            self.right = sum(self.hits[-LAST:]) / (BATCH * len(self.hits[-LAST:]))

    @torch.no_grad()
    def adam(self, slopes: list[Tensor], eta: float) -> None:
        """Kingma & Ba (2015), with β = 0.9 and 0.999; all weights at once."""
        self.steps += 1
        torch._foreach_lerp_(self.first, slopes, 0.1)
        torch._foreach_mul_(self.second, 0.999)
        torch._foreach_addcmul_(self.second, slopes, slopes, 0.001)
        spread = torch._foreach_sqrt(self.second)
        torch._foreach_div_(spread, math.sqrt(1 - 0.999**self.steps))
        torch._foreach_add_(spread, 1e-8)
        torch._foreach_addcdiv_(
            list(self.net.parameters()), self.first, spread, -eta / (1 - 0.9**self.steps)
        )

    @torch.no_grad()
    def judge(self, data: Images) -> float:
        """The share of all test images read rightly."""
        self.net.eval()
        parts = zip(data.test_images.split(250), data.test_labels.split(250), strict=True)
        right = [(self.net(x).argmax(1) == y).float() for x, y in parts]
        return float(torch.cat(right).mean())


def race(config: Config) -> Iterator[Frame]:
    """All networks spend the same number of multiply–adds, in turn; a frame a fortieth."""
    data = pictures(28 if config.pixels == "28" else 14)
    racers = {name: Racer(name, config) for name in config.racers}
    for step in range(FRAMES + 1):
        lines = {
            key: np.full(len(RACERS), np.nan, np.float32)
            for key in ("right", "test", "loss", "seen", "parameters", "multiplies")
        }
        for i, name in enumerate(RACERS):
            if name not in racers:
                continue
            racer = racers[name]
            racer.train(step / FRAMES, config.lr, data)
            told = (racer.right, racer.judge(data) if step == FRAMES else math.nan, racer.loss,
                    racer.seen, racer.parameters, racer.multiplies)  # fmt: skip
            for key, value in zip(lines, told, strict=True):
                lines[key][i] = value
        yield Frame(step, {**lines, "spent": config.budget * step / FRAMES},
                    note(config, lines, step), {})  # fmt: skip


def note(config: Config, lines: dict[str, np.ndarray], step: int) -> str:
    """Who is lost, and why."""
    lost = [title for title, loss, seen in zip(RACERS.values(), lines["loss"], lines["seen"],
                                               strict=True)
            if seen > 2000 and not loss < 2.2]  # fmt: skip
    if lost:
        return (f"{', '.join(lost)}: the loss stays near that of guessing, log 10 = 2.3; "
                f"η = {config.lr:g} is too large or too small here.")  # fmt: skip
    if step == FRAMES:
        return ("The diamonds are the 2,000 test images, read once, at the end. After 10,000 "
                "images those of the batches come a second time, and look easier.")  # fmt: skip
    return ""
