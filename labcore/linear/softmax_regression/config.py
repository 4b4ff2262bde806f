"""The controls of the lab on softmax regression."""

from __future__ import annotations

from typing import Literal

import labcore
from labcore import PointList, control

PIXELS, CLASSES, LOOKS, SHOWN = 784, 10, 5, 10
"""Looks are frames in an epoch; so many pictures are shown of one cell."""
Clothing = Literal["T-shirt", "trousers", "pullover", "dress", "coat",
                   "sandal", "shirt", "sneaker", "bag", "ankle boot"]  # fmt: skip
TRAINING, LOGITS, MISTAKES = "Training", "Logits", "Mistakes"
BARS = ((0.0, 2.0), (1.0, -1.5), (2.0, 1.0), (3.0, 0.5), (4.0, 0.0),
        (5.0, -3.0), (6.0, 3.0), (7.0, -3.0), (8.0, -0.5), (9.0, -2.5))  # fmt: skip


class Config(labcore.Config):
    """How to train, what to look at, and ten logits of one's own."""

    code: Literal["scratch", "concise"] = control(
        "scratch",
        title="Written",
        labels={"scratch": "From scratch", "concise": "With torch.nn"},
        views=(TRAINING,),
    )
    """Two ways to write the same training. Their losses agree to rounding."""

    lr: float = control(
        0.1, title="Learning rate η", low=0.001, high=10, log=True, views=(TRAINING, MISTAKES)
    )
    """Length of a step, as a multiple of the gradient."""

    batch: int = control(
        256, title="Batch size", low=16, high=2048, step=16, views=(TRAINING, MISTAKES)
    )
    """Images whose gradients are averaged for one step."""

    epochs: int = control(10, title="Epochs", low=1, high=30, views=(TRAINING, MISTAKES))
    """How often each training image comes."""

    images: int = control(
        1000, title="Images of each class", low=1, high=1000, views=(TRAINING, MISTAKES)
    )
    """The first so many of each class are trained on."""

    decay: float = control(
        0.0, title="Weight decay λ", low=0, high=0.5, step=0.005, views=(TRAINING,)
    )
    """In each step the weights also shrink by ηλ of themselves; the biases do not."""

    truth: Clothing = control("shirt", title="True class", views=(LOGITS,))
    """The label of the picture whose logits you hold. As one-hot: 1 there, 0 elsewhere."""

    temperature: float = control(
        1.0, title="Temperature T", low=0.05, high=20, log=True, views=(LOGITS,)
    )
    """All logits are divided by it before softmax."""

    shift: int = control(0, title="Add to all logits", low=-120, high=120, views=(LOGITS,))
    """Softmax does not change by it. A computer that takes exp as it stands does notice."""

    which: Literal["cell", "wrong"] = control(
        "cell",
        title="Show",
        labels={"cell": "The chosen cell", "wrong": "The most surely wrong"},
        views=(MISTAKES,),
    )
    """Test images of one cell of the table, or of all wrong ones; the surest first."""

    was: int = control(6, title="Cell: true class", low=0, high=9, more=True, views=(MISTAKES,))
    """The row of the table, from 0 for T-shirt to 9 for ankle boot."""

    said: int = control(0, title="Cell: prediction", low=0, high=9, more=True, views=(MISTAKES,))
    """The column of the table."""

    logits: PointList = control(
        BARS, title="Logits", x=(-0.5, 9.5), y=(-8, 8), least=10, most=10, more=True,
        views=(LOGITS,),
    )  # fmt: skip
    """What a model says before softmax, one number a class."""
