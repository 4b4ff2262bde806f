"""What stands still on the stage, what each frame moves, and the numbers in words."""

from __future__ import annotations

from typing import Any

import numpy as np
import plotly.graph_objects as go

from labcore import Frame, Grab, Patch, shown
from labcore import figures as fig
from labcore.builders.training_loop.config import LINES, Config
from labcore.builders.training_loop.lesson import per_epoch, told, whole
from labcore.builders.training_loop.machine import Call

GRABS = (Grab("loop", "cross", "", "cut", "Line left out"),)
VIEWS = {"Calls": ("loop", "machine", "log", "state"), "Losses": ("loop", "curve", "gradient")}
TELLS = {
    "Calls": ("Call", "Mode", "Autograd", "A step"),
    "Losses": ("Epoch", "Loss, last batch", "Loss, validation", "Gap to the plain loop",
               "Kept by validation"),
}  # fmt: skip
BOXES = {
    "Trainer": (0.0, 4.7, 5.0, 10.0, ("fit", "prepare_data", "prepare_model", "fit_epoch",
                                      "prepare_batch")),
    "DataModule": (0.0, 4.7, 0.0, 4.3, ("prepare_data", "train_dataloader", "val_dataloader")),
    "Module": (5.5, 10.2, 3.4, 10.0, ("configure_optimizers", "train", "eval", "training_step",
                                      "validation_step", "forward", "loss")),
    "Optimizer": (5.5, 7.75, 0.0, 2.7, ("zero_grad", "step")),
    "Autograd": (7.95, 10.2, 0.0, 2.7, ("backward",)),
}  # fmt: skip
"""Left, right, bottom, top, and the methods from top to bottom."""
TOLD = 9
"""Calls in sight in the log."""


def spot(box: str, name: str) -> tuple[float, float]:
    """Where a method stands in its box."""
    left, _, _, top, names = BOXES[box]
    return left + 0.35, top - 1.35 - 0.78 * names.index(name)


def outline(box: str) -> dict[str, Any]:
    """The outline of a box."""
    left, right, bottom, top, _ = BOXES[box]
    return fig.at([left, right, right, left, left], [bottom, bottom, top, top, bottom])


def bare(figure: go.Figure) -> go.Figure:
    """Axes that are not read from."""
    hidden = {"showline": False, "ticks": "", "tickvals": []}
    return figure.update_xaxes(**hidden).update_yaxes(**hidden)


def band(uid: str, role: str, opacity: float) -> go.Scatter:
    """What lights a line or a box."""
    made = fig.area(uid, uid, role, opacity, width=0)
    made.x, made.y = [None], [None]
    return made


