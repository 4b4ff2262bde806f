"""A rule by hand, a line fitted to the same two numbers, and a network that sees the pixels."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from typing import Literal, NamedTuple

import numpy as np
import torch

import labcore
from labcore import Frame, Start, control
from labcore.data import halved
from labcore.start.rules_vs_learning.digits import HELD, TRAIN, digits, scaled
from labcore.start.rules_vs_learning.models import logistic, network, seen_by, train

SIZES = np.unique(np.round(np.geomspace(10, TRAIN, 42)).astype(int))
"""How many images there are to learn from at each place of the time line."""
LAST = len(SIZES) - 1
Name = Literal["ink", "loops", "inside", "ratio", "slant", "mirror", "flip", "top"]
NAMES = {"ink": "ink", "loops": "closed loops", "inside": "area inside loops",
         "ratio": "width ÷ height", "slant": "slant", "mirror": "left–right symmetry",
         "flip": "up–down symmetry", "top": "ink in the upper half"}  # fmt: skip


class Config(labcore.Config):
    """Two digits, two features, a rule, and how long a network is trained."""

    pair: Literal["0-1", "3-8", "4-9", "1-7", "6-9", "3-5", "2-7", "7-9"] = control(
        "3-8", title="Digits to tell apart",
        labels={p: p.replace("-", " or ") for p in
                ("0-1", "3-8", "4-9", "1-7", "6-9", "3-5", "2-7", "7-9")},
    )  # fmt: skip
    """The rule says where the second of the two is."""

    x: Name = control("ink", title="Feature across", labels=NAMES)
    """What is measured on each digit, to the right."""

    y: Name = control("mirror", title="Feature upwards", labels=NAMES)
    """What is measured on each digit, upwards."""

    rule: Literal["x", "y", "and", "or", "line"] = control(
        "and", title="Rule",
        labels={"x": "across alone", "y": "upwards alone", "and": "both", "or": "one or both",
                "line": "a slanted line"},
    )  # fmt: skip
    """Which of the two conditions must hold for the second digit to be said."""

    right: Literal["more", "less"] = control(
        "more", title="Across", labels={"more": "more than the mark", "less": "less"},
        only={"rule": ("x", "and", "or")},
    )  # fmt: skip
    """On which side of the mark the second digit is looked for."""

    above: Literal["more", "less"] = control(
        "more", title="Upwards", labels={"more": "above the mark", "less": "below"},
        only={"rule": ("y", "and", "or", "line")},
    )  # fmt: skip
    """On which side of the mark or line the second digit is looked for."""

    steps: int = control(120, title="Training steps of the network", low=0, high=300, step=10)
    """The compute it gets at each size of the data: so many batches of 32."""

    hidden: int = control(32, title="Hidden units", low=2, high=64, more=True)
    """Width of the network's one hidden layer: so many features it learns for itself."""

    a: float = control(0.4, title="Mark, across", low=0, high=1, step=0.005, more=True)
    """Where the condition across begins, as a share of the axis."""

    b: float = control(0.4, title="Mark, upwards", low=0, high=1, step=0.005, more=True)
    """Where the condition upwards begins, as a share of the axis."""

    x0: float = control(0.15, title="Line, one end across", low=0, high=1, step=0.005, more=True)
    """The slanted line goes through here …"""

    y0: float = control(0.3, title="Line, one end upwards", low=0, high=1, step=0.005, more=True)
    """The slanted line goes through here …"""

    x1: float = control(0.85, title="Line, other end across", low=0, high=1, step=0.005, more=True)
    """… and here."""

    y1: float = control(0.7, title="Line, other end upwards", low=0, high=1, step=0.005, more=True)
    """… and here."""

    across: float = control(0.5, title="Ring, across", low=0, high=1, step=0.005, more=True)
    """The digit nearest to the ring is shown."""

    up: float = control(0.85, title="Ring, upwards", low=0, high=1, step=0.005, more=True)
    """The digit nearest to the ring is shown."""

    best: bool = control(False, title="Show the best such rule", more=True)
    """Where the mark has the most images right of those there are to learn from."""


class Line(NamedTuple):
    """Logistic regression on two places: w (2,), bias, and the share right of those held back."""

    w: np.ndarray
    bias: float
    right: float


def says(config: Config, x: np.ndarray, y: np.ndarray) -> np.ndarray:
    """Where the rule says the second digit, (N,) bool; x, y: features as places from 0 to 1."""
    across = x > config.a if config.right == "more" else x < config.a
    up = y > config.b if config.above == "more" else y < config.b
    if config.rule == "line":
        dx, dy = config.x1 - config.x0, config.y1 - config.y0
        side = dx * (y - config.y0) - dy * (x - config.x0)
        side = side if dx >= 0 else -side
        return side > 0 if config.above == "more" else side < 0
    return {"x": across, "y": up, "and": across & up, "or": across | up}[config.rule]


