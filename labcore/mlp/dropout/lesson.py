"""Two networks side by side, an average over masks, and doubt from a network that keeps dropping.

The time line trains the two networks on clothes (8 steps a frame) and the regression (20 steps a
frame), and averages more and more masks.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import numpy as np

from labcore import Frame, Start
from labcore.mlp.dropout.averages import COUNTS, kept_shares, last_mask, standard_error
from labcore.mlp.dropout.clothes import FRAMES, STEPS, sample, scores, train
from labcore.mlp.dropout.config import Config
from labcore.mlp.dropout.doubt import answers, begin, fit

DRAWN = 8
"""Units of each hidden layer in the picture of the network."""


def look(config: Config, step: int, kept: Mapping[str, np.ndarray]) -> Frame:
    """All that is shown at one place of the time line.

    kept: rows, (4, 2, F + 1): accuracy and loss in training and on test images so far, of the
          network with dropout and of the one without; mask, (2, H): the last step’s; theta, (P,):
          the regression’s weights.
    """
    n, h = int(COUNTS[step]), np.array([value for _, value in config.values])
    scaled = config.scaled == "scaled"
    factor = 1 / (1 - config.p) if scaled else 1.0
    shares = kept_shares(config.p, config.seed)
    goal = h if scaled else h * (1 - config.p)
    means = h * factor * shares
    said = answers(config, kept["theta"])
    off = np.sqrt(((means - h) ** 2).mean(1))
    size = float(np.sqrt((h**2).mean())) or 1.0
    values = {
        "rows": kept["rows"], "mask": kept["mask"][:, :DRAWN], "h": h,
        "once": h * factor * last_mask(config.p, config.seed, n), "mean": means[n - 1],
        "doubt": standard_error(h, config.p, n, scaled), "goal": goal,
        "off": off[COUNTS - 1] / size, "middle": said.mean(0), "spread": said.std(0),
        "some": said[:6],
    }  # fmt: skip
    arrays = {name: np.asarray(value, np.float32) for name, value in values.items()}
    arrays["mask"] = kept["mask"][:, :DRAWN].astype(bool)
    return Frame(step, arrays | {"masks": n}, note(config, kept["rows"][:, :, step]), dict(kept))


def note(config: Config, row: np.ndarray) -> str:
    """What goes wrong in training, in a sentence."""
    if np.isnan(row[1, 0]) and not np.isnan(row[1, 1]):
        return "Training: with dropout the weights overflow; η or p is too large."
    if np.isnan(row[1]).all() and np.isnan(row[0]).all():
        return ""
    if row[0, 0] < 0.3 and row[0, 1] > 0.9:
        return f"Training: p = {config.p:g} leaves too few units to learn with."
    return ""


def run(config: Config, start: Start | None = None) -> Iterator[Frame]:
    """Eight steps of SGD on clothes, twenty of Adam on the curve, and some masks more."""
    data = sample(config)
    rows = np.full((4, 2, FRAMES + 1), np.nan, np.float32)
    every = STEPS // FRAMES
    for moment, theta in zip(train(config, data), fit(config), strict=True):
        step = moment.step // every
        seen = scores(moment.weights, data).numpy()
        rows[:, :, step] = np.where(np.isfinite(seen[1]), seen, np.nan)
        kept = {"rows": rows.copy(), "mask": moment.kept.numpy(), "theta": theta}
        yield look(config, step, kept)


def answer(config: Config, start: Start | None = None) -> Frame:
    """What was trained so far, while a hand moves values or data."""
    if start and "theta" in start.checkpoint:
        return look(config, start.step, start.checkpoint)
    empty = np.full((4, 2, FRAMES + 1), np.nan, np.float32)
    mask = np.ones((2, config.width), bool)
    return look(config, 0, {"rows": empty, "mask": mask, "theta": begin(config).numpy()})
