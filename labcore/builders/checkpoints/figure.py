"""What stands still on the stage, what each frame moves, and the numbers in words."""

from __future__ import annotations

import numpy as np
import plotly.graph_objects as go

from labcore import Frame, Grab, Patch, shown
from labcore import figures as fig
from labcore.builders.checkpoints.file import KINDS, at_byte, header
from labcore.builders.checkpoints.lesson import COLUMNS, ROWS, Config, opened, save_point, trained
from labcore.palette import colour

GRABS = (
    Grab("file", "cursor", "column", "row", "Byte"),
    Grab("loss", "ring", "save_at", "", "Epoch of the save"),
)
VIEWS = {"File": ("file", "table"), "Resume": ("loss", "apart")}
TELLS = {
    "File": ("Bytes", "Byte", "It is", "It holds", "The file", "A float of 32 bits"),
    "Resume": ("Loss, first run", "Loss, resumed", "Largest gap"),
}  # fmt: skip
LEAST = 1e-9
"""Where a gap of exactly 0 is drawn: a logarithmic axis has no 0."""
TABLE = {"name": 0.0, "dtype": 3.4, "shape": 5.2, "bytes": 7.4}


def block(uid: str, name: str, role: str, dash: str = "solid") -> go.Scatter:
    """The outline of some bytes."""
    made = fig.line(uid, name, role, width=2.5, dash=dash)
    made.x, made.y = [None], [None]
    return made


def outline(begin: int, end: int) -> dict[str, np.ndarray]:
    """The outline of bytes in rows of 64: a staircase."""
    if end <= begin:
        return {"x": np.array([np.nan]), "y": np.array([np.nan])}
    (top, left), (bottom, right) = divmod(begin, COLUMNS), divmod(end - 1, COLUMNS)
    if top == bottom:
        x, y = [left, right + 1, right + 1, left, left], [top, top, top + 1, top + 1, top]
    else:
        x = [left, COLUMNS, COLUMNS, right + 1, right + 1, 0, 0, left, left]
        y = [top, top, bottom, bottom, bottom + 1, bottom + 1, top + 1, top + 1, top]
    return fig.at(np.array(x) - 0.5, np.array(y) - 0.5)


def bare(figure: go.Figure) -> go.Figure:
    """Axes that are not read from."""
    hidden = {"showline": False, "ticks": "", "tickvals": []}
    return figure.update_xaxes(**hidden).update_yaxes(**hidden)


def panels(config: Config, first: Frame) -> dict[str, go.Figure]:
    """The bytes, the header as a table, both runs, and the gap between them."""
    losses = trained(config.seed, config.epochs)[0]
    low, high = min(losses), max(losses)
    epochs = np.arange(config.epochs + 1)
    empty = np.full(len(epochs), np.nan, np.float32)
    lit = fig.area("lit", "lit", "own", 0.2, width=0)
    lit.x, lit.y = [None], [None]
    ring = fig.ring("ring", "saved")
    ring.update(x=[save_point(config)], y=[losses[save_point(config)]])
    made = {
        "file": bare(fig.panel(
            [fig.field("bytes", np.arange(COLUMNS), np.arange(ROWS),
                       np.zeros((ROWS, COLUMNS), np.uint8)),
             block("data", "data", "model"), block("header", "header", "sky", "dash"),
             block("length", "its length", "goal", "dot"),
             go.Scatter(uid="cursor", mode="markers", showlegend=False, hoverinfo="skip",
                        x=[config.column], y=[config.row],
                        marker={"symbol": "square-open", "size": 14, "color": colour("own"),
                                "line": {"width": 3}})],
            x="Click on a byte; 64 in a row", y=" ", legend=True, x_range=(-0.6, COLUMNS - 0.4),
            y_range=(ROWS - 0.4, -0.7),
            alt="Every byte of the file as a cell, dark for 0, light for 255, with outlines of the "
            "length, the header and the data.")),
        "table": bare(fig.panel(
            [lit,
             fig.words("titles", "context", place="middle right", size=12, x=list(TABLE.values()),
                       y=[-1] * len(TABLE), text=list(TABLE)),
             *(fig.words(uid, place="middle right", size=12) for uid in TABLE)],
            x="What the header says, as it was written", y=" ", x_range=(-0.2, 10.2),
            y_range=(14.6, -1.6), title="The tensors of the file",
            alt="Name, dtype, shape and bytes of every tensor in the file.")),
        "loss": fig.panel(
            [fig.line("first", "first run", "context", width=7, opacity=0.6, x=epochs, y=empty),
             fig.line("again", "resumed from the file", "model", width=2.5, x=epochs, y=empty),
             ring],
            x="Epoch", y="Mean squared error", y_log=True, legend=True, x_range=(0, config.epochs),
            y_range=(low / 2, 3 * high),
            alt="The loss of the first run, and of one that goes on from the file."),
        "apart": fig.panel(
            [fig.line("gap", "gap", "model", x=epochs, y=empty, legend=False),
             fig.words("zero", "goal", place="top right", x=[0], y=[LEAST],
                       text=["exactly 0"])],
            x="Epoch", y="Gap between the losses", y_log=True, x_range=(0, config.epochs),
            y_range=(LEAST / 2, 10), title="Resumed − first run",
            alt="The absolute difference between the losses of both runs."),
    }  # fmt: skip
    made["file"].layout.margin.b = made["table"].layout.margin.b = 4
    return made


