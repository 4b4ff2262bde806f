"""A classifier in a world that moves: three shifts, weights that mend two of them, and feedback."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from typing import NamedTuple

import numpy as np

from labcore import Frame, Start
from labcore.linear.distribution_shift.clothes import look_clothes
from labcore.linear.distribution_shift.config import CLOTHING, PLANE, STEPS, Config
from labcore.rng import numpy_generator

HOME, SPREAD, STEEP = np.array([-1.2, 0.3]), 1.0, 4.0
"""Mean and standard deviation of the source, and how sharply the truth changes across its curve."""
BLOBS, WIDE = np.array([[0.0, -0.3], [1.0, 0.3]]), 0.55
"""Means of the two classes under label shift, and their standard deviation."""
RIDGE, JUDGES, FEW = 1e-3, 2000, 5.0
"""Judges are points on which accuracy is told; below FEW effective points, too few are left."""


class World(NamedTuple):
    """Labelled source points, unlabelled target points, and points to judge on.

    x (n, 2), y (n,): source. seen (n, 2), hidden (n,): target; the labels are for the reference
    only. judge (m, 2), chance (m,): target points and P(y = 1 | x) there. ratio (n,): the exact
    density ratio of target to source at the source points.
    """

    x: np.ndarray
    y: np.ndarray
    seen: np.ndarray
    hidden: np.ndarray
    judge: np.ndarray
    chance: np.ndarray
    ratio: np.ndarray


def sigmoid(z: np.ndarray) -> np.ndarray:
    """1 / (1 + exp −z), for any z."""
    return 0.5 + 0.5 * np.tanh(0.5 * z)


def truth(x: np.ndarray, turn: float = 0.0) -> np.ndarray:
    """P(y = 1 | x) (n,): above a parabola; the concept may be turned around HOME, in radians."""
    c, s = np.cos(turn), np.sin(turn)
    u = (x - HOME) @ np.array([[c, s], [-s, c]]).T + HOME
    return sigmoid(STEEP * (u[:, 1] - 0.35 * u[:, 0] ** 2 + 0.3))


@lru_cache(maxsize=4)
def luck(seed: int, n: int) -> tuple[np.ndarray, ...]:
    """Standard normal places and even numbers: source, target, judges. Kept while a hand drags."""
    random = numpy_generator(seed, "points")
    counts = (n, n, JUDGES)
    return (*(random.standard_normal((m, 2)) for m in counts),
            *(random.random(m) for m in counts))  # fmt: skip


def world(config: Config, share: float) -> World:
    """The world after this share of the shift."""
    a, b, c, *u = luck(config.seed, config.samples)
    if config.kind == "label":
        prior = 0.5 + share * (config.prior - 0.5)
        y, hidden, of = (low < p for low, p in zip(u, (0.5, prior, prior), strict=True))
        x, seen, judge = (BLOBS[label.astype(int)] + WIDE * z
                          for label, z in ((y, a), (hidden, b), (of, c)))  # fmt: skip
        ratio = np.where(y, prior, 1 - prior) / 0.5
        return World(x, y, seen, hidden, judge, posterior(judge, prior), ratio)
    turn = share * np.radians(config.turn) if config.kind == "concept" else 0.0
    away = np.zeros(2)
    if config.kind == "covariate":
        away = share * (np.array([config.mean_x, config.mean_y]) - HOME)
    x, seen, judge = HOME + SPREAD * a, HOME + away + SPREAD * b, HOME + away + SPREAD * c
    ratio = np.exp((x - HOME - away / 2) @ away / SPREAD**2)
    return World(x, u[0] < truth(x), seen, u[1] < truth(seen, turn), judge, truth(judge, turn),
                 ratio)  # fmt: skip


def posterior(x: np.ndarray, prior: float) -> np.ndarray:
    """P(y = 1 | x) of the two blobs (n,)."""
    ahead = ((x - BLOBS[0]) ** 2 - (x - BLOBS[1]) ** 2).sum(1) / (2 * WIDE**2)
    return sigmoid(ahead + np.log(prior / (1 - prior)))


def fit(x: np.ndarray, y: np.ndarray, w: np.ndarray) -> np.ndarray:
    """Logistic regression by Newton: θ (3,) with the bias last, points weighted by w (n,).

    It minimises Σ w loss / Σ w + ½ RIDGE |θ without bias|².
    """
    a, w = np.column_stack([x, np.ones(len(x))]), w / w.sum()
    theta, penalty = np.zeros(3), np.array([RIDGE, RIDGE, 1e-9])
    for _ in range(50):
        p = sigmoid(a @ theta)
        slope = a.T @ (w * (p - y)) + penalty * theta
        bend = (a.T * (w * p * (1 - p))) @ a + np.diag(penalty + 1e-9)
        move = np.linalg.solve(bend, slope)
        length = np.sqrt(move @ move)
        theta = theta - move * min(1.0, 2.0 / max(length, 1e-12))
        if length < 1e-9:
            break
    return theta


def accuracy(theta: np.ndarray, x: np.ndarray, chance: np.ndarray) -> float:
    """Expected share of right answers, where y = 1 has this chance at each x."""
    says = x @ theta[:2] + theta[2] > 0
    return float(np.where(says, chance, 1 - chance).mean())


def told_apart(given: World) -> np.ndarray:
    """Density ratio at the source points (n,), learned: a classifier of source against target."""
    n, m = len(given.x), len(given.seen)
    both = np.concatenate([given.x, given.seen])
    theta = fit(both, np.arange(n + m) >= n, np.ones(n + m))
    return np.exp(np.clip(given.x @ theta[:2] + theta[2], -30, 30)) * n / m


def by_confusion(given: World) -> np.ndarray:
    """Label weights at the source points (n,): solve C w = μ, the confusion matrix against what
    the classifier says of the target. C is counted by two halves that judge each other."""
    says, joint, mean = np.empty(len(given.y), bool), np.empty((2, 2)), 0.0
    half = np.arange(len(given.y)) % 2 == 0
    for part in (half, ~half):
        theta = fit(given.x[~part], given.y[~part], np.ones((~part).sum()))
        says[part] = given.x[part] @ theta[:2] + theta[2] > 0
        mean += (given.seen @ theta[:2] + theta[2] > 0).mean() / 2
    for i in (0, 1):
        for j in (0, 1):
            joint[i, j] = np.mean((says == i) & (given.y == j))
    w = np.linalg.lstsq(joint, np.array([1 - mean, mean]), rcond=None)[0]
    return np.maximum(w, 1e-3)[given.y.astype(int)]


def effective(w: np.ndarray) -> float:
    """Effective sample size (Σ w)² / Σ w², as a share of the points."""
    return float(w.sum() ** 2 / (w**2).sum() / len(w))


@lru_cache(maxsize=64)
def look_shift(config: Config, at: int) -> dict[str, np.ndarray | float]:
    """Four classifiers and their accuracy where the world has gone to."""
    given = world(config, at / (STEPS - 1))
    n = len(given.x)
    learned = by_confusion(given) if config.kind == "label" else told_apart(given)
    weights = [np.ones(n), np.minimum(given.ratio, config.cap), np.minimum(learned, config.cap)]
    thetas = [fit(given.x, given.y, w) for w in weights]
    thetas.append(fit(given.seen, given.hidden, np.ones(n)))
    right = [accuracy(theta, given.judge, given.chance) for theta in thetas]
    return {"x": given.x, "y": given.y, "seen": given.seen, "weights": weights[1],
            "learned": weights[2], "thetas": np.array(thetas), "right": np.array(right),
            "size": effective(weights[1]), "moved": 0.0}  # fmt: skip


def respond(x: np.ndarray, theta: np.ndarray, effort: float) -> np.ndarray:
    """Who is refused steps straight across the boundary, if it is near enough: (n, 2)."""
    length = max(float(np.hypot(*theta[:2])), 1e-9)
    away = -(x @ theta[:2] + theta[2]) / length
    goes = (away >= 0) & (away < effort)
    return x + np.where(goes, away + 0.02, 0)[:, None] * theta[:2] / length


@lru_cache(maxsize=4)
def rounds(seed: int, n: int, effort: float) -> list[dict[str, np.ndarray | float]]:
    """Publish, see people react, train on that, and so on."""
    a, _, c, u, *_ = luck(seed, n)
    x, judge = HOME + SPREAD * a, HOME + SPREAD * c
    y, chance = u < truth(x), truth(judge)
    first = theta = fit(x, y, np.ones(n))
    now, found = x, []
    for _ in range(STEPS):
        after, crowd = respond(x, theta, effort), respond(judge, theta, effort)
        late = respond(judge, first, effort)
        right = [accuracy(first, late, chance), accuracy(theta, crowd, chance), np.nan,
                 accuracy(first, judge, chance)]  # fmt: skip
        moved = float((after != x).any(1).mean())
        found.append({"x": now, "y": y, "seen": after, "weights": np.ones(n),
                      "learned": np.ones(n), "thetas": np.array([first, theta, theta, first]),
                      "right": np.array(right), "size": 1.0, "moved": moved})  # fmt: skip
        now = after
        theta = fit(now, y, np.ones(n))
    return found


def part(config: Config, view: str) -> Config:
    """The config with all that this view does not ask for as it is by default."""
    asked = (c.name for c in Config.controls() if not c.views or view in c.views)
    return Config(**{name: getattr(config, name) for name in asked})


def look(config: Config, at: int) -> Frame:
    """Both views at one place of the time line."""
    if config.kind == "feedback":
        found = rounds(config.seed, config.samples, config.effort)[at]
    else:
        found = look_shift(part(config, PLANE), at)
    values = found | look_clothes(part(config, CLOTHING), at) | {"share": at / (STEPS - 1)}
    small = {name: np.asarray(value, np.float32) if np.ndim(value) else float(value)
             for name, value in values.items()}  # fmt: skip
    return Frame(at, small, trouble(config, small), checkpoint={})


def trouble(config: Config, found: dict[str, np.ndarray | float]) -> str:
    """What cannot be mended, and why."""
    size, right = float(found["size"]), np.asarray(found["right"])
    if config.kind in ("covariate", "label") and size * config.samples < FEW:
        return (f"Hardly any training point lies where the target is: {size * config.samples:.1f} "
                f"of {config.samples} count in effect. No weight can make up for points that are "
                "not there.")  # fmt: skip
    if config.kind == "concept" and right[3] - right[0] > 0.1:
        return ("The inputs have not moved, so all weights are 1 and nothing is mended: the same x "
                "now has another answer. Only new labels help.")  # fmt: skip
    if not any(height for _, height in config.shares):
        return "All bars are at 0. They say nothing, so all classes are taken as equally common."
    return ""


def run(config: Config, start: Start | None = None) -> Iterator[Frame]:
    """The shift grows, and pictures come in; under feedback, round after round."""
    for at in range(STEPS):
        yield look(config, at)


def answer(config: Config, start: Start | None = None) -> Frame:
    """The same while a hand drags, at the place on screen."""
    return look(config, min(start.step, STEPS - 1) if start else STEPS - 1)
