"""A function replaced by polynomials at a point: of every order on a line, of the second on a map.

The time line is the order of the polynomial, and on the map the step of Newton's method.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import torch
from pydantic import field_validator

import labcore
from labcore import Frame, Start, control
from labcore.formula import Formula
from labcore.mathematics.taylor_and_hessians.series import radius, taylor

ORDERS = 31
"""Orders 0 to 30 on the time line."""
REACH = 5.0
"""The pictures show −5 to 5."""
LINE = np.linspace(-REACH, REACH, 201)
ARRIVED = 1e-9
"""A step of Newton's so short is the last."""


class Config(labcore.Config):
    """Two formulas and where to stand on them."""

    chance = False

    f: str = control("sin(x)", title="Curve f(x)", high=120, views=("Series",))
    """Of x, with + − * / ^, brackets, sin, cos, exp, log, sqrt and the like."""

    surface: str = control(
        "x^2/2 - cos(2y) + x y/4", title="Surface F(x, y)", high=120, views=("Bowl", "Relief")
    )
    """The surface of the views “Bowl” and “Relief”."""

    damping: float = control(
        0.0, title="Damping δ of Newton’s step", low=0, high=10, step=0.1, views=("Bowl",)
    )
    """Added to every curvature before Newton divides by it. Above the most negative curvature, the
    step leads downhill everywhere."""

    x: float = control(0.0, title="Point x₀", low=-REACH, high=REACH, step=0.01, more=True,
                       views=("Series",))  # fmt: skip
    """Where the polynomial touches the curve. Drag the point instead."""

    mark: float = control(3.0, title="Place to compare", low=-REACH, high=REACH, more=True,
                          views=("Series",))  # fmt: skip
    """Where curve and polynomial are compared. Drag the ring instead."""

    px: float = control(-1.5, title="Place on the map, x", low=-REACH, high=REACH, more=True,
                        views=("Bowl", "Relief"))  # fmt: skip
    """Where the quadratic model touches the surface. Drag the point on the map instead."""

    py: float = control(0.5, title="Place on the map, y", low=-REACH, high=REACH, more=True,
                        views=("Bowl", "Relief"))  # fmt: skip
    """Where the quadratic model touches the surface. Drag the point on the map instead."""

    @field_validator("f")
    @classmethod
    def _of_x(cls, text: str) -> str:
        Formula.parse(text, ("x",))
        return text

    @field_validator("surface")
    @classmethod
    def _of_x_and_y(cls, text: str) -> str:
        Formula.parse(text)
        return text


def polynomial(c: np.ndarray, x0: float, x: np.ndarray) -> np.ndarray:
    """c₀ + c₁ (x − x₀) + … by Horner's rule. x: any shape."""
    value = np.zeros_like(x)
    for coefficient in c[::-1]:
        value = value * (x - x0) + coefficient
    return value


def quadratic(surface: Formula, place: np.ndarray) -> tuple[float, np.ndarray, np.ndarray]:
    """Value, gradient (2,) and Hessian (2, 2) of a surface at a place (2,), by autograd."""
    p = torch.tensor(place, dtype=torch.float64, requires_grad=True)
    value = surface(p[0], p[1])
    (g,) = torch.autograd.grad(value, p, create_graph=True)
    rows = [
        torch.autograd.grad(g[i], p, retain_graph=True, materialize_grads=True, allow_unused=True)[
            0
        ]
        if g.requires_grad
        else torch.zeros(2, dtype=torch.float64)
        for i in range(2)
    ]
    return float(value.detach()), g.detach().numpy(), torch.stack(rows).detach().numpy()


def newton_step(g: np.ndarray, H: np.ndarray, damping: float) -> np.ndarray:
    """−(H + δI)⁻¹ g, the way to where the quadratic model is level: (2,); infinite without one."""
    shifted = H + damping * np.eye(2)
    if not np.isfinite(shifted).all() or abs(np.linalg.det(shifted)) < 1e-12:
        return np.full(2, np.inf)
    return -np.linalg.solve(shifted, g)


