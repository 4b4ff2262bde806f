"""The same points, read with labels, without, for rewards, and as a riddle about themselves."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Literal

import numpy as np

import labcore
from labcore import Frame, PointList, Start, control
from labcore.rng import numpy_generator
from labcore.start.kinds_of_learning.points import (
    EACH,
    FIRST,
    SECOND,
    SIDE,
    THIRD,
    own,
    wines,
)
from labcore.start.kinds_of_learning.unlabelled import k_means, spread

LAST, PULLS, SLOWER = 60, 5, 3
"""Places of the time line; pulls of an arm at each; places for each half-step of k-means."""
KINDS = 3
DECAY = 0.01
PLANE: dict[str, Any] = {
    "x": (0.0, SIDE),
    "y": (0.0, SIDE),
    "least": EACH,
    "most": EACH,
    "more": True,
}
LABELS, NONE, REWARDS, ITSELF = "With labels", "Without labels", "For rewards", "From itself"


class Config(labcore.Config):
    """Points, and what each kind of learning makes of them."""

    data: Literal["own", "wine"] = control(
        "own", title="Points", labels={"own": "your own, three kinds", "wine": "178 wines"}
    )
    """Yours can be dragged. The wines are real: flavanoids and colour, and who grew them."""

    told: float = control(
        0.5, title="Share of points with a label", low=0, high=1, step=0.05, views=(LABELS,)
    )
    """The others are used to judge. The label is a kind on the left, a height on the right."""

    clusters: int = control(3, title="Groups k", low=1, high=6, views=(NONE,))
    """How many centres k-means has."""

    alarm: float = control(
        2.2, title="Unusual from a distance of", low=0.5, high=5, step=0.1, unit="σ", views=(NONE,)
    )
    """Distance from the mean, in standard deviations of that direction (Mahalanobis)."""

    arms: int = control(3, title="Arms", low=2, high=6, views=(REWARDS,))
    """The plane is cut into so many strips. Pulling an arm draws a point of its strip; the reward
    is the point's height."""

    epsilon: float = control(0.1, title="Exploration ε", low=0, high=1, step=0.01, views=(REWARDS,))
    """The share of pulls at which any arm is tried, whatever is known."""

    width: float = control(
        1.0, title="Width of the neighbourhood", low=0.1, high=10, log=True, views=(ITSELF,)
    )
    """How far away points still have a say about a hidden coordinate."""

    first: PointList = control(FIRST, title="Points of the first kind", **PLANE)
    """Circles, where the kind is shown."""

    second: PointList = control(SECOND, title="Points of the second kind", **PLANE)
    """Squares, where the kind is shown."""

    third: PointList = control(THIRD, title="Points of the third kind", **PLANE)
    """Diamonds, where the kind is shown."""


def given(config: Config) -> tuple[np.ndarray, np.ndarray]:
    """Places (n, 2) and kinds (n,)."""
    return wines() if config.data == "wine" else own(config.first, config.second, config.third)


def told_of(config: Config, kind: np.ndarray) -> np.ndarray:
    """Which points have a label (n,): of each kind the same share, by lot."""
    lot = numpy_generator(config.seed, "labels").permutation(len(kind))
    chosen = np.zeros(len(kind), bool)
    for k in range(KINDS):
        of = lot[kind[lot] == k]
        chosen[of[: round(config.told * len(of))]] = True
    return chosen


def classify(x: np.ndarray, kind: np.ndarray, steps: int) -> tuple[np.ndarray, float]:
    """Supervised, a kind: softmax regression by gradient descent, weights (3, 3) and its loss.

    x (n, 2) is centred on the plane; the last row of the weights is the bias.
    """
    z, w = np.column_stack([x, np.ones(len(x))]), np.zeros((3, KINDS))
    target = np.eye(KINDS)[kind]
    for _ in range(steps):
        p = softmax(z @ w)
        w -= 0.8 * (z.T @ (p - target) / max(len(z), 1) + DECAY * np.vstack([w[:2], np.zeros(3)]))
    loss = -np.log(softmax(z @ w)[np.arange(len(z)), kind]).mean() if len(z) else np.nan
    return w, float(loss)


def softmax(scores: np.ndarray) -> np.ndarray:
    """exp of each score over the sum of its row."""
    e = np.exp(scores - scores.max(1, keepdims=True))
    return e / e.sum(1, keepdims=True)


def regress(x: np.ndarray, y: np.ndarray, steps: int) -> np.ndarray:
    """Supervised, a number: the line w x + b by gradient descent on half the mean squared error."""
    line, z = np.zeros(2), np.column_stack([x, np.ones(len(x))])
    for _ in range(steps):
        line -= 0.5 * z.T @ (z @ line - y) / max(len(z), 1)
    return line


