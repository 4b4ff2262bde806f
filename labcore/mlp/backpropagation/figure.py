"""The network with numbers on every edge, what is remembered, and the chain of checkpoints."""

from __future__ import annotations

import numpy as np
import plotly.graph_objects as go

from labcore import Frame, Grab, Patch, Points, figures
from labcore.mlp.backpropagation.config import Config, edge_name
from labcore.mlp.backpropagation.graph import NODE, beside_nodes, lines, nodes, on_graph
from labcore.mlp.backpropagation.lesson import SHIFTS, example, place
from labcore.mlp.backpropagation.memory import floats_held, floats_to_predict, lives, order
from labcore.mlp.backpropagation.staircase import chain, chain_panels
from labcore.palette import colour

GRABS = (
    Points("given", "tops", "given", "Input or target", along="y"),
    Grab("objective", "here", "shift", "", "Chosen weight"),
    Grab("trade", "chosen", "segment", "", "Layers from checkpoint to checkpoint"),
)
VIEWS = {
    "Network": ("graph", "given", "objective"),
    "Memory": ("graph", "memory"),
    "Checkpoints": ("held", "trade"),
}
ROWS = {"x": "x", "y": "y", "z": "z", "h": "h", "o": "o", "g_o": "∂o", "g_w2": "∂W²",
        "g_h": "∂h", "g_z": "∂z", "g_w1": "∂W¹"}  # fmt: skip
BASE, TALL = -4.4, 2.8
"""Where the curve of the numbers held stands under the rows, and how high it is."""


def panels(config: Config, first: Frame) -> dict[str, go.Figure]:
    """Graph, example, objective by one weight, memory, chain and its trade."""
    T = len(order(config.hidden, config.outputs))
    spans = lives(config.activation, config.hidden, config.outputs)
    held = floats_held(config.activation, config.hidden, config.outputs)
    plain = floats_to_predict(config.hidden, config.outputs)
    curve = first["curve"]
    names = ("x₁", "x₂", "y₁", "y₂")
    made = {
        "graph": figures.panel(
            [figures.line("edges", "connection", "context", width=1.2, opacity=0.5),
             figures.line("chosen", "chosen weight", "own", width=3, opacity=0.6),
             figures.line("back", "gradient has arrived", "model", width=3, opacity=0.35),
             nodes("base", "paper", NODE), nodes("waiting", "faint", NODE, 0.5),
             nodes("known", "data", NODE, 0.22), nodes("arrived", "model", NODE, 0.22, "square"),
             nodes("now", "own", 44, symbol="circle-open"),
             figures.words("numbers", size=12),
             beside_nodes(config, "names", "context"), beside_nodes(config, "gradients", "model"),
             figures.words("weights", place="middle left", size=12),
             figures.words("weight_gradients", "model", place="middle right", size=12),
             figures.words("formula", "own", size=14, x=[4.05], y=[3.05], text=[""])],
            x="forward → ← back", y="units", x_range=(-0.5, 8.7), y_range=(-2.8, 3.4),
            alt="The network: every node with its value, then its gradient; every edge with its "
            "weight, then the gradient of it. The formula of the present step stands above.",
            title="● value  ■ with gradient  – on an edge: weight, gradient",
        ),
        "given": figures.panel(
            [figures.bars("bars", "given", "own", width=0.12, x=[0, 1, 2, 3]),
             figures.head("tops", "given", "own", size=14, x=[0, 1, 2, 3])],
            x="pull", y="value", title="The example", size="small", x_range=(-0.6, 3.6),
            y_range=(-2.3, 2.3), alt="The two inputs and the targets as bars that can be pulled.",
        ),
        "objective": figures.panel(
            [figures.line("curve", "J", "context", x=SHIFTS.astype(np.float32)),
             figures.line("tangent", "slope found by the way back", "model"),
             figures.head("here", "chosen weight", "own", size=14)],
            x="change of the weight", y="J", size="small", title="J by the chosen weight",
            x_range=(-3.2, 3.2), y_range=figures.span(curve, keep=1.0),
            alt="The objective as the chosen weight moves, and the tangent that the gradient says.",
        ),
        "memory": figures.panel(
            [figures.line("values", "value", "data", width=11),
             figures.line("gradients", "gradient", "model", width=11),
             figures.line("total", "numbers held", "text", width=2, x=np.arange(T),
                          y=BASE + TALL * held / held.max()),
             figures.line("predict", "to predict only", "context", dash="dot",
                          x=np.arange(len(plain)), y=BASE + TALL * plain / held.max()),
             figures.line("now", "now", "own", width=1.5, dash="dash"),
             figures.head("total_now", "numbers held now", "own", size=9),
             figures.words("total_word", place="top left", size=12),
             figures.words("plain_word", "context", place="bottom right", size=12,
                           x=[len(plain) - 1], y=[BASE + TALL * plain[-1] / held.max()],
                           text=["to predict only"])],
            x="step", y="what is held", title="Held in memory, and how many numbers",
            x_range=(-0.7, T - 0.3), y_range=(BASE - 0.3, len(spans) - 0.3),
            alt="From which step to which each value is held in memory, and how many numbers that "
            "is at every step; without a way back it would be fewer.",
        ),
        **chain_panels(config),
    }  # fmt: skip
    made["graph"].update_xaxes(showline=False, tickvals=[]).update_yaxes(
        showline=False, tickvals=[], title={"text": "units", "font": {"color": colour("paper")}}
    )
    made["given"].update_xaxes(tickvals=[0, 1, 2, 3], ticktext=list(names))
    made["memory"].update_yaxes(
        tickvals=list(range(len(ROWS))), ticktext=list(ROWS.values())[::-1], showline=False
    )
    return made


