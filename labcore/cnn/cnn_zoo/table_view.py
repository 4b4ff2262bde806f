"""All networks beside each other, and the race."""

from __future__ import annotations

from typing import Any

import numpy as np
import plotly.graph_objects as go

from labcore import Frame, Patch
from labcore import figures as fig
from labcore.cnn.cnn_zoo.config import Config
from labcore.cnn.cnn_zoo.layers import count
from labcore.cnn.cnn_zoo.lesson import counted
from labcore.cnn.cnn_zoo.nets import NAMES
from labcore.cnn.cnn_zoo.small import RACERS, small
from labcore.palette import colour

PUBLISHED = {
    "alexnet": (56.522, 61_100_840, 714_188_480), "vgg11": (69.020, 132_863_336, 7_609_090_048),
    "nin": (59.36, 7_439_608, 965_572_864), "googlenet": (69.778, 6_624_904, 1_498_376_192),
    "resnet18": (69.758, 11_689_512, 1_814_073_344),
    "resnet50": (76.130, 25_557_032, 4_089_184_256),
    "resnet101": (77.374, 44_549_160, 7_801_405_440),
    "resnext50": (77.618, 25_028_904, 4_230_479_872),
    "densenet": (74.434, 7_978_856, 2_834_161_664),
}  # fmt: skip
"""Top-1 on ImageNet's validation images, one crop of 224 × 224, and its counts. Accuracies are
those torchvision states for its weights IMAGENET1K_V1; NiN's is that of its author's Caffe model
(gist d802a5849de39225bcc6), a little larger than the book's, whose counts stand here."""
SIDES = {
    "alexnet": "bottom center",
    "vgg11": "bottom center",
    "nin": "middle right",
    "googlenet": "middle left",
    "resnet18": "middle right",
    "resnet50": "bottom center",
    "resnet101": "top center",
    "resnext50": "middle left",
    "densenet": "middle left",
}
LOWEST, HIGHEST, APART = 50, 94, 2.3
"""The ends of the race's axes, and the distance of two words there, in per cent."""
RACING = {"alexnet": ("context", "circle"), "vgg": ("data", "square"),
          "nin": ("goal", "triangle-up"), "googlenet": ("own", "diamond"),
          "resnet": ("model", "circle"), "resnext": ("sky", "cross"),
          "densenet": ("text", "star")}  # fmt: skip


def bubbles(config: Config, uid: str, x: Any, y: Any, size: Any, roles: list[str]) -> go.Scatter:
    """A bubble a network, with its name; the one chosen is purple."""
    return go.Scatter(
        uid=uid, x=x, y=y, mode="markers+text", text=list(NAMES.values()), showlegend=False,
        textposition=[SIDES[name] for name in NAMES], textfont={"size": 12}, cliponaxis=False,
        marker={"size": size, "color": roles, "line": {"width": 1.5, "color": colour("paper")}},
        hovertemplate="%{text}: %{x:.3s}, %{y:.3s}<extra></extra>",
    )  # fmt: skip


def roles_of(config: Config) -> list[str]:
    """Purple for the network chosen."""
    return [colour("own" if name == config.net else "data", 0.75) for name in NAMES]


def published_panel(config: Config) -> go.Figure:
    """What each cost and reached on ImageNet."""
    right, parameters, products = np.array([PUBLISHED[name] for name in NAMES]).T
    size = np.clip(4.4 * np.sqrt(parameters / 1e6), 9, None)
    return fig.panel(
        [bubbles(config, "published", products, right, size, roles_of(config)),
         fig.words("key", "context", size=12, place="middle right", x=[3.4e8], y=[52.5],
                   text=["area: parameters; ImageNet, one crop of 224²"])],
        x="Multiply–adds for an image", y="Top-1 on ImageNet, %", x_log=True,
        x_range=(3e8, 2e10), y_range=(51, 81), title="As published",
        alt="Nine networks by their multiply–adds and their accuracy on ImageNet; the area of a "
        "mark is the number of parameters.",
    )  # fmt: skip


def totals(config: Config) -> np.ndarray:
    """Parameters and multiply–adds of all networks under these controls: (2, 9)."""
    found = [counted(config, name) for name in NAMES]
    return np.array([[sum(c.parameters for c in f) for f in found],
                     [sum(c.multiplies for c in f) for f in found]], float)  # fmt: skip


def costs_panel(config: Config) -> go.Figure:
    """The counts under the controls as they stand."""
    x, y = totals(config)
    places = {
        "nin": "bottom center",
        "googlenet": "middle left",
        "resnet50": "middle left",
        "resnext50": "middle right",
        "densenet": "middle left",
        "resnet18": "middle right",
    }
    figure = fig.panel(
        [bubbles(config, "costs", x, y, 13, roles_of(config))],
        x="Parameters", y="Multiply–adds for an image", x_log=True, y_log=True,
        x_range=(5e5, 4e8), y_range=(6e7, 4e10), title="Counted here",
        alt="Nine networks by parameters and multiply–adds, for the size of image and the number "
        "of classes chosen.",
    )  # fmt: skip
    figure.data[0].textposition = [places.get(name, "top center") for name in NAMES]
    return figure