def panels(config: Config, first: Frame) -> dict[str, go.Figure]:
    """The loop, the boxes, the log, the state; losses and gradients."""
    sound = told(whole(config))
    steps = per_epoch(config)
    epochs = np.arange(1, config.epochs + 1)
    rows = range(len(LINES))
    indents = [0.4 * (len(text) - len(text.lstrip())) / 4 + (0.4 if i else 0.0)
               for i, text in enumerate(LINES)]  # fmt: skip
    titles = [(b[0] + 0.2, b[3] - 0.55, name) for name, b in BOXES.items()]
    methods = [(*spot(box, name), name) for box, b in BOXES.items() for name in b[4]]
    box_lines = [fig.area(f"box-{name}", name, "context", 0.06) for name in BOXES]
    for trace in box_lines:
        trace.update(outline(trace.name))
    nothing = np.full(config.epochs * steps, np.nan, np.float32)
    at = (np.arange(config.epochs * steps) + 1) / steps
    made = {
        "loop": bare(fig.panel(
            [band("lit", "model", 0.25),
             fig.words("code", place="middle right", x=indents, y=list(rows),
                       text=[text.strip() for text in LINES]),
             fig.line("strike", "left out", "own", width=2, x=[None], y=[None]),
             fig.head("cross", "left out", "own", symbol="x", size=15, x=[-0.35],
                      y=[config.cut])],
            x="Click on a line to leave it out; on the first to leave none", y=" ",
            x_range=(-0.7, 6.6), y_range=(12.7, -0.7), title="An epoch, as the trainer runs it",
            alt="The thirteen lines of an epoch; the one that runs is lit, one may be struck "
            "out.")),
        "machine": bare(fig.panel(
            [*box_lines, band("active", "model", 0.25),
             fig.words("titles", "context", place="middle right", x=[t[0] for t in titles],
                       y=[t[1] for t in titles], text=[t[2] for t in titles]),
             fig.words("methods", place="middle right", size=12, x=[m[0] for m in methods],
                       y=[m[1] for m in methods], text=[m[2] for m in methods]),
             fig.arrow("call", "calls", "model"),
             fig.head("now", "now", "model", symbol="triangle-right", size=10, x=[None],
                      y=[None])],
            x="Who calls whom", y=" ", x_range=(-0.1, 10.3), y_range=(-0.2, 10.2),
            title="▸ the call that begins now",
            alt="Boxes for Trainer, DataModule, Module, Optimizer and Autograd with their "
            "methods; an arrow goes from the one that calls to the one called.")),
        "log": bare(fig.panel(
            [fig.words("past", "context", place="middle right", size=12),
             fig.words("last", "model", place="middle right", size=12)],
            x="Last calls, newest below", y=" ", size="small", x_range=(0, 10),
            y_range=(0.4, TOLD + 0.6), title="Log of calls", alt="The last nine calls, indented.")),
        "state": bare(fig.panel(
            [fig.words("names", "context", place="middle right", size=12, x=[0.2] * 7,
                       y=list(range(7, 0, -1)),
                       text=["X", "y", "ŷ", "loss", "mode", "autograd", "‖.grad‖"]),
             fig.words("values", place="middle right", size=12)],
            x="As the call begins", y=" ", size="small", x_range=(0, 10), y_range=(0.4, 7.6),
            title="Shapes and state", alt="The shapes of the tensors, the mode, whether autograd "
            "records, and the length of the gradient.")),
        "curve": fig.panel(
            [fig.line("sound", "validation, no line left out", "context", width=6, opacity=0.5,
                      x=epochs, y=sound.val.astype(np.float32)[: config.epochs]),
             fig.line("train", "each batch", "data", width=1, x=at, y=nothing),
             fig.line("val", "validation", "model", width=3, x=epochs, y=nothing[:len(epochs)]),
             fig.line("plain", "the plain loop’s", "text", dash="dot", width=1.5, x=epochs,
                      y=nothing[:len(epochs)])],
            x="Epoch", y="Mean squared error", y_log=True, legend=True,
            x_range=(0, config.epochs), y_range=(0.05, 100),
            alt="The loss of each batch and in validation, with that of the plain loop on it, and "
            "the validation loss with no line left out."),
        "gradient": fig.panel(
            [fig.line("whole", "no line left out", "context", width=4, opacity=0.5, x=at,
                      y=padded(sound.sizes, len(at)), legend=False),
             fig.line("sizes", "now", "model", width=1.5, x=at, y=nothing, legend=False)],
            x="Epoch", y="Length", y_log=True, size="small", x_range=(0, config.epochs),
            y_range=(0.01, 1000), title="Gradient in .grad", alt="The length of what stands in "
            ".grad at each step, and with no line left out in grey."),
    }  # fmt: skip
    for name in ("loop", "machine"):
        made[name].layout.margin.b = 4
    made["loop"].update_traces(textfont_family="monospace", selector={"uid": "code"})
    return made


def padded(values: np.ndarray, count: int) -> np.ndarray:
    """Values, and nothing up to so many."""
    return np.pad(values.astype(np.float32)[:count], (0, max(0, count - len(values))),
                  constant_values=np.nan)  # fmt: skip


def caller(calls: list[Call], at: int) -> Call | None:
    """The call within which another was made."""
    return next((c for c in calls[:at][::-1] if c.depth < calls[at].depth), None)