def draw(config: Config, frame: Frame) -> dict[str, Patch]:
    """What is known by now, and where the time line stands."""
    _, targets = example(config)
    heights = np.array([v for _, v in config.given])
    heights[2 : 2 + len(targets)] = targets
    if config.loss == "cross_entropy":
        heights[3] = 1 - heights[2]
    tip = np.array([-0.7, 0.7])
    y = float(np.interp(config.shift, SHIFTS, frame["curve"]))
    spans = lives(config.activation, config.hidden, config.outputs)
    rows = {name: len(ROWS) - 1 - i for i, name in enumerate(ROWS)}
    bars = {
        kind: lines(np.array([
            [(born - 0.4, rows[name]), (min(dies, frame.step) + 0.4, rows[name])]
            for name, (born, dies, _) in spans.items()
            if name.startswith("g_") == (kind == "gradients") and born <= frame.step
        ] or [[(np.nan, np.nan)] * 2]))
        for kind in ("values", "gradients")
    }  # fmt: skip
    held = floats_held(config.activation, config.hidden, config.outputs)
    level = BASE + TALL * held[frame.step] / held.max()
    objective = figures.at(config.shift, y)
    return {
        "graph": {"traces": on_graph(config, frame)},
        "given": {"traces": {"bars": {"y": heights.astype(np.float32)},
                             "tops": figures.at(np.arange(4.0), heights)}},
        "objective": {
            "traces": {"curve": {"y": frame["curve"]}, "here": objective,
                       "tangent": figures.at(config.shift + tip, y + tip * frame["slope"])},
            "layout": {"yaxis.range": list(figures.span(frame["curve"], keep=1.0)),
                       "title.text": f"J by {edge_name(chosen_name(config))}"},
        },
        "memory": {"traces": bars | {
            "now": figures.at([frame.step] * 2, [BASE, len(ROWS) - 0.6]),
            "total_now": figures.at(frame.step, level),
            "total_word": figures.at(frame.step, BASE + TALL + 0.1)
            | {"text": [f"\u00a0{held[frame.step]} numbers\u00a0"],
               "textposition": "top right" if frame.step < len(held) / 2 else "top left"}}},
        **chain(config, frame),
    }  # fmt: skip


def chosen_name(config: Config) -> str:
    """The chosen weight among those there are."""
    layer, row, column = place(config)
    return f"w{layer}.{row + 1}{column + 1}"