@lru_cache(maxsize=4)
def lines(pair: str, x: str, y: str, seed: int) -> list[Line]:
    """Logistic regression at every size of the data."""
    given = digits(pair, seed)
    z = np.column_stack([scaled(name, given.measured[name]) for name in (x, y)])
    found = []
    for n in SIZES:
        w, bias = logistic(z[:n], given.second[:n])
        right = float(((z[-HELD:] @ w + bias > 0) == given.second[-HELD:]).mean())
        found.append(Line(w, bias, right))
    return found


def best_mark(config: Config, x: np.ndarray, y: np.ndarray, second: np.ndarray) -> np.ndarray:
    """The mark (2,) that has most images right, of 99 × 99: all are tried."""
    tries = np.arange(1, 100) / 100
    sides = [(value[:, None] > tries) == (way == "more")
             for value, way in ((x, config.right), (y, config.above))]  # fmt: skip
    worth = np.where(second, 1.0, -1.0)  # each second digit that is said counts, each first costs
    one, two = (worth @ side for side in sides)
    both = (sides[0] * worth[:, None]).T @ sides[1]
    score = {"x": one[:, None] + 0 * both, "y": two[None] + 0 * both, "and": both,
             "or": one[:, None] + two[None] - both}[config.rule]  # fmt: skip
    i, j = np.unravel_index(np.argmax(score), score.shape)
    return np.array([tries[i], tries[j]])


def look(config: Config, at: int, net: dict[str, np.ndarray]) -> Frame:
    """What is known from SIZES[at] images; net: what the network made of those held back."""
    given, n = digits(config.pair, config.seed), int(SIZES[at])
    x, y = (scaled(name, given.measured[name]) for name in (config.x, config.y))
    second, held = given.second, slice(-HELD, None)
    said = says(config, x, y)
    fitted = lines(config.pair, config.x, config.y, config.seed)
    line = fitted[at]
    wrong = [
        np.flatnonzero(answer != second[held])
        for answer in (
            said[held],
            line.w[0] * x[held] + line.w[1] * y[held] + line.bias > 0,
            net["logit"] > 0,
        )
    ]
    near = int(np.argmin((x[:n] - config.across) ** 2 + (y[:n] - config.up) ** 2))
    mark = np.full(2, np.nan)
    if config.best and config.rule != "line":
        mark = best_mark(config, x[:n], y[:n], second[:n])
    learned = net["logit"].any()
    rights = [1 - len(w) / HELD for w in wrong]
    values = {
        "n": n, "rule": rights[0], "line": rights[1], "net": rights[2] if learned else np.nan,
        "known": float((said[:n] == second[:n]).mean()), "said": float(said[held].mean()),
        "w": line.w.astype(np.float32), "bias": line.bias, "near": near,
        "mark": mark.astype(np.float32), "plane": net["plane"].astype(np.float32),
        "rule wrong": wrong[0].astype(np.int32), "line wrong": wrong[1].astype(np.int32),
        "net wrong": wrong[2].astype(np.int32),
        "line curve": past([one.right for one in fitted], at), "net curve": past(net["curve"], at),
    }  # fmt: skip
    return Frame(at, values, trouble(config, values), checkpoint=net)


def past(curve: np.ndarray | list[float], at: int) -> np.ndarray:
    """A curve up to here, (sizes,) float32."""
    return np.where(np.arange(LAST + 1) <= at, curve, np.nan).astype(np.float32)


def trouble(config: Config, values: dict) -> str:
    """What a learner should know about this rule."""
    first, second = config.pair.split("-")
    if values["said"] in (0, 1):
        digit = second if values["said"] else first
        return f"The rule says {digit} of every digit held back, so half are right by luck."
    if config.rule != "line" and config.x == config.y and config.rule not in ("x", "y"):
        return "Both axes measure the same: choose another feature for one of them."
    return ""


def run(config: Config, start: Start | None = None) -> Iterator[Frame]:
    """More and more images to learn from; at each size a new network is trained."""
    given = digits(config.pair, config.seed)
    small = halved(given.images) / 255
    pixels, second = torch.tensor(small).float(), torch.tensor(given.second).float()
    curve = np.full(LAST + 1, np.nan)
    for at, n in enumerate(SIZES):
        theta = train(pixels[:n], second[:n], config.hidden, config.steps, config.seed)
        with torch.no_grad():
            hidden, logit = (part.numpy() for part in network(theta, pixels[-HELD:]))
        plane = seen_by(hidden, logit, given.measured["slant"][-HELD:])
        curve = curve.copy()
        curve[at] = ((logit > 0) == given.second[-HELD:]).mean()
        yield look(config, at, {"plane": plane, "logit": logit, "curve": curve})


def observe(config: Config, start: Start) -> Frame:
    """Another rule or other features: the networks are those that were trained."""
    return look(config, start.step, dict(start.checkpoint))


def answer(config: Config, start: Start | None = None) -> Frame:
    """The rule follows the hand; without a run there is no network yet."""
    if start:
        return observe(config, start)
    untrained = {"plane": np.zeros((HELD, 2), np.float32), "logit": np.zeros(HELD, np.float32)}
    return look(config, LAST, untrained | {"curve": np.full(LAST + 1, np.nan)})
