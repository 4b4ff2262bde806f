"""The small picture of the network, the gap, the averages, and the band of doubt."""

from __future__ import annotations

import numpy as np
import plotly.graph_objects as go

from labcore import Frame, Patch, Points, figures, shown
from labcore.mlp.dropout.averages import COUNTS, MASKS
from labcore.mlp.dropout.clothes import FRAMES, STEPS
from labcore.mlp.dropout.config import UNITS, Config
from labcore.mlp.dropout.doubt import ANSWERS, EVERY, LINE
from labcore.mlp.dropout.lesson import DRAWN

GRABS = (
    Points("units", "tops", "values", "Value of a unit", along="y"),
    Points("band", "data", "points", "Data point"),
)
VIEWS = {"Training": ("net", "gap", "loss"), "Averages": ("units", "off"),
         "Doubt": ("band", "spread")}  # fmt: skip
STEP = np.linspace(0, STEPS, FRAMES + 1).astype(np.float32)
COLUMNS = [
    np.stack([np.full(n, x), (np.arange(n) - (n - 1) / 2) * gap], axis=1)
    for x, n, gap in ((0, 5, 1.5), (1, DRAWN, 1.0), (2, DRAWN, 1.0), (3, 4, 1.5))
]
LINES = (("train1", "without, training", "data", "dash", 1.5), ("test1", "without, test", "data",
         "solid", 3), ("train0", "dropout, training", "model", "dash", 1.5),
         ("test0", "dropout, test", "model", "solid", 3))  # fmt: skip


def discs(uid: str, name: str, role: str, symbol: str) -> go.Scatter:
    """Units in one state."""
    return figures.head(uid, name, role, symbol=symbol, size=17, legend=True)


def panels(config: Config, first: Frame) -> dict[str, go.Figure]:
    """Network, accuracy and loss; values and their error; band and spread."""
    units = np.arange(UNITS)
    made = {
        "net": figures.panel(
            [figures.line("edges", "connection", "context", width=0.8, opacity=0.6, legend=False),
             discs("on", "kept", "model", "circle"), discs("off", "dropped", "context", "x-open"),
             figures.words("names", "context", size=12, x=[0, 1, 2, 3], y=[-4.5] * 4,
                           text=["pixels", "layer 1", "layer 2", "classes"])],
            x="eight units of each hidden layer", y="units", legend=True, x_range=(-0.4, 3.4),
            y_range=(-4.9, 4.2),
            alt="Some units of the network: those the last mask kept, and those it dropped.",
        ),
        "gap": figures.panel(
            [figures.line(uid, name, role, dash=dash, width=width)
             for uid, name, role, dash, width in LINES],
            x="step", y="read rightly, %", x_range=(0, 1.02 * STEPS), y_range=(0, 103),
            legend=True, alt="Accuracy in training and on test images, with and without dropout.",
        ),
        "loss": figures.panel(
            [figures.line("test1", "without", "data"),
             figures.line("test0", "dropout", "model")],
            x="step", y="cross-entropy", title="Loss on test images", size="small",
            x_range=(0, 1.02 * STEPS), y_range=(0, 2.5),
            alt="The loss on test images with and without dropout.",
        ),
        "units": figures.panel(
            [figures.bars("bars", "without dropout", "own", width=0.5, opacity=0.3, x=units,
                          legend=True),
             figures.line("error", "± 2 standard errors", "model", width=5, opacity=0.35),
             figures.head("once", "this mask", "context", symbol="circle-open", size=9,
                          legend=True),
             figures.head("mean", "mean of all masks", "model", symbol="diamond", size=11,
                          legend=True),
             figures.head("tops", "pull", "own", size=13)],
            x="unit", y="value", legend=True, x_range=(-0.7, UNITS - 0.3),
            y_range=(-0.2, min(3.3 / (1 - config.p), 9.0)),
            alt="Values of ten units as bars, what one mask makes of them, and the mean over all "
            "masks so far with its error.",
        ),
        "off": figures.panel(
            [figures.line("theory", "foretold", "goal", dash="dot", width=2.5),
             figures.line("seen", "measured", "model"),
             figures.head("now", "now", "model", size=11)],
            x="masks averaged", y="error of the mean, % of the values", legend=True, x_log=True,
            y_log=True, x_range=(0.9, 1.3 * MASKS), y_range=(0.3, 500),
            alt="How far the mean is from the values without dropout, by the number of masks.",
        ),
        "band": figures.panel(
            [figures.area("band", f"± 2 deviations of {ANSWERS} answers", "model", 0.18, width=0,
                          legend=True),
             figures.line("some", "six of the answers", "context", width=1, opacity=0.7),
             figures.line("middle", "mean", "model", width=3),
             figures.head("data", "data, yours to move", "own", size=11, legend=True)],
            x="x", y="y", legend=True, x_range=(-4, 4), y_range=(-3, 3),
            alt="Data, the mean of many answers of one network with dropout left on, and how far "
            "they differ.",
        ),
        "spread": figures.panel(
            [figures.line("spread", "deviation of the answers", "model"),
             figures.head("there", "data are here", "own", symbol="line-ns-open", size=14,
                          legend=True)],
            x="x", y="deviation of the answers", legend=True, x_range=(-4, 4), y_range=(0, 1.5),
            alt="How far the answers differ at each place; marks show where data are.",
        ),
    }  # fmt: skip
    made["net"].update_xaxes(showline=False, tickvals=[])
    made["net"].update_yaxes(showline=False, tickvals=[], title_text="units")
    made["units"].update_xaxes(tickvals=list(units), ticktext=[str(i + 1) for i in units])
    made["band"].data[0].line.width = 0
    return made


