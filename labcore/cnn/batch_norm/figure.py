"""What stands still on the stage."""

from __future__ import annotations

from typing import Any

import numpy as np
import plotly.graph_objects as go

from labcore import Frame, Grab, shown
from labcore import figures as fig
from labcore.cnn.batch_norm.config import LAYERS, Config
from labcore.cnn.batch_norm.lesson import BINS, REACH
from labcore.cnn.batch_norm.sweep import DEPTHS, RATES
from labcore.data import CLOTHES

GRABS = (Grab("hand", "mark", "beta", "gamma", "γ and β"),)
VIEWS = {
    "Distributions": ("plain", "normed", "right", "band"),
    "Train and test": ("company", "kept", "picture", "gap"),
    "One unit": ("unit", "hand"),
    "Learning rates": ("rates-none", "rates-batch", "rates-layer", "deepest"),
    "Why": ("smooth", "shift"),
}
TELLS = {
    "Distributions": ("Step", "No norm", "Batch norm", "Third network"),
    "Train and test": ("Step", "It is", "In eval mode", "In train mode", "Kept means are off by"),
    "One unit": ("Step", "Learned γ, β", "Yours", "One value, by hand"),
    "Learning rates": ("Bearable rates, no norm", "Bearable rates, batch norm",
                       "Bearable rates, layer norm"),
    "Why": ("Step", "Spread of the loss, no norm", "Spread of the loss, batch norm"),
}  # fmt: skip
ROLES, DASHED = ("data", "model", "goal"), ("solid", "solid", "dash")
CENTRES = (np.arange(BINS) + 0.5) * (2 * REACH / BINS) - REACH
ENDS = np.r_[-REACH, CENTRES, REACH]


def names_of(config: Config) -> tuple[str, str, str]:
    """What the three networks are called."""
    return "no norm", "batch norm", f"{config.beside} norm"


def ridge(title: str, alt: str, role: str, third: str = "") -> go.Figure:
    """Four hills, a layer each; a second network’s as dashed lines."""
    traces: list[Any] = []
    for layer in range(len(LAYERS)):
        hill = fig.area(f"hill{layer}", LAYERS[layer], role, 0.35)
        hill.x = ENDS.astype(np.float32)
        traces.append(hill)
        if third:
            traces.append(fig.line(f"other{layer}", third, "goal", dash="dash", width=1.5,
                                   x=ENDS.astype(np.float32), legend=False))  # fmt: skip
    traces.append(fig.words("beyond", "error", place="top left", size=12))
    made = fig.panel(traces, x="What enters the activation", y="Layer", title=title, alt=alt,
                     x_range=(-REACH, REACH), y_range=(-0.1, 4.05))  # fmt: skip
    return made.update_yaxes(tickvals=[3, 2, 1, 0], ticktext=list(LAYERS), ticks="")


def table(uid: str, title: str, size: Any) -> go.Figure:
    """Accuracy by learning rate and depth, with the numbers in the cells."""
    across, down = np.arange(len(RATES)), np.arange(len(DEPTHS))
    traces: list[Any] = [fig.field("field", across, down)]
    traces += [fig.words("low", "paper", size=12 if size == "large" else 9),
               fig.words("high", "text", size=12 if size == "large" else 9)]  # fmt: skip
    made = fig.panel(
        traces, x="Learning rate η", y="Hidden layers", title=title, size=size,
        alt=f"{title}: share of test images read rightly, by learning rate and depth.",
        x_range=(-0.5, len(RATES) - 0.5), y_range=(-0.5, len(DEPTHS) - 0.5),
    )  # fmt: skip
    made.update_xaxes(tickvals=across[::3], ticktext=[shown(r, 1) for r in RATES[::3]], ticks="")
    return made.update_yaxes(tickvals=down, ticktext=[str(d) for d in DEPTHS], ticks="")


