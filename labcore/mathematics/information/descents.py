"""What stands on the stage for the two descents: logits to a label, a bell to two bumps."""

from __future__ import annotations

import numpy as np
import plotly.graph_objects as go

from labcore import Frame, Patch, figures, format_number
from labcore.mathematics.information.bells import PLANE, log_bell, log_bumps
from labcore.mathematics.information.lesson import CLASSES, LAST, Config
from labcore.palette import colour

SHOWN = PLANE[::3]
"""Places at which densities are drawn."""


def descents(config: Config) -> dict[str, go.Figure]:
    """All that stands still."""
    unit = config.unit
    logits = figures.panel(
        [figures.bars("bars", "logit", "own", width=0.6),
         figures.head("tops", "logit to drag", "own", size=14)],
        x="class", y="logit z", alt="Four logits as bars up and down.",
        x_range=(-0.6, 3.6), y_range=(-6.4, 6.4), title="Drag the logits",
    )  # fmt: skip
    chance = figures.panel(
        [figures.bars("chance", "softmax p", "model", width=0.26, legend=True),
         figures.bars("label", "label y", "data", width=0.26, legend=True),
         figures.bars("pull", "gradient p − y", "context", width=0.26, legend=True),
         figures.words("value", place="top center", size=12)],
        x="class", y="probability, gradient", alt="Softmax, label and their difference by class.",
        x_range=(-0.6, 3.6), y_range=(-1.08, 1.15), legend=True,
    )  # fmt: skip
    for figure in (logits, chance):
        figure.update_xaxes(tickvals=[0, 1, 2, 3], ticktext=list(CLASSES))
    steps = np.arange(LAST + 1, dtype=np.float32)
    race = figures.panel(
        [figures.line("cross", "cross-entropy", "model", x=steps),
         figures.line("squared", "squared error", "data", dash="dash", x=steps)],
        x="step of descent", y="p of the true class", size="small", legend=True,
        x_range=(0, LAST), y_range=(0, 1.03),
        alt="The probability of the true class as the logits descend two losses.",
    )  # fmt: skip
    bumps = figures.panel(
        [go.Scatter(uid="bumps", name="P", x=SHOWN, y=(), mode="lines", fill="tozeroy",
                    fillcolor=colour("data", 0.25), line={"color": colour("data"), "width": 1.5},
                    hoverinfo="skip"),
         figures.line("forward", "down KL(P‖Q): covers", "model", x=SHOWN),
         figures.line("reverse", "down KL(Q‖P): seeks", "goal", dash="dash", x=SHOWN),
         figures.head("left", "left bump", "own", symbol="diamond", size=14),
         figures.head("right", "right bump", "own", symbol="diamond", size=14),
         figures.head("start", "start", "own", symbol="triangle-up", size=14)],
        x="x", y="density", x_range=(-9, 9), y_range=(-0.05, 0.75), legend=True,
        alt="Two bumps and two bells that approach them in two ways.",
    )  # fmt: skip
    far = figures.panel(
        [figures.line("forward", "KL(P‖Q)", "model", x=steps),
         figures.line("reverse", "KL(Q‖P)", "goal", dash="dash", x=steps)],
        x="step of descent", y=f"divergence, {unit}", legend=True, x_range=(0, LAST),
        y_range=(0, 4 if unit == "bits" else 2.8), alt="How the two divergences fall.",
    )  # fmt: skip
    return {"logits": logits, "chance": chance, "race": race, "bumps": bumps, "far": far}


def density(log: np.ndarray) -> dict[str, np.ndarray]:
    """A curve at the places shown."""
    return {"y": np.exp(log[::3]).astype(np.float32)}


def descents_moved(config: Config, frame: Frame) -> dict[str, Patch]:
    """What moves."""
    x, z = np.arange(4), np.array([height for _, height in config.logits])
    y = np.eye(4)[CLASSES.index(config.label)]
    forward, reverse = (log_bell(*map(float, bell)) for bell in frame["bells"])
    bumps = log_bumps(config.balance, config.left, config.right)
    peaks = np.exp(np.interp([config.left, config.right], PLANE, bumps))
    values = [format_number(float(p), 2) for p in frame["chance"]]
    return {
        "logits": {"traces": {"bars": {"x": x, "y": z}, "tops": {"x": x, "y": z}}},
        "chance": {"traces": {
            "chance": {"x": x - 0.27, "y": frame["chance"]}, "label": {"x": x, "y": y},
            "pull": {"x": x + 0.27, "y": frame["pull"]},
            "value": {"x": x - 0.27, "y": frame["chance"], "text": values},
        }},
        "race": {"traces": {"cross": {"y": frame["races"][0]},
                            "squared": {"y": frame["races"][1]}}},
        "bumps": {"traces": {
            "bumps": density(bumps), "forward": density(forward), "reverse": density(reverse),
            "left": figures.at(config.left, peaks[0]), "right": figures.at(config.right, peaks[1]),
            "start": figures.at(config.mu, -0.02),
        }},
        "far": {"traces": {"forward": {"y": frame["far"][0]}, "reverse": {"y": frame["far"][1]}}},
    }  # fmt: skip
