"""The graph, laid out, with values and gradients; the inputs one can pull; the check."""

from __future__ import annotations

import numpy as np
import plotly.graph_objects as go

from labcore import Frame, Patch, Points, figures, format_number
from labcore.palette import colour
from labcore.preliminaries.autograd.lesson import Config, node_of
from labcore.preliminaries.autograd.programs import NAMES, Step, record

GRABS = (Points("inputs", "tops", "inputs", "Input", along="y"),)


def layout(steps: tuple[Step, ...]) -> np.ndarray:
    """Where each step is drawn: (n, 2). Across, how many operations lie before it at most."""
    depth = np.zeros(len(steps))
    for i, step in enumerate(steps):
        depth[i] = 1 + max((depth[p] for p in step.parents), default=-1)
    users: list[list[int]] = [[] for _ in steps]
    for i, step in enumerate(steps):
        for parent in step.parents:
            users[parent].append(i)
    for i, step in enumerate(steps):  # a leaf stands right before its first use
        if not step.parents and users[i]:
            depth[i] = min(depth[u] for u in users[i]) - 1
    height = np.zeros(len(steps))
    for level in sorted(set(depth), reverse=True):
        here = [i for i in range(len(steps)) if depth[i] == level]
        wish = {i: np.mean([height[u] for u in users[i]]) if users[i] else 0.0 for i in here}
        here.sort(key=lambda i: (wish[i], -i))
        for place, i in enumerate(here):
            height[i] = (place - (len(here) - 1) / 2) * 1.0 + 0.35 * wish[i]
    return np.stack([depth, height], axis=1)


def panels(config: Config, first: Frame) -> dict[str, go.Figure]:
    """Graph, inputs and check."""
    at = layout(record(config))
    low, high = at.min(axis=0), at.max(axis=0)
    made = {
        "graph": figures.panel(
            [
                figures.line("dotted", "not recorded", "context", dash="dot", width=1.5),
                figures.line("edges", "recorded", "context", width=1.5),
                figures.line("lit", "gradient passed on", "model", width=3.5),
                base("base"),
                dots("waiting", "not there yet", "faint", "circle"),
                dots("values", "value", "data", "circle"),
                dots("grads", "gradient has arrived", "model", "square"),
                dots("now", "now", "own", "circle-open", 42),
                figures.words("names", size=14),
                figures.words("value_words", "data", place="bottom center", size=12),
                figures.words("grad_words", "model", place="top center", size=12),
            ],
            x="operations", y="branches",
            alt="The graph of the program: each node with its value and then its gradient.",
            x_range=(low[0] - 0.6, high[0] + 0.6), y_range=(low[1] - 0.9, high[1] + 0.9),
            title="● value below, ■ gradient above",
        ),
        "inputs": figures.panel(
            [go.Bar(uid="bars", x=[0, 1, 2, 3], width=0.12, showlegend=False, hoverinfo="skip",
                    marker={"color": colour("own", 0.4)}),
             figures.head("tops", "input", "own", size=14, x=[0, 1, 2, 3])],
            x="pull an input", y="value", title="Inputs", size="small",
            x_range=(-0.6, 3.6), y_range=(-3.3, 3.3), alt="The values of w, x, y and z as bars.",
        ),
        "check": figures.panel(
            [go.Bar(uid="differences", x=[0, 1, 2, 3], width=0.6, hoverinfo="skip",
                    showlegend=False, marker={"color": colour("data", 0.5)}),
             figures.head("autograd", "autograd", "model", symbol="square", size=12)],
            x="gradient by input", y="slope", title="▮ differences ■ autograd", size="small",
            x_range=(-0.6, 3.6),
            alt="Gradients of the inputs by finite differences as bars and by autograd as marks.",
        ),
    }  # fmt: skip
    for axis in (made["graph"].layout.xaxis, made["graph"].layout.yaxis):
        axis.showline, axis.tickvals = False, []
    return made


def dots(uid: str, name: str, role: str, symbol: str, size: float = 32) -> go.Scatter:
    """Nodes in one of their states."""
    return go.Scatter(
        uid=uid, name=name, mode="markers", hoverinfo="skip", showlegend=False,
        marker={"symbol": symbol, "size": size, "color": colour(role, 0.3 if size == 32 else 1.0),
                "line": {"width": 2, "color": colour(role)}},
    )  # fmt: skip


