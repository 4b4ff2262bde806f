"""Part 6 as pictures: the moved garment, three outputs, errors, and the layer as a matrix."""

from __future__ import annotations

from typing import Any

import numpy as np
import plotly.graph_objects as go

from labcore import Frame, Grab, Patch, figures
from labcore.cnn.convolution.config import Config
from labcore.cnn.convolution.kernels import applied
from labcore.cnn.convolution.marks import bare, kernel_panel, kernel_traces
from labcore.cnn.convolution.settings import AMOUNTS, CANVAS
from labcore.cnn.convolution.shifting import CENTRE, SMALL, as_matrix

SHIFT_GRABS = (Grab("moved", "ring", "dx", "dy", "Shift of the picture"),)
OUTPUTS = (("wanted", "what should come out"), ("conv", "convolution"),
           ("gap", "dense layer: missing"), ("dense", "dense layer"))  # fmt: skip
SIDES = np.array([4, 8, 16, 28, 56, 112, 224])
AXES = {"shift": "shift, cells", "turn": "turn, degrees", "zoom": "zoom"}


def amounts(config: Config) -> np.ndarray:
    """How far the picture is moved at each frame."""
    share = np.linspace(0, 1, AMOUNTS + 1)
    if config.change == "shift":
        return share * float(np.hypot(config.dx, config.dy))
    return share * config.angle if config.change == "turn" else config.factor**share