def panels(config: Config, first: Frame) -> dict[str, go.Figure]:
    """Hills by layer; an image and its company; a unit; fields of learning rates; two measures."""
    names, end = names_of(config), config.steps
    classes = np.arange(len(CLOTHES))
    lines = [fig.line(kind, name, role, dash=dash) for kind, name, role, dash in
             zip(("a", "b", "c"), names, ROLES, DASHED, strict=True)]  # fmt: skip
    made = {
        "plain": ridge("No norm", "What enters the activations of the network without norm, a hill "
                       "a layer.", "data"),
        "normed": ridge(f"Batch norm   ┄ {names[2]}", "What enters the activations of the network "
                        "with batch norm, a hill a layer.", "model", names[2]),
        "right": fig.panel(
            [*lines, *(fig.words(f"name{i}", role, place="top left", size=12)
                       for i, role in enumerate(ROLES))],
            x="Step", y="Read rightly, %", size="small", x_range=(0, end), y_range=(0, 112),
            title="Test images", alt="Share of test images read rightly by the three networks."),
        "band": fig.panel(
            [fig.area("a", names[0], "data", 0.3), fig.area("b", names[1], "model", 0.3)],
            x="Step", y="5 to 95 %", size="small", x_range=(0, end), title=config.layer,
            alt="Where nine tenths of the values of the layer looked at lie, step by step."),
        "company": fig.panel(
            [go.Scatter(uid="crowd", mode="markers", name="train mode", x=(), y=(),
                        marker={"color": "var(--model-55)", "size": 8},
                        hovertemplate="%{y:.0f} %<extra></extra>"),
             fig.head("alone", "eval mode", "data", symbol="diamond", size=13, legend=True),
             fig.words("truth", "goal", place="top center")],
            x="Class", y="Probability, %", legend=True, x_range=(-1.3, 9.7), y_range=(-3, 109),
            alt="The probabilities of one image: a mark for each of twelve batches in train mode, "
            "and a diamond for eval mode."),
        "kept": fig.panel(
            [fig.line("same", "equal", "context", dash="dash", width=1.5, legend=False),
             fig.head("means", "mean", "model", size=8, legend=True),
             fig.head("deviations", "deviation", "data", symbol="square", size=7, legend=True)],
            x="Of the data, at these weights", y="Kept, for eval mode", legend=True,
            alt="Mean and deviation of each unit: as kept, against those of the data."),
        "picture": fig.panel(
            [fig.field("image", np.arange(14), np.arange(14))], x="The image", y=" ", size="small",
            square=True, x_range=(-0.5, 13.5), y_range=(13.5, -0.5), alt="The image looked at."),
        "gap": fig.panel(
            [fig.line("gap", "gap", "model", legend=False)], x="Step", y="In deviations",
            size="small", y_log=True, x_range=(0, end), y_range=(0.01, 20),
            title="Kept means off by", alt="How far the kept means are from the data’s."),
        "unit": fig.panel(
            [fig.line("own", "learned γ, β", "model"),
             fig.line("eval", "the same in eval mode", "data", dash="dash"),
             fig.line("line", "γ, β by hand", "own", width=1.5),
             fig.head("values", "a batch", "own", size=7),
             fig.words("mean", "text", place="top center", size=12)],
            x="Before", y="After", legend=True, y_range=(-8, 8),
            alt="Values of one unit over a batch, before and after batch norm."),
        "hand": fig.panel(
            [fig.line("cross", "γ = 1, β = 0", "context", dash="dot", width=1.5, legend=False),
             fig.head("theirs", "learned", "model", symbol="square", size=10),
             fig.ring("mark", "drag me")],
            x="β", y="γ", size="small", x_range=(-3, 3), y_range=(-3, 3), square=True,
            title="■ learned   ○ yours", alt="γ against β: as learned, and yours to drag."),
        "rates-none": table("none", "No norm: right, %", "large"),
        "rates-batch": table("batch", "Batch norm: right, %", "large"),
        "rates-layer": table("layer", "Layer norm", "small"),
        "deepest": fig.panel(
            [fig.line(kind, name, role, dash=dash, x=RATES.astype(np.float32)) for kind, name, role,
             dash in zip("abc", (*names[:2], "layer norm"), ROLES, DASHED, strict=True)],
            x="Learning rate η", y="Right, %", size="small", x_log=True, y_range=(0, 100),
            x_range=(RATES[0], RATES[-1]), title=f"{DEPTHS[-1]} hidden layers",
            alt="Accuracy of the deepest networks against the learning rate."),
        "smooth": fig.panel(
            [fig.area(kind, name, role, 0.3, dash=dash, legend=True) for kind, name, role, dash in
             zip("abc", names, ROLES, DASHED, strict=True)],
            x="Step", y="Loss along the gradient", legend=True, x_range=(0, end), y_log=True,
            y_range=(0.2, 12),
            alt="Lowest and highest loss at steps of half to four times η along the gradient."),
        "shift": fig.panel(
            [fig.line(kind, name, role, dash=dash) for kind, name, role, dash in
             zip("abc", names, ROLES, DASHED, strict=True)],
            x="Step", y=f"The median of {config.layer} moves by", legend=True, x_range=(0, end),
            y_range=(0, 0.4),
            alt="How far the median of the layer moves from frame to frame, in quartile ranges."),
    }  # fmt: skip
    made["company"].update_xaxes(tickvals=classes, ticktext=list(CLOTHES), ticks="", tickangle=-35)
    hidden = {"showline": False, "ticks": "", "tickvals": []}
    made["picture"].update_xaxes(**hidden).update_yaxes(**hidden)
    made["right"].layout.showlegend = made["deepest"].layout.showlegend = False
    return made
