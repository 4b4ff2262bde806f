"""What stands still on the stage, and what each frame moves."""

from __future__ import annotations

from typing import Any

import numpy as np
import plotly.graph_objects as go

from labcore import Frame, Grab, Patch, Points
from labcore import figures as fig
from labcore.optimization.adaptive_methods.config import (
    BARS,
    EVERY,
    LOOK,
    METHODS,
    NAMES,
    RATES,
    RIVALS,
    STEPS,
    Config,
)
from labcore.optimization.adaptive_methods.lesson import (
    MAP_BETA2,
    MAP_BIG,
    bar_places,
    words_shown,
)
from labcore.optimization.adaptive_methods.speeches import speeches
from labcore.palette import colour

GRABS = (
    Grab("sweep", "ring", "lr", "", "Learning rate"),
    Points("follow", "corners", "target", "Corner of the target's path"),
    Grab("map", "ring", "beta2", "big", "β₂ and C"),
    Points("means", "tops", "gradients", "Gradient", along="y"),
)


def lines(prefix: str, names: tuple[str, ...], x: Any, width: float = 2.5) -> list[go.Scatter]:
    """A line for each method, in its colour and dash."""
    return [
        fig.line(f"{prefix}-{n}", NAMES[n], LOOK[n][0], dash=LOOK[n][1], width=width,
                 x=np.asarray(x, np.float32), y=np.full(len(x), np.nan, np.float32))
        for n in names
    ]  # fmt: skip


def moved(prefix: str, names: tuple[str, ...], rows: Any) -> dict[str, dict[str, Any]]:
    """Where those lines are now. rows: (K, T)."""
    return {f"{prefix}-{name}": {"y": row} for name, row in zip(names, rows, strict=True)}


def ring() -> go.Scatter:
    """A mark to take hold of."""
    return go.Scatter(
        uid="ring", x=[None], y=[None], mode="markers", showlegend=False, hoverinfo="skip",
        cliponaxis=False, marker={"color": colour("own"), "size": 15,
                                  "line": {"color": colour("paper"), "width": 2.5}},
    )  # fmt: skip


def panels(config: Config, first: Frame) -> dict[str, go.Figure]:
    """The panels of the problem chosen."""
    if config.problem == "words":
        return word_panels(config, first)
    made = {"moving": moving_panels, "rare": rare_panels, "start": start_panels}
    return made[config.problem](config, first)


def word_panels(config: Config, first: Frame) -> dict[str, go.Figure]:
    """The race, the rate of every word, all rates tried, and the sums of squares."""
    data, shown, watched = speeches(), words_shown(), NAMES[config.watch]
    steps = np.arange(0, STEPS["words"] + 1, EVERY["words"])
    dots = go.Scatter(
        uid="words", x=data.spread[shown], y=[None] * len(shown), mode="markers",
        text=[data.words[i] for i in shown], showlegend=False,
        marker={"color": colour("data", 0.55), "size": 7},
        hovertemplate="%{text}<br>in %{x} speeches<br>rate %{y:.3g}<extra></extra>",
    )  # fmt: skip
    names = go.Scatter(
        uid="names", x=data.spread[bar_places()], y=[None] * len(BARS), text=list(BARS),
        mode="markers+text", textposition="top right", showlegend=False, hoverinfo="skip",
        textfont={"size": 13, "color": colour("text")},
        marker={"color": colour("model"), "size": 9, "symbol": "diamond"}, cliponaxis=False,
    )  # fmt: skip
    made = {
        "race": fig.panel(
            lines("race", METHODS, steps), x="Step (4 speeches each)",
            y="Loss on speeches held out", legend=True, x_range=(0, STEPS["words"]),
            y_range=(0.35, 0.85), alt="Loss of each method on held-out speeches, step by step."),
        "rates": fig.panel(
            [dots, names], x="Speeches a word stands in", y="What its gradient is multiplied by",
            title=f"{watched}: a learning rate for each word", x_log=True, y_log=True,
            x_range=(1.6, 700), y_range=(3e-3, 100),
            alt=f"The effective learning rate of {watched} for about 200 words, against how many "
            "speeches each word stands in."),
        "sweep": fig.panel(
            [*lines("sweep", METHODS, RATES, 1.6), ring()], x="Learning rate η",
            y="Loss at the end", title="19 rates: drag the ring", size="small", x_log=True,
            x_range=(8e-4, 40), y_range=(0.35, 0.85),
            alt="Loss at the end of the race against the learning rate, for each method."),
        "squares": fig.panel(
            [go.Bar(uid="bars", y=list(BARS), x=[0.0] * len(BARS), orientation="h",
                    showlegend=False, marker={"color": colour("data", 0.6)},
                    hovertemplate="%{y}: %{x:.3g}<extra></extra>")],
            x="√ of the squares kept", y="Word", size="small",
            title=f"{watched} divides by", x_range=(0, 1),
            alt="The root of the squared gradients kept, for some words."),
    }  # fmt: skip
    made["squares"].layout.yaxis.type = "category"
    return made


