"""The network with numbers on every edge, what is remembered, and the chain of checkpoints."""

from __future__ import annotations

import numpy as np
import plotly.graph_objects as go

from labcore import Frame, Grab, Patch, Points, figures, format_number
from labcore.mlp.backpropagation.config import Config, edge_name
from labcore.mlp.backpropagation.lesson import SHIFTS, example, place
from labcore.mlp.backpropagation.memory import floats_held, floats_to_predict, lives, order
from labcore.mlp.backpropagation.speech import formula_now
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
COLUMN = {"x": 0.0, "z": 2.6, "h": 3.6, "o": 6.2, "loss": 7.2, "objective": 8.1}
BASE, TALL = -4.4, 2.8
"""Where the curve of the numbers held stands under the rows, and how high it is."""
SUBSCRIPT = "₁₂₃"


def spots(config: Config) -> dict[str, np.ndarray]:
    """Where the nodes of each kind stand: (n, 2)."""
    rows = {1: [0.0], 2: [1.5, -1.5], 3: [2.0, 0.0, -2.0]}
    wide = {2: [1.8, -1.8], 3: rows[3]}[config.hidden]
    found = {"x": rows[2], "z": wide, "h": wide, "o": rows[config.outputs], "loss": [0.6],
             "objective": [-0.2]}  # fmt: skip
    made = {k: np.array([(COLUMN[k], v) for v in heights]) for k, heights in found.items()}
    return made | {"penalty": np.array([(COLUMN["loss"], -1.0)])}


def edges(config: Config) -> dict[str, np.ndarray]:
    """Ends of the lines: weights of either layer, (n, 2, 2), and the rest."""
    at = spots(config)
    join = lambda a, b: np.stack([a, b])  # noqa: E731
    return {
        "w1": np.array([join(a, b) for b in at["z"] for a in at["x"]]),
        "w2": np.array([join(a, b) for b in at["o"] for a in at["h"]]),
        "rest": np.array([
            *[join(a, b) for a, b in zip(at["z"], at["h"], strict=True)],
            *[join(a, at["loss"][0]) for a in at["o"]],
            join(at["loss"][0], at["objective"][0]), join(at["penalty"][0], at["objective"][0]),
        ]),
    }  # fmt: skip


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
             nodes("base", "paper", 36), nodes("waiting", "faint", 36, 0.5),
             nodes("known", "data", 36, 0.22), nodes("arrived", "model", 36, 0.22, "square"),
             nodes("now", "own", 44, symbol="circle-open"),
             figures.words("numbers", size=12),
             figures.words("names", "context", place="bottom center", size=12),
             figures.words("gradients", "model", place="top center", size=12),
             figures.words("weights", place="middle left", size=12),
             figures.words("weight_gradients", "model", place="middle right", size=12),
             figures.words("formula", "own", size=14, x=[4.05], y=[3.05], text=[""])],
            x="forward → ← back", y="units", x_range=(-0.5, 8.6), y_range=(-2.8, 3.4),
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


def nodes(uid: str, role: str, size: int, opacity: float = 1.0, symbol: str = "circle"):
    """Discs of one state."""
    return go.Scatter(
        uid=uid, mode="markers", hoverinfo="skip", showlegend=False,
        marker={"symbol": symbol, "size": size, "color": colour(role, opacity),
                "line": {"width": 2.5 if "open" in symbol else 1.5, "color": colour(role)}},
    )  # fmt: skip


def lines(ends: np.ndarray) -> dict[str, np.ndarray]:
    """Lines (n, 2, 2) as one with gaps."""
    gap = np.full((len(ends), 1, 2), np.nan)
    return figures.pair(np.concatenate([ends, gap], axis=1).reshape(-1, 2).T)


