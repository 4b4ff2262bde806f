"""The plane before and after: the map, its eigenvalues, the iteration, SVD, and a system solved."""

from __future__ import annotations

import numpy as np
import plotly.graph_objects as go

from labcore import Frame, Patch, format_number
from labcore import figures as fig
from labcore.figures import area, arrow, beyond, pair, plane, shaft, told, words
from labcore.mathematics.linear_maps.algebra import ROUNDS, rotation, svd
from labcore.mathematics.linear_maps.lesson import LAST, Config, matrix
from labcore.mathematics.linear_maps.strokes import (
    CIRCLE,
    GRID,
    REACH,
    SQUARE,
    edge,
    lattice,
    ring,
    visible,
)
from labcore.palette import colour

ANGLES = np.arange(0, 181, 3)
"""The directions at which the stretch is drawn, in degrees."""


def panels(config: Config, first: Frame) -> dict[str, go.Figure]:
    """What stands still."""
    kept = [fig.line(f"kept.{n}", "eigenvector", "goal", dash="dash", width=1.5, legend=False)
            for n in "pq"]  # fmt: skip
    figures = {
        "map": plane(
            [lattice("still", "context", 0.25), lattice("moved", "data", 0.45), *kept,
             area("area", "area", "data"), area("over", "turned over", "model"),
             arrow("one", "A e₁", "data"), arrow("two", "A e₂", "model"), words("names"),
             fig.head("tip.one", "A e₁: drag it", "own", size=14),
             fig.head("tip.two", "A e₂: drag it", "own", size=14, symbol="square")],
            "The grid of the plane, moved by the matrix; two arrows one can drag are its columns, "
            "and dashed lines the directions that are kept.", REACH),
        "spectrum": fig.panel(
            [ring(), fig.head("values", "eigenvalue", "goal", symbol="diamond"), words("lambda")],
            x="real part", y="imaginary part", title="Eigenvalues, and the circle of size 1",
            size="small", x_range=(-4.5, 4.5), y_range=(-4.5, 4.5), square=True,
            alt="The two eigenvalues in the complex plane."),
        "power": plane(
            [ring(), *kept, fig.line("trail", "earlier vectors", "context", width=1, dash="dot"),
             fig.head("past", "earlier vectors", "context", size=7),
             arrow("image", "A v", "context", dash="dot", width=2), arrow("v", "v", "model"),
             words("names"), fig.head("start", "start: drag it", "own", size=14)],
            "A vector, multiplied by the matrix and shortened to length one, again and again; it "
            "turns to the direction of the largest eigenvalue.", REACH),
        "error": fig.panel(
            [fig.line("slope", "|λ₂ / λ₁|ᵏ", "context", dash="dot"),
             fig.line("off", "off by", "model"), fig.head("now", "off by", "model")],
            x="step k", y="angle to the eigenvector (°)", size="small", y_log=True,
            title="The error: a straight slope", x_range=(0, ROUNDS), y_range=(1e-6, 200),
            alt="The angle to the eigenvector, step by step, beside the rate that theory gives."),
        "svd": plane(
            [lattice("still", "context", 0.25), lattice("moved", "data", 0.45),
             area("disc", "disc", "data"), arrow("first", "first singular direction", "model"),
             arrow("second", "second singular direction", "goal"),
             arrow("probe", "the direction looked at", "own", width=1.5), words("names")],
            "A disc that is rotated, stretched along the axes, and rotated again.", REACH),
        "gain": fig.panel(
            [fig.line("most", "σ₁", "model", dash="dash", width=1.5),
             fig.line("least", "σ₂", "goal", dash="dash", width=1.5),
             fig.line("gain", "|A u|", "data"), words("names"),
             fig.head("theta", "direction: drag it", "own", size=14)],
            x="direction of u (°)", y="length of A u, for |u| = 1", size="small",
            x_range=(0, 180), y_range=(0, 5), title="How much each direction is stretched",
            alt="The length of A u over the direction of u, between the two singular values."),
        "solve": plane(
            [lattice("still", "context", 0.25), *kept, fig.line("sides", "sum", "context",
                                                               dash="dot", width=1.5),
             arrow("part.one", "part along q₁", "goal"),
             arrow("part.two", "part along q₂", "goal", dash="dot"), arrow("sum", "sum", "model"),
             words("names"), fig.head("rhs", "b: drag it", "own", size=14)],
            "The right-hand side, taken apart along the eigenvectors; each part is divided by its "
            "eigenvalue, and the sum is the solution.", REACH),
        "parts": fig.panel(
            [go.Bar(uid="of.b", name="of b", marker={"color": colour("own")}, width=0.34),
             go.Bar(uid="of.x", name="now", marker={"color": colour("model")}, width=0.34)],
            x="part along", y="size of the part", size="small", y_range=(-4, 4), legend=True,
            alt="The parts of b and of x along the two eigenvectors."),
    }  # fmt: skip
    figures["parts"].update_layout(barmode="overlay")
    figures["parts"].update_xaxes(tickvals=[1, 2], ticktext=["q₁", "q₂"], range=[0.4, 2.6])
    figures["gain"].update_xaxes(tickvals=[0, 45, 90, 135, 180])
    return figures


