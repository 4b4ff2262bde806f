"""The controls, and the lines of an epoch that one can leave out."""

from __future__ import annotations

import labcore
from labcore import control

LINES = (
    "for epoch in range(epochs):",
    "model.train()",
    "for batch in train_dataloader():",
    "    batch = prepare_batch(batch)",
    "    loss = training_step(batch)",
    "    optimizer.zero_grad()",
    "    loss.backward()",
    "    optimizer.step()",
    "model.eval()",
    "with torch.no_grad():",
    "    for batch in val_dataloader():",
    "        batch = prepare_batch(batch)",
    "        validation_step(batch)",
)
"""An epoch of the trainer, as it runs; the first line stays."""
TRAIN, SHUFFLE, ZERO, BACKWARD, STEP, EVAL, NO_GRAD, HELD_OUT = 1, 2, 5, 6, 7, 8, 9, 10
KEPT = (3, 4, 11, 12)
"""Lines without which there is nothing to train or to judge."""


class Config(labcore.Config):
    """The controls."""

    cut: int = control(0, title="Line left out", low=0, high=len(LINES) - 1, more=True)
    """Click on a line of the loop to leave it out; 0 leaves all in."""

    lr: float = control(0.05, title="Learning rate η", low=0.001, high=1, log=True)
    """How far each step goes."""

    batch: int = control(32, title="Batch size", low=8, high=256, step=8)
    """Houses in one step."""

    epochs: int = control(20, title="Epochs", low=5, high=40)
    """How often all houses are seen."""

    dropout: float = control(0.3, title="Dropout", low=0, high=0.8, step=0.1)
    """The share of hidden units that are silenced in training, and never in evaluation."""

    ordered: bool = control(False, title="Houses sorted by price")
    """In which order the data stand in the table; shuffling makes it not matter."""
