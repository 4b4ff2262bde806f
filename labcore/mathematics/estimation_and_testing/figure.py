"""What stands on the stage for the estimates, what moves, and the numbers in words."""

from __future__ import annotations

from typing import Any

import numpy as np
import plotly.graph_objects as go

from labcore import Frame, Patch, figures, format_number
from labcore.mathematics.estimation_and_testing.lesson import MUS, SIGMAS, Config, shrunk
from labcore.mathematics.estimation_and_testing.trials import trials, trials_moved
from labcore.palette import colour

X = np.linspace(-6, 6, 121)
C = np.linspace(0, 1, 51)
EDGES = np.linspace(0, 3, 46)


def bell(mu: float, sigma: float) -> np.ndarray:
    """N(μ, σ²) at X."""
    return np.exp(-(((X - mu) / sigma) ** 2) / 2) / (sigma * np.sqrt(2 * np.pi))


def panels(config: Config, first: Frame) -> dict[str, go.Figure]:
    """All that stands still."""
    data = figures.panel(
        [figures.line("best", "maximum", "goal", dash="dash", x=X),
         figures.line("now", "on its way up", "model", x=X),
         go.Scatter(uid="stems", x=(), y=(), mode="lines", hoverinfo="skip", showlegend=False,
                    line={"color": colour("model", 0.5), "width": 1.5}),
         figures.head("points", "points to drag", "own", size=14, legend=True)],
        x="x", y="density", x_range=(-5.3, 5.3), y_range=(-0.04, 0.9), legend=True,
        alt="Points on a line under the normal density that is being fitted to them.",
    )  # fmt: skip
    hill = figures.field("surface", MUS, SIGMAS, np.zeros((len(SIGMAS), len(MUS)), np.uint8),
                         colours="loss")  # fmt: skip
    surface = figures.panel(
        [hill, figures.line("path", "ascent", "model"), figures.head("end", "now", "model"),
         figures.head("top", "maximum: mean, √(Σ(x − x̄)²/n)", "goal", symbol="star", size=15,
                      legend=True),
         figures.head("start", "start to drag", "own", symbol="diamond", size=15, legend=True)],
        x="μ", y="σ", x_range=(-5.1, 5.1), y_range=(0.19, 5.3), y_log=True, legend=True,
        alt="The likelihood as a hill over mean and standard deviation, with the path up.",
    )  # fmt: skip
    surface.update_yaxes(tickvals=[0.2, 0.5, 1, 2, 5], ticktext=["0.2", "0.5", "1", "2", "5"])
    variances = figures.panel(
        [go.Bar(uid="less", name="divided by n − 1", x=(), y=(), hoverinfo="skip",
                marker={"color": colour("data", 0.5), "line": {"width": 0}}),
         figures.line("by", "divided by n", "model", width=2),
         figures.line("truth", "truth", "goal", dash="dot", x=np.ones(2), y=np.array([0, 9.0])),
         figures.head("fair", "their mean", "data", symbol="triangle-up", size=14),
         figures.head("low", "their mean", "model", symbol="triangle-up", size=14)],
        x="estimated variance", y="density", x_range=(0, 3), y_range=(-0.06, 1.5), legend=True,
        alt="Two estimates of the variance over all experiments, and the truth at 1.",
    )  # fmt: skip
    variances.data[1].line.shape = "hvh"
    variances.update_layout(bargap=0)
    shrink = figures.panel(
        [figures.line("bias", "bias²", "data", x=C), figures.line("variance", "variance", "goal",
                                                                  dash="dot", x=C),
         figures.line("error", "mean squared error", "model", width=3, x=C),
         figures.head("seen", "seen so far", "model", symbol="square", size=10, legend=True),
         figures.head("best", "least error", "goal", symbol="star", size=15),
         figures.head("here", "factor to drag", "own", symbol="diamond", size=15)],
        x="factor c of the mean", y="squared error of c · x̄", x_range=(-0.02, 1.02),
        y_range=(0, 0.5), legend=True, alt="Bias, variance and error of a shrunken mean.",
    )  # fmt: skip
    return {"data": data, "surface": surface, "variances": variances, "shrink": shrink,
            **trials(config)}  # fmt: skip


def draw(config: Config, frame: Frame) -> dict[str, Patch]:
    """What moves."""
    return {**climbed(config, frame), **estimated(config, frame), **trials_moved(config, frame)}


