"""What stands still on the stage, what each frame moves, and the numbers in words."""

from __future__ import annotations

import numpy as np
import plotly.graph_objects as go

from labcore import Frame, Grab, Patch, shown
from labcore import figures as fig
from labcore.builders.devices.lesson import (
    BYTES,
    DTYPES,
    THREADS,
    Config,
    flops,
    foretold,
    sizes,
)
from labcore.builders.devices.server import server
from labcore.palette import CATEGORICAL, DASHES, colour

GRABS = (
    Grab("time", "floor", "", "launch", "Cost of a call"),
    Grab("rate", "ceiling", "", "peak", "Arithmetic of the GPU"),
)
VIEWS = {"Time": ("time", "shares"), "Rate": ("rate",), "This server": ("server",)}
TELLS = {
    "Time": ("Processor", "Two threads", "Model GPU", "GPU, measured", "GPU ahead from",
             "On the model GPU"),
    "Rate": ("Rate of the processor", "Rate of the model GPU", "Rate"),
}  # fmt: skip
PARTS = ("call", "transfer", "arithmetic")


def hold(uid: str) -> go.Scatter:
    """A ring to take hold of."""
    ring = fig.ring(uid, "drag", place="top right")
    ring.update(x=[None], y=[None], cliponaxis=False)
    return ring


def panels(config: Config, first: Frame) -> dict[str, go.Figure]:
    """Times and rates by size, what the model's time is made of, and what this server is."""
    n = sizes(config)
    empty = np.full(len(n), np.nan, np.float32)
    facts = server()
    reach = (n[0] * 0.85, n[-1] * 1.3)
    lines = [fig.line(f"rate-{name}", f"processor, {name}", CATEGORICAL[k], dash=DASHES[k], x=n,
                      y=empty) for k, name in enumerate(DTYPES)]  # fmt: skip
    made = {
        "time": fig.panel(
            [fig.line("cpu", "processor, measured" if config.clock else "processor, assumed",
                      "data", width=3, x=n, y=empty),
             fig.line("two", f"in {THREADS} threads", "sky", dash="dash", width=2, x=n, y=empty),
             fig.line("model", "a GPU, model", "context", dash="dot", width=3, x=n, y=empty),
             fig.line("gpu", "the GPU, measured", "model", width=3, x=n, y=empty,
                      legend=bool(np.isfinite(first["gpu"]).any())),
             fig.head("now", "now", "data", x=[None], y=[None]),
             fig.head("cross", "crossing", "goal", symbol="diamond", size=14, x=[None], y=[None]),
             hold("floor")],
            x="Rows and columns n", y="Time of a product, µs", x_log=True, y_log=True,
            legend=True, x_range=reach, y_range=(0.5, 2e6),
            alt="The time of a matrix product against its size on the processor and on a GPU."),
        "shares": fig.panel(
            [fig.bars("parts", "share", "context", x=list(range(len(PARTS))))],
            x="Of the model GPU, at n", y="µs", size="small", title="Where its time goes",
            y_log=True, y_range=(0.01, 1e6),
            alt="How long the call, the transfer and the arithmetic take on the model GPU."),
        "rate": fig.panel(
            [*lines,
             fig.line("rate-two", f"{config.dtype} in {THREADS} threads", "text", dash="dash",
                      width=1.5, x=n, y=empty),
             fig.line("rate-model", "a GPU, model", "context", dash="dot", width=3, x=n, y=empty),
             hold("ceiling")],
            x="Rows and columns n", y="Operations, GFLOP/s", x_log=True, y_log=True, legend=True,
            x_range=reach, y_range=(0.05, 2e6),
            alt="Operations in a second against the size of the matrices, by dtype."),
        "server": fig.panel(
            [fig.words("facts", "context", place="middle right", x=[0.1] * len(facts),
                       y=list(range(len(facts))), text=list(facts)),
             fig.words("told", place="middle right", x=[2.4] * len(facts),
                       y=list(range(len(facts))), text=list(facts.values()))],
            x="The machine that measures", y=" ", x_range=(0, 10),
            y_range=(len(facts) - 0.3, -0.8), title="This server",
            alt=". ".join(f"{name}: {value}" for name, value in facts.items())),
    }  # fmt: skip
    made["server"].update_xaxes(showline=False, ticks="", tickvals=[])
    made["server"].update_yaxes(showline=False, ticks="", tickvals=[])
    made["shares"].update_xaxes(ticks="", tickvals=list(range(len(PARTS))), ticktext=list(PARTS),
                                range=[-0.6, len(PARTS) - 0.4])  # fmt: skip
    made["shares"].update_traces(marker_color=colour("context", 0.6))
    return made


