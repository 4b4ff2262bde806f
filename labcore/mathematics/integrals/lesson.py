"""Integrals as limits of sums: under a curve, in other coordinates, under a surface.

The time line is the number of slices.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

import numpy as np
import torch
from pydantic import field_validator

import labcore
from labcore import Frame, Start, control
from labcore.formula import Formula

COUNTS = np.unique(np.round(np.geomspace(1, 200, 60)).astype(int))
"""How many slices there are at each place of the time line."""
RULES = ("left", "right", "midpoint", "trapezoid")
REACH = 4.0
"""The pictures show −4 to 4."""
CORNER = -2.0
"""Where the region under the surface begins, across and up."""
GAUSS = np.polynomial.legendre.leggauss(8)


class Config(labcore.Config):
    """A curve, a change of variable and a surface, and what is integrated over."""

    chance = False

    f: str = control("x sin(x) + 1", title="Curve f(x)", high=120, views=("Slices", "Substitution"))
    """What is integrated. In “Substitution” its variable is called u."""

    rule: Literal["left", "right", "midpoint", "trapezoid"] = control(
        "left", title="Height of a slice", views=("Slices",),
        labels={"left": "f at its left edge", "right": "f at its right edge",
                "midpoint": "f at its middle", "trapezoid": "mean of both edges"},
    )  # fmt: skip
    """Where each slice takes its height from."""

    g: str = control("x^2/3 - 1", title="New variable u = g(x)", high=120, views=("Substitution",))
    """What x becomes. Slices of equal width in x have other widths in u."""

    surface: str = control("exp(-x^2 - y^2)", title="Surface F(x, y)", high=120, views=("Volume",))
    """What stands over the region."""

    a: float = control(-2.0, title="From a", low=-REACH, high=REACH, step=0.01, more=True,
                       views=("Slices", "Substitution"))  # fmt: skip
    """Where the integral begins; drag its mark on the axis."""

    b: float = control(3.0, title="To b", low=-REACH, high=REACH, step=0.01, more=True,
                       views=("Slices", "Substitution"))  # fmt: skip
    """Where the integral ends; drag its mark on the axis. Left of a, the area counts negative."""

    px: float = control(2.0, title="Corner of the region, x", low=CORNER, high=REACH, more=True,
                        views=("Volume",))  # fmt: skip
    """The region reaches from −2 to here; drag its corner."""

    py: float = control(2.0, title="Corner of the region, y", low=CORNER, high=REACH, more=True,
                        views=("Volume",))  # fmt: skip
    """The region reaches from −2 to here; drag its corner."""

    @field_validator("f", "g")
    @classmethod
    def _of_x(cls, text: str) -> str:
        Formula.parse(text, ("x",))
        return text

    @field_validator("surface")
    @classmethod
    def _of_x_and_y(cls, text: str) -> str:
        Formula.parse(text)
        return text


SIDES = (slice(None, -1), slice(1, None))
"""Of n + 1 edges those at the left of a slice, and those at the right."""


def at(formula: Formula, *points: np.ndarray) -> np.ndarray:
    """A formula over points, float64."""
    return formula(*map(torch.as_tensor, points)).numpy().astype(np.float64)


def riemann(f: Formula, a: float, b: float, n: int, rule: str) -> tuple[np.ndarray, np.ndarray]:
    """Edges (n + 1,) of n slices from a to b, and their areas (n,), signed."""
    edges = np.linspace(a, b, n + 1)
    width = (b - a) / n
    if rule == "midpoint":
        heights = at(f, (edges[1:] + edges[:-1]) / 2)
    else:
        y = at(f, edges)
        heights = {"left": y[:-1], "right": y[1:], "trapezoid": (y[1:] + y[:-1]) / 2}[rule]
    return edges, width * heights


def all_sums(f: Formula, a: float, b: float) -> np.ndarray:
    """The sum of each rule at each number of slices: (4, len(COUNTS)). f is asked only once."""
    edges = [np.linspace(a, b, n + 1) for n in COUNTS]
    places = [*edges, *((e[1:] + e[:-1]) / 2 for e in edges)]
    y = np.split(at(f, np.concatenate(places)), np.cumsum([len(p) for p in places])[:-1])
    with np.errstate(all="ignore"):  # of a pole
        left, right = (np.array([v[part].sum() for v in y[: len(edges)]]) for part in SIDES)
        middle = np.array([v.sum() for v in y[len(edges) :]])
        # In the order of RULES, all slices of a row being as wide.
        return np.array([left, right, middle, (left + right) / 2]) * ((b - a) / COUNTS)


def accurate(f: Formula, a: float, b: float, pieces: int = 64) -> float:
    """The integral by Gauss’s rule with 8 points on each piece; to rounding if f is smooth."""
    t, weight = GAUSS
    edges = np.linspace(a, b, pieces + 1)
    half = (b - a) / pieces / 2
    x = (edges[:-1] + half)[:, None] + half * t
    with np.errstate(all="ignore"):  # of a pole, infinite or not a number
        return float((at(f, x) @ weight).sum() * half)


def integral(f: Formula, a: float, b: float) -> float:
    """The integral; not-a-number where other pieces give another, as f is not finite between."""
    one, other = accurate(f, a, b), accurate(f, a, b, 131)
    same = np.isfinite([one, other]).all() and abs(other - one) <= 1e-3 * (1 + abs(one))
    return one if same else np.nan


def accumulated(f: Formula, a: float, x: np.ndarray) -> np.ndarray:
    """The area from a to each x, by the trapezoid rule between neighbours; x ascending, (K,)."""
    y = at(f, x)
    with np.errstate(all="ignore"):  # beyond a place where f is not finite there is no area
        steps = np.r_[0, np.cumsum((y[1:] + y[:-1]) / 2 * np.diff(x))]
        return steps - np.interp(a, x, steps)


def pieces_of(config: Config, n: int) -> dict[str, np.ndarray]:
    """n slices of equal width in x, and the same slices in u = g(x): edges and areas of both."""
    f, g = Formula.parse(config.f, ("x",)), Formula.parse(config.g, ("x",))
    x = np.linspace(config.a, config.b, n + 1)
    u, middle = at(g, x), (x[1:] + x[:-1]) / 2
    m = torch.as_tensor(middle).requires_grad_()
    (slope,) = torch.autograd.grad(g(m).sum(), m)
    heights = at(f, at(g, middle))
    return {
        "x": x, "u": u, "inside": heights * slope.numpy() * np.diff(x),  # f(g(x)) g′(x) Δx
        "outside": heights * np.diff(u),  # f(u) Δu
    }  # fmt: skip


def columns(surface: Formula, px: float, py: float, n: int) -> tuple[np.ndarray, ...]:
    """Edges in x and y, (n + 1,) each, and the volumes (n, n) of the columns over an n × n grid."""
    x, y = np.linspace(CORNER, px, n + 1), np.linspace(CORNER, py, n + 1)
    across, up = np.meshgrid((x[1:] + x[:-1]) / 2, (y[1:] + y[:-1]) / 2)
    return x, y, at(surface, across, up) * (px - CORNER) * (py - CORNER) / n**2


def volume(surface: Formula, px: float, py: float) -> float:
    """The integral over the region, by Gauss’s rule in both directions."""
    t, weight = GAUSS
    nodes = [np.linspace(CORNER, end, 17) for end in (px, py)]
    points, weights = [], []
    for edges in nodes:
        half = np.diff(edges)[:, None] / 2
        points.append(((edges[:-1, None] + half) + half * t).ravel())
        weights.append((half * weight).ravel())
    across, up = np.meshgrid(*points)
    return float(weights[1] @ at(surface, across, up) @ weights[0])


def look(config: Config, step: int) -> Frame:
    """All that is shown with one number of slices."""
    n, f = int(COUNTS[step]), Formula.parse(config.f, ("x",))
    surface = Formula.parse(config.surface)
    with np.errstate(all="ignore"):
        edges, areas = riemann(f, config.a, config.b, n, config.rule)
        sums, true = all_sums(f, config.a, config.b), integral(f, config.a, config.b)
        pieces = pieces_of(config, min(n, 40))
        _, y, volumes = columns(surface, config.px, config.py, min(n, 60))
        slabs = volumes.sum(1) / np.diff(y)
        whole = volume(surface, config.px, config.py)
    values = {
        "n": n, "edges": edges.astype(np.float32), "areas": areas.astype(np.float32),
        "sum": float(areas.sum()), "true": true, "sums": sums.astype(np.float32),
        "errors": np.abs(sums - true).astype(np.float32),
        **{f"piece_{name}": value.astype(np.float32) for name, value in pieces.items()},
        "inside": float(pieces["inside"].sum()), "outside": float(pieces["outside"].sum()),
        "volumes": volumes.astype(np.float32), "columns": float(volumes.sum()), "volume": whole,
        "slabs": slabs.astype(np.float32), "y": y.astype(np.float32),
    }  # fmt: skip
    return Frame(step, values, trouble(config, true, whole), checkpoint={})


def trouble(config: Config, true: float, whole: float) -> str:
    """Why there is no integral, if there is none."""
    if config.a == config.b:
        return "From a point to itself there is no area."
    if not np.isfinite(true):
        return "Somewhere between a and b, f is not finite: the sums do not settle."
    if not np.isfinite(whole):
        return "F has no finite value somewhere over the region: there is no volume to be told."
    return ""


def run(config: Config, start: Start | None = None) -> Iterator[Frame]:
    """The slices become thinner."""
    for step in range(len(COUNTS)):
        yield look(config, step)


def answer(config: Config, start: Start | None = None) -> Frame:
    """The same where the time line stands, while a hand moves an end or a corner."""
    return look(config, start.step if start else 8)