def draw(config: Config, frame: Frame) -> dict[str, Patch]:
    """What a frame moves; an answer has the line left out alone."""
    cut = config.cut
    struck = {"x": [0.35, 6.3] if cut else [None, None], "y": [cut, cut]}
    crossed = {
        "strike": struck,
        "cross": {"x": [-0.35], "y": [cut], "marker.symbol": "x" if cut else "circle-open"},
    }
    if "call" not in frame.values:
        return {"loop": {"traces": crossed}}
    calls, at, running = told(config).calls, int(frame["call"]), not frame["epochs"]
    call, line = calls[at], int(frame["line"])
    above = caller(calls, at)
    lit = fig.at([0, 6.5, 6.5, 0, 0], line + np.array([-0.45, -0.45, 0.45, 0.45, -0.45]))
    none = {"x": [None], "y": [None]}
    x, y = spot(call.box, call.name)
    past = calls[max(0, at - TOLD + 1) : at] if running else calls[-TOLD + 1 :]
    text = [f"{c.box}.{c.name}" for c in past]
    heights = list(range(TOLD, 0, -1))
    here = len(past)
    newest = f"{call.box}.{call.name}" if running else f"{int(frame['epochs'])} epochs are done"
    values = [call.shapes.get(n, "–") for n in ("X", "y", "ŷ", "loss")]
    values += ["train" if call.training else "eval", "records" if call.recording else "is off",
               shown(call.size)]  # fmt: skip
    arrowed = fig.at([None] * 2, [None] * 2)
    if running and above and above.box != call.box:
        from_x, from_y = spot(above.box, above.name)
        arrowed = fig.at([from_x + 2.4, x - 0.35], [from_y, y])
    return {
        "loop": {"traces": crossed | {"lit": lit if running and line >= 0 else none}},
        "machine": {"traces": {
            "active": outline(call.box) if running else none, "call": arrowed,
            "now": fig.at(x - 0.12, y) if running else none}},
        "log": {"traces": {
            "past": {"x": [0.1 + 0.35 * c.depth for c in past] or [None],
                     "y": heights[:here] or [None], "text": text or [""]},
            "last": {"x": [0.1 + 0.35 * call.depth * running], "y": [heights[here]],
                     "text": [newest]}}},
        "state": {"traces": {"values": {"x": [4.2] * 7, "y": list(range(7, 0, -1)),
                                        "text": values}}},
        "curve": {"traces": {name: {"y": frame[name]} for name in ("train", "val", "plain")}},
        "gradient": {"traces": {"sizes": {"y": frame["sizes"]}}},
    }  # fmt: skip


def readout(config: Config, frame: Frame) -> dict[str, str]:
    """Metrics, and under names with a dot what fills the formulas."""
    names = ("Call", "Mode", "Autograd", "Epoch", "Loss, last batch", "Loss, validation",
             "Gap to the plain loop", "Kept by validation")  # fmt: skip
    if "call" not in frame.values:
        return dict.fromkeys(names, "–") | dict.fromkeys(("w.w", "w.g", "w.next"), "–") | {
            "w.lr": shown(config.lr)}  # fmt: skip
    call = told(config).calls[int(frame["call"])]
    done, val = int(frame["steps"]), frame["val"][np.isfinite(frame["val"])]
    running = not frame["epochs"]
    kept = int(frame["kept"])
    return {
        "Call": f"{call.box}.{call.name}" if running else "all of an epoch",
        "Mode": "train" if call.training else "eval",
        "Autograd": "records" if call.recording else "is off",
        "Epoch": str(int(frame["epochs"])),
        "Loss, last batch": shown(frame["train"][done - 1]) if done else "–",
        "Loss, validation": shown(val[-1]) if len(val) else "–",
        "Gap to the plain loop": "exactly 0" if frame["apart"] == 0 else shown(frame["apart"]),
        "Kept by validation": f"{kept / 1024:.0f} kB" if kept else "nothing",
        "w.w": shown(call.weight), "w.g": shown(call.grad), "w.lr": shown(config.lr),
        "w.next": shown(call.weight - config.lr * call.grad),
    }  # fmt: skip
