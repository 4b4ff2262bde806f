"""The picture of the network: nodes, edges, and the numbers on them at each step."""

from __future__ import annotations

import numpy as np
import plotly.graph_objects as go

from labcore import Frame, figures, format_number
from labcore.mlp.backpropagation.config import Config
from labcore.mlp.backpropagation.lesson import place
from labcore.mlp.backpropagation.memory import order
from labcore.mlp.backpropagation.speech import formula_now
from labcore.palette import colour

COLUMN = {"x": 0.0, "z": 2.45, "h": 3.75, "o": 6.2, "loss": 7.25, "objective": 8.2}
NODE = 36
"""How wide a node is, in pixels; its name and its gradient keep clear of it at any scale."""
SUBSCRIPT = "₁₂₃"


def spots(config: Config) -> dict[str, np.ndarray]:
    """Where the nodes of each kind stand: (n, 2)."""
    rows = {1: [0.0], 2: [1.5, -1.5], 3: [2.0, 0.0, -2.0]}
    wide = {2: [1.8, -1.8], 3: rows[3]}[config.hidden]
    found = {"x": rows[2], "z": wide, "h": wide, "o": rows[config.outputs], "loss": [1.1],
             "objective": [-0.1]}  # fmt: skip
    made = {k: np.array([(COLUMN[k], v) for v in heights]) for k, heights in found.items()}
    return made | {"penalty": np.array([(COLUMN["loss"], -1.3)])}


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


def nodes(uid: str, role: str, size: int, opacity: float = 1.0, symbol: str = "circle"):
    """Discs of one state."""
    return go.Scatter(
        uid=uid, mode="markers", hoverinfo="skip", showlegend=False,
        marker={"symbol": symbol, "size": size, "color": colour(role, opacity),
                "line": {"width": 2.5 if "open" in symbol else 1.5, "color": colour(role)}},
    )  # fmt: skip


def beside_nodes(config: Config, uid: str, role: str) -> go.Scatter:
    """Words above or below every node. Gradients stand above, but under the last output: an edge
    that comes from above has its own numbers there."""
    sides = ["top center", "bottom center"][:: 1 if uid == "gradients" else -1]
    at = spots(config)
    places = [sides[kind == "o" and i == 1] for kind, s in at.items() for i in range(len(s))]
    made = figures.words(uid, role, size=12)
    return made.update(
        mode="markers+text", textposition=places, marker={"size": NODE, "opacity": 0}
    )


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
            flat = abs(end[1] - start[1]) < 1  # there the numbers stand above the line
            w_places.append(start + share * (end - start) + np.array([0, 0.17 * flat]))
            came = (f"g_{layer}", row) in done
            moved = w[row, column] - (config.lr * g[row, column] if stepped else 0)
            w_texts.append(format_number(float(moved), 2) + "\u00a0")
            g_texts.append(f"\u00a0{format_number(float(g[row, column]), 2)}" if came else "")
            if came:
                lit.append(joined[layer][n])
    where = np.array(w_places)
    aside = np.where(where[:, :1] < COLUMN["h"], 0.14, -0.24) * np.array([1, 0])
    layer, row, column = place(config)
    own = joined[f"w{layer}"][row * (2 if layer == 1 else config.hidden) + column]
    spot = focus(config, now, at)
    return {
        "edges": lines(np.concatenate(list(joined.values()))),
        "chosen": lines(own[None]),
        "back": lines(np.array(lit) if lit else np.full((1, 2, 2), np.nan)),
        "base": figures.pair(every.T),
        "waiting": scattered(waiting), "known": scattered(known), "arrived": scattered(arrived),
        "now": scattered(spot),
        "numbers": figures.pair(every.T) | {"text": numbers},
        "names": figures.pair(every.T) | {"text": names},
        "gradients": figures.pair(every.T) | {"text": gradients},
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