def net(frame: Frame) -> dict[str, Patch]:
    """Units kept and dropped, and the connections that are left."""
    mask = frame["mask"]
    kept = [np.ones(5, bool), mask[0], mask[1], np.ones(4, bool)]
    pieces = []
    for a, b, on_a, on_b in zip(COLUMNS, COLUMNS[1:], kept, kept[1:], strict=False):
        for start in a[on_a]:
            for end in b[on_b]:
                pieces += [start, end, np.full(2, np.nan)]
    spots, on = np.concatenate(COLUMNS), np.concatenate(kept)
    nowhere = np.full((1, 2), np.nan)
    return {"net": {"traces": {
        "edges": figures.pair(np.array(pieces or nowhere).T),
        "on": figures.pair(spots[on].T),
        "off": figures.pair((spots[~on] if (~on).any() else nowhere).T),
    }}}  # fmt: skip


def draw(config: Config, frame: Frame) -> dict[str, Patch]:
    """What has been trained, averaged and asked by now."""
    n, rows = frame.step, 100 * frame["rows"]
    traces = {
        uid: figures.at(STEP[: n + 1], rows[0 if uid.startswith("train") else 2,
                                            int(uid[-1]), : n + 1])
        for uid, *_ in LINES
    }  # fmt: skip
    loss = frame["rows"][3]
    units, h, doubt = np.arange(UNITS), frame["h"], 2 * frame["doubt"]
    bars = np.stack([frame["mean"] - doubt, frame["mean"] + doubt, np.full(UNITS, np.nan)], 1)
    counts = COUNTS.astype(np.float32)
    p = config.p
    if config.scaled == "scaled":
        theory = 100 * np.sqrt(p / (1 - p) / counts)
    else:
        theory = 100 * np.sqrt(p**2 + p * (1 - p) / counts)
    off = np.where(frame["off"] > 0, 100 * frame["off"], np.nan)
    line, middle, spread = LINE.astype(np.float32), frame["middle"], frame["spread"]
    some = np.hstack([frame["some"], np.full((6, 1), np.nan)])
    x, y = np.array(config.points).T
    top = 1.1 * float(np.nan_to_num(spread).max()) + 1e-3
    return {
        **net(frame),
        "gap": {"traces": traces},
        "loss": {"traces": {f"test{i}": figures.at(STEP[: n + 1], loss[i, : n + 1])
                            for i in (0, 1)}},
        "units": {"traces": {
            "bars": {"y": h}, "tops": figures.at(units, h),
            "once": figures.at(units + 0.3, frame["once"]),
            "mean": figures.at(units + 0.3, frame["mean"]),
            "error": figures.at(np.repeat(units + 0.3, 3), bars.ravel()),
        }},
        "off": {"traces": {
            "theory": {"x": counts, "y": np.where(theory > 0, theory, np.nan).astype(np.float32)},
            "seen": {"x": counts[: n + 1], "y": off[: n + 1].astype(np.float32)},
            "now": {"x": counts[n : n + 1], "y": off[n : n + 1].astype(np.float32)},
        }},
        "band": {"traces": {
            "band": figures.at(np.r_[line, line[::-1]],
                               np.r_[middle + 2 * spread, (middle - 2 * spread)[::-1]]),
            "some": figures.at(np.tile(np.r_[line, np.nan], 6), some.ravel()),
            "middle": figures.at(line, middle), "data": figures.at(x, y),
        }},
        "spread": {
            "traces": {"spread": figures.at(line, spread),
                       "there": figures.at(x, np.full(len(x), 0.03 * top))},
            "layout": {"yaxis.range": [0.0, top]},
        },
    }  # fmt: skip


def readout(config: Config, frame: Frame) -> dict[str, str]:
    """The gap, the average, the doubt."""
    n = frame.step
    now = 100 * frame["rows"][:, :, n]
    h, masks = float(frame["h"][0]), frame["masks"]
    spread = frame["spread"]
    x = np.array([place for place, _ in config.points])
    inside = float(np.interp(x, LINE, spread).mean())
    scaled = config.scaled == "scaled"
    kept = h / (1 - config.p) if scaled else h

    def pair(train: float, test: float) -> str:
        return f"{shown(train)} / {shown(test)} %" if np.isfinite(train) else "–"

    return {
        "Step": str(int(STEP[n])),
        "Dropout, training / test": pair(now[0, 0], now[2, 0]),
        "Without, training / test": pair(now[0, 1], now[2, 1]),
        "Gained by dropout": f"{shown(now[2, 0] - now[2, 1], 2)} points"
        if np.isfinite(now).all() else "–",
        "Masks": str(masks),
        "Mean is off by": f"{shown(100 * frame['off'][n])} %",
        "Step of Adam": str(n * EVERY),
        "Deviation at the data": shown(inside),
        "Deviation at x = −4 / 4": f"{shown(spread[0], 2)} / {shown(spread[-1], 2)}",
        "e.p": shown(config.p), "e.q": shown(1 - config.p), "e.h": shown(h), "e.k": shown(kept),
        "e.m": shown(kept * (1 - config.p)), "e.seen": shown(frame["mean"][0]), "e.n": str(masks),
        "e.s": shown(frame["doubt"][0]),
        "d.y": shown(frame["middle"][-1]), "d.s": shown(spread[-1]), "d.n": str(ANSWERS),
    }  # fmt: skip
