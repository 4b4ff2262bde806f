"""The pictures of the lab on weight decay."""

from __future__ import annotations

from typing import Any

import numpy as np
import plotly.graph_objects as go

from labcore import Frame, Grab, Patch, figures
from labcore.data import housing
from labcore.figures import at
from labcore.linear.weight_decay.config import Config
from labcore.linear.weight_decay.lesson import (
    EPOCHS,
    EVERY,
    FORCES,
    LAMBDAS,
    bowl,
    errors,
    solved,
)
from labcore.linear.weight_decay.tables import samples
from labcore.palette import colour

GRABS = (
    Grab("l2", "best", "w1", "w2", "Minimum of the loss"),
    Grab("l1", "best", "w1", "w2", "Minimum of the loss"),
)
REACH = 2.3
TURN = np.linspace(0, 2 * np.pi, 61)


def panels(config: Config, first: Frame) -> dict[str, go.Figure]:
    """The panels of the part chosen."""
    made = {"path": path_panels, "balls": ball_panels, "train": train_panels}
    return made[config.part](config)


def feature_names(config: Config) -> list[str]:
    """What the features are called."""
    if config.data != "houses":
        return [f"x{j + 1}" for j in range(config.p)]
    names = [name for name in housing() if name != "price"]
    i, j = np.triu_indices(len(names), 1)
    return names + [f"{names[a]} · {names[b]}" for a, b in zip(i, j, strict=True)]


def path_panels(config: Config) -> dict[str, go.Figure]:
    """All weights by λ, errors by λ, and the weights now."""
    lam, w, data = LAMBDAS[config.penalty], solved(config), samples(config)
    matters = np.abs(data.true) > 0 if config.data == "sparse" else np.zeros(w.shape[1], bool)
    x_range = (lam[0] * 1.1, lam[-1] / 1.1)
    top = max(1.15 * float(np.abs(w).max()), 0.05)
    largest = np.argsort(-np.abs(w[-8]))[:3]
    names = feature_names(config)
    quiet, loud = gapped(lam, w[:, ~matters]), gapped(lam, w[:, matters])
    drawn = [
        figures.line("quiet", "weights" if not matters.any() else "others", "context", width=1,
                     opacity=0.7, x=quiet["x"], y=quiet["y"]),
        figures.line("matter", "features that matter", "data", width=2.5,
                     x=loud["x"], y=loud["y"], legend=bool(matters.any())),
        figures.line("here", "now", "model", dash="dash", width=2, legend=False),
        figures.head("now", "now", "model", size=5),
        figures.words("names", place="top left", size=12, x=np.full(3, lam[-1]), y=w[-1, largest],
                      text=[names[j] for j in largest]),
    ]  # fmt: skip
    fitted, held = errors(w, data.X, data.y), errors(w, data.V, data.t)
    best = int(held.argmin())
    count = config.penalty == "l1"
    size = (np.abs(w) > 1e-7).sum(1) if count else np.linalg.norm(w, axis=1)
    word = "Weights that are not 0" if count else "Length ‖w‖"
    weight = "λ, from strong to weak"
    return {
        "paths": figures.panel(
            drawn, x=weight, y="Weight", x_log=True, x_range=x_range, y_range=(-top, top),
            legend=True, alt="Each weight as a line over λ, which falls to the right."),
        "errors": figures.panel(
            [figures.line("train", "training", "data", width=2, x=lam, y=fitted),
             figures.line("held", "unseen", "model", x=lam, y=held),
             figures.head("best", "lowest", "goal", symbol="star", size=14, x=lam[[best]],
                          y=held[[best]], legend=True),
             figures.head("now.train", "now", "data"), figures.head("now.held", "now", "model",
                                                                    symbol="square")],
            x=weight, y="Mean squared error", x_log=True, y_log=True, x_range=x_range,
            y_range=(max(0.5 * float(fitted.min()), 1e-3), 1.6 * float(held.max())), legend=True,
            alt="Errors on training samples and unseen ones over λ."),
        "size": figures.panel(
            [figures.line("size", "size", "model", x=lam, y=size),
             figures.head("now", "now", "model", symbol="square")],
            x="λ", y=word, title=word, size="small", x_log=True, x_range=x_range,
            y_range=(-0.03 * float(size.max()), 1.1 * max(float(size.max()), 0.1)), alt=word),
        "needles": needle_panel(config, data.true, top),
    }  # fmt: skip