def shift_panels(config: Config, first: Frame) -> dict[str, go.Figure]:
    """The garment with its ring, outputs, errors, the matrix and parameters."""
    cells = np.arange(CANVAS) - CENTRE
    ring = figures.head("ring", "drag", "own", symbol="square", size=15, x=[0], y=[0])
    held = [ring] if config.change == "shift" else []
    moved = bare(figures.panel(
        [figures.field("garment", cells, cells),
         figures.line("still", "where it was", "context", dash="dot", width=1.5,
                      x=[-14, 14, 14, -14, -14], y=[-14, -14, 14, 14, -14]), *held],
        x="dotted: where the training garments stood", y=" ", square=True,
        x_range=(-CANVAS / 2, CANVAS / 2), y_range=(CANVAS / 2, -CANVAS / 2),
        title="Input: drag ■" if held else "Input",
        alt="The garment as moved so far; a mark drags it.",
    ))  # fmt: skip
    size = max(first["conv"].shape)
    tall, wide = first["conv"].shape
    traces: list[Any] = []
    x, y, texts = [], [], []
    for i, (uid, name) in enumerate(OUTPUTS):
        left, top = (i % 2) * (size + 2), (i // 2) * 1.16 * size
        traces.append(figures.field(uid, left + np.arange(wide), top + np.arange(tall),
                                    colours="signed"))  # fmt: skip
        x.append(left + wide / 2)
        y.append(top - 0.07 * size)
        texts.append(name)
    traces.append(figures.words("names", x=x, y=y, text=texts))
    outputs = bare(figures.panel(
        traces, x="blue below 0, orange above", y=" ", square=True,
        x_range=(-1, 2 * size + 2), y_range=(2.18 * size, -0.16 * size),
        alt="The moved output of the still picture, and what both layers make of the moved one.",
    ))  # fmt: skip
    along = amounts(config)
    ends = (float(along[0]), float(along[-1])) if along[0] != along[-1] else (0.0, 1.0)
    errors = figures.panel(
        [figures.line("stay", "against not moving", "context", dash="dot"),
         figures.line("dense", "dense layer", "data", dash="dash"),
         figures.line("conv", "convolution", "model"),
         figures.head("here", "here", "model", size=9),
         figures.words("stay.word", "context", place="top left", size=12, text=["not moved"]),
         figures.words("dense.word", "data", place="bottom left", size=12, text=["dense"]),
         figures.words("conv.word", "model", place="top left", size=12, text=["convolution"])],
        x=AXES[config.change], y="relative error", size="small", x_range=ends,
        y_range=(-0.05, 1.85),
        alt="The error of both layers by how far the picture is moved.",
    )  # fmt: skip
    matrix = bare(figures.panel(
        [figures.field("matrix", np.arange(SMALL**2), np.arange(1), colours="signed")],
        x=f"{SMALL**2} input cells", y="output cells",
        x_range=(-0.5, SMALL**2 - 0.5), y_range=(SMALL**2 - 0.5, -0.5), square=True,
        title=f"Your kernel as a dense layer’s matrix ({SMALL} × {SMALL} cells)",
        alt="The matrix of the convolution: few entries are not 0, and they repeat.",
    ))  # fmt: skip
    parameters = figures.panel(
        [figures.line("dense.count", "dense layer", "data", dash="dash"),
         figures.line("local.count", "local, not shared", "context", dash="dot"),
         figures.line("conv.count", "convolution", "model"),
         figures.words("dense.word", "data", place="top left", text=["dense layer"]),
         figures.words("local.word", "context", place="top left", text=["local, own weights"]),
         figures.words("conv.word", "model", place="top left", text=["convolution"])],
        x="side of the picture, cells", y="weights", x_log=True, y_log=True,
        x_range=(4, 256), y_range=(0.5, 1e10), title="Weights for one map in, one map out",
        alt="Weights of a dense layer, a local layer and a convolution by the picture’s side.",
    )  # fmt: skip
    return {"moved": moved, "outputs": outputs, "errors": errors, "matrix": matrix,
            "parameters": parameters, "shift_kernel": kernel_panel(config)}  # fmt: skip


def shift_draw(config: Config, frame: Frame) -> dict[str, Patch]:
    """The garment, three outputs, the errors with the place on them, matrix and counts."""
    reach, along = max(0.7 * frame["reach"], 1e-6), amounts(config)
    seen = {name: frame[name] for name in ("wanted", "conv", "dense")}
    seen["gap"] = seen["wanted"] - seen["dense"]
    maps: dict[str, Any] = {uid: {"z": figures.quantize(seen[uid], -reach, reach)}
                            for uid, _ in OUTPUTS}  # fmt: skip
    moved: dict[str, Any] = {"garment": {"z": figures.quantize(frame["moved"], 0, 1)}}
    if config.change == "shift":
        share = frame.step / AMOUNTS
        moved["ring"] = figures.at(round(config.dx * share), round(config.dy * share))
    wrong = {uid: figures.at(along, frame[f"wrong.{uid}"]) for uid in ("stay", "dense", "conv")}
    for uid in tuple(wrong):
        wrong[f"{uid}.word"] = figures.at(
            along[-1], min(wrong[uid]["y"][-1], 1.65) + (0.05 if uid != "dense" else -0.05)
        )
    here = figures.at(along[frame.step], frame["wrong.conv"][frame.step])
    kernel = applied(config)
    small = as_matrix(kernel, config.stride)
    most = max(float(np.abs(kernel).max()), 1e-9)
    outs = np.maximum((SIDES - len(kernel)) // config.stride + 1, 0).astype(float) ** 2
    counts = {"dense": outs * SIDES**2, "local": outs * kernel.size,
              "conv": np.full(len(SIDES), kernel.size)}  # fmt: skip
    lines: dict[str, Any] = {}
    for name, count in counts.items():
        there = np.where(count > 0, count, np.nan).astype(np.float32)
        lines[f"{name}.count"] = {"x": SIDES.astype(np.float32), "y": there}
        lines[f"{name}.word"] = {"x": [224], "y": [float(there[-1])]}
    return {
        "moved": {"traces": moved}, "outputs": {"traces": maps},
        "errors": {"traces": {**wrong, "here": here}},
        "matrix": {"traces": {"matrix": {"z": figures.quantize(small, -most, most),
                                         "y": np.arange(len(small), dtype=np.float32)}},
                   "layout": {"yaxis.range": [max(len(small), 1) - 0.5, -0.5]}},
        "parameters": {"traces": lines},
        "shift_kernel": {"traces": kernel_traces(config)},
    }  # fmt: skip
