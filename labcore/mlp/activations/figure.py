"""The curve and its chain, the crowd in depth, and the units that die."""

from __future__ import annotations

from typing import Any

import numpy as np
import plotly.graph_objects as go
import torch

from labcore import Frame, Grab, Patch, figures, shown
from labcore.mlp.activations.config import Config
from labcore.mlp.activations.functions import NAMES, phi, slope
from labcore.mlp.activations.lesson import BINS, DEPTH, EVERY, FACTORS, LINE, data, train

GRABS = (
    Grab("function", "point", "x", "", "Number that enters"),
    Grab("slope", "at", "x", "", "Number that enters", anywhere=False),
)
VIEWS = {
    "Curve": ("function", "product", "slope"),
    "Depth": ("spread", "signal", "back"),
    "Units": ("fit", "dying"),
}
X = np.linspace(-4, 4, 161)
LOOKS = (("context", "dot"), ("sky", "solid"), ("model", "solid"), ("own", "dash"),
         ("error", "dashdot"))  # fmt: skip
MIDDLES = (BINS[1:] + BINS[:-1]) / 2
LEAST = 1e-36


def heights(config: Config, name: str, of: str = "phi") -> np.ndarray:
    """φ(w x), or φ′ at w x, over X."""
    z = torch.from_numpy(config.weight * X)
    return (phi if of == "phi" else slope)(name, z, config.alpha).numpy()


def panels(config: Config, first: Frame) -> dict[str, go.Figure]:
    """Curve, slope and product; histogram and two scales by layer; fit and dying units."""
    names = [NAMES[config.function], NAMES[config.beside]]
    curve = heights(config, config.function)
    low, high = figures.span(np.clip(curve, -2.5, 4.5), keep=1.0, room=0.45, zero=True)
    layers = np.arange(DEPTH + 1, dtype=np.float32)
    two = lambda uid, x, y=((), ()): [  # noqa: E731
        figures.line(f"{uid}.beside", names[1], "data", dash="dash", width=2, x=x, y=y[1]),
        figures.line(f"{uid}.chosen", names[0], "model", x=x, y=y[0]),
    ]
    x, y = data(config.seed)
    made = {
        "function": figures.panel(
            [figures.line("diagonal", "same as it was", "faint", width=1.5, x=[-4, 4], y=[-4, 4],
                          legend=False),
             *two("curve", X, (curve, heights(config, config.beside))),
             figures.line("web", "through the layers", "own", width=1.2, opacity=0.7,
                          legend=False),
             figures.line("tangent", "tangent", "goal", width=2, legend=False),
             figures.head("point", "what enters", "own", size=14),
             figures.head("now", "layer now", "own", symbol="diamond-open", size=12),
             figures.words("tangent_word", "goal", place="top right", size=12)],
            x="x, what enters a layer", y="φ(w x), what leaves it", x_range=(-4, 4),
            y_range=(low, high), legend=True,
            alt="The function of w x, a point on it with its tangent, and the way of one number "
            "through the layers as a staircase between curve and diagonal.",
        ),
        "slope": figures.panel(
            [*two("slope", X, [heights(config, n, "slope") for n in
                               (config.function, config.beside)]),
             figures.head("visited", "layers so far", "own", symbol="line-ns-open", size=9),
             figures.head("at", "what enters", "own", size=12)],
            x="x", y="φ′(w x)", title="Derivative", size="small", x_range=(-4, 4),
            y_range=(-0.2, 1.2), alt="The derivative of the function, with the layers so far.",
        ),
        "product": figures.panel(
            [*two("product", layers),
             figures.line("stay", "1", "faint", width=1.5, x=[0, DEPTH], y=[1, 1], legend=False),
             figures.head("here", "layer now", "own", symbol="diamond-open", size=12),
             figures.words("product_word", "own", place="top right", size=12)],
            x="layer", y="|slope of this layer by x|", title="Product of the derivatives",
            x_range=(0, DEPTH), y_range=(1e-24, 1e6), y_log=True,
            alt="How fast a layer's number changes with the first one: a product of derivatives.",
        ),
        "spread": figures.panel(
            [figures.bars("chosen", names[0], "model", width=BINS[1] - BINS[0], x=MIDDLES,
                          legend=True),
             figures.line("beside", names[1], "data", dash="dash", width=2, x=MIDDLES)],
            x="value of a unit (ends hold all beyond)", y="units, %", x_range=(-3.1, 3.1),
            y_range=(0, 40), legend=True,
            alt="How the values of a layer’s units are spread, for both functions.",
        ),
        "signal": figures.panel(
            [*two("signal", layers), figures.line("now", "now", "own", width=1.5, dash="dot")],
            x="layer", y="deviation of the values", title="Forward: how large values are",
            x_range=(0, DEPTH), y_range=(1e-12, 1e12), y_log=True,
            alt="The standard deviation of each layer’s values, on a logarithmic axis.",
        ),
        "back": figures.panel(
            [*two("back", layers), figures.line("now", "now", "own", width=1.5, dash="dot")],
            x="layer", y="deviation", title="Backward: the gradient", size="small",
            x_range=(0, DEPTH), y_range=(1e-12, 1e12), y_log=True,
            alt="The standard deviation of the gradient at each layer, 1 at the last.",
        ),
        "fit": figures.panel(
            [figures.head("data", "data", "data", size=6, x=x.numpy(), y=y.numpy(), legend=True),
             figures.line("says", "network", "model", x=LINE.numpy()),
             figures.head("alive", "hinge of a unit", "model", symbol="line-ns-open", size=12,
                          legend=True),
             figures.head("dead", "dead unit", "error", symbol="x", size=9, legend=True)],
            x="x", y="y", x_range=(-2.6, 2.6), y_range=(-2.1, 1.8), legend=True,
            alt="Data, the network trained so far, and where each hidden unit has its hinge; "
            "crosses are dead units.",
        ),
        "dying": figures.panel(
            [*[figures.line(f"rate{i}", f"η = {shown(f * config.lr)}", role, dash=dash)
               for i, (f, (role, dash)) in enumerate(zip(FACTORS, LOOKS, strict=True))],
             figures.line("now", "now", "own", width=1.5, dash="dot", legend=False),
             figures.head("ends", "weights overflow", "error", symbol="x", size=10)],
            x="step of training", y="dead units, %", legend=True, x_range=(0, DEPTH * EVERY),
            y_range=(-3, 103), alt="The share of dead units over training at five learning rates. "
            "A line that ends in a cross is a network whose weights overflowed.",
        ),
    }  # fmt: skip
    return made