def gapped(lam: np.ndarray, w: np.ndarray) -> dict[str, np.ndarray]:
    """Many lines as one, with gaps between: w (K, m)."""
    gap = np.full((w.shape[1], 1), np.nan)
    return {"x": np.tile(np.append(lam, np.nan), w.shape[1]).astype(np.float32),
            "y": np.hstack([w.T, gap]).ravel().astype(np.float32)}  # fmt: skip


def needle_panel(config: Config, true: np.ndarray, top: float) -> go.Figure:
    """All weights side by side."""
    return figures.panel(
        [figures.line("needles", "weights", "model", width=1.5),
         go.Scatter(uid="true", mode="markers", x=np.arange(1, len(true) + 1), y=true,
                    hoverinfo="skip", showlegend=False,
                    marker={"symbol": "circle-open", "size": 4, "color": colour("data")})],
        x="Feature", y="Weight", title="Now" if not len(true) else "Now, and the truth (rings)",
        size="small", y_range=(-max(top, 1.1 * np.abs(true).max(initial=0)),
                               max(top, 1.1 * np.abs(true).max(initial=0))),
        alt="All weights side by side; rings are the true ones, where they are known.",
    )  # fmt: skip


def ball_panels(config: Config) -> dict[str, go.Figure]:
    """Circle and diamond, each with the loss's ellipses, and the two weights by λ."""
    made: dict[str, go.Figure] = {}
    for name, title in (("l2", "L2: a circle"), ("l1", "L1: a diamond")):
        made[name] = figures.panel(
            [figures.line("levels", "equal loss", "context", width=1),
             figures.area("ball", "penalty allows", "goal", 0.18),
             figures.line("touch", "equal loss, touching", "data", width=2),
             figures.line("path", "as λ grows", "model", width=2, dash="dot"),
             figures.head("now", "solution", "model", size=13),
             figures.ring("best", "least loss")],
            x="w₁", y="w₂", title=title, x_range=(-REACH, REACH), y_range=(-REACH, REACH),
            square=True, alt=f"{title}: the loss's ellipses, the ball, and where they touch.",
        )  # fmt: skip
        made[name].update_xaxes(zeroline=True, zerolinecolor=colour("faint"))
        made[name].update_yaxes(zeroline=True, zerolinecolor=colour("faint"))
    for name in ("l2", "l1"):
        made[f"{name}.by"] = figures.panel(
            [figures.line("w1", "w₁", "data", x=FORCES), figures.line("w2", "w₂", "model",
                                                                      dash="dash", x=FORCES),
             figures.line("here", "now", "text", dash="dot", width=1.5)],
            x="λ", y="Weight", title=f"{name.upper()}: w₁, w₂ (dashed)", size="small",
            x_range=(0, 1.8), y_range=(-REACH, REACH), alt=f"The two weights over λ with {name}.",
        )  # fmt: skip
    return made


def train_panels(config: Config) -> dict[str, go.Figure]:
    """Norms and errors by epoch, and weights against ridge's."""
    return {
        "norm": figures.panel(
            [figures.line("plain", "λ = 0", "context", dash="dash"),
             figures.line("decay", "with decay", "model"),
             figures.line("target", "ridge, exactly", "goal", dash="dot", width=2)],
            x="Epoch", y="Length of the weights ‖w‖", x_range=(0, EPOCHS), y_range=(0, 3),
            legend=True, alt="The length of the weights by epoch without and with decay."),
        "errors": figures.panel(
            [figures.line("plain.train", "λ = 0, training", "context", dash="dot", width=2),
             figures.line("plain.held", "λ = 0, unseen", "context", dash="dash"),
             figures.line("decay.train", "decay, training", "data", dash="dot", width=2),
             figures.line("decay.held", "decay, unseen", "model")],
            x="Epoch", y="Mean squared error", x_range=(0, EPOCHS), y_log=True,
            y_range=(1e-3, 10), legend=True,
            alt="Errors by epoch on training and unseen samples, without and with decay."),
        "against": figures.panel(
            [figures.line("equal", "equal", "context", dash="dot", x=[-1, 1], y=[-1, 1]),
             figures.head("weights", "weights", "model", size=5)],
            x="Ridge’s weight", y="Trained weight", title="Where decay leads", size="small",
            x_range=(-0.3, 0.3), y_range=(-0.5, 0.5),
            alt="Each trained weight against that of ridge regression in closed form."),
    }  # fmt: skip