def climbed(config: Config, frame: Frame) -> dict[str, Patch]:
    """The points, the bell, and the hill with its path."""
    x = np.array([x for x, _ in config.points])
    mu, sigma = map(float, frame["path"][-1])
    best = max(frame["sd"], float(SIGMAS[0]))
    nothing = np.full(len(x), np.nan)
    under = np.exp(-(((x - mu) / sigma) ** 2) / 2) / (sigma * np.sqrt(2 * np.pi))
    stems = {"x": np.stack([x, x, nothing], 1).ravel(),
             "y": np.stack([0 * x, under, nothing], 1).ravel()}  # fmt: skip
    return {
        "data": {"traces": {
            "now": {"y": bell(mu, sigma).astype(np.float32)},
            "best": {"y": bell(frame["mu"], best).astype(np.float32)},
            "stems": stems, "points": {"x": x, "y": 0 * x},
        }},
        "surface": {"traces": {
            "surface": {"z": frame["surface"]},
            "path": figures.pair(frame["path"].T), "end": figures.at(mu, sigma),
            "top": figures.at(frame["mu"], best), "start": figures.at(config.mu, config.sigma),
        }},
    }  # fmt: skip


def estimated(config: Config, frame: Frame) -> dict[str, Patch]:
    """Variances by n and by n − 1, and the shrunken mean."""
    fair, small = frame["variances"], 1 - 1 / config.n
    middle, width = (EDGES[1:] + EDGES[:-1]) / 2, EDGES[1] - EDGES[0]
    share = [np.histogram(v, EDGES)[0] / len(fair) / width for v in (fair, small * fair)]
    top = max(1.5, 1.1 * float(max(s.max() for s in share))) if len(fair) > 50 else 3.0
    top = next(t for t in (1.5, 3.0, 6.0, 12.0, 99.0) if top <= t)
    bias, variance = shrunk(C, config.effect, config.n)
    error = bias + variance
    bias2, variance2 = shrunk(np.array(config.shrink), config.effect, config.n)
    low = int(error.argmin())
    high = next(t for t in (0.15, 0.5, 1.0, 2.5) if error.max() * 1.05 <= t)
    return {
        "variances": {
            "traces": {
                "less": {"x": middle, "y": share[0]}, "by": {"x": middle, "y": share[1]},
                "fair": figures.at(frame["by n - 1"], -0.03 * top),
                "low": figures.at(frame["by n"], -0.03 * top),
            },
            "layout": {"yaxis.range": [-0.06 * top, top]},
        },
        "shrink": {
            "traces": {
                "bias": {"y": bias}, "variance": {"y": variance}, "error": {"y": error},
                "seen": figures.at(config.shrink, frame["shrunk error"]),
                "best": figures.at(C[low], error[low]),
                "here": figures.at(config.shrink, float(bias2 + variance2)),
            },
            "layout": {"yaxis.range": [0, high]},
        },
    }  # fmt: skip


def readout(config: Config, frame: Frame) -> dict[str, str]:
    """The numbers in words; those with a dot fill the formulas."""

    def shown(value: Any, digits: int = 3) -> str:
        return format_number(float(value), digits)

    n, held = frame["n"], frame["n"] - frame["misses"]
    mu, sigma = frame["path"][-1]
    bias, variance = shrunk(np.array(config.shrink), config.effect, config.n)
    single, bonferroni, hochberg = frame["any"][:, frame.step]
    what = "false alarms" if config.effect == 0 else "alarms"
    return {
        "Experiments": f"{n}",
        f"Share of {what}": f"{shown(100 * frame['alarms'])} % "
        f"(expected {shown(100 * frame['power'])} %)",
        "Intervals that miss": f"{frame['misses']} of {n}",
        "Mean variance": f"{shown(frame['by n - 1'])} by n − 1, {shown(frame['by n'])} by n",
        "Log-likelihood a point": f"{shown(frame['height'])} (top {shown(frame['top'])})",
        "Families with a false alarm": f"{shown(100 * single)} %, "
        f"corrected {shown(100 * bonferroni)} and {shown(100 * hochberg)} %",
        "l.mu": shown(mu), "l.sigma": shown(sigma), "l.mean": shown(frame["mu"]),
        "l.sd": shown(frame["sd"]),
        "e.c": shown(config.shrink), "e.bias": shown(bias), "e.var": shown(variance),
        "e.mse": shown(bias + variance), "e.seen": shown(frame["shrunk error"]),
        "t.n": f"{config.n}", "t.x": shown(frame["means"][-1]),
        "t.s": shown(np.sqrt(frame["variances"][-1])), "t.half": shown(frame["half"][-1]),
        "t.p": shown(frame["p"][-1]), "t.held": f"{held}", "t.all": f"{n}",
        "f.m": f"{config.tests}", "f.a": shown(config.alpha),
        "f.any": shown(1 - (1 - config.alpha) ** int((~frame["real"]).sum())),
        "f.seen": shown(single),
    }  # fmt: skip
