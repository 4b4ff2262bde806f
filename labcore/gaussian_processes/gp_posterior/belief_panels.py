"""The belief itself: k(x, x′), functions of the prior, the tree of the formula, its summands."""

from __future__ import annotations

import numpy as np
import plotly.graph_objects as go

from labcore import Frame, Patch
from labcore import figures as fig
from labcore.gaussian_processes.gp_posterior.belief import believe
from labcore.gaussian_processes.gp_posterior.config import Config, tree_of
from labcore.gaussian_processes.gp_posterior.grammar import reading, spelled
from labcore.gaussian_processes.gp_posterior.kernels import Leaf, Sum, Tree, summands
from labcore.gaussian_processes.gp_posterior.observations import World
from labcore.gaussian_processes.gp_posterior.strokes import (
    Traces,
    band,
    edges,
    family,
    members,
    percent,
    reach,
    single,
)
from labcore.palette import CATEGORICAL, DASHES, colour


def kernel_panel(config: Config, here: World) -> go.Figure:
    """How alike f is at x* and elsewhere."""
    x = single(here.shown_x(here.grid))
    return fig.panel(
        [fig.line("kernel", "k(x*, x′)", "context", x=x, y=np.zeros_like(x), legend=False)],
        x=here.x_title.replace("x", "x′") if not here.real else here.x_title,
        y="k(x*, x′)",
        alt="Covariance of the function at x* with the function elsewhere: "
        f"{reading(tree_of(config))}.",
        title="How alike: k(x*, x′)",
        size="small",
        x_range=here.x_range,
        y_range=(0, 1.1),
    )  # fmt: skip


def kernel_patch(frame: Frame) -> Patch:
    """The curve, with room for it."""
    low, high = min(0.0, float(frame["kernel"].min())), float(frame["kernel"].max())
    room = [1.1 * low, 1.1 * max(high, 1e-6)]
    return {"traces": {"kernel": {"y": single(frame["kernel"])}}, "layout": {"yaxis.range": room}}


def prior_panel(config: Config, here: World) -> go.Figure:
    """What is held possible before any data."""
    x = single(here.shown_x(here.grid))
    figure = fig.panel(
        [
            *band("f", f"{percent(config)} of the function", "context", 0.25, x),
            *family("draw", "functions drawn", "sky", config.samples, x, opacity=0.85, width=1.6),
        ],
        x=here.x_title,
        y="Latent f" if config.data == "classes" else here.y_title,
        alt="Functions drawn from the prior, and the band that holds it: "
        f"{reading(tree_of(config))}, before any data.",
        title=f"Before any data: functions drawn, {percent(config)} band",
        x_range=here.x_range,
        y_range=(-3.4, 3.4) if config.data == "classes" else here.y_range,
    )
    for uid, change in prior_traces(config, here, config.lengthscale).items():
        figure.update_traces(change, selector={"uid": uid})
    return figure


def prior_traces(config: Config, here: World, ell: float) -> Traces:
    """The prior at a lengthscale: without points, so that it stands still while they move."""
    belief = believe(config, without_points(here), ell, config.noise, config.samples)
    spread = reach(config) * np.sqrt(belief.k_star)
    return edges("f", here.shown_y(-spread), here.shown_y(spread)) | members(
        "draw", here.shown_y(belief.prior_star)
    )


def without_points(here: World) -> World:
    """The same place with nothing observed."""
    from dataclasses import replace

    return replace(here, x=np.zeros(0), y=np.zeros(0))


def tree_panel(config: Config) -> go.Figure:
    """The formula as a tree, and in words below it."""
    tree = tree_of(config)
    nodes, branches = laid_out(tree)
    deep = max(depth for _, depth, _ in nodes)
    wide = max(max(x for x, _, _ in nodes), 1)
    figure = fig.panel(
        [
            fig.line("branches", "", "context", width=1.5, legend=False,
                     x=[x for x, _ in branches], y=[y for _, y in branches]),
            go.Scatter(
                uid="nodes", x=[x for x, _, _ in nodes], y=[y for _, y, _ in nodes],
                mode="markers+text", text=[word for _, _, word in nodes], hoverinfo="skip",
                textfont={"size": 13, "color": colour("text")}, textposition="top center",
                marker={"size": 10, "color": colour("model")}, showlegend=False,
                cliponaxis=False,
            ),
        ],
        x=wrapped(f"{reading(tree)}; lengthscales times ℓ"),
        y="Depth",
        alt=f"The kernel as a tree: {reading(tree)}.",
        title="The kernel as a tree",
        x_range=(-0.6, wide + 0.6),
        y_range=(deep + 0.5, -0.6),
    )  # fmt: skip
    figure.update_xaxes(showticklabels=False, ticks="", showline=False)
    figure.update_yaxes(showticklabels=False, ticks="", showline=False, title={"text": " "})
    return figure


def wrapped(text: str, width: int = 62) -> str:
    """A sentence in lines of at most about `width` characters."""
    lines, line = [], ""
    for word in text.split():
        if line and len(line) + len(word) >= width:
            lines.append(line)
            line = ""
        line = f"{line} {word}".strip()
    return "<br>".join([*lines, line])


def laid_out(
    tree: Tree,
) -> tuple[list[tuple[float, int, str]], list[tuple[float | None, float | None]]]:
    """Nodes (x, depth, word), and branches as points with gaps. Leaves stand side by side."""
    nodes: list[tuple[float, int, str]] = []
    branches: list[tuple[float | None, float | None]] = []
    taken = 0

    def place(node: Tree, depth: int) -> float:
        nonlocal taken
        if isinstance(node, Leaf):
            x = float(taken)
            taken += 1
            nodes.append((x, depth, spelled(node)))
            return x
        below = [place(part, depth + 1) for part in node.parts]
        x = (below[0] + below[-1]) / 2
        for child in below:
            branches.extend([(x, depth), (child, depth + 1), (None, None)])
        nodes.append((x, depth, "+" if isinstance(node, Sum) else "×"))
        return x

    place(tree, 0)
    return nodes, branches


def parts_panel(config: Config, here: World) -> go.Figure:
    """What each summand of the kernel makes of the data; together they are the mean."""
    parts = summands(tree_of(config))
    x = single(here.shown_x(here.grid))
    lines = [
        fig.line(f"part-{k}", spelled(part), CATEGORICAL[k % 5], dash=DASHES[k % 5], width=2,
                 x=x, y=np.zeros_like(x))
        for k, part in enumerate(parts)
    ]  # fmt: skip
    return fig.panel(
        lines,
        x=here.x_title,
        y="Part of the mean",
        alt="The posterior mean split into the parts that the summands of the kernel explain.",
        x_range=here.x_range,
        y_range=(-1, 1),
        legend=True,
    )


def parts_patch(frame: Frame) -> Patch:
    """The parts, with room for them."""
    parts = single(frame["parts"])
    most = 1.1 * max(float(np.abs(parts).max()), 1e-3)
    return {
        "traces": {f"part-{k}": {"y": part} for k, part in enumerate(parts)},
        "layout": {"yaxis.range": [-most, most]},
    }