def moving_panels(config: Config, first: Frame) -> dict[str, go.Figure]:
    """The chase, what gradients are multiplied by, and the mean error."""
    steps = np.arange(STEPS["moving"])
    aim = fig.line("aim", "target", "text", dash="dash", width=1.6, legend=False)
    corners = fig.head("corners", "corners", "own", size=12)
    corners.cliponaxis = False
    made = {
        "follow": fig.panel(
            [aim, *lines("theta", METHODS, steps), corners], x="Step",
            y="θ; the target is dashed", legend=True, x_range=(0, STEPS["moving"]),
            y_range=(-4.2, 4.2),
            alt="The minimum that moves, and where each method is; the corners can be dragged."),
        "pace": fig.panel(
            lines("pace", METHODS, steps[::2]), x="Step", y="What a gradient is multiplied by",
            title="Learning rate in effect", y_log=True, x_range=(0, STEPS["moving"]),
            y_range=(0.001, 10), alt="The effective learning rate of each method over time."),
        "error": fig.panel(
            [go.Bar(uid="errors", y=[NAMES[n] for n in METHODS], x=[0.0] * len(METHODS),
                    orientation="h", showlegend=False, hoverinfo="skip",
                    marker={"color": [colour(LOOK[n][0], 0.7) for n in METHODS]})],
            x="Mean of (θ − target)²", y="Method", size="small", title="How far behind so far",
            x_range=(0, 6), alt="Mean squared distance from the target, for each method."),
    }  # fmt: skip
    made["error"].layout.yaxis.type = "category"
    return made


def rare_panels(config: Config, first: Frame) -> dict[str, go.Figure]:
    """The walk, the map of failures, and what is remembered."""
    steps = np.arange(EVERY["rare"], STEPS["rare"] + 1, EVERY["rare"])
    who = "Yogi" if config.watch == "yogi" else "Adam"
    ends = fig.field(
        "field",
        MAP_BETA2,
        MAP_BIG,
        first["field"],
        colours="signed",
        bar=f"Where {who} ends",
        ticks=(0, 127, 255),
        labels=("−1", "0", "+1"),
    )
    return {
        "walk": fig.panel(
            lines("x", RIVALS, steps), x="Step", y="x, kept within −1 and 1", legend=True,
            x_range=(0, STEPS["rare"]), y_range=(-1.1, 1.1),
            alt="Where Adagrad, Adam and Yogi stand at each step."),
        "map": fig.panel(
            [ends, ring()], x="Memory β₂", y="Large gradient C", title=f"{who}: drag the ring",
            x_range=(-0.015, 1.005), y_range=(1, 61),
            alt=f"The place where {who} ends for each β₂ and C; −1 is the best place where C is "
            f"above {config.period - 1}."),
        "root": fig.panel(
            lines("root", RIVALS, steps, 2), x="Step", y="√v", size="small", y_log=True,
            title="What divides a step", x_range=(0, STEPS["rare"]),
            y_range=(0.5, 1000), alt="The root of the squares each method keeps."),
    }  # fmt: skip


