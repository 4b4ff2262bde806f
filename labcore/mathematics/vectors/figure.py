"""Two arrows and their dot product, a plane with two sides, and angles in many dimensions."""

from __future__ import annotations

import numpy as np
import plotly.graph_objects as go

from labcore import Frame, Patch, format_number
from labcore import figures as fig
from labcore.figures import area, arrow, beyond, pair, plane, shaft, told, words
from labcore.mathematics.vectors.lesson import BINS, DIMENSIONS, Config, dot, expected
from labcore.palette import colour

REACH = 3.6
"""How far the planes show."""
TURN = np.linspace(0, 180, 61)
MIDDLES = (BINS[:-1] + BINS[1:]) / 2


def panels(config: Config, first: Frame) -> dict[str, go.Figure]:
    """What stands still."""
    built = [
        fig.line("drop", "perpendicular", "context", dash="dot", width=1.5, legend=False),
        fig.line("shadow", "projection of v on u", "goal", width=7, opacity=0.6, legend=False),
        fig.line("sides", "parallelogram", "context", dash="dot", width=1.5, legend=False),
        arrow("sum", "u + v", "goal"), arrow("difference", "v − u", "sky", dash="dash"),
    ]  # fmt: skip
    figures = {
        "plane": plane(
            [fig.line("axis", "line of u", "context", width=1, legend=False),
             area("arc", "angle", "context"),
             *built, arrow("u", "u", "data"), arrow("v", "v", "model"), words("names"),
             fig.head("tip.u", "u: drag it", "own", size=14),
             fig.head("tip.v", "v: drag it", "own", size=14, symbol="square")],
            "Two arrows one can drag, the angle between them, and what is built from both.", REACH),
        "cosine": fig.panel(
            [fig.line("zero", "0", "context", width=1, x=[0, 180], y=[0, 0], legend=False),
             fig.line("curve", "|u| |v| cos θ", "data", legend=False),
             fig.head("now", "u · v", "model", symbol="square"), words("value")],
            x="angle θ between u and v (°)", y="dot product u · v", size="small",
            x_range=(0, 180), title="The dot product by the angle",
            alt="The dot product for these two lengths and every angle; the mark is where we are."),
        "sides": plane(
            [go.Scatter(uid="half", mode="none", fill="toself", fillcolor=colour("model", 0.1),
                        showlegend=False, hoverinfo="skip"),
             fig.line("plane", "w · x = b", "own", width=2.5),
             fig.line("foot", "distance from the origin", "context", dash="dot", width=1.5),
             fig.head("minus", "first group", "data", size=9),
             fig.head("plus", "second group", "model", symbol="square", size=9),
             fig.head("wrong", "on the wrong side", "error", symbol="x-thin-open", size=14),
             arrow("w", "w", "own"), words("names"),
             fig.head("place", "the plane: drag it", "own", size=14, symbol="diamond"),
             fig.head("tip.w", "w: drag it", "own", size=14)],
            "Points of two groups and a line with two sides, which one can drag; crosses mark "
            "points on the wrong side.", REACH),
        "scores": fig.panel(
            [fig.line("border", "the plane", "own", x=[0, 0], y=[-0.7, 1.7], legend=False),
             fig.head("scores.minus", "first group", "data", size=9),
             fig.head("scores.plus", "second group", "model", symbol="square", size=9)],
            x="signed distance (w · x − b) / |w|", y="group", size="small", x_range=(-5, 5),
            y_range=(-0.7, 1.7), title="All that the plane sees of a point",
            alt="The signed distance of every point from the plane, one row for each group."),
        "angles": fig.panel(
            [go.Bar(uid="bars", x=MIDDLES, y=first["shares"] * 0, width=2.9, hoverinfo="skip",
                    marker={"color": colour("data")}),
             fig.line("goes", "goes to", "goal", dash="dash", width=1.5), words("names")],
            x="angle of a random pair (°)", y="share of the pairs", x_range=(0, 180),
            y_range=(0, 0.1),
            alt="How often random pairs of vectors meet at which angle."),
        "spread": fig.panel(
            [fig.line("theory", "1 / √n", "goal", dash="dash", width=1.5, x=[2, 1000],
                      y=[2**-0.5, 1000**-0.5]),
             fig.line("found", "found", "data"), fig.head("at", "now", "data"), words("names")],
            x="coordinates n", y="spread of cos θ", size="small", x_log=True, y_log=True,
            x_range=(1.8, 1200), y_range=(0.008, 1.1),
            title="How far from the mean", alt="The standard deviation of the cosine of random "
            "pairs over the dimension, beside one over the root of n."),
    }  # fmt: skip
    figures["cosine"].update_xaxes(tickvals=[0, 45, 90, 135, 180])
    figures["angles"].update_yaxes(tickformat=".2f")  # as wide at every frame
    figures["angles"].update_xaxes(tickvals=[0, 30, 60, 90, 120, 150, 180])
    figures["scores"].update_yaxes(tickvals=[0, 1], ticktext=["first", "second"])
    return figures


def draw(config: Config, frame: Frame) -> dict[str, Patch]:
    """What moves; random vectors only in a run."""
    patches = {
        "plane": arrows(config, frame),
        "cosine": wave(frame),
        **plane_and_sides(config, frame),
    }
    if "shares" in frame.values:
        patches |= crowd(config, frame)
    return patches


