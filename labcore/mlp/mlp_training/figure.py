"""What stands still on the stage, what each frame moves, and the numbers in words."""

from __future__ import annotations

from typing import Any

import numpy as np
import plotly.graph_objects as go

from labcore import Frame, Grab, Patch, shown
from labcore import figures as fig
from labcore.data import CLOTHES
from labcore.mlp.mlp_training.config import (
    ACROSS,
    CLASSES,
    DOWN,
    FILTERS,
    PIXELS,
    WALL,
    Config,
    per_epoch,
)
from labcore.mlp.mlp_training.lesson import clothes
from labcore.palette import colour

GRABS = (Grab("wall", "picked", "column", "row", "Image picked"),)
VIEWS = {
    "Learning": ("filters", "loss", "right", "gap"),
    "Opinions": ("wall", "confusion", "opinion"),
}
TELLS = {
    "Learning": ("Loss in training", "Loss on test images", "Gap to the concise network",
                 "Silent hidden units", "A step", "Parameters"),
    "Opinions": ("The picture is", "The network says", "Right on the wall", "Surprise"),
}  # fmt: skip
COLUMNS, SIDE, FRAME = 4, 28, 30
"""Filters in a row; pixels of an image, and of one with its margin."""
LEAST_GAP = 1e-10
"""What is smaller is drawn here: a logarithmic axis has no 0."""