def draw(config: Config, frame: Frame) -> dict[str, Patch]:
    """What has been passed by now."""
    n, a = frame.step, frame["chain"].astype(np.float64)
    step = min(n, DEPTH - 1)
    web = np.repeat(a[: n + 1], 2)
    steep = float(frame["slopes"][0])
    tip = np.array([-1, 1]) * min(1.0, 1.5 / max(abs(steep), 1e-9))
    product = np.maximum(np.abs(frame["product"]), LEAST)
    layers = np.arange(DEPTH + 1)
    signal, gradient = (np.clip(frame[k], LEAST, 1e30) for k in ("signal", "gradient"))
    z = np.clip(a[: n + 1], -4, 4)
    places = torch.from_numpy(config.weight * z)
    slopes = slope(config.function, places, config.alpha).numpy()
    alive, hinge = frame["alive"], frame["hinge"]
    inside = np.abs(hinge) <= 2.55
    dead, x = frame["dead"], np.arange(DEPTH + 1) * EVERY
    trained = train(config.function, config.lr, config.bias, config.alpha, config.seed)
    ends = [(x[k - 1], row[k - 1]) for row in trained.dead
            if 0 < (k := int(np.isfinite(row).sum())) <= n]  # fmt: skip
    past = np.where(np.arange(DEPTH + 1) <= n, 1.0, np.nan)
    return {
        "function": {"traces": {
            "web": figures.at(web[:-1], np.r_[a[0], web[2:]]),
            "tangent": figures.at(a[0] + tip, a[1] + tip * steep),
            "point": figures.at(a[0], a[1]), "now": figures.at(a[step], a[step + 1]),
            "tangent_word": figures.at(a[0], a[1]) | {
                "text": [f"\u00a0slope {shown(steep, 2)}\u00a0"],
                "textposition": beside(a[0], steep),
            },
        }},
        "slope": {"traces": {"visited": figures.at(z, slopes), "at": figures.at(z[0], slopes[0])}},
        "product": {"traces": {
            "product.chosen": grown(layers, product[0] * past),
            "product.beside": grown(layers, product[1] * past),
            "here": figures.at(n, product[0, n]),
            "product_word": figures.at(min(n, 36), product[0, n])
            | {"text": [f"{shown(frame['product'][0, n], 2)}"]},
        }},
        "spread": {"traces": {"chosen": {"y": frame["shares"][0]},
                              "beside": {"y": frame["shares"][1]}},
                   "layout": {"xaxis.title.text": f"value of a unit in layer {n} "
                              "(the ends hold all beyond)"}},
        "signal": {"traces": {"signal.chosen": grown(layers, signal[0]),
                              "signal.beside": grown(layers, signal[1]),
                              "now": grown([n, n], [1e-12, 1e12])}},
        "back": {"traces": {"back.chosen": grown(layers, gradient[0]),
                            "back.beside": grown(layers, gradient[1]),
                            "now": grown([n, n], [1e-12, 1e12])}},
        "fit": {"traces": {
            "says": {"y": np.clip(frame["curve"], -99, 99)},  # no line where there are no numbers
            "alive": spots(hinge[alive & inside], -1.8), "dead": spots(hinge[~alive & inside], -2),
        }},
        "dying": {"traces": {
            **{f"rate{i}": figures.at(x[: n + 1], dead[i, : n + 1]) for i in range(len(FACTORS))},
            "now": figures.at([n * EVERY] * 2, [0, 100]),
            "ends": figures.pair(np.array(ends, float).T) if ends
            else figures.pair(np.full((2, 1), np.nan)),
        }},
    }  # fmt: skip


