"""The pictures of a chain with checkpoints: what is held when, and what that costs."""

from __future__ import annotations

import numpy as np
import plotly.graph_objects as go

from labcore import Frame, Patch, figures
from labcore.mlp.backpropagation.chain import chain_events
from labcore.mlp.backpropagation.config import Config


def chain_panels(config: Config) -> dict[str, go.Figure]:
    """The staircase, and memory against work."""
    return {
        "held": figures.panel(
            [figures.field("cells", np.arange(4.0), np.arange(4.0), None, colours="signed"),
             figures.line("now", "now", "own", width=2, dash="dash"),
             figures.head("at_work", "layer at work", "own", symbol="triangle-up")],
            x="time, in layers passed", y="layer",
            title="Inputs held: blue kept, orange computed again",
            alt="Which layers’ inputs are held at which time, on the way forward and back.",
        ),
        "trade": figures.panel(
            [figures.line("most", "most inputs held", "data"),
             figures.line("again", "layers run again", "model", dash="dash"),
             figures.line("root", "√n", "goal", dash="dot", width=1.5),
             figures.line("down", "chosen", "own", dash="dot", width=1.5),
             figures.head("chosen", "chosen", "own", size=14),
             figures.words("labels", "goal", place="top center", size=12),
             figures.words("most_word", "data", place="bottom right", size=12),
             figures.words("again_word", "model", place="top center", size=12)],
            x="layers from checkpoint to checkpoint k", y="layers",
            title="Memory against work", x_range=(0, config.layers + 1),
            y_range=(0, 1.12 * config.layers),
            alt="Most inputs held at once, and layers computed again, by the distance of the "
            "checkpoints; the memory is least near the square root of the number of layers.",
        ),
    }  # fmt: skip


def chain(config: Config, frame: Frame) -> dict[str, Patch]:
    """The staircase of held inputs, and the trade of memory against work."""
    n, k = config.layers, min(config.segment, config.layers)
    events = chain_events(n, config.segment)
    cells = np.array([128, 30, 225], np.uint8)[events.held]
    T, now = cells.shape[1], frame["event"]
    most, again = frame["trade"]
    lengths = np.arange(1, n + 1)
    best = np.sqrt(n)
    return {
        "held": {
            "traces": {"cells": {"x": np.arange(T, dtype=np.float32),
                                 "y": np.arange(1, n + 1, dtype=np.float32), "z": cells},
                       "now": figures.at([now, now], [0.5, n + 0.5]),
                       "at_work": figures.at(now, events.layer[now] + 1)},
            "layout": {"xaxis.range": [-0.5, T - 0.5], "yaxis.range": [0.5, n + 0.5]},
        },
        "trade": {"traces": {
            "most": figures.at(lengths, most), "again": figures.at(lengths, again),
            "root": figures.at([best, best], [0, n]),
            "down": figures.at([k, k], [0, max(most[k - 1], again[k - 1])]),
            "chosen": figures.at(k, most[k - 1]),
            "labels": figures.at(best, n) | {"text": ["√n"]},
            "most_word": figures.at(0.6 * n, most[int(0.6 * n) - 1])
            | {"text": ["most inputs held"]},
            "again_word": figures.at(0.6 * n, again[int(0.6 * n) - 1])
            | {"text": ["layers run again"]},
        }},
    }  # fmt: skip