def mosaic(images: np.ndarray, columns: int, side: int, empty: int) -> np.ndarray:
    """Images (n, 28, 28) uint8 side by side in rows, each in a frame of `side` pixels."""
    rows = -(-len(images) // columns)
    room = np.full((rows * columns, side, side), empty, np.uint8)
    edge = (side - SIDE) // 2
    room[: len(images), edge : edge + SIDE, edge : edge + SIDE] = images
    return room.reshape(rows, columns, side, side).swapaxes(1, 2).reshape(rows * side, -1)


def wall(config: Config) -> np.ndarray:
    """The images that hang on the wall: (36, 784) from 0 to 1."""
    return clothes().test_images[config.page * WALL : (config.page + 1) * WALL].numpy()


def bare(figure: go.Figure) -> go.Figure:
    """Axes that are not read from."""
    hidden = {"showline": False, "ticks": "", "tickvals": []}
    return figure.update_xaxes(**hidden).update_yaxes(**hidden)


def panels(config: Config, first: Frame) -> dict[str, go.Figure]:
    """Filters and curves; the wall of test images and what is made of them."""
    names, end = list(CLOTHES), config.epochs
    pictures = mosaic(
        np.rint(255 * wall(config)).astype(np.uint8).reshape(-1, SIDE, SIDE), ACROSS, FRAME, 0
    )
    across = (np.arange(ACROSS * FRAME) + 0.5) / FRAME - 0.5
    down = (np.arange(DOWN * FRAME) + 0.5) / FRAME - 0.5
    cells = np.arange(CLASSES)
    width, height = COLUMNS * FRAME, -(-FILTERS // COLUMNS) * FRAME
    line: dict[str, Any] = {"legend": False}
    made = {
        "filters": bare(fig.panel(
            [fig.field("filters", np.arange(width), np.arange(height), colours="signed",
                       z=np.full((height, width), 128, np.uint8))],
            x=f"The first {FILTERS} hidden units" if config.hidden > FILTERS
            else f"All {config.hidden} hidden units", y="28 × 28 pixels each", square=True,
            x_range=(0, width - 1), y_range=(height - 1, 0),
            title="A square is a unit: orange +, blue −",
            alt="The weights of twenty hidden units, each drawn as an image of 28 × 28 pixels.")),
        "loss": fig.panel(
            [fig.line("train", "training, from scratch", "data", width=4),
             fig.line("concise", "training, concise", "text", dash="dot", width=2),
             fig.line("test", "test images", "model", dash="dash")],
            x="Epoch", y="Cross-entropy", legend=True, x_range=(0, end), y_range=(0, 2.5),
            alt="The loss in training and on test images against epochs."),
        "right": fig.panel(
            [fig.line("right", "test images", "model", dash="dash", **line)],
            x="Epoch", y="Read rightly, %", size="small", x_range=(0, end), y_range=(0, 100),
            title="Test images", alt="The share of test images read rightly against epochs."),
        "gap": fig.panel(
            [fig.line("gap", "gap", "text", dash="dot", width=2, **line)],
            x="Epoch", y="Largest gap of a weight", size="small", y_log=True, x_range=(0, end),
            y_range=(LEAST_GAP, 10), title="Scratch − concise",
            alt="The largest difference between any weight of the two networks."),
        "wall": bare(fig.panel(
            [fig.field("images", across, down, pictures),
             fig.head("wrong", "misread", "error", symbol="x", size=12, x=[None], y=[None]),
             go.Scatter(uid="picked", mode="markers", showlegend=False, hoverinfo="skip",
                        x=[config.column], y=[config.row],
                        marker={"symbol": "square-open", "size": 46, "color": colour("own"),
                                "line": {"width": 4}})],
            x="Click on an image", y="36 test images", square=True,
            x_range=(-0.5, ACROSS - 0.5), y_range=(DOWN - 0.5, -0.5),
            title="✕ misread now   □ the one you picked",
            alt="Thirty-six test images; a cross on each that the network misreads.")),
        "confusion": fig.panel(
            [fig.field("counts", cells, cells, np.full((CLASSES, CLASSES), 128, np.uint8),
                       colours="signed"),
             fig.words("numbers", size=12)],
            x="The network says", y="It is", square=True, x_range=(-0.5, 9.5), y_range=(9.5, -0.5),
            title="2,000 test images, 200 of each",
            alt="How many test images of each class are read as which."),
        "opinion": fig.panel(
            [go.Bar(uid="sure", orientation="h", x=[0] * CLASSES, y=names, showlegend=False,
                    marker={"color": colour("model", 0.7)},
                    hovertemplate="%{y}: %{x:.1f} %<extra></extra>"),
             fig.head("truth", "the truth", "data", symbol="diamond", size=12, x=[None],
                      y=[names[0]])],
            x="Probability, %", y=" ", size="small", x_range=(0, 104), title="◆ the truth",
            alt="The probability the network gives to each class for the image you picked."),
    }  # fmt: skip
    ticks = {"tickvals": cells, "ticktext": names}
    made["confusion"].update_xaxes(**ticks, tickangle=-45, ticks="", showline=False)
    made["confusion"].update_yaxes(**ticks, ticks="", showline=False)
    made["opinion"].update_yaxes(type="category", autorange="reversed", ticks="")
    for name in ("filters", "wall"):
        made[name].layout.margin.b = 4
    return made


def draw(config: Config, frame: Frame) -> dict[str, Patch]:
    """What a frame moves; an answer about a picked image has its panels only."""
    if "says" not in frame.values:
        return {"wall": {"traces": {"picked": {"x": [config.column], "y": [config.row]}}}}
    truth = clothes().test_labels[config.page * WALL : (config.page + 1) * WALL].numpy()
    missed = np.flatnonzero(frame["says"] != truth)
    sure = 100 * frame["sure"]
    at = int(frame["truth"])
    made: dict[str, Patch] = {
        "wall": {"traces": {
            "wrong": {"x": missed % ACROSS + 0.33, "y": missed // ACROSS - 0.33},
            "picked": {"x": [config.column], "y": [config.row]}}},
        "opinion": {"traces": {"sure": {"x": sure},
                               "truth": {"x": [float(sure[at])], "y": [CLOTHES[at]]}}},
    }  # fmt: skip
    if "filters" not in frame.values:
        return made
    weights = frame["filters"].reshape(-1, SIDE, SIDE)
    reach = max(float(np.abs(np.nan_to_num(weights)).max()), 1e-4)
    epoch = frame["epoch"]
    gap = max(frame["gap"], LEAST_GAP) if frame["gap"] == frame["gap"] else np.nan
    counts = frame["confusion"]
    half = np.where(np.eye(CLASSES, dtype=bool), -1, 1) * np.sqrt(counts / 200)
    far, near = (a.ravel() for a in np.mgrid[:CLASSES, :CLASSES])
    made |= {
        "filters": {"traces": {"filters": {
            "z": mosaic(fig.quantize(weights, -reach, reach), COLUMNS, FRAME, 128)}}},
        "loss": {"append": {"train": fig.at(epoch, frame["train_loss"]),
                            "concise": fig.at(epoch, frame["concise_loss"]),
                            "test": fig.at(epoch, frame["test_loss"])}},
        "right": {"append": {"right": fig.at(epoch, 100 * frame["right"])}},
        "gap": {"append": {"gap": fig.at(epoch, gap)}},
        "confusion": {"traces": {
            "counts": {"z": fig.quantize(half, -1.9, 1.9)},
            "numbers": {"x": near, "y": far,
                        "text": [str(n) if n else "" for n in counts.ravel().tolist()]}}},
    }  # fmt: skip
    return made


def told_gap(config: Config, frame: Frame) -> str:
    """The gap, or why there is none at this moment."""
    if np.isfinite(frame["gap"]):
        return shown(frame["gap"], 2)
    return "stopped after epoch 1" if config.beside == "first" and frame["epoch"] > 1 else "–"


def readout(config: Config, frame: Frame) -> dict[str, str]:
    """Metrics, and under names with a dot what fills the formulas."""
    told = {
        "Epoch": shown(frame.step / per_epoch(config)),
        "Test images read": "–", "Loss in training": "–", "Loss on test images": "–",
        "Gap to the concise network": "–", "Silent hidden units": "–",
        "The picture is": "–", "The network says": "–", "Right on the wall": "–",
        "n.hidden": str(config.hidden), "n.lr": shown(config.lr), "n.batch": str(config.batch),
        "n.all": str(config.hidden * (PIXELS + 1 + CLASSES) + CLASSES),
        "n.p": "–", "n.surprise": "–",
    }  # fmt: skip
    if "says" in frame.values:
        says, truth = int(frame["sure"].argmax()), int(frame["truth"])
        p = float(frame["sure"][truth])
        labels = clothes().test_labels[config.page * WALL : (config.page + 1) * WALL].numpy()
        told |= {
            "The picture is": CLOTHES[truth],
            "The network says": f"{CLOTHES[says]}, {100 * float(frame['sure'][says]):.0f} %",
            "Right on the wall": f"{int((frame['says'] == labels).sum())} of {WALL}",
            "n.p": shown(p), "n.surprise": shown(-np.log(max(p, 1e-30))),
        }  # fmt: skip
    if "filters" in frame.values:
        told |= {
            "Test images read": f"{100 * frame['right']:.1f} %",
            "Loss in training": shown(frame["train_loss"]),
            "Loss on test images": shown(frame["test_loss"]),
            "Gap to the concise network": told_gap(config, frame),
            "Silent hidden units": f"{100 * frame['idle']:.0f} %",
        }
    return told