def cursor(config: Config) -> int:
    """The byte under the cursor; the last one, if the file ends before it."""
    return min(config.row * COLUMNS + config.column, len(opened(config).sound) - 1)


def draw(config: Config, frame: Frame) -> dict[str, Patch]:
    """What a frame moves; an answer has the file and where it was saved."""
    sound = opened(config).sound
    begin, entries = header(sound)
    place = cursor(config)
    _, here, _ = at_byte(sound, place)
    rows = list(range(len(entries)))
    lit = {"x": [None], "y": [None]}
    if here:
        k = entries.index(here)
        lit = {"x": [-0.1, 10, 10, -0.1, -0.1], "y": [k - 0.5, k - 0.5, k + 0.5, k + 0.5, k - 0.5]}
    columns = {
        "name": [e.name for e in entries], "dtype": [e.kind for e in entries],
        "shape": [" × ".join(map(str, e.shape)) for e in entries],
        "bytes": [f"{e.begin} to {e.end - 1}" for e in entries],
    }  # fmt: skip
    size, at = int(frame["size"]), save_point(config)
    row, column = divmod(place, COLUMNS)
    ring = {"x": [at], "y": [trained(config.seed, config.epochs)[0][at]]}
    made: dict[str, Patch] = {
        "file": {"traces": {
            "bytes": {"z": frame["bytes"]}, "cursor": {"x": [column], "y": [row]},
            "length": outline(0, min(8, size)), "header": outline(8, min(begin, size)),
            "data": outline(min(begin, size), size)}},
        "table": {"traces": {"lit": lit} | {
            uid: {"x": [TABLE[uid]] * len(rows), "y": rows, "text": text}
            for uid, text in columns.items()}},
        "loss": {"traces": {"ring": ring}},
    }  # fmt: skip
    if "loss" not in frame.values:
        return made
    made["loss"] = {
        "traces": {"ring": ring, "first": {"y": frame["loss"]}, "again": {"y": frame["again"]}}
    }
    made["apart"] = {"traces": {"gap": {"y": np.maximum(frame["apart"], LEAST)}}}
    return made


def readout(config: Config, frame: Frame) -> dict[str, str]:
    """Metrics, and under names with a dot what fills the formulas."""
    report = opened(config)
    place = cursor(config)
    kind, entry, index = at_byte(report.sound, place)
    byte = report.sound[place]
    holds, told = f"“{chr(byte)}”" if 32 < byte < 127 else f"{byte:02x}", {}
    bits = 0
    if entry:
        numbers = np.frombuffer(report.sound[entry.begin : entry.end], KINDS[entry.kind])
        holds = shown(numbers[index])
        if entry.kind == "F32":
            start = entry.begin + 4 * index
            bits = int.from_bytes(report.sound[start : start + 4], "little")
            if config.damage == "flip" and not config.file:
                spoilt = np.frombuffer(report.raw[start : start + 4], np.float32)
                holds += f" → {shown(spoilt[0])}"
    if config.damage == "flip" and not config.file and not entry:
        holds += f" → {report.raw[place]:02x}"
    begin, _ = header(report.sound)
    told = {"s.header": str(begin - 8), "s.data": str(len(report.sound) - begin),
            "s.all": str(len(report.sound)), "f.sign": str(bits >> 31),
            "f.power": str((bits >> 23 & 255) - 127 if bits else -127),
            "f.rest": shown((bits & (2**23 - 1)) / 2**23, 4) if bits else "0",
            "f.value": shown(np.uint32(bits).view(np.float32), 4)}  # fmt: skip
    losses = ("–", "–", "–")
    if "loss" in frame.values:
        now, again = (row[np.isfinite(row)] for row in (frame["loss"], frame["again"]))
        worst = frame["worst"]
        losses = (shown(now[-1]), shown(again[-1]) if len(again) else "–",
                  "exactly 0" if worst == 0 else shown(worst))  # fmt: skip
    return {
        "Reading": "works" if report.tensors is not None else "fails",
        "Bytes": str(int(frame["size"])),
        "Byte": f"{place} = {byte:02x}",
        "It is": f"{entry.name}, number {index}" if entry else kind,
        "It holds": holds,
        "Loss, first run": losses[0], "Loss, resumed": losses[1], "Largest gap": losses[2],
        **told,
    }  # fmt: skip