def newton_path(surface: Formula, place: np.ndarray, damping: float) -> np.ndarray:
    """Places of Newton's method from a start: (ORDERS, 2); it stays once it has arrived, or would
    leave the map."""
    path = [place]
    for _ in range(ORDERS - 1):
        _, g, H = quadratic(surface, path[-1])
        there = path[-1] + newton_step(g, H, damping)
        arrived = np.abs(there - path[-1]).max() < ARRIVED
        if arrived or not np.isfinite(there).all() or np.abs(there).max() > 3 * REACH:
            break
        path.append(there)
    return np.array(path + [path[-1]] * (ORDERS - len(path)))


def shape(curvatures: np.ndarray) -> str:
    """What the quadratic model is, by the signs of its two curvatures, the smaller first."""
    low, high = curvatures
    flat = 1e-6 * max(1e-9, np.abs(curvatures).max())
    if low > flat:
        return "bowl"
    if high < -flat:
        return "dome"
    if low < -flat and high > flat:
        return "saddle"
    if abs(low) <= 1e-9 and abs(high) <= 1e-9:
        return "plane"
    return "trough" if high > flat else "ridge"


def look(config: Config, step: int) -> Frame:
    """All that is shown at one place of the time line."""
    f = Formula.parse(config.f, ("x",))
    c = taylor(f, config.x, ORDERS + 9)
    kept = c[: step + 1]
    mark, true = np.array(config.mark), float(f(config.mark))
    with np.errstate(all="ignore"):
        near = polynomial(kept, config.x, LINE)
        error = np.abs(f(torch.as_tensor(LINE)).numpy() - near)
        sums = np.array([float(polynomial(c[: n + 1], config.x, mark)) for n in range(ORDERS)])
    surface, start = Formula.parse(config.surface), np.array([config.px, config.py])
    value, g, H = quadratic(surface, start)
    finite = bool(np.isfinite(H).all() and np.isfinite(g).all())
    if not finite:
        g, H = np.full(2, np.nan), np.full((2, 2), np.nan)
    curvatures, axes = np.linalg.eigh(H) if finite else (np.full(2, np.nan), np.eye(2))
    path = newton_path(surface, start, config.damping)
    values = {
        "coefficients": c[:ORDERS].astype(np.float32), "order": step,
        "polynomial": near.astype(np.float32),
        "error": error.astype(np.float32), "there": sums[step], "true": true,
        "errors": np.abs(sums - true).astype(np.float32), "radius": radius(c),
        "value": value, "gradient": g.astype(np.float32), "hessian": H.astype(np.float32),
        "curvatures": curvatures.astype(np.float32), "axes": axes.astype(np.float32),
        "newton": newton_step(g, H, config.damping).astype(np.float32),
        "path": path.astype(np.float32),
    }  # fmt: skip
    return Frame(step, values, trouble(config, c, finite, path), checkpoint={})


def trouble(config: Config, c: np.ndarray, finite: bool, path: np.ndarray) -> str:
    """Why there is no polynomial or no model here, if there is none."""
    if not np.isfinite(c[:ORDERS]).all():
        why = "its value or some derivative is not finite there"
        return f"f has no Taylor series at x₀ = {config.x:g}: {why}."
    if not finite:
        return "The surface has no finite curvature at this place: there is no quadratic model."
    if np.array_equal(path[0], path[1]) and np.isfinite(path).all():
        return "Newton stays here: the ground is level, or its next step leads off the map."
    return ""


def run(config: Config, start: Start | None = None) -> Iterator[Frame]:
    """The order rises, and Newton steps."""
    for step in range(ORDERS):
        yield look(config, step)


def answer(config: Config, start: Start | None = None) -> Frame:
    """The same where the time line stands, while a hand moves a point."""
    return look(config, start.step if start else 3)
