"""Part 5 as pictures: the learned kernel beside the true one, maps, loss, and learning rates."""

from __future__ import annotations

from typing import Any

import numpy as np
import plotly.graph_objects as go

from labcore import Frame, Grab, Patch, figures, format_number
from labcore.cnn.convolution.config import Config
from labcore.cnn.convolution.kernels import applied
from labcore.cnn.convolution.learning import RATES, foretold
from labcore.cnn.convolution.marks import bare, grid, kernel_panel, kernel_traces, numbered, signed
from labcore.cnn.convolution.settings import STEPS

LOW, HIGH = 1e-10, 1e6
"""Ends of the axes of losses."""
LEARN_GRABS = (Grab("rates", "chosen", "lr", "", "Learning rate"),)
MAPS = ("input", "target", "guess", "error")
TITLES = ("input", "target", "output so far", "what is missing")


def learning_panels(config: Config, first: Frame) -> dict[str, go.Figure]:
    """Learned kernel, maps, loss, and the loss by learning rate."""
    k, l = applied(config).shape  # noqa: E741
    learned = bare(figures.panel(
        [grid("learned", size=15 if l < 5 else 11),
         figures.words("truth", "context", size=12 if l < 5 else 9)],
        x="large: learned; small: true", y=" ", square=True, x_range=(-0.5, l - 0.5),
        y_range=(k - 0.5, -0.5), title="The kernel as learned so far",
        alt="The learned weights, with the true ones below each.",
    ))  # fmt: skip
    height, width = first["input"].shape
    traces: list[Any] = []
    x, y = [], []
    for i, uid in enumerate(MAPS):
        shape = first["input" if uid == "input" else "target"].shape
        left, top = (i % 2) * (width + 2), (i // 2) * (height * 1.16 + 1)
        traces.append(figures.field(uid, left + np.arange(shape[1]), top + np.arange(shape[0]),
                                    np.zeros(shape, np.uint8), colours="signed"))  # fmt: skip
        x.append(left + width / 2 - 0.5)
        y.append(top - 0.06 * height - 0.5)
    traces.append(figures.words("titles", x=x, y=y, text=list(TITLES)))
    maps = bare(figures.panel(
        traces, x="blue below 0, orange above", y=" ", square=True,
        x_range=(-1, 2 * width + 2), y_range=(2.16 * height + 1.5, -0.16 * height - 1),
        alt="Input, target, what the learned kernel makes of the input, and the difference.",
    ))  # fmt: skip
    loss = figures.panel(
        [figures.line("loss", "loss", "model"), figures.head("here", "here", "model", size=9)],
        x="step", y="mean squared error", size="small", x_range=(0, 1.04 * STEPS), y_log=True,
        y_range=(LOW, HIGH), alt="The loss by step, on a logarithmic axis.",
    )  # fmt: skip
    rates = figures.panel(
        [figures.line("foretold", f"after {STEPS} steps", "model", width=3),
         figures.line("limit", "limit", "error", width=1.5, dash="dash"),
         figures.words("told", "error", place="middle left"),
         figures.ring("chosen", "η", place="top center")],
        x="learning rate η", y=f"loss after {STEPS} steps", x_log=True, y_log=True,
        x_range=(1e-3, 100), y_range=(LOW, HIGH), title="Which rate would have been best",
        alt="The loss at the end by learning rate; from the dashed line on it runs away.",
    )  # fmt: skip
    title = "Hidden kernel: pull cells"
    return {"learned": learned, "maps": maps, "rates": rates,
            "learn_kernel": kernel_panel(config, title), "loss": loss}  # fmt: skip


def learning_draw(config: Config, frame: Frame) -> dict[str, Patch]:
    """Kernel, maps and loss at this step; the curve of rates."""
    kernel, truth = frame["kernel"], applied(config)
    most = max(float(np.abs(truth).max()), 1e-9)
    rows, columns = np.indices(truth.shape).reshape(2, -1)
    texts = [[short(float(v)) for v in row] for row in kernel]
    bound = max(float(np.abs(frame["target"]).max()), 1e-6)
    scale = max(float(np.abs(frame["input"]).max()), 1e-6)
    losses = np.clip(frame["losses"], LOW / 10, HIGH * 10)
    curve, limit, _ = foretold(config)
    final = np.clip(np.nan_to_num(curve, nan=HIGH * 10), LOW / 3, HIGH * 10)
    chosen = np.interp(np.log(config.lr), np.log(RATES), np.log(final))
    shown = float(np.clip(np.exp(chosen), 3 * LOW, HIGH / 3))
    limit = float(np.clip(limit, 1e-3, 1e2))
    return {
        "learned": {"traces": {
            "learned": numbered(signed(0.75 * kernel, most), texts),
            "truth": figures.at(columns, rows + 0.3) | {"text": [short(float(v))
                                                               for v in truth.ravel()]},
        }},
        "maps": {"traces": {
            "input": {"z": figures.quantize(frame["input"], -scale, scale)},
            "target": {"z": figures.quantize(frame["target"], -bound, bound)},
            "guess": {"z": figures.quantize(frame["guess"], -bound, bound)},
            "error": {"z": figures.quantize(frame["target"] - frame["guess"], -bound, bound)},
        }},
        "loss": {"traces": {"loss": {"x": np.arange(len(losses)), "y": losses.astype(np.float32)},
                            "here": {"x": [len(losses) - 1], "y": [float(losses[-1])]}}},
        "rates": {"traces": {
            "foretold": {"x": RATES.astype(np.float32), "y": final.astype(np.float32)},
            "limit": {"x": [limit, limit], "y": [LOW, HIGH]},
            "told": {"x": [0.9 * limit], "y": [HIGH / 30], "text": ["runs away →"]},
            "chosen": {"x": [config.lr], "y": [shown]},
        }},
        "learn_kernel": {"traces": kernel_traces(config)},
    }  # fmt: skip


def short(value: float) -> str:
    """A weight with two digits after the point, or as a power where it is huge."""
    value = 0.0 if abs(value) < 0.005 else value
    return f"{value:.2f}".replace("-", "−") if abs(value) < 1000 else format_number(value, 1)