def draw(config: Config, frame: Frame) -> dict[str, Patch]:
    """What moves."""
    if config.part == "path":
        return path_patches(config, frame)
    return ball_patches(config, frame) if config.part == "balls" else train_patches(config, frame)


def path_patches(config: Config, frame: Frame) -> dict[str, Patch]:
    """Where λ stands."""
    i, lam, w = frame.step, frame["lam"], frame["w"]
    top = 10 * max(float(np.abs(w).max()), 1.0)
    size = frame["kept"][i] if config.penalty == "l1" else frame["norm"][i]
    return {
        "paths": {"traces": {"here": at([lam, lam], [-top, top]), "now": at(0 * w + lam, w)}},
        "errors": {"traces": {"now.train": at(lam, max(frame["train"][i], 1e-6)),
                              "now.held": at(lam, frame["held"][i])}},
        "size": {"traces": {"now": at(lam, size)}},
        "needles": {"traces": {"needles": needles(w)}},
    }  # fmt: skip


def needles(w: np.ndarray) -> dict[str, np.ndarray]:
    """Each weight as a line from 0."""
    place, gap = np.arange(1, len(w) + 1), np.full(len(w), np.nan)
    return at(np.repeat(place, 3), np.stack([0 * w, w, gap], 1).ravel())


def ball_patches(config: Config, frame: Frame) -> dict[str, Patch]:
    """The balls through the solutions, and the ellipses that touch them."""
    best, H = np.array([config.w1, config.w2]), bowl(config)
    root = np.linalg.inv(np.linalg.cholesky(H)).T  # unit circle → ellipse of level ½
    round_ = np.array([np.cos(TURN), np.sin(TURN)])
    patches: dict[str, Patch] = {}
    for name in ("l2", "l1"):
        path = frame[name].astype(float)
        now = path[frame.step]
        if name == "l2":
            ball = np.hypot(*now) * round_
        else:
            corners = np.array([[1, 0, -1, 0, 1], [0, 1, 0, -1, 0]])
            ball = np.abs(now).sum() * corners
        reach = np.sqrt(max(float((now - best) @ H @ (now - best)), 0.0))
        levels = []
        for step in (0.5, 1.0, 1.6, 2.3, 3.0):
            levels += [best[:, None] + step * root @ round_, np.full((2, 1), np.nan)]
        traces: dict[str, dict[str, Any]] = {
            "levels": figures.pair(np.concatenate(levels, axis=1)),
            "ball": figures.pair(ball),
            "touch": figures.pair(best[:, None] + reach * root @ round_),
            "path": figures.pair(path[: frame.step + 1].T), "now": figures.pair(now),
            "best": figures.pair(best),
        }  # fmt: skip
        patches[name] = {"traces": traces}
        patches[f"{name}.by"] = {"traces": {
            "w1": {"y": path[:, 0].astype(np.float32)}, "w2": {"y": path[:, 1].astype(np.float32)},
            "here": at([frame["lam"]] * 2, [-REACH, REACH]),
        }}  # fmt: skip
    return patches


def train_patches(config: Config, frame: Frame) -> dict[str, Patch]:
    """The training so far."""
    epochs = np.arange(frame["norm"].shape[1]) * EVERY
    goal = float(np.linalg.norm(frame["target"]))
    lines = {f"{name}.{kind}": at(epochs, np.maximum(frame[kind][k], 1e-6))
             for k, name in enumerate(("plain", "decay"))
             for kind in ("train", "held")}  # fmt: skip
    return {
        "norm": {"traces": {"plain": at(epochs, frame["norm"][0]),
                            "decay": at(epochs, frame["norm"][1]),
                            "target": at([0, EPOCHS], [goal, goal])}},
        "errors": {"traces": lines},
        "against": {"traces": {"weights": at(frame["target"], frame["w"])}},
    }  # fmt: skip
