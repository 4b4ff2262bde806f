"""Entropy, cross-entropy, divergence and mutual information of bars one drags."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from typing import Any, Literal

import numpy as np

import labcore
from labcore import Frame, PointList, Start, control
from labcore.mathematics.information.bells import fits
from labcore.rng import numpy_generator

COUNTS = np.unique(np.round(np.logspace(0, 3.5, 76)).astype(int))[:61]
"""How many symbols have been sent at each place of the time line."""
LAST = len(COUNTS) - 1
SYMBOLS, CLASSES = "abcde", ("cat", "dog", "bird", "fish")


def placed(*heights: float, groups: int = 1) -> PointList:
    """Bars of these heights, one at each whole number; several groups stand side by side."""
    count = len(heights) // groups
    aside = [0.4 * (k // count - (groups - 1) / 2) for k in range(len(heights))]
    return tuple((k % count + aside[k], float(height)) for k, height in enumerate(heights))


def tops(points: PointList, title: str, views: tuple[str, ...], low: float, high: float) -> Any:
    """A control of bars that are pulled up and down."""
    many, far = len(points), max(x for x, _ in points) + 0.5
    return control(points, title=title, x=(-0.5, far), y=(low, high), least=many, most=many,
                   more=True, views=views)  # fmt: skip


class Config(labcore.Config):
    """Two distributions, a table of two variables, four logits, and a pair of bumps."""

    unit: Literal["bits", "nats"] = control("bits", title="Unit")
    """Bits count questions of yes or no; nats use the natural logarithm. 1 nat is 1.44 bits."""

    world: Literal["P", "Q"] = control(
        "P",
        title="The symbols come from",
        labels={"P": "P (blue), coded for Q", "Q": "Q (orange), coded for P"},
        views=("Bits", "Message"),
    )
    """Which distribution is true. The other one is believed: the code is made for it."""

    label: Literal["cat", "dog", "bird", "fish"] = control(
        "cat", title="True class", views=("Loss",)
    )
    """What the picture really shows, for the loss of a classifier."""

    rate: float = control(
        0.5, title="Step of the descent", low=0.05, high=2, log=True, views=("Loss",)
    )
    """How far the logits move against their gradient in each step."""

    balance: float = control(
        0.5, title="Share of the left bump", low=0.05, high=0.95, step=0.05, views=("Fit",)
    )
    """How much of the probability lies in the left of the two bumps."""

    p: PointList = tops(
        placed(0.5, 0.25, 0.125, 0.0625, 0.0625), "Bars of P", ("Bits", "Message"), 0, 1
    )
    """Heights of the blue bars, divided by their sum."""

    q: PointList = tops(placed(0.1, 0.2, 0.4, 0.2, 0.1), "Bars of Q", ("Bits", "Message"), 0, 1)
    """Heights of the orange bars, divided by their sum."""

    table: PointList = tops(
        placed(0.25, 0.05, 0.2, 0.05, 0.05, 0.15, 0.05, 0.2, groups=2),
        "Bars of the table", ("Joint",), 0, 1,
    )  # fmt: skip
    """X = 1 … 4 twice: first for Y = 0, then for Y = 1; divided by their sum."""

    logits: PointList = tops(placed(-1.0, 2.0, 0.5, 0.0), "Logits", ("Loss",), -6, 6)
    """What the classifier says before softmax, one number a class."""

    left: float = control(
        -3.0, title="Left bump", low=-5, high=5, step=0.1, more=True, views=("Fit",)
    )
    """Where the left bump stands."""

    right: float = control(
        3.0, title="Right bump", low=-5, high=5, step=0.1, more=True, views=("Fit",)
    )
    """Where the right bump stands."""

    mu: float = control(
        1.0, title="Start of the bell", low=-5, high=5, step=0.1, more=True, views=("Fit",)
    )
    """Where both bells start."""


def normalised(points: PointList) -> np.ndarray:
    """Probabilities in the proportion of the heights; all alike where every height is 0."""
    heights = np.array([height for _, height in points])
    total = heights.sum()
    return heights / total if total > 0 else np.full(len(heights), 1 / len(heights))


def surprise(p: np.ndarray) -> np.ndarray:
    """−log p in nats: the self-information; infinite where p is 0."""
    with np.errstate(divide="ignore"):
        return -np.log(p)


def expected(p: np.ndarray, number: np.ndarray) -> float:
    """Σ p · number, where 0 · ∞ counts as 0: what never happens costs nothing."""
    return float(np.where(p > 0, p * np.where(p > 0, number, 0), 0).sum())


def entropy(p: np.ndarray) -> float:
    """H(P) = −Σ p log p, nats."""
    return expected(p, surprise(p))


def cross_entropy(p: np.ndarray, q: np.ndarray) -> float:
    """H(P, Q) = −Σ p log q, nats: what comes from P in a code made for Q."""
    return expected(p, surprise(q))


def divergence(p: np.ndarray, q: np.ndarray) -> float:
    """KL(P‖Q) = H(P, Q) − H(P), nats, infinite where q is 0 and p is not."""
    cross = cross_entropy(p, q)
    return cross - entropy(p) if np.isfinite(cross) else cross


def shared(joint: np.ndarray) -> dict[str, float]:
    """Entropies of a table (Y, X) in nats, and what the two variables share."""
    x, y, both = joint.sum(0), joint.sum(1), entropy(joint.ravel())
    return {"hx": entropy(x), "hy": entropy(y), "hxy": both, "hx.y": both - entropy(y),
            "hy.x": both - entropy(x), "mutual": entropy(x) + entropy(y) - both}  # fmt: skip


@lru_cache(maxsize=4)
def luck(seed: int) -> np.ndarray:
    """Numbers spread evenly over 0 to 1; they stay the same while a hand drags."""
    return numpy_generator(seed, "symbols").random(COUNTS[-1])


def sent(seed: int, p: np.ndarray, lengths: np.ndarray) -> np.ndarray:
    """Mean length of the first COUNTS symbols from P, as each symbol has its length: (N,)."""
    symbols = np.searchsorted(np.cumsum(p)[:-1], luck(seed), side="right")
    return np.cumsum(lengths[symbols])[COUNTS - 1] / COUNTS


def softmax(z: np.ndarray) -> np.ndarray:
    """Probabilities from logits."""
    e = np.exp(z - z.max())
    return e / e.sum()


def descend(z: np.ndarray, y: np.ndarray, rate: float, loss: str) -> np.ndarray:
    """Probability of the true class at each step down a loss: (N,).

    Cross-entropy pulls the logits by p − y. The squared error Σ (p − y)² pulls them by
    2 J (p − y) with J = diag p − p pᵀ, which is nearly 0 where p is sure, right or wrong.
    """
    path = np.empty(len(COUNTS))
    for step in range(len(COUNTS)):
        p = softmax(z)
        path[step] = p @ y
        pull = p - y
        if loss == "squared":
            pull = 2 * p * (pull - p @ pull)
        z = z - rate * pull
    return path


def look(config: Config, at: int) -> Frame:
    """All four pictures at one place of the time line, in the unit chosen."""
    scale = 1 / np.log(2) if config.unit == "bits" else 1.0
    p, q = normalised(config.p), normalised(config.q)
    true, believed = (p, q) if config.world == "P" else (q, p)
    now = np.arange(len(COUNTS)) <= at
    z, y = np.array([height for _, height in config.logits]), np.eye(4)[CLASSES.index(config.label)]
    races = np.stack([descend(z, y, config.rate, loss) for loss in ("cross", "squared")])
    bells, far = fits(config.balance, config.left, config.right, config.mu)
    arrays = {
        "p": p, "q": q, "surprise": scale * surprise(np.stack([true, believed])),
        "sent": np.where(now, scale * np.stack([sent(config.seed, true, surprise(true)),
                                                sent(config.seed, true, surprise(believed))]),
                         np.nan),
        "joint": normalised(config.table).reshape(2, 4), "chance": softmax(z),
        "pull": softmax(z) - y, "races": np.where(now, races, np.nan),
        "bells": bells[:, at], "far": np.where(now, scale * far, np.nan),
    }  # fmt: skip
    numbers = {
        "count": int(COUNTS[at]), "hp": entropy(true), "cross": cross_entropy(true, believed),
        "kl": divergence(true, believed), "reverse": divergence(believed, true),
        "loss": cross_entropy(y, softmax(z)), **shared(normalised(config.table).reshape(2, 4)),
    }  # fmt: skip
    numbers |= {name: scale * value for name, value in numbers.items() if name != "count"}
    arrays = {name: value.astype(np.float32) for name, value in arrays.items()}
    return Frame(at, arrays | numbers, trouble(config, true, believed), checkpoint={})


def trouble(config: Config, true: np.ndarray, believed: np.ndarray) -> str:
    """What is infinite or empty, in a sentence."""
    if not all(any(h for _, h in bars) for bars in (config.p, config.q, config.table)):
        return "All bars of a kind are at 0. They say nothing, so they are taken as equal."
    lost = [c for c, p, q in zip(SYMBOLS, true, believed, strict=True) if p > 0 and q == 0]
    if lost:
        return (f"“{lost[0]}” does happen, but the code holds it for impossible: there is no "
                "codeword for it, and cross-entropy and KL are infinite.")  # fmt: skip
    return ""


def run(config: Config, start: Start | None = None) -> Iterator[Frame]:
    """Symbols are sent, logits and bells descend."""
    for at in range(len(COUNTS)):
        yield look(config, at)


def answer(config: Config, start: Start | None = None) -> Frame:
    """The same while a hand drags, at the place on screen."""
    return look(config, start.step if start else LAST)