def bandit(config: Config, x: np.ndarray, pulls: int) -> dict[str, np.ndarray]:
    """Reinforcement: an ε-greedy agent that sees only rewards, one at a time.

    Arm by arm the estimate Q and how often it was pulled; pull by pull the arm, the point and the
    reward.
    """
    random = numpy_generator(config.seed, "pulls")
    explores, any_arm, which = random.random((3, (LAST + 1) * PULLS))
    strip = np.minimum((x[:, 0] / SIDE * config.arms).astype(int), config.arms - 1)
    members = [np.flatnonzero(strip == arm) for arm in range(config.arms)]
    q, n = np.zeros(config.arms), np.zeros(config.arms, int)
    arms, points, rewards = np.zeros(pulls, int), np.full(pulls, -1), np.zeros(pulls)
    for t in range(pulls):
        best = np.flatnonzero(q == q.max())
        free = explores[t] < config.epsilon
        arm = int(any_arm[t] * config.arms) if free else int(best[int(any_arm[t] * len(best))])
        if len(members[arm]):
            points[t] = members[arm][int(which[t] * len(members[arm]))]
            rewards[t] = x[points[t], 1]
        n[arm] += 1
        q[arm] += (rewards[t] - q[arm]) / n[arm]
        arms[t] = arm
    means = np.array([x[m, 1].mean() if len(m) else 0.0 for m in members])
    return {"q": q, "n": n, "arms": arms, "points": points, "rewards": rewards, "means": means}


def riddles(config: Config, x: np.ndarray, many: int) -> dict[str, np.ndarray]:
    """Self-supervised: one coordinate of a point is hidden and foretold from the other points.

    Those that are near in the coordinate that is seen have the most to say (Nadaraya–Watson).
    Point, hidden coordinate (0 or 1), what was said and what a guess of the mean would have been.
    """
    random = numpy_generator(config.seed, "riddles")
    order = random.permutation(len(x))
    order = np.resize(order, LAST + 1)[:many]
    side = random.integers(2, size=LAST + 1)[:many]
    seen, hidden = x[:, 1 - side].T, x[:, side].T
    away = ((seen - x[order, 1 - side][:, None]) / config.width) ** 2 / 2
    away[np.arange(many), order] = np.inf
    weight = np.exp(away.min(1, keepdims=True) - away)
    said = (weight * hidden).sum(1) / weight.sum(1)
    mean = (hidden.sum(1) - x[order, side]) / (len(x) - 1)
    return {"order": order, "side": side, "said": said, "true": x[order, side], "mean": mean}


def look(config: Config, at: int) -> Frame:
    """All readings of the points at one place of the time line."""
    x, kind = given(config)
    told = told_of(config, kind)
    z, judged = x / 2 - SIDE / 4, ~told if not told.all() else told
    w, loss = classify(z[told], kind[told], at)
    read = (np.column_stack([z, np.ones(len(z))]) @ w).argmax(1)
    line = regress(z[told, 0] / 2, x[told, 1], at)
    line = np.array([line[0] / 4, line[1] - line[0] * SIDE / 8])  # back to the plane's units
    miss = x[:, 1] - line[0] * x[:, 0] - line[1]
    start = x[numpy_generator(config.seed, "centres").permutation(len(x))[: config.clusters]]
    centres, group = k_means(x, start, at // SLOWER + 1)
    mean, variance, direction, away = spread(x)
    pulled, asked = bandit(config, x, PULLS * at), riddles(config, x, at + 1)
    tallies = np.zeros((config.clusters, KINDS), int)
    np.add.at(tallies, (group, kind), 1)
    earned = pulled["rewards"].mean() if at else np.nan
    error, guess = (np.sqrt(np.mean((asked[name] - asked["true"]) ** 2))
                    for name in ("said", "mean"))  # fmt: skip
    values: dict[str, Any] = {
        "told": told, "read": read, "w": w, "loss": loss, "line": line,
        "right": float((read == kind)[judged].mean()),
        "miss": float(np.sqrt((miss[judged] ** 2).mean())),
        "centres": centres, "group": group, "inertia": float(((x - centres[group]) ** 2).sum()),
        "agree": float(tallies.max(1).sum() / len(x)), "mean": mean, "variance": variance,
        "direction": direction, "away": away, "unusual": int((away > config.alarm).sum()),
        "q": pulled["q"], "pulls": pulled["n"], "means": pulled["means"], "arms": pulled["arms"],
        "points": pulled["points"], "rewards": pulled["rewards"], "earned": float(earned),
        "side": asked["side"], "said": asked["said"], "true": asked["true"],
        "order": asked["order"], "error": float(error), "guess": float(guess),
    }  # fmt: skip
    kinds = {"f": np.float32, "i": np.int32, "b": np.bool_}
    values = {name: value.astype(kinds[value.dtype.kind]) if isinstance(value, np.ndarray)
              else value for name, value in values.items()}  # fmt: skip
    return Frame(at, values, trouble(config, values), checkpoint={})


def trouble(config: Config, values: dict[str, Any]) -> str:
    """What cannot be learned from these points, in a sentence."""
    if not values["told"].any():
        return "No point has a label, so nothing can be learned with labels. The other three go on."
    if values["variance"][0] < 1e-6:
        return (
            "All points lie on one line or in one place, so what is off it is infinitely unusual."
        )
    if not values["means"].all():
        return "A strip without a point, or with points of height 0 only, gives a reward of 0."
    return ""


def run(config: Config, start: Start | None = None) -> Iterator[Frame]:
    """All kinds of learning, step by step, on the same points."""
    for at in range(LAST + 1):
        yield look(config, at)


def answer(config: Config, start: Start | None = None) -> Frame:
    """The same while a point is dragged."""
    return look(config, start.step if start else LAST)
