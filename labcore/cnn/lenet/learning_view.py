"""Filters and their maps, the loss, and what is read rightly, through training."""

from __future__ import annotations

from typing import Any

import numpy as np
import plotly.graph_objects as go

from labcore import Frame, Patch
from labcore import figures as fig
from labcore.cnn.lenet.config import NETS, Config, looked_into, trained
from labcore.palette import colour

LOOKS = {"modern": ("model", "solid"), "original": ("data", "dash")}
"""Role and dash of each network."""
COUNT = 6


def bare(figure: go.Figure) -> go.Figure:
    """Axes without lines and ticks; words may still stand at places on them."""
    hidden = {"showline": False, "ticks": "", "showticklabels": False}
    return figure.update_xaxes(**hidden).update_yaxes(**hidden)


def beside(maps: np.ndarray, columns: int) -> np.ndarray:
    """Maps (n, side, side) in rows of so many, with nothing in between."""
    n, side, _ = maps.shape
    return (
        maps.reshape(n // columns, columns, side, side).swapaxes(1, 2).reshape(-1, columns * side)
    )


def places(cells: int, side: int, begin: float = 0.0) -> np.ndarray:
    """Pixel centres of maps in cells that are centred on whole numbers from `begin` on."""
    return begin - 0.5 + (np.arange(cells * side) + 0.5) / side


def between(columns: int, rows: tuple[float, float], down: bool = True) -> dict[str, Any]:
    """Lines in the colour of the paper between columns of maps."""
    x = np.repeat(np.arange(columns + 1) - 0.5, 3)
    y = np.tile([rows[0], rows[1], np.nan], columns + 1)
    return {"x": x, "y": y} if down else {"x": y, "y": x}


def ruled(uid: str, columns: int, rows: list[float], width: float = 5) -> go.Scatter:
    """A grid in the colour of the paper over a wall of maps; rows: its horizontal lines."""
    flat = np.tile([-0.5, columns - 0.5, np.nan], len(rows))
    upright = between(columns, (min(rows), max(rows)))
    return go.Scatter(
        uid=uid, mode="lines", hoverinfo="skip", showlegend=False,
        x=np.concatenate([upright["x"], flat]).astype(np.float32),
        y=np.concatenate([upright["y"], np.repeat(rows, 3)]).astype(np.float32),
        line={"color": colour("paper"), "width": width},
    )  # fmt: skip


def around_cell(column: float, row: float) -> dict[str, Any]:
    """The edge of a cell that is centred on whole numbers."""
    corners = np.array([[-1, 1, 1, -1, -1], [-1, -1, 1, 1, -1]]) * 0.49
    return fig.pair(corners + np.array([[column], [row]]))


def signed(values: np.ndarray) -> np.ndarray:
    """Bytes around zero, as far as the values reach."""
    reach = max(float(np.abs(np.nan_to_num(values)).max()), 1e-6)
    return fig.quantize(values, -reach, reach)


def amounts(values: np.ndarray) -> np.ndarray:
    """Bytes from zero to the largest value."""
    return fig.quantize(values, 0, max(float(np.nan_to_num(values).max()), 1e-6))


def learning_panels(config: Config, first: Frame) -> dict[str, go.Figure]:
    """Filters with their maps; losses; test images read; the second layer's filters."""
    nets, traces, marks = trained(config), [], []
    for i, net in enumerate(nets):
        traces += [
            fig.field(f"filters.{net}", places(1, 5, 2.0 * i), places(COUNT, 5), colours="signed"),
            fig.field(f"maps.{net}", places(1, 14, 2.0 * i + 1), places(COUNT, 14)),
        ]
        marks += [f"{net}:<br>filters", "their<br>maps"]
    columns = len(marks)
    walls = bare(fig.panel(
        [*traces, ruled("ruled", columns, [i - 0.5 for i in range(COUNT + 1)])],
        x="First layer: orange +, blue −", y="6 filters of 5 × 5", square=True,
        x_range=(-0.5, columns - 0.5), y_range=(COUNT - 0.5, -0.5),
        alt="The six filters of each network's first layer, and beside each its map of the "
        "picture, after pooling.",
    ))  # fmt: skip
    walls.update_xaxes(showticklabels=True, tickvals=list(range(columns)), ticktext=marks,
                       tickangle=0, side="top")  # fmt: skip
    walls.layout.margin.t = 44
    curves = []
    for net in nets:
        role, dash = LOOKS[net]
        curves += [
            fig.line(f"train.{net}", f"{net}, training", role, dash=dash, width=1.5, opacity=0.45,
                     legend=False),
            fig.line(f"test.{net}", net, role, dash=dash, width=3),
        ]  # fmt: skip
    end = (0, config.epochs)
    loss = fig.panel(
        curves,
        x="Epoch",
        y="Cross-entropy",
        title="Test images (thick) and batches (thin)",
        legend=True,
        x_range=end,
        y_range=(0, 2.6),
        alt="The loss of each network on training batches and on test images.",
    )
    right = fig.panel(
        [
            fig.line(f"right.{net}", net, LOOKS[net][0], dash=LOOKS[net][1], legend=False)
            for net in nets
        ],
        x="Epoch",
        y="Read rightly, %",
        size="small",
        x_range=end,
        y_range=(0, 100),
        title="Test images",
        alt="The share of test images each network reads rightly.",
    )
    second = bare(
        fig.panel(
            [
                fig.field("second", places(16, 5), places(6, 5), colours="signed"),
                ruled("ruled", 16, [i - 0.5 for i in range(7)], 2),
            ],
            x="16 maps of conv 2",
            y="6 inputs",
            size="small",
            x_range=(-0.5, 15.5),
            y_range=(5.5, -0.5),
            title=f"Second layer, {looked_into(config)}",
            alt="The filters of the second layer: a column for each of its 16 maps.",
        )
    )
    return {"filters": walls, "loss": loss, "right": right, "second": second}  # fmt: skip


def learning_draw(config: Config, frame: Frame) -> dict[str, Patch]:
    """Filters as they are now, and one more point on each curve."""
    walls, loss, right, epoch = {}, {}, {}, frame["epoch"]
    for net in NETS:
        if net not in trained(config):
            continue
        walls |= {
            f"filters.{net}": {"z": signed(beside(frame[f"filters.{net}"], 1))},
            f"maps.{net}": {"z": amounts(beside(frame[f"maps.{net}"], 1))},
        }
        loss |= {f"train.{net}": fig.at(epoch, frame[f"train_loss.{net}"]),
                 f"test.{net}": fig.at(epoch, frame[f"test_loss.{net}"])}  # fmt: skip
        right[f"right.{net}"] = fig.at(epoch, 100 * frame[f"right.{net}"])
    kernels = frame["second"].transpose(1, 0, 2, 3).reshape(-1, 5, 5)
    return {"filters": {"traces": walls}, "loss": {"append": loss}, "right": {"append": right},
            "second": {"traces": {"second": {"z": signed(beside(kernels, 16))}}}}  # fmt: skip
