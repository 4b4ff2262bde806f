"""What is taken for what, and the images behind a cell of that table."""

from __future__ import annotations

import numpy as np
import plotly.graph_objects as go

from labcore import Frame, Patch
from labcore import figures as fig
from labcore.cnn.lenet.config import SIDE, Config, looked_into
from labcore.cnn.lenet.learning_view import around_cell, bare, beside, places, ruled
from labcore.cnn.lenet.pictures import images, names

ROW, ROWS = 3, 2


def mistakes_panels(config: Config, first: Frame) -> dict[str, go.Figure]:
    """The confusion matrix, and six images of the cell that was picked."""
    cells, labels = np.arange(10), list(names(config))
    far, near = (a.ravel() for a in np.mgrid[:10, :10])
    square = fig.area("edge", "picked", "own", 0.0, width=3)
    centre = fig.head("cell", "picked", "own", size=1, x=[config.says], y=[config.truth])
    matrix = fig.panel(
        [fig.field("counts", cells, cells, np.full((10, 10), 128, np.uint8), colours="signed"),
         fig.words("numbers", size=12, x=near, y=far), square, centre],
        x=f"The {looked_into(config)} network says", y="It is", square=True,
        x_range=(-0.5, 9.5), y_range=(9.5, -0.5), title="Test images; click on a cell",
        alt="How many test images of each class are read as which.")  # fmt: skip
    ticks = {"tickvals": cells, "ticktext": labels, "ticks": "", "showline": False}
    matrix.update_xaxes(**ticks, tickangle=-45 if config.data == "fashion" else 0)
    matrix.update_yaxes(**ticks)
    misread = bare(
        fig.panel(
            [
                fig.field("misread", places(ROW, SIDE), places(ROWS, SIDE)),
                ruled("ruled", ROW, [i - 0.5 for i in range(ROWS + 1)]),
            ],
            x="The first six images of that cell",
            y=" ",
            square=True,
            x_range=(-0.5, ROW - 0.5),
            y_range=(ROWS - 0.5, -0.5),
            alt="Up to six test images of the cell that was picked.",
        )
    )
    return {"confusion": matrix, "misread": misread}  # fmt: skip


def mistakes_draw(config: Config, frame: Frame) -> dict[str, Patch]:
    """Counts as shares of the row, and the images of the cell."""
    counts = frame["confusion"]
    share = counts / np.maximum(counts.sum(1, keepdims=True), 1)
    half = np.where(np.eye(10, dtype=bool), -1, 1) * np.sqrt(share)
    shown = images(config.data).test_images[frame["cell"], 0].numpy()
    wall = np.zeros((ROW * ROWS, SIDE, SIDE), np.uint8)
    wall[: len(shown)] = fig.quantize(shown, 0, 1)
    return {
        "confusion": {"traces": {
            "counts": {"z": fig.quantize(half, -1.9, 1.9)},
            "numbers": {"text": [str(n) if n else "" for n in counts.ravel().tolist()]},
            "edge": around_cell(config.says, config.truth),
            "cell": {"x": [config.says], "y": [config.truth]}}},
        "misread": {"traces": {"misread": {"z": beside(wall, ROW)}}},
    }  # fmt: skip
