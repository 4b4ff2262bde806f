"""Goals, judged by the frames of a run."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from labcore import Challenge, Frame, Verdict, shown
from labcore.start.playground.config import Config, hidden


def _test_loss(frames: Sequence[Frame]) -> float:
    return float(np.median(frames[-1]["test"]))


def _score(frames: Sequence[Frame], name: str = "test_good") -> float:
    return float(np.median(frames[-1][name]))


def spiral_alone(config: Config, frames: Sequence[Frame]) -> Verdict:
    """The spiral from bare coordinates."""
    if config.data != "spiral" or config.loss != "entropy":
        return Verdict(False, "Judged on the spiral with cross-entropy.")
    if not set(config.features) <= {"x", "y"}:
        return Verdict(False, "Only x₁ and x₂ may be given as features.")
    loss = _test_loss(frames)
    return Verdict(bool(loss < 0.1), f"The test loss is {shown(loss)}; below 0.1 is asked.")


def thrifty(config: Config, frames: Sequence[Frame]) -> Verdict:
    """Exclusive or with few neurons."""
    if config.data != "xor" or not set(config.features) <= {"x", "y"}:
        return Verdict(False, "Judged on “Exclusive or” with the features x₁ and x₂ alone.")
    neurons, score = sum(hidden(config)), _score(frames)
    passed = neurons <= 4 and score >= 0.97
    return Verdict(
        passed, f"{neurons} hidden neurons, {100 * score:.1f} % of the test points right."
    )


def no_layer(config: Config, frames: Sequence[Frame]) -> Verdict:
    """The circle without a hidden layer."""
    score = _score(frames)
    if config.data != "circle" or config.depth:
        return Verdict(False, "Judged on the circle without a hidden layer.")
    return Verdict(score >= 0.98, f"{100 * score:.1f} % of the test points right.")


def by_heart(config: Config, frames: Sequence[Frame]) -> Verdict:
    """Overfitting on purpose."""
    train, test = _score(frames, "train_good"), _score(frames)
    if "told" not in frames[-1].values:
        return Verdict(False, "Judged on classes, not on a regression.")
    says = f"{100 * train:.1f} % of the training points right, {100 * test:.1f} % of the others."
    return Verdict(train >= 0.99 and test <= 0.8, says)


CHALLENGES = (
    Challenge(
        "no-layer", "Part the circle from its ring without any hidden layer: 98 % on the test.",
        "No straight cut of x₁ and x₂ can do it. Of which features would one be enough?", no_layer,
    ),
    Challenge(
        "thrifty",
        "Solve “Exclusive or” with x₁ and x₂ and at most four hidden neurons: 97 % on the test.",
        "Two cuts are needed, and something that joins them. If it gets stuck, try another seed.",
        thrifty,
    ),
    Challenge(
        "by-heart", "Make a network learn by heart: 99 % in training, 80 % or less on the test.",
        "Few points, much noise, many neurons, many epochs.", by_heart,
    ),
    Challenge(
        "spiral-alone",
        "Bring the test loss of the spiral below 0.1 with the features x₁ and x₂ alone.",
        "Deeper, or ReLU, longer, and more points to train on. A schedule lets it settle.",
        spiral_alone, hard=True,
    ),
)  # fmt: skip
