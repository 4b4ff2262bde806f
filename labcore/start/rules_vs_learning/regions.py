"""Where the rule and the fitted line run on the plane, and the rule in words."""

from __future__ import annotations

import numpy as np

from labcore import shown
from labcore.start.rules_vs_learning.digits import natural
from labcore.start.rules_vs_learning.lesson import Config


def outline(config: Config) -> tuple[np.ndarray, np.ndarray]:
    """The edge of the rule, and the part of the square where it says the second digit; (2, n)."""
    a, b, gap = config.a, config.b, [np.nan, np.nan]
    across = [[a, a], [0, 1]]
    up = [[0, 1], [b, b]]
    side = (a, 1.0) if config.right == "more" else (0.0, a)
    high = (b, 1.0) if config.above == "more" else (0.0, b)
    tall = [[side[0], side[1], side[1], side[0]], [0, 0, 1, 1]]
    wide = [[0, 1, 1, 0], [high[0], high[0], high[1], high[1]]]
    if config.rule == "x":
        return np.array(across), np.array(tall)
    if config.rule == "y":
        return np.array(up), np.array(wide)
    far, top = (1.0 if end == "more" else 0.0 for end in (config.right, config.above))
    if config.rule == "and":
        return (np.array([[a, a, far], [top, b, b]]),
                np.array([[a, far, far, a], [b, b, top, top]]))  # fmt: skip
    if config.rule == "or":
        near, low = 1 - far, 1 - top
        return (np.array([[a, a, near], [low, b, b]]),
                np.array([[a, a, near, near, far, far], [low, b, b, top, top, low]]))  # fmt: skip
    dx, dy = config.x1 - config.x0, config.y1 - config.y0
    w = np.array([-dy, dx]) * (1 if dx >= 0 else -1)
    bias = -float(w @ [config.x0, config.y0])
    if not w.any():
        return np.array([gap, gap]), np.array([gap, gap])
    return cut(w, bias), kept(w, bias, config.above == "more")


def kept(w: np.ndarray, bias: float, more: bool) -> np.ndarray:
    """The part of the unit square on one side of w·x + bias = 0: its corners and the cuts."""
    corners = np.array([[0, 1, 1, 0], [0, 0, 1, 1]], float)
    value = (w @ corners + bias) * (1 if more else -1)
    shape = []
    for i in range(4):
        j = (i + 1) % 4
        if value[i] >= 0:
            shape.append(corners[:, i])
        if value[i] * value[j] < 0:
            share = value[i] / (value[i] - value[j])
            shape.append(corners[:, i] + share * (corners[:, j] - corners[:, i]))
    return np.array(shape).T if shape else np.full((2, 1), np.nan)


def cut(w: np.ndarray, bias: float) -> np.ndarray:
    """Where the line w·x + bias = 0 crosses the unit square, (2, 2)."""
    shape = [kept(w, bias, more) for more in (True, False)]
    ends = [p for p in shape[0].T if abs(w @ p + bias) < 1e-9 * (1 + np.abs(w).sum() + abs(bias))]
    if len(ends) < 2:
        return np.full((2, 2), np.nan)
    return np.array([ends[0], ends[-1]]).T


def condition(config: Config) -> str:
    """The rule in words."""
    marks = {"x": f"across {'>' if config.right == 'more' else '<'} "
                  f"{shown(natural(config.x, config.a))}",
             "y": f"upwards {'>' if config.above == 'more' else '<'} "
                  f"{shown(natural(config.y, config.b))}"}  # fmt: skip
    if config.rule == "line":
        return f"{'above' if config.above == 'more' else 'below'} the line"
    joined = f" {config.rule} ".join(marks.values())
    return marks.get(config.rule, joined)
