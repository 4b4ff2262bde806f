"""A plain and a residual network of many layers, and both of eight, trained side by side.

The time line trains, ten steps a frame; then the loss around what was found is measured, ring by
ring, and each block is left out once.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np
import torch
from torch import Tensor

from labcore import Frame, Start
from labcore.clothes import pictures
from labcore.cnn.residual.config import (
    EVERY,
    MOST,
    SHALLOW,
    Config,
    blocks_of,
    kept_blocks,
)
from labcore.cnn.residual.network import (
    Pair,
    begin,
    coins,
    forward,
    given,
    gradients,
    losses,
    survival,
)
from labcore.cnn.residual.slice import directions, fill, spread
from labcore.rng import torch_generator

BATCH, MOMENTUM, JUDGED, SOME = 64, 0.9, 250, 80
"""Images of a step; SGD’s momentum; test images at a frame; images that answer a hand."""


class Learner:
    """A pair of networks in training: SGD with momentum, in place."""

    def __init__(self, config: Config, depth: int) -> None:
        self.pair = begin(depth, config.seed, config.norm == "batch", config.zero)
        self.speeds = [torch.zeros_like(w) for w in self.pair.learned()]
        self.lr, self.drop = config.lr, config.drop
        self.coins = torch_generator(config.seed, f"coins/{depth}")

    def step(self, x: Tensor, y: Tensor) -> Tensor:
        """One step on a batch; returns both losses, (2,)."""
        scales = coins(self.pair.blocks, self.drop, self.coins)
        loss, grads = gradients(self.pair, x, y, "train", scales)
        for w, g, v in zip(self.pair.learned(), grads, self.speeds, strict=True):
            w.sub_(v.mul_(MOMENTUM).add_(g), alpha=self.lr)
        return loss


def read_rightly(
    config: Config, pair: Pair, most: int, kept: np.ndarray | None = None
) -> np.ndarray:
    """Share of test images read rightly in eval mode, (2,); some blocks may be left out."""
    data = pictures()
    scales: list[float | None] = [*survival(pair.blocks, config.drop)]
    if kept is not None:
        scales = [s if there else None for s, there in zip(scales, kept, strict=True)]
    with torch.no_grad():
        said = forward(pair, data.test_images[:most], "eval", scales)
    return (said.argmax(-1) == data.test_labels[:most]).float().mean(-1).numpy()


def by_layer(pair: Pair) -> np.ndarray:
    """Length of the loss’s gradient in each convolution’s weights, (2, depth − 1)."""
    data = pictures()
    _, grads = gradients(pair, data.images[::80], data.labels[::80], "batch")
    kernels = grads[: len(pair.kernels)]
    return torch.stack([g.reshape(2, -1).norm(dim=1) for g in kernels], 1).numpy()


def by_block(pair: Pair) -> tuple[np.ndarray, list[Tensor]]:
    """What each block changes, ‖out − in‖/‖in‖, (2, blocks), for 16 test images.

    And what enters the first block and leaves each: (16, 16, 7, 7).
    """
    seen: list[Tensor] = []
    with torch.no_grad():
        forward(pair, pictures().test_images[:16], "batch", seen=seen)
    flat = torch.stack(seen).reshape(len(seen), 16, 2, -1).transpose(1, 2).flatten(2)
    change = (flat[1:] - flat[:-1]).norm(dim=2) / flat[:-1].norm(dim=2).clamp_min(1e-12)
    return change.T.numpy(), seen


def through(config: Config, seen: list[Tensor]) -> np.ndarray:
    """Some values that enter the block looked at, and leave it: (2 networks, in and out, 96)."""
    i = min(config.block, len(seen) - 1) - 1
    both = torch.stack(seen[i : i + 2]).reshape(2, 16, 2, -1)
    return both.permute(2, 0, 1, 3).flatten(2)[:, :, ::65][:, :, :96].numpy()


def flat(pair: Pair) -> np.ndarray:
    """All numbers of both networks in one row."""
    return torch.cat([part.flatten() for part in (*pair.learned(), *pair.running)]).numpy()


def rebuilt(config: Config, row: np.ndarray) -> Pair:
    """The deep pair from its row of numbers."""
    like = begin(int(config.depth), config.seed, config.norm == "batch", False)
    parts = [*like.learned(), *like.running]
    pieces = torch.tensor(row).split([part.numel() for part in parts])
    made = [piece.view_as(part) for piece, part in zip(pieces, parts, strict=True)]
    n = len(like.learned())
    return given(like, made[:n])._replace(running=made[n:])


def look(config: Config, step: int, kept: Mapping[str, np.ndarray]) -> Frame:
    """All that is shown at one place of the time line.

    kept: theta, the deep pair in a row; rows (4, F + 1) of loss and right (4, F + 1) of test
          images, by deep plain, deep residual, shallow plain, shallow residual; grads (2, layers);
          surface (2, side, side) as far as known; without (2, MOST), each block left out.
    """
    pair = rebuilt(config, kept["theta"])
    change, seen = by_block(pair)
    standing = kept_blocks(config)
    values: dict[str, Any] = {name: kept[name] for name in kept if name != "theta"}
    values |= {
        "change": change, "through": through(config, seen), "standing": standing,
        "with_these": read_rightly(config, pair, SOME, standing),
    }  # fmt: skip
    return Frame(step, values, note(config, kept, change, step), dict(kept))


def note(config: Config, kept: Mapping[str, np.ndarray], change: np.ndarray, step: int) -> str:
    """What goes wrong, with its cause."""
    known = np.flatnonzero(np.isfinite(kept["rows"]).any(0))
    if not known.size:
        return "Both networks overflow: η is too large."
    last = kept["rows"][:, min(step, config.steps) // EVERY]
    lost = [n for n, loss in zip(("plain", "residual"), last, strict=False) if not loss < 1e3]
    if lost:
        why = "without norm each block adds to the size of what passes, or η is too large"
        return f"The {' and the '.join(lost)} network overflows: {why}."
    if step == 0 and change[1].max() == 0:
        return (
            "Each residual block gives out exactly what it gets: the deep network begins as "
            "a shallow one."
        )
    if step > config.steps:
        return (
            "Training is over. Under “Loss surface” a slice grows from its middle, and under "
            "“Paths” blocks are left out one by one."
        )
    return ""


def run(config: Config, start: Start | None = None) -> Iterator[Frame]:
    """The same batches for the deep pair and the shallow one; then the slice."""
    data, random = pictures(), torch_generator(config.seed, "batches")
    deep, shallow = Learner(config, int(config.depth)), Learner(config, SHALLOW)
    count = config.steps // EVERY + 1
    rows, right = np.full((2, 4, count), np.nan, np.float32)
    side = 2 * config.rings + 1
    surface = np.full((2, side, side), np.nan, np.float32)
    without = np.full((2, MOST), np.nan, np.float32)
    grads = np.zeros((2, int(config.depth) - 1), np.float32)

    def kept() -> dict[str, np.ndarray]:
        here = {"rows": rows, "right": right, "surface": surface, "without": without}
        return {n: a.copy() for n, a in here.items()} | {"theta": flat(deep.pair), "grads": grads}

    x, y = data.images[::80], data.labels[::80]
    for now in range(count):
        for _ in range(EVERY if now else 0):
            chosen = torch.randint(len(data.labels), (BATCH,), generator=random)
            for learner in (deep, shallow):
                learner.step(data.images[chosen], data.labels[chosen])
        most = 2000 if now == count - 1 else JUDGED
        for i, learner in enumerate((deep, shallow)):
            with torch.no_grad():
                rows[2 * i : 2 * i + 2, now] = losses(forward(learner.pair, x, "batch"), y)
            right[2 * i : 2 * i + 2, now] = read_rightly(config, learner.pair, most)
        grads = by_layer(deep.pair)
        yield look(config, now * EVERY, kept())
    ways, n = directions(deep.pair, config.seed), blocks_of(config)
    for k in range(config.rings + 1):
        fill(surface, k, deep.pair, ways, config.reach, x, y)
        surface[:] = spread(surface, k)
        for i in range(k * n // (config.rings + 1), (k + 1) * n // (config.rings + 1)):
            without[:, i] = read_rightly(config, deep.pair, JUDGED, np.arange(n) != i)
        yield look(config, config.steps + k + 1, kept())


def observe(config: Config, start: Start) -> Frame:
    """The same moment, with another block looked at, or others left out."""
    return look(config, start.step, start.checkpoint)


def answer(config: Config, start: Start | None = None) -> Frame:
    """What the networks say while a hand leaves blocks out."""
    if start and "theta" in start.checkpoint:
        pair = rebuilt(config, start.checkpoint["theta"])
    else:
        pair = begin(int(config.depth), config.seed, config.norm == "batch", config.zero)
    standing = kept_blocks(config)
    values = {"standing": standing, "with_these": read_rightly(config, pair, SOME, standing)}
    return Frame(start.step if start else 0, values)
