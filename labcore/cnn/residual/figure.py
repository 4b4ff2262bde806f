"""What stands still on the stage, what each frame moves, and the numbers in words."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import plotly.graph_objects as go

from labcore import Frame, Paint, Patch, shown
from labcore import figures as fig
from labcore.cnn.residual.config import EVERY, SHALLOW, Config, blocks_of, kept_blocks, looked_at
from labcore.cnn.residual.lesson import SOME

GRABS = (Paint("strip", "cells", "brush", "Blocks", empty="o"),)
VIEWS = {
    "Depth": ("loss", "grads", "right", "change"),
    "Identity": ("in-plain", "in-residual", "change"),
    "Paths": ("strip", "without", "these", "lengths"),
    "Loss surface": ("s-plain", "s-residual", "cut"),
}
TELLS = {
    "Depth": ("Step", "Loss in training, plain", "Loss in training, residual",
              "Test images, plain", "Test images, residual"),
    "Identity": ("Step", "A block", "Plain block changes", "Residual block changes"),
    "Paths": ("Step", "Left out", "Plain reads", "Residual reads", "Paths"),
    "Loss surface": ("Step", "Loss below 2, plain", "Loss below 2, residual"),
}  # fmt: skip
NETS = (("plain", "data"), ("residual", "model"))
LOW, HIGH = 0.25, 16.0
"""Losses at the ends of the colour scale."""


def pair_of_lines(*, dashed: bool = False, legend: bool = True) -> list[Any]:
    """A line for each network; with those of eight layers dotted."""
    made: list[Any] = [fig.line(name, name, role, dash="solid" if role == "model" else "dash",
                                legend=legend) for name, role in NETS]  # fmt: skip
    if dashed:
        made += [fig.line(f"{name}8", f"{name}, {SHALLOW}", role, dash="dot", width=1.5,
                          legend=False) for name, role in NETS]  # fmt: skip
    return made


def surface(config: Config, name: str) -> go.Figure:
    """A field of the loss around the trained weights."""
    along = np.linspace(-config.reach, config.reach, 2 * config.rings + 1)
    marks, ends = np.array([0.3, 1.0, 3.0, 10.0]), (-config.reach, config.reach)
    return fig.panel(
        [fig.field("field", along, along, bar="Loss",
                   ticks=255 * np.log(marks / LOW) / np.log(HIGH / LOW),
                   labels=[shown(mark) for mark in marks]),
         fig.head("middle", "trained weights", "own", symbol="cross", x=[0], y=[0]),
         fig.words("wait", "text", x=[0], y=[0.5 * config.reach])],
        x="Along one direction", y="Along another", square=True,
        x_range=ends, y_range=ends, title=f"{name.capitalize()}: loss",
        alt=f"The loss of the {name} network around its trained weights, dark where it is low.",
    )  # fmt: skip


def panels(config: Config, first: Frame) -> dict[str, go.Figure]:
    """Curves, gradients, one block, blocks left out, and slices of the loss."""
    layers, blocks, end = int(config.depth), blocks_of(config), config.steps
    made = {
        "loss": fig.panel(
            pair_of_lines(dashed=True), x="Step", y="Loss on training images", legend=True,
            title="Dotted: 8 layers",
            x_range=(0, end), y_range=(0, 3),
            alt="Training loss of plain and residual networks, deep and of eight layers."),
        "grads": fig.panel(
            pair_of_lines(), x="Layer, from the image", y="Length of its gradient", y_log=True,
            x_range=(1, layers - 1), y_range=(1e-4, 10), legend=True,
            alt="Length of the gradient of each layer’s weights, plain and residual."),
        "right": fig.panel(
            [*pair_of_lines(dashed=True, legend=False)], x="Step", y="Read rightly, %",
            size="small", x_range=(0, end), y_range=(0, 100), title="Test images",
            alt="Share of test images read rightly."),
        "change": fig.panel(
            [*pair_of_lines(legend=False),
             fig.line("here", "looked at", "own", dash="dot", width=1.5, legend=False)],
            x="Block", y="‖out − in‖ / ‖in‖", size="small", x_range=(1, blocks), y_range=(0, 2.2),
            title="A block’s change",
            alt="By how much each block changes what passes through it."),
        "strip": fig.panel(
            [fig.field("blocks", np.arange(blocks), np.arange(1)).update(xgap=4),
             fig.words("marks", "text", size=16),
             fig.words("say", "own", size=14)],
            x="Block, from the image to the answer", y=" ", x_range=(-0.5, blocks - 0.5),
            y_range=(-1.2, 1.4), title="Click on blocks to leave them out",
            alt="The blocks in a row; those left out are crossed."),
        "without": fig.panel(
            [*(fig.bars(name, name, role, width=0.38, x=np.arange(blocks) + 0.8 + 0.4 * i,
                        legend=True) for i, (name, role) in enumerate(NETS)),
             fig.words("wait", "text", x=[blocks / 2 + 0.5], y=[50])],
            x="The one block left out", y="Test images read rightly, %", legend=True,
            x_range=(0.3, blocks + 0.7), y_range=(0, 100),
            alt="Accuracy of both networks with each block left out, one at a time."),
        "these": fig.panel(
            [go.Bar(uid="bars", orientation="h", y=["plain", "residual"], x=[0, 0],
                    showlegend=False, hovertemplate="%{x:.0f} %<extra></extra>",
                    marker={"color": ["var(--data-60)", "var(--model-60)"]})],
            x="Read rightly, %", y=" ", size="small", x_range=(0, 100), title="With these blocks",
            alt="Accuracy of both networks with the blocks that stand."),
        "lengths": fig.panel(
            [fig.bars("paths", "paths", "model", width=0.9)], x="Blocks gone through",
            y="Share of paths, %", size="small", x_range=(-0.5, blocks + 0.5), y_range=(0, 45),
            title="Paths by length", alt="How many of the paths go through how many blocks."),
        "s-plain": surface(config, "plain"),
        "s-residual": surface(config, "residual"),
        "cut": fig.panel(
            pair_of_lines(legend=False), x="Along one direction", y="Loss", size="small",
            y_log=True, x_range=(-config.reach, config.reach), y_range=(0.2, 20),
            title="A cut through the middle",
            alt="The loss of both networks along one direction."),
    }  # fmt: skip
    for name, role in NETS:
        made[f"in-{name}"] = fig.panel(
            [fig.line("same", "out = in", "context", dash="dot", width=1.5, x=[-9, 99],
                      y=[-9, 99]),
             fig.head("values", "values", role, size=6, symbol="circle" if role == "model"
                      else "square")],
            x="Enters the block", y="Leaves the block", x_range=(-0.2, 6), y_range=(-0.2, 6),
            title=f"{name.capitalize()}, block {looked_at(config)}", square=True,
            alt=f"Values before and after one block of the {name} network.")  # fmt: skip
    made["strip"].update_yaxes(showline=False, ticks="", tickvals=[])
    made["strip"].update_xaxes(tickvals=np.arange(0, blocks, 2), ticks="",
                               ticktext=[str(i + 1) for i in range(0, blocks, 2)])  # fmt: skip
    made["these"].update_yaxes(type="category", ticks="")
    return made


def draw(config: Config, frame: Frame) -> dict[str, Patch]:
    """What a frame moves; an answer has the blocks and what the networks then say."""
    made = draw_blocks(config, frame)
    if "rows" not in frame.values:
        return made
    return made | draw_training(config, frame) | draw_surface(config, frame)


def draw_blocks(config: Config, frame: Frame) -> dict[str, Patch]:
    """The strip, the accuracies, and how long the paths are that are left."""
    standing, right = kept_blocks(config), 100 * frame["with_these"]
    n, left = len(standing), int(standing.sum())
    say = f"{left} of {n} blocks: plain {right[0]:.0f} %, residual {right[1]:.0f} % of {SOME}"
    lengths = np.array([math.comb(left, k) for k in range(n + 1)], float)
    return {
        "strip": {"traces": {
            "blocks": {"z": np.where(standing, 70, 235).astype(np.uint8)[None]},
            "marks": fig.at(np.arange(n), np.zeros(n))
            | {"text": ["" if there else "✕" for there in standing]},
            "say": fig.at((n - 1) / 2, 0.95) | {"text": [say]}}},
        "these": {"traces": {"bars": {"x": right.astype(np.float32)}}},
        "lengths": {"traces": {"paths": {
            "x": np.arange(n + 1, dtype=np.float32),
            "y": (100 * lengths / lengths.sum()).astype(np.float32)}}},
    }  # fmt: skip


def draw_training(config: Config, frame: Frame) -> dict[str, Patch]:
    """Curves so far, gradients by layer, and what blocks do."""
    steps = np.arange(frame["rows"].shape[1]) * EVERY
    uids = ("plain", "residual", f"plain{SHALLOW}", f"residual{SHALLOW}")
    grads, change = np.clip(frame["grads"], 1e-9, 1e9), frame["change"]
    here = looked_at(config)
    made: dict[str, Patch] = {
        "loss": {"traces": {u: fig.at(steps, np.clip(row, 0, 50))
                            for u, row in zip(uids, frame["rows"], strict=True)}},
        "right": {"traces": {u: fig.at(steps, 100 * row)
                             for u, row in zip(uids, frame["right"], strict=True)}},
        "grads": {
            "traces": {u: fig.at(np.arange(1, len(row) + 1), row)
                       for u, row in zip(uids, grads, strict=False)},
            "layout": {"yaxis.range": [min(-3.0, float(np.log10(grads.min())) - 0.2),
                                       max(1.0, float(np.log10(grads.max())) + 0.2)]},
        },
        "change": {"traces": {
            **{u: fig.at(np.arange(1, len(row) + 1), np.clip(row, 0, 99))
               for u, row in zip(uids, change, strict=False)},
            "here": fig.at([here, here], [0, 99])}},
    }  # fmt: skip
    for i, (name, _) in enumerate(NETS):
        entering, leaving = frame["through"][i]
        far = max(1.0, float(np.clip(np.nan_to_num(frame["through"][i]).max(), 0, 1e6))) * 1.05
        made[f"in-{name}"] = {
            "traces": {"same": fig.at([0, far], [0, far]), "values": fig.at(entering, leaving)},
            "layout": {"xaxis.range": [-0.03 * far, far], "yaxis.range": [-0.03 * far, far]},
        }
    percent = 100 * frame["without"][:, : blocks_of(config)]
    waiting = np.isnan(percent).all()
    made["without"] = {"traces": {
        "plain": {"y": percent[0]}, "residual": {"y": percent[1]},
        "wait": {"text": ["measured after training" if waiting else ""]}}}  # fmt: skip
    return made


def draw_surface(config: Config, frame: Frame) -> dict[str, Patch]:
    """The slice as far as it is known, on one scale for both."""
    made: dict[str, Patch] = {}
    cuts: dict[str, Any] = {}
    along = np.linspace(-config.reach, config.reach, 2 * config.rings + 1)
    for (name, _), field in zip(NETS, frame["surface"], strict=True):
        known = np.isfinite(field).any()
        logs = np.log(np.clip(np.nan_to_num(field, nan=HIGH, posinf=HIGH), LOW, HIGH))
        made[f"s-{name}"] = {"traces": {
            "field": {"z": fig.quantize(logs, np.log(LOW), np.log(HIGH))},
            "wait": {"text": ["" if known else "measured after training"]}}}  # fmt: skip
        cuts[name] = fig.at(along, np.clip(field[config.rings], 1e-3, 1e3))
    return made | {"cut": {"traces": cuts}}


def below(field: np.ndarray) -> str:
    """How much of the slice has a loss below 2; guessing has 2.3."""
    known = np.isfinite(field).any()
    return f"{100 * float((field < 2).mean()):.0f} %" if known else "–"


def readout(config: Config, frame: Frame) -> dict[str, str]:
    """Metrics, and under names with a dot what fills the formulas."""
    standing, right = kept_blocks(config), 100 * frame["with_these"]
    left, here = int(standing.sum()), looked_at(config) - 1
    told = dict.fromkeys(
        ("Loss in training, plain", "Loss in training, residual", "Test images, plain",
         "Test images, residual", "Plain block changes", "Residual block changes",
         "Loss below 2, plain", "Loss below 2, residual"), "–",
    ) | {
        "Step": f"{frame.step}" if frame.step <= config.steps else f"{config.steps}, done",
        "A block": f"{here + 1} of {len(standing)}",
        "Left out": f"{len(standing) - left} of {len(standing)}",
        "Plain reads": f"{right[0]:.0f} %", "Residual reads": f"{right[1]:.0f} %",
        "Paths": shown(2.0**left),
        "p.n": str(left), "p.k": f"{2**left:,}", "p.mean": shown(left / 2),
    }  # fmt: skip
    if "rows" not in frame.values:
        return told
    now = min(frame.step, config.steps) // EVERY
    pairs = frame["through"][1]
    entering, leaving = pairs[:, int(pairs[0].argmax())]
    return told | {
        "Loss in training, plain": shown(frame["rows"][0, now]),
        "Loss in training, residual": shown(frame["rows"][1, now]),
        "Test images, plain": f"{100 * frame['right'][0, now]:.1f} %",
        "Test images, residual": f"{100 * frame['right'][1, now]:.1f} %",
        "Plain block changes": shown(frame["change"][0, here]),
        "Residual block changes": shown(frame["change"][1, here]),
        "Loss below 2, plain": below(frame["surface"][0]),
        "Loss below 2, residual": below(frame["surface"][1]),
        "r.in": shown(entering), "r.out": shown(leaving), "r.block": str(here + 1),
    }  # fmt: skip