def arrows(config: Config, frame: Frame) -> Patch:
    """u, v, and what is built from them."""
    u, v = (np.asarray(frame[name], float) for name in "uv")
    none, along = np.full((2, 3), np.nan), config.shows == "projection"
    shadow = np.asarray(frame["projection"], float)
    from_, to = (np.arctan2(n[1], n[0]) for n in (u, v))
    swept = from_ + np.linspace(0, 1, 25) * ((to - from_ + np.pi) % (2 * np.pi) - np.pi)
    arc = np.concatenate([[[0], [0]], 0.55 * np.stack([np.cos(swept), np.sin(swept)])], axis=1)
    if not (u.any() and v.any()):
        arc = none
    mid = arc[:, len(arc[0]) // 2] * 1.55
    sides = np.stack([u, u + v, v], axis=1)
    size = np.hypot(*u)
    traces = {
        "axis": pair(np.outer(u / size if size else u * np.nan, [-9, 9])), "arc": pair(arc),
        "drop": pair(np.stack([v, shadow], axis=1) if along else none),
        "shadow": pair(np.stack([u * 0, shadow], axis=1) if along else none),
        "sides": pair(none if along else sides),
        "sum": shaft(u * np.nan if along else u + v),
        "difference": pair(none if along else np.stack([u, v], axis=1)),
        "u": shaft(u), "v": shaft(v), "tip.u": pair(u[:, None]),
        "tip.v": pair([[config.vx], [config.vy]]),
        "names": told(
            np.array([*beyond(np.array([u, v, u + v]).T, REACH).T, 0.3 * u + 0.7 * v + 0.2, mid]).T,
            ["u", "v", "" if along else "u + v", "" if along else "v − u",
             f"{frame['angle']:.0f}°"]),
    }  # fmt: skip
    return {"traces": traces}


def wave(frame: Frame) -> Patch:
    """The dot product at every angle between arrows of these lengths."""
    high = float(np.prod(frame["lengths"]))
    top = max(1.15 * high, 0.5)
    here = [[frame["angle"]], [frame["dot"]]]
    side = 150 if frame["angle"] < 90 else 35
    return {
        "traces": {
            "curve": pair([TURN, high * np.cos(np.radians(TURN))]), "now": pair(here),
            "value": told([[side], [0.75 * top * (1 if side > 90 else -1)]],
                          [f"u · v = {format_number(float(frame['dot']))}"]),
        },
        "layout": {"yaxis.range": [-top, top]},
    }  # fmt: skip


def plane_and_sides(config: Config, frame: Frame) -> dict[str, Patch]:
    """The plane w · x = level, and the points on both of its sides."""
    w = np.array([config.wx, config.wy])
    length = float(np.sqrt(dot(w, w)))
    normal = w / length if length > 0 else np.full(2, np.nan)
    foot = normal * float(frame["level"]) / length if length > 0 else normal
    across = np.array([-normal[1], normal[0]]) * 12
    line = np.stack([foot - across, foot + across], axis=1)
    half = np.concatenate([line, line[:, ::-1] + 24 * normal[:, None]], axis=1)
    points, kind, signed = frame["points"], frame["kind"], frame["signed"]
    rows = np.where(kind > 0, 1, 0) + 0.45 * np.sin(7.0 * np.arange(len(kind)))
    wrong = ~(signed * kind > 0) & (length > 0)
    first, second = kind < 0, kind > 0
    return {
        "sides": {"traces": {
            "half": pair(half), "plane": pair(line),
            "foot": pair(np.stack([foot * 0, foot], axis=1)), "minus": pair(points[first].T),
            "plus": pair(points[second].T), "wrong": pair(points[wrong].T), "w": shaft(w),
            "place": pair([[config.px], [config.py]]), "tip.w": pair(w[:, None]),
            "names": told(beyond(np.array([w, foot + 0.4 * normal - 0.2 * across]).T, REACH),
                          ["w", "w · x > b"])}},
        "scores": {"traces": {
            "scores.minus": pair([signed[first], rows[first]]),
            "scores.plus": pair([signed[second], rows[second]])}},
    }  # fmt: skip


def crowd(config: Config, frame: Frame) -> dict[str, Patch]:
    """The angles of random pairs at this dimension."""
    n, found, aim = int(frame["n"]), frame["spread"], expected(config.entries)
    top = max(1.2 * float(frame["shares"].max()), 0.03)
    dims = DIMENSIONS[: len(found)].astype(np.float32)
    side = 25 if aim > 60 else 140
    return {
        "angles": {
            "traces": {
                "bars": {"y": frame["shares"]}, "goes": pair([[aim, aim], [0, top]]),
                "names": told([[side, side], [0.9 * top, 0.8 * top]],
                              [f"n = {n}", f"mean {frame['mean']:.0f}°"])},
            "layout": {"yaxis.range": [0, top]},
        },
        "spread": {"traces": {
            "found": {"x": dims, "y": found}, "at": {"x": dims[-1:], "y": found[-1:]},
            "names": told([[30], [0.55]], ["dashed: 1 / √n"])}},
    }  # fmt: skip
