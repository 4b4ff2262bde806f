"""Residuals, the bells fitted to them, what they cost, and loss against likelihood."""

from __future__ import annotations

from typing import Any

import numpy as np
import plotly.graph_objects as go

from labcore import Frame, Patch, figures
from labcore.figures import at
from labcore.linear.linear_regression.config import Config
from labcore.linear.linear_regression.lesson import cost, examples
from labcore.linear.linear_regression.robust import LOSSES

BEST = (("goal", "solid", "star"), ("sky", "dash", "square"), ("text", "dot", "diamond"))
"""How the exact answers of the three losses are drawn."""
RESIDUALS = np.linspace(-6, 6, 121)
EDGES = np.linspace(-6, 6, 37)
MIDDLES = (EDGES[1:] + EDGES[:-1]) / 2


def likelihood_panels(config: Config, first: Frame) -> dict[str, go.Figure]:
    """All that stands still of residuals and likelihood."""
    X, y = examples(config)
    w, b = first["best"][0].astype(float)
    sigma = deviation(X[:, 0] * w + b - y)
    w, b = config.w0, config.b0
    far = max(0.55 * float(((X[:, 0] * w + b - y) ** 2).mean()), 1.0)
    w, b = first["best"][1].astype(float)
    usual = max(1.48 * float(np.median(np.abs(X[:, 0] * w + b - y))), 0.05)
    tallest = float(np.clip(2 / (np.sqrt(2 * np.pi) * usual), 0.35, 4.0))
    return {
        "residuals": figures.panel(
            [figures.bars("counts", "residuals", "data", width=float(MIDDLES[1] - MIDDLES[0]),
                          x=MIDDLES, legend=True),
             figures.line("normal", "normal, fitted", "model", x=RESIDUALS),
             figures.line("laplace", "Laplace, fitted", "sky", dash="dash", x=RESIDUALS)],
            x="Residual, prediction − y", y="Density", x_range=(-6, 6),
            y_range=(0, tallest), legend=True,
            alt="A histogram of the residuals with two bell-like curves fitted to them."),
        "costs": figures.panel(
            [*[figures.line(f"cost.{loss}", loss, role, dash=dash, width=2, x=RESIDUALS,
                            y=cost(RESIDUALS, loss))
               for loss, (role, dash, _) in zip(LOSSES, BEST, strict=True)],
             figures.head("cost.points", "residuals", "data", size=5)],
            x="Residual", y="Cost", title="What a residual costs", size="small", x_range=(-6, 6),
            y_range=(-0.5, 12), alt="The cost of a residual under three losses."),
        "same": figures.panel(
            [figures.line("ray", "log σ√2π + loss / σ²", "context", dash="dot"),
             figures.head("places", "places on the path", "model", size=6),
             figures.head("here", "now", "model", size=11)],
            x="Mean squared loss, ½ r²", y="−log likelihood", size="small",
            title="One is the other", x_range=(0, far), y_range=(0, surprise(far, sigma)),
            alt="Minus the log-likelihood per point against the squared loss."),
    }  # fmt: skip


def likelihood_patches(config: Config, frame: Frame) -> dict[str, Patch]:
    """What moves of residuals and likelihood."""
    theta, best = frame["theta"].astype(float), frame["best"].astype(float)
    here = examples(config)
    x, y = here.X[:, 0], here.y
    r = np.clip(theta[0] * x + theta[1] - y, -1e4, 1e4)
    sigma, scale = deviation(r), max(float(np.abs(r).mean()), 0.02)
    fixed = deviation(best[0, 0] * x + best[0, 1] - y)
    counts = np.histogram(np.clip(r, -5.99, 5.99), EDGES, density=True)[0]
    path = np.clip(frame["path"].astype(float), -1e4, 1e4)
    path = path[:: len(path) // 40 + 1]
    squared = 0.5 * ((path[:, :1] * x + path[:, 1:] - y) ** 2).mean(1)
    now = 0.5 * float((r * r).mean())
    ray = np.array([0.0, 1e3])
    traces = {
        "counts": {"y": counts.astype(np.float32)},
        "normal": {"y": bell(sigma).astype(np.float32)},
        "laplace": {"y": (np.exp(-np.abs(RESIDUALS) / scale) / (2 * scale)).astype(np.float32)},
    }
    shown = r if len(r) <= 120 else r[:: len(r) // 120 + 1]
    return {
        "residuals": {"traces": traces},
        "costs": {"traces": {"cost.points": at(shown, cost(shown, config.loss))}},
        "same": {"traces": {"ray": at(ray, surprise(ray, fixed)),
                            "places": at(squared, surprise(squared, fixed)),
                            "here": at(now, surprise(now, fixed))}},
    }  # fmt: skip


def deviation(r: np.ndarray) -> float:
    """σ̂, the root of the mean squared residual: the σ that makes them likeliest."""
    return max(float(np.sqrt((r * r).mean())), 0.02)


def bell(sigma: float) -> np.ndarray:
    """N(0, σ²) over the residuals."""
    return np.exp(-((RESIDUALS / sigma) ** 2) / 2) / (sigma * np.sqrt(2 * np.pi))


def surprise(loss: Any, sigma: float) -> Any:
    """−log likelihood per point under N(0, σ²), from the mean of ½ r²."""
    return np.log(sigma * np.sqrt(2 * np.pi)) + loss / sigma**2
