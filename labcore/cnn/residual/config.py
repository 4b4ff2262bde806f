"""The controls of the lab on residual networks."""

from __future__ import annotations

from typing import Literal

import numpy as np

import labcore
from labcore import control

SHALLOW, MOST = 8, 27
"""Layers of the nets to compare with; blocks of the deepest."""
EVERY = 10
"""Steps of training between two frames."""


class Config(labcore.Config):
    """How deep the networks are, how they begin, and what is left out of them."""

    depth: Literal["14", "20", "32", "44", "56"] = control(
        "32", title="Layers", labels={n: f"{n} layers" for n in ("14", "20", "32", "44", "56")}
    )
    """With weights: one convolution, blocks of two, and one dense layer at the end."""

    lr: float = control(0.1, title="Learning rate η", low=0.005, high=2, log=True)
    """Of SGD with momentum 0.9, the same for all networks."""

    steps: int = control(160, title="Steps", low=20, high=500, step=20)
    """Batches of 64 images."""

    norm: Literal["batch", "none"] = control(
        "batch", title="After each convolution", labels={"batch": "batch norm", "none": "nothing"}
    )
    """Without a norm, values and gradients are left to the first weights."""

    zero: bool = control(False, title="Blocks start as the identity")
    """The last γ of each residual block (without norm: its last weights) starts at 0."""

    drop: float = control(0.0, title="Stochastic depth", low=0, high=0.8, step=0.1)
    """How often the last residual block is left out of a training step; earlier ones less often."""

    block: int = control(8, title="Block looked at", low=1, high=MOST, views=("Identity",))
    """Counted from the image; a number beyond the last block means the last."""

    brush: Literal["x", "o"] = control(
        "x", title="A click", labels={"x": "leaves a block out", "o": "puts it back"},
        views=("Paths",),
    )  # fmt: skip
    """On the strip of blocks."""

    cells: str = control("o" * MOST, title="Blocks left out", high=MOST, more=True,
                         views=("Paths",))  # fmt: skip
    """A letter a block: o where it stands, x where it is left out."""

    reach: float = control(1.0, title="Reach of the slice", low=0.1, high=3, log=True, more=True,
                           views=("Loss surface",))  # fmt: skip
    """How far the slice goes: 1 moves each filter by its own length."""

    rings: int = control(6, title="Rings of the slice", low=1, high=8, more=True,
                         views=("Loss surface",))  # fmt: skip
    """Its points are measured ring by ring, from the trained weights outwards."""


def blocks_of(config: Config) -> int:
    """Blocks of the deep networks: two layers each, beside the first and the last layer."""
    return (int(config.depth) - 2) // 2


def looked_at(config: Config) -> int:
    """The block looked at, counted from 1."""
    return min(config.block, blocks_of(config))


def kept_blocks(config: Config) -> np.ndarray:
    """Which blocks the learner leaves standing: (blocks,) bool."""
    letters = config.cells.ljust(MOST, "o")[: blocks_of(config)]
    return np.array([letter != "x" for letter in letters])


def frames_of(config: Config) -> int:
    """Frames of training, the first included, and of the slice."""
    return config.steps // EVERY + 1 + config.rings + 1