def on_graph(config: Config, frame: Frame) -> dict[str, dict]:
    """What the picture of the network shows at this step."""
    at, joined = spots(config), edges(config)
    steps = order(config.hidden, config.outputs)
    done, now = set(steps[: frame.step + 1]), steps[frame.step]
    known, arrived, waiting = [], [], []
    numbers, names, gradients = [], [], []
    for kind, places in at.items():
        for i, spot in enumerate(places):
            there = kind == "x" or (kind, i) in done
            marks = {"h": "h", "z": "z", "o": "o", "x": "x"}
            value = float(frame[kind][i] if kind in marks else frame[kind])
            numbers.append(format_number(value, 2) if there else "")
            names.append(marks[kind] + SUBSCRIPT[i] if kind in marks else
                         {"loss": "L", "penalty": "s", "objective": "J"}[kind])  # fmt: skip
            if kind in marks:
                came = (f"g_{kind}", i) in done
                slope = float(frame[f"g_{kind}"][i]) if came else 0.0
            else:
                came, slope = ("g_objective", 0) in done, 1.0
            gradients.append(format_number(slope, 2) if came else "")
            (arrived if came else known if there else waiting).append(spot)
    every = np.concatenate(list(at.values()))
    w_texts, g_texts, w_places, lit = [], [], [], []
    for layer, share in (("w1", 0.36), ("w2", 0.64)):
        w, g = frame[layer], frame[f"g_{layer}"]
        stepped = now[0] == "step"
        for n, (start, end) in enumerate(joined[layer]):
            row, column = divmod(n, w.shape[1])
            w_places.append(start + share * (end - start))
            came = (f"g_{layer}", row) in done
            moved = w[row, column] - (config.lr * g[row, column] if stepped else 0)
            w_texts.append(format_number(float(moved), 2) + "\u00a0")
            g_texts.append(f"\u00a0{format_number(float(g[row, column]), 2)}" if came else "")
            if came:
                lit.append(joined[layer][n])
    where = np.array(w_places)
    aside = np.where(where[:, :1] < COLUMN["h"], 0.14, -0.14) * np.array([1, 0])
    layer, row, column = place(config)
    own = joined[f"w{layer}"][row * (2 if layer == 1 else config.hidden) + column]
    spot = focus(config, now, at)
    up = np.array([0, 0.42])
    return {
        "edges": lines(np.concatenate(list(joined.values()))),
        "chosen": lines(own[None]),
        "back": lines(np.array(lit) if lit else np.full((1, 2, 2), np.nan)),
        "base": figures.pair(every.T),
        "waiting": scattered(waiting), "known": scattered(known), "arrived": scattered(arrived),
        "now": scattered(spot),
        "numbers": figures.pair(every.T) | {"text": numbers},
        "names": figures.pair((every - up * 0.95).T) | {"text": names},
        "gradients": figures.pair((every + up * 0.95).T) | {"text": gradients},
        "weights": figures.pair((where + aside).T) | {"text": w_texts},
        "weight_gradients": figures.pair((where + aside).T) | {"text": g_texts},
        "formula": {"text": [formula_now(config, frame)]},
    }  # fmt: skip


def focus(config: Config, now: tuple[str, int], at: dict[str, np.ndarray]) -> list[np.ndarray]:
    """The nodes that the present step is about."""
    kind, i = now[0].removeprefix("g_"), now[1]
    if kind == "w2":
        return [at["o"][i]]
    if kind == "w1":
        return [at["z"][i]]
    if kind == "start":
        return list(at["x"])
    return [] if kind == "step" else [at[kind][i]]


def scattered(places: list[np.ndarray]) -> dict[str, np.ndarray]:
    """Places as x and y; none is one that is nowhere."""
    return figures.pair((np.array(places) if places else np.full((1, 2), np.nan)).T)


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
            "total_word": figures.at(frame.step + (3 if frame.step < 3 else -0.2), level)
            | {"text": [f"{held[frame.step]} numbers"]}}},
        **chain(config, frame),
    }  # fmt: skip


def chosen_name(config: Config) -> str:
    """The chosen weight among those there are."""
    layer, row, column = place(config)
    return f"w{layer}.{row + 1}{column + 1}"