def draw(config: Config, frame: Frame) -> dict[str, Patch]:
    """What a frame moves; an answer without a measurement has the model alone."""
    n, model = sizes(config), frame["model"]
    k = min(frame.step, len(n) - 1)
    moved = 3e6 * n[k] ** 2 * BYTES[config.dtype] / (1e9 * config.link) / config.uses
    parts = [config.launch, moved, 1e6 * flops(n[k]) / (1e9 * config.peak)]
    made: dict[str, Patch] = {
        "time": {"traces": {"model": {"y": 1e6 * model},
                            "floor": {"x": [int(n[0])], "y": [config.launch]}}},
        "shares": {"traces": {"parts": {"y": np.maximum(parts, 0.011)}},
                   "layout": {"xaxis.title.text": f"Of the model GPU, at n = {n[k]}"}},
        "rate": {"traces": {"rate-model": {"y": flops(n) / model / 1e9},
                            "ceiling": {"x": [int(n[-1])], "y": [config.peak]}}},
    }  # fmt: skip
    if "cpu" not in frame.values:
        return made
    row = list(DTYPES).index(config.dtype)
    cpu = frame["cpu"]
    cross = float(frame["crossing"])
    height = 1e6 * float(foretold(config, np.array([cross]))[0])
    there = {"x": [cross], "y": [height]} if np.isfinite(cross) else {"x": [None], "y": [None]}
    made["time"]["traces"] |= {
        "cpu": {"y": 1e6 * cpu[row]}, "two": {"y": 1e6 * frame["two"]},
        "gpu": {"y": 1e6 * frame["gpu"]}, "cross": there,
        "now": {"x": [int(n[k])], "y": [1e6 * float(cpu[row, k])]},
    }  # fmt: skip
    made["rate"]["traces"] |= {
        **{f"rate-{name}": {"y": flops(n) / times / 1e9}
           for name, times in zip(DTYPES, cpu, strict=True)},
        "rate-two": {"y": flops(n) / frame["two"] / 1e9},
    }  # fmt: skip
    return made


def told_time(seconds: float) -> str:
    """A time in the unit that suits it."""
    for unit, size in (("s", 1.0), ("ms", 1e-3), ("µs", 1e-6)):
        if seconds >= size or unit == "µs":
            number = shown(seconds / size)
            return f"{number} {unit}" if number != "–" else number
    return "–"


def readout(config: Config, frame: Frame) -> dict[str, str]:
    """Metrics, and under names with a dot what fills the formulas."""
    n = sizes(config)
    k = min(frame.step, len(n) - 1)
    model = float(frame["model"][k])
    row = list(DTYPES).index(config.dtype)
    here = float(frame["cpu"][row, k]) if "cpu" in frame.values else np.nan
    two, real = (float(frame[name][k]) if name in frame.values else np.nan
                 for name in ("two", "gpu"))  # fmt: skip
    cross = float(frame["crossing"]) if "crossing" in frame.values else np.nan
    moved = 3e6 * n[k] ** 2 * BYTES[config.dtype] / (1e9 * config.link) / config.uses
    return {
        "Size": f"{n[k]} × {n[k]}",
        "Processor": told_time(here), "Two threads": told_time(two),
        "Model GPU": told_time(model), "GPU, measured": told_time(real),
        "GPU ahead from": f"n = {cross:.0f}" if np.isfinite(cross) else "nowhere yet",
        "Rate of the processor": f"{shown(flops(n[k]) / here / 1e9)} GFLOP/s"
        if np.isfinite(here) else "left out",
        "Rate of the model GPU": f"{shown(flops(n[k]) / model / 1e9)} GFLOP/s",
        "t.call": shown(config.launch), "t.move": shown(moved),
        "t.work": shown(1e6 * flops(n[k]) / (1e9 * config.peak)), "t.all": shown(1e6 * model),
        "r.n": str(n[k]), "r.ops": shown(flops(n[k]) / 1e6),
        "r.time": shown(1e6 * here), "r.rate": shown(flops(n[k]) / here / 1e9),
    }  # fmt: skip
