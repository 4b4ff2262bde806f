"""The same model drawn as a network of one layer, on houses with several features."""

from __future__ import annotations

import numpy as np
import plotly.graph_objects as go

from labcore import Frame, Patch, figures, shown
from labcore.figures import at
from labcore.linear.linear_regression.config import Config, feature_words
from labcore.linear.linear_regression.lesson import (
    cost,
    houses,
    last_step,
    minibatch,
    normal_equations,
    orders,
    wide_step,
)

OUT = (2.0, 0.0)
"""Where the output stands; inputs stand at x = 0."""


def heights(count: int) -> np.ndarray:
    """Where the inputs stand, the constant 1 last and lowest: (count,)."""
    return np.linspace(1, -1, count)


def network_panels(config: Config) -> dict[str, go.Figure]:
    """The network, its weights beside the exact ones, its loss, and predictions against truth."""
    names = [*feature_words(config), "1"]
    level = heights(len(names))
    many = houses(config.features)
    exact = normal_equations(many.X, many.y)
    rows = np.arange(len(names))
    net = figures.panel(
        [figures.area("plus", "w > 0", "data", 0.6, width=0, legend=True),
         figures.area("minus", "w < 0", "model", 0.6, width=0, legend=True),
         figures.head("nodes", "inputs", "data", size=20, x=np.zeros(len(names)), y=level),
         figures.head("out", "output", "model", size=26, x=[OUT[0]], y=[OUT[1]]),
         figures.words("names", place="middle left", x=np.full(len(names), -0.22), y=level,
                       text=names),
         figures.words("weights", place="top center", size=12),
         figures.words("sum", place="middle right", size=13)],
        x="One layer: every input is joined to the output", y=" ", x_range=(-2.4, 3.3),
        y_range=(-1.25, 1.3), legend=True,
        alt="Inputs on the left, one output on the right; the width of an edge is its weight.",
    )  # fmt: skip
    net.update_xaxes(showticklabels=False, ticks="", showline=False)
    net.update_yaxes(showticklabels=False, ticks="", showline=False)
    weights = figures.panel(
        [figures.line("rods", "from 0", "model", width=5, opacity=0.5, legend=False),
         figures.head("now", "SGD", "model", symbol="square", size=11, legend=True),
         figures.head("exact", "normal equations", "goal", symbol="star", size=12, x=exact, y=rows,
                      legend=True)],
        x="Weight", y="Input", y_range=(len(names) - 0.4, -0.6), x_range=(-0.3, 0.8), legend=True,
        alt="Each weight after this step, and where the normal equations put it.",
    )  # fmt: skip
    weights.update_yaxes(tickvals=list(rows), ticktext=names)
    weights.update_xaxes(zeroline=True)
    last = last_step(config, len(many.y))
    r = many.X @ exact[:-1] + exact[-1] - many.y
    floor = float(cost(r, config.loss).mean())
    return {
        "net": net, "weights": weights,
        "many": figures.panel(
            [figures.line("floor", "of the normal equations", "goal", dash="dash", width=2,
                          x=[0, last], y=[floor, floor]),
             figures.line("losses", "loss", "model")],
            x="Step", y="Mean loss", title="Loss over 546 houses", size="small", y_log=True,
            x_range=(0, last), y_range=(0.1, 2),
            alt="The loss over all houses, and that of the normal equations (dashed)."),
        "told": figures.panel(
            [figures.line("equal", "equal", "context", dash="dot", x=[-3.5, 3.5], y=[-3.5, 3.5]),
             figures.head("houses", "houses", "model", size=4)],
            x="Log price", y="Predicted", title="Prediction by truth", size="small",
            x_range=(-3.5, 3.5), y_range=(-3.5, 3.5),
            alt="Predicted against true log prices, both standardised."),
    }  # fmt: skip


def network_patches(config: Config, frame: Frame) -> dict[str, Patch]:
    """What moves; an answer about one line has nothing of it."""
    if "wide" not in frame.values:
        return {}
    many, theta = houses(config.features), frame["wide"].astype(float)
    step = wide_step(config, frame.step)
    one = house(config, step)
    inputs = np.append(many.X[one], 1.0)
    level = heights(len(theta))
    said = float(inputs @ theta)
    predicted = many.X[::4] @ theta[:-1] + theta[-1]
    rows, gap = np.arange(len(theta)), np.full(len(theta), np.nan)
    along = 0.42
    return {
        "net": {"traces": {
            "plus": edges(theta, level, theta > 0), "minus": edges(theta, level, theta < 0),
            "names": {"text": [f"{name}  <b>{shown(v, 2)}</b>" for name, v in
                               zip([*feature_words(config), ""], inputs, strict=True)]},
            "weights": figures.told(np.array([along * OUT[0] + 0 * level, (1 - along) * level]),
                                    [shown(v, 2, least=5e-4) for v in theta]),
            "sum": {"x": np.array([OUT[0] + 0.3], np.float32), "y": np.zeros(1, np.float32),
                    "text": [f"ŷ = {shown(said, 2)}<br>y = {shown(many.y[one], 2)}"]},
        }},
        "weights": {"traces": {
            "rods": {"x": np.stack([0 * theta, theta, gap], 1).ravel().astype(np.float32),
                     "y": np.repeat(rows, 3).astype(np.float32)},
            "now": at(theta, rows),
        }},
        "many": {"append": {"losses": at(step, frame["wide loss"])}},
        "told": {"traces": {"houses": at(many.y[::4], predicted)}},
    }  # fmt: skip


def house(config: Config, step: int) -> int:
    """The first house of the minibatch that a step read."""
    order = orders(config.seed, len(houses(config.features).y), config.epochs)
    return int(minibatch(order, config.batch, max(step, 1))[0])


def edges(theta: np.ndarray, level: np.ndarray, on: np.ndarray) -> dict[str, np.ndarray]:
    """Edges from inputs to the output, as wide as their weights; each a closed shape."""
    half = np.clip(np.abs(theta[on]), 0.004, 1.5) * 0.12
    y0, n = level[on], np.full(int(on.sum()), np.nan)
    x = np.stack([0 * y0, 0 * y0 + OUT[0], 0 * y0 + OUT[0], 0 * y0, 0 * y0, n], 1).ravel()
    y = np.stack([y0 - half, OUT[1] - half, OUT[1] + half, y0 + half, y0 - half, n], 1).ravel()
    return {"x": x.astype(np.float32), "y": y.astype(np.float32)}