def draw(config: Config, frame: Frame) -> dict[str, Patch]:
    """What moves, in all views."""
    a, moved, turned = matrix(config), frame["map"], frame["svd"]
    vectors, none = np.asarray(frame["eigenvectors"], float), np.full((2, 5), np.nan)
    kept = {f"kept.{n}": pair(np.outer(vectors[:, i], [-12, 12])) for i, n in enumerate("pq")}
    square = moved @ SQUARE
    over = float(moved[0, 0] * moved[1, 1] - moved[0, 1] * moved[1, 0]) < 0
    real, imaginary = frame["eigen.real"], frame["eigen.imaginary"]
    path, k = np.asarray(frame["path"], float), int(frame["k"])
    v, image = path[-1], a @ path[-1]
    off = np.asarray(frame["off"], float)
    slope = off[0] * (abs(real[1] / real[0]) if real[0] else 0) ** np.arange(ROUNDS + 1)
    around = np.radians(ANGLES)
    gains = np.hypot(*(a @ np.stack([np.cos(around), np.sin(around)])))
    here = np.radians(config.theta)
    gain = float(np.hypot(*(a @ [np.cos(here), np.sin(here)])))
    most, least = frame["sigma"]
    b, total, parts = np.array([config.bx, config.by]), frame["sum"], frame["parts"]
    one, two = (parts[i] * vectors[:, i] for i in range(2))
    ends = np.stack([one, total, two], axis=1)
    singular = turned @ axes(config)
    return {
        "map": {"traces": {
            "moved": pair(moved @ GRID), **kept, "area": pair(none if over else square),
            "over": pair(square if over else none), "one": shaft(moved[:, 0]),
            "two": shaft(moved[:, 1]), "tip.one": pair(a[:, :1]), "tip.two": pair(a[:, 1:]),
            "names": told(
                np.array([*beyond(a, REACH).T, (-0.62 * REACH, 0.92 * REACH), *edge(vectors)]).T,
                ["A e₁", "A e₂", "turned over: det < 0" if over else "",
                 *(f"× {format_number(float(value))}" for value in real)])}},
        "spectrum": {"traces": {
            "values": pair([real, imaginary]),
            "lambda": told([real, imaginary + 0.6], [f"λ{i}" for i in "₁₂"])}},
        "power": {"traces": {
            **kept, "trail": pair(path.T), "past": pair(path[:-1].T if k else none[:, :1]),
            "v": shaft(v), "image": shaft(image if frame.step % 3 else np.full(2, np.nan)),
            "start": pair([[config.vx], [config.vy]]),
            "names": told(
                np.array([*beyond(np.array([v, image]).T, REACH).T, edge(vectors)[0]]).T,
                [f"v after {k}", "A v" if frame.step % 3 else "", "q₁"])}},
        "error": {"traces": {
            "slope": {"x": np.arange(ROUNDS + 1, dtype=np.float32), "y": visible(slope)},
            "off": {"x": np.arange(k + 1, dtype=np.float32), "y": visible(off)},
            "now": {"x": np.array([k], np.float32), "y": visible(off[-1:])}}},
        "svd": {"traces": {
            "moved": pair(turned @ GRID), "disc": pair(turned @ CIRCLE),
            "first": shaft(singular[:, 0]), "second": shaft(singular[:, 1]),
            "probe": shaft(turned @ [np.cos(here), np.sin(here)]),
            "names": told(
                np.array([*beyond(singular, REACH).T, [-0.6 * REACH, 0.92 * REACH]]).T,
                [*(format_number(float(n)) for n in np.hypot(*singular)),
                           doing(config, frame)])}},
        "gain": {"traces": {
            "gain": {"x": ANGLES.astype(np.float32), "y": gains.astype(np.float32)},
            "most": pair([[0, 180], [most, most]]), "least": pair([[0, 180], [least, least]]),
            "names": told([[22, 22], [most + 0.18, least - 0.18]],
                          [f"σ{i} = {format_number(float(n))}"
                           for i, n in zip("₁₂", frame["sigma"], strict=True)]),
            "theta": pair([[config.theta], [gain]])}},
        "solve": {"traces": {
            **kept, "part.one": shaft(one), "part.two": shaft(two), "sides": pair(ends),
            "sum": shaft(total), "rhs": pair(b[:, None]),
            "names": told(
                np.array([*beyond(np.stack([b, total], axis=1), REACH).T, *edge(vectors)]).T,
                ["b" if frame.step > 14 else "", stage(frame), "q₁", "q₂"])}},
        "parts": {"traces": {
            "of.b": {"x": np.array([0.82, 1.82], np.float32), "y": frame["b.parts"]},
            "of.x": {"x": np.array([1.18, 2.18], np.float32), "y": parts}}},
    }  # fmt: skip


def axes(config: Config) -> np.ndarray:
    """The directions that the first rotation brings onto the axes, as columns."""
    return rotation(-svd(matrix(config)).before)


def stage(frame: Frame) -> str:
    """What the sum of the parts is now."""
    if frame.step <= 12:
        return "b"
    return "x" if frame.step >= 48 else "on the way"


def doing(config: Config, frame: Frame) -> str:
    """Which of the three moves of the singular value decomposition is under way."""
    turns = svd(matrix(config))
    before, after = (f"{np.degrees(angle):.0f}°".replace("-", "−") for angle in (
        turns.before, turns.after))  # fmt: skip
    moves = (f"1. turn by {before}", "2. stretch along the axes", f"3. turn by {after}")
    return moves[min(3 * frame.step // LAST, 2)]
