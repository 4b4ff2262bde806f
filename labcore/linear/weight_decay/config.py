"""The controls of the lab on weight decay."""

from __future__ import annotations

from typing import Literal

import labcore
from labcore import control

WIDE = {"part": ("path", "train")}
FLAT = {"part": ("balls",)}


class Config(labcore.Config):
    """The controls."""

    part: Literal["path", "balls", "train"] = control(
        "path", title="Look at",
        labels={"path": "Weights by λ", "balls": "Two weights, two balls",
                "train": "Training with decay"},
    )  # fmt: skip
    """What the time line goes through: λ falling, λ growing, or epochs."""

    data: Literal["dense", "sparse", "houses"] = control(
        "houses", title="Data", only=WIDE,
        labels={"dense": "All features matter a little", "sparse": "Five features matter",
                "houses": "Houses and products (real)"},
    )  # fmt: skip
    """Made data, or 66 features of real houses: eleven, and the product of each two."""

    penalty: Literal["l2", "l1"] = control(
        "l2", title="Penalty", only={"part": ("path",)},
        labels={"l2": "L2: ½ λ ‖w‖²", "l1": "L1: λ Σ|w|"},
    )  # fmt: skip
    """Ridge regression, or the lasso."""

    n: int = control(30, title="Training samples", low=10, high=100, only=WIDE)
    """How many samples the weights are learnt from."""

    lam: float = control(
        0.3, title="Weight decay λ", low=0.001, high=10, log=True, only={"part": ("train",)}
    )
    """How strongly each step pulls the weights to 0."""

    lr: float = control(
        0.02, title="Learning rate η", low=0.001, high=0.5, log=True, only={"part": ("train",)}
    )
    """Length of a step. Per step decay takes the share ηλ of each weight."""

    tilt: float = control(
        0.5, title="Correlation of the two features", low=-0.9, high=0.9, step=0.1, only=FLAT
    )
    """It turns the loss's ellipses."""

    p: int = control(
        200, title="Features", low=5, high=200, more=True, only={"data": ("dense", "sparse")}
    )
    """How many features made data has."""

    noise: float = control(
        0.3, title="Noise σ", low=0.0, high=2.0, step=0.05, more=True,
        only={"data": ("dense", "sparse")},
    )  # fmt: skip
    """Noise on made targets; without it they have variance 1."""

    together: float = control(
        0.9, title="Correlation of neighbours", low=0.0, high=0.98, step=0.02, more=True,
        only={"data": ("dense", "sparse")},
    )  # fmt: skip
    """How much a made feature is like the one before."""

    w1: float = control(1.6, title="Best w₁", low=-2, high=2, step=0.01, more=True, only=FLAT)
    """Where the loss alone has its minimum."""

    w2: float = control(0.7, title="Best w₂", low=-2, high=2, step=0.01, more=True, only=FLAT)
    """Where the loss alone has its minimum."""