def draw_costs(config: Config) -> Patch:
    """The counts, while the size of the image is pulled."""
    x, y = totals(config)
    return {"traces": {"costs": {"x": x, "y": y}}}


def area_of(multiplies: np.ndarray) -> np.ndarray:
    """Diameters in pixels: an area is the multiply–adds of an image."""
    return np.clip(26 * np.sqrt(np.nan_to_num(multiplies, nan=0.0) / 5e5), 9, 60)


def race_panels(config: Config, first: Frame) -> dict[str, go.Figure]:
    """Accuracy against parameters, against what was spent, and how much each has seen."""
    names = list(RACERS)
    idle = "" if config.part == "race" else "Choose “Races small networks”<br>as the time line."
    traces: list[Any] = []
    for name, word in RACERS.items():
        role, symbol = RACING[name]
        traces.append(fig.line(f"line.{name}", word, role, width=2, legend=False))
        traces.append(fig.head(f"now.{name}", word, role, symbol=symbol, size=9))
    bubble = go.Scatter(
        uid="bubbles", x=[None] * len(names), y=[None] * len(names), mode="markers",
        text=list(RACERS.values()), showlegend=False, cliponaxis=False,
        marker={"size": 12, "color": [colour(RACING[n][0], 0.6) for n in names],
                "symbol": [RACING[n][1] for n in names],
                "line": {"width": 1, "color": colour("paper")}},
        hovertemplate="%{text}: %{x:.1f} thousand parameters, %{y:.1f} %<extra></extra>",
    )  # fmt: skip
    side = int(config.pixels)
    sizes = [sum(c.parameters for c in count(small(name, config.width).layers, 1, side))
             for name in names]  # fmt: skip
    named = {"size": 12, "color": [colour(RACING[name][0]) for name in names]}
    labels = [fig.words(uid, place="middle right").update(textfont=named)
              for uid in ("beside", "names")]  # fmt: skip
    return {
        "bubbles": fig.panel(
            [bubble, fig.head("test", "test images", "text", symbol="diamond-open", size=13),
             labels[0],
             fig.words("idle", "own", size=14, x=[max(sizes) / 1600], y=[74], text=[idle])],
            x="Parameters, thousands", y="Read rightly, %", y_range=(LOWEST, HIGHEST),
            x_range=(0, 1.3 * max(sizes) / 1000), title="◇ on test images, at the end",
            alt="Each small network by its parameters and the share of images it reads rightly; "
            "the area of its mark is the multiply–adds of an image.",
        ),
        "race": fig.panel(
            [*traces, labels[1]],
            x="Spent, billion multiply–adds", y="Read rightly, before learning from it, %",
            x_range=(0, 1.5 * config.budget), y_range=(LOWEST, HIGHEST),
            title="With the images each has afforded",
            alt="The share of images read rightly by each network against what it has spent.",
        ),
    }  # fmt: skip


def draw_race(config: Config, frame: Frame) -> dict[str, Patch]:
    """Where all stand now."""
    right, spent = 100 * frame["right"], frame["spent"]
    lines: dict[str, dict[str, Any]] = {}
    heads: dict[str, dict[str, Any]] = {}
    for name, value in zip(RACERS, right, strict=True):
        lines[f"line.{name}"] = fig.at(spent, value)
        heads[f"now.{name}"] = fig.at(spent, value)
    there = np.isfinite(right)
    words = [
        f"{word}, {seen / 1000:.1f} k" if on else ""
        for word, seen, on in zip(RACERS.values(), frame["seen"], there, strict=True)
    ]
    heads["names"] = {"x": [spent + 0.02 * config.budget] * len(RACERS),
                      "y": spread_out(right), "text": words}  # fmt: skip
    thousands = (frame["parameters"] / 1000).astype(np.float32)
    step = float(np.nanmax(thousands)) / 30
    beside = {
        "x": np.nan_to_num(thousands) + np.float32(step),
        "y": spread_out(right, thousands, 9 * step),
        "text": [word if on else "" for word, on in zip(RACERS.values(), there, strict=True)],
    }
    return {
        "bubbles": {"traces": {
            "bubbles": {"x": thousands, "y": right.astype(np.float32),
                        "marker.size": area_of(frame["multiplies"])},
            "beside": beside,
            "test": {"x": thousands, "y": (100 * frame["test"]).astype(np.float32)}}},
        "race": {"traces": heads, "append": lines},
    }  # fmt: skip


def spread_out(heights: np.ndarray, across: Any = 0.0, near: float = 1.0) -> np.ndarray:
    """Heights of words, pushed up where they would overlap another that stands less than `near`
    away on the axis; who is not in the race stands below.
    """
    placed = np.clip(np.nan_to_num(np.array(heights, float), nan=0.0), LOWEST + 1, HIGHEST - 1)
    x = np.broadcast_to(np.nan_to_num(np.asarray(across, float)), placed.shape)
    order = np.argsort(placed, kind="stable").tolist()
    for place, i in enumerate(order):
        for j in order[:place]:
            if abs(x[i] - x[j]) < near:
                placed[i] = max(placed[i], placed[j] + APART)
    over = max(float(placed.max()) - HIGHEST, 0.0)
    return np.array([height - over for height in placed.tolist()], np.float32)