def base(uid: str) -> go.Scatter:
    """What keeps the edges from running through the nodes' names."""
    return go.Scatter(uid=uid, mode="markers", hoverinfo="skip", showlegend=False,
                      marker={"size": 32, "color": colour("paper")})  # fmt: skip


def draw(config: Config, frame: Frame) -> dict[str, Patch]:
    """Light what has been computed, and what has been passed back."""
    steps = record(config)
    at = layout(steps)
    done = np.arange(len(steps)) < frame["done"]
    has = ~np.isnan(frame["gradient"][:, 0])
    now = at[frame["now"] : frame["now"] + 1]
    solid, dotted, lit = [], [], []
    nodes = [node_of(step) for step in steps]
    for i, step in enumerate(steps):
        for parent in step.parents:
            real = nodes[i] is not None and nodes[parent] is not None
            (solid if real else dotted).append((parent, i))
            if real and frame["visited"][i]:
                lit.append((parent, i))
    gap = np.array([0, 0.24])
    slopes = np.r_[frame["by_differences"], frame["by_autograd"], 1e-3]
    top = 1.25 * float(np.nanmax(np.abs(np.where(np.isfinite(slopes), slopes, np.nan))))
    heights = np.array([y for _, y in config.inputs])
    return {
        "graph": {
            "traces": {
                "dotted": lines(at, dotted), "edges": lines(at, solid), "lit": lines(at, lit),
                "base": spots(at),
                "waiting": spots(at[~done]), "values": spots(at[done & ~has]),
                "grads": spots(at[has]), "now": spots(now),
                "names": {**spots(at), "text": [step.label for step in steps]},
                "value_words": {**spots(at - gap), "text": [
                    tensor_text(v, n) if d else "" for v, n, d in
                    zip(frame["value"], frame["size"], done, strict=True)]},
                "grad_words": {**spots(at + gap), "text": [
                    tensor_text(g, n) if h else "" for g, n, h in
                    zip(frame["gradient"], frame["size"], has, strict=True)]},
            },
        },
        "inputs": {
            "traces": {"bars": {"y": heights}, "tops": {"x": np.arange(4.0), "y": heights}},
            "layout": {"xaxis.tickvals": [0, 1, 2, 3], "xaxis.ticktext": list(NAMES)},
        },
        "check": {
            "traces": {"differences": {"y": frame["by_differences"]},
                       "autograd": {"x": np.arange(4.0), "y": frame["by_autograd"]}},
            "layout": {"yaxis.range": [-top, top], "xaxis.tickvals": [0, 1, 2, 3],
                       "xaxis.ticktext": list(NAMES)},
        },
    }  # fmt: skip


def lines(at: np.ndarray, pairs: list[tuple[int, int]]) -> dict[str, np.ndarray]:
    """Edges as one line with gaps."""
    rows = [np.stack([at[a], at[b], [np.nan, np.nan]]) for a, b in pairs]
    xy = np.concatenate(rows) if rows else np.full((1, 2), np.nan)
    return spots(xy)


def spots(xy: np.ndarray) -> dict[str, np.ndarray]:
    """Places as x and y; none is one that is nowhere."""
    xy = xy if len(xy) else np.full((1, 2), np.nan)
    return {"x": xy[:, 0], "y": xy[:, 1]}


def tensor_text(row: np.ndarray, size: int) -> str:
    """A tensor in a few characters."""
    if size == 1:
        return format_number(float(row[0]))
    shown = ", ".join(format_number(float(v), 2) for v in row[: min(size, 2)])
    return f"[{shown}{', …' if size > 2 else ''}]"


def readout(config: Config, frame: Frame) -> dict[str, str]:
    """Where the walk is, and the gradients."""
    steps, now = record(config), frame["now"]
    node = node_of(steps[now])
    autograd, differences = frame["by_autograd"], frame["by_differences"]
    gaps = np.abs(autograd - differences)
    gaps = gaps[np.isfinite(gaps)]
    return {
        "Way": "back" if frame["visited"].any() else "forward",
        "At": steps[now].label,
        "In the graph": node.name().rpartition(":")[2] if node is not None else "nothing",
        "Result": tensor_text(frame["value"][-1], int(frame["size"][-1])),
        "Largest gap to differences": format_number(float(gaps.max())) if gaps.size else "none",
        "check.autograd": format_number(float(autograd[1])),
        "check.differences": format_number(float(differences[1])),
    }