def beside(x: float, steep: float) -> str:
    """The side of the point where its curve is not: under one that rises, above one that falls."""
    right = x < 2.5  # further on there is no room to the right
    return f"{'bottom' if right == (steep >= 0) else 'top'} {'right' if right else 'left'}"


def grown(x: Any, y: Any) -> dict[str, np.ndarray]:
    """A line on a logarithmic axis, where far is not so far."""
    return {"x": np.asarray(x, np.float32), "y": np.asarray(y, np.float32)}


def spots(x: np.ndarray, height: float) -> dict[str, np.ndarray]:
    """Marks in a row; none is one that is nowhere."""
    return figures.at(x, np.full(len(x), height)) if len(x) else figures.pair(np.full(2, np.nan))


def readout(config: Config, frame: Frame) -> dict[str, str]:
    """The numbers of this layer, or of training up to here."""
    n = frame.step
    z = config.weight * config.x
    dead = float(frame["dead"][2, n])
    return {
        "Layer": str(n),
        "Its number": shown(frame["chain"][n]),
        "Product of slopes": shown(frame["product"][0, n]),
        "Values’ deviation": shown(frame["signal"][0, n]),
        "Gradient’s deviation": shown(frame["gradient"][0, n]),
        "Gradient at layer 0": shown(frame["gradient"][0, 0]),
        "Step": str(n * EVERY),
        "Dead units": f"{dead:.0f} %" if np.isfinite(dead) else "lost",
        "Loss": shown(frame["loss"][2, n]),
        "f.w": shown(config.weight), "f.x": shown(config.x), "f.z": shown(z),
        "f.y": shown(frame["chain"][1]), "f.s": shown(frame["slopes"][0]),
        "p.n": str(n), "p.value": shown(frame["product"][0, n]),
        "p.last": shown(frame["slopes"][max(n - 1, 0)]),
    }  # fmt: skip