def start_panels(config: Config, first: Frame) -> dict[str, go.Figure]:
    """Gradients as bars with their means, and the length of each step."""
    t = np.arange(1, STEPS["start"] + 1)
    bars = go.Bar(
        uid="bars",
        name="gradient",
        x=t,
        y=[None] * len(t),
        width=0.55,
        marker={"color": colour("data", 0.35)},
        hoverinfo="skip",
    )
    tops = fig.head("tops", "gradient", "own", size=11)

    def row(uid: str, name: str, role: str, dash: str) -> go.Scatter:
        return fig.line(uid, name, role, dash=dash, x=t, y=np.full(len(t), np.nan))

    return {
        "means": fig.panel(
            [bars, row("m_hat", "m̂", "goal", "solid"),
             row("m", "m", "error", "dash"), tops],
            x="Step t", y="Gradient and its mean", legend=True, x_range=(0.3, 12.7),
            y_range=(-3.3, 3.3),
            alt="Twelve gradients as bars one can pull, and Adam's mean of them with and without "
            "its correction."),
        "lengths": fig.panel(
            [row("corrected", "with correction", "goal", "solid"),
             row("plain", "without", "error", "dash")],
            x="Step t", y="Step of θ, in units of η", legend=True, x_range=(0.3, 12.7),
            y_range=(-3.3, 3.3), alt="The length of each step, with the correction and without."),
        "roots": fig.panel(
            [row("v_hat", "v̂", "goal", "solid"), row("v", "v", "error", "dash")], x="Step t",
            y="Mean of squares", size="small", legend=True, x_range=(0.3, 12.7),
            y_range=(0, 3.5), alt="Adam's mean of squared gradients, corrected and not."),
    }  # fmt: skip


def draw(config: Config, frame: Frame) -> dict[str, Patch]:
    """What a frame moves."""
    if config.problem == "words":
        watched = METHODS.index(config.watch)
        used = frame["used"][watched]
        places = np.searchsorted(words_shown(), bar_places())
        squares = frame["divided"][places]
        at = {"x": [float(RATES[used])], "y": [float(min(frame["sweep"][watched, used], 0.84))]}
        return {
            "race": {"traces": moved("race", METHODS, frame["race"])},
            "rates": {"traces": {"words": {"y": frame["rates"]},
                                 "names": {"y": frame["rates"][places]}}},
            "sweep": {"traces": moved("sweep", METHODS, frame["sweep"]) | {"ring": at}},
            "squares": {"traces": {"bars": {"x": squares}},
                        "layout": {"xaxis.range": [0, max(float(squares.max()) * 1.1, 0.1)]}},
        }  # fmt: skip
    if config.problem == "moving":
        x, y = np.array(sorted(config.target)).T
        error = frame["error"]
        return {
            "follow": {"traces": moved("theta", METHODS, frame["theta"])
                       | {"aim": {"x": [-9, *x, 999], "y": [y[0], *y, y[-1]]},
                          "corners": {"x": [p[0] for p in config.target],
                                      "y": [p[1] for p in config.target]}}},
            "pace": {"traces": moved("pace", METHODS, frame["pace"][:, ::2])},
            "error": {"traces": {"errors": {"x": np.minimum(error, 6.5)}}},
        }  # fmt: skip
    if config.problem == "rare":
        return {
            "walk": {"traces": moved("x", RIVALS, frame["x"])},
            "map": {"traces": {"ring": {"x": [config.beta2], "y": [config.big]}}},
            "root": {"traces": moved("root", RIVALS, frame["root"])},
        }
    x, g = np.array(config.gradients).T
    return {
        "means": {"traces": {"bars": {"x": x, "y": g}, "tops": {"x": x, "y": g},
                             "m": {"y": frame["m"]}, "m_hat": {"y": frame["m_hat"]}}},
        "lengths": {"traces": {n: {"y": frame[n]} for n in ("corrected", "plain")},
                    "layout": {"yaxis.range": [-float(frame["reach"]), float(frame["reach"])]}},
        "roots": {"traces": {n: {"y": frame[n]} for n in ("v", "v_hat")}},
    }  # fmt: skip
