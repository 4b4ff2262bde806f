"""Why it says so: saliency, occlusion, Grad-CAM, and a patch in the learner's hand."""

from __future__ import annotations

import numpy as np
import plotly.graph_objects as go

from labcore import Frame, Patch
from labcore import figures as fig
from labcore.cnn.lenet.config import SIDE, Config, looked_into
from labcore.cnn.lenet.learning_view import amounts, bare, signed
from labcore.cnn.lenet.pictures import names
from labcore.cnn.lenet.reasons import PLACES, STRIDE
from labcore.cnn.lenet.response_view import bar_panel
from labcore.palette import colour

RIGHT, LOW = SIDE + 4, SIDE + 6
"""Where the second column and the second row begin."""
SEES = 2 * np.arange(10) + 4.5
"""The pixel in the middle of what a cell of conv 2 sees: two layers of 5 × 5, a pooling between."""


def reasons_panels(config: Config, first: Frame) -> dict[str, go.Figure]:
    """Four squares, and the answer with the patch on."""
    pixels, stops = np.arange(SIDE), STRIDE * np.arange(PLACES) + STRIDE / 2
    patch = fig.area("hole", "covered", "own", 0.35, width=3)
    hand = fig.head("patch", "patch", "own", x=[config.cover_x], y=[config.cover_y], size=9)
    titles = ("Drag the patch", "Saliency", "Occlusion", "Grad-CAM")
    frames = [(0, 0), (RIGHT, 0), (0, LOW), (RIGHT, LOW)]
    edge = np.array([[-0.5, -0.5], [SIDE - 0.5, -0.5], [SIDE - 0.5] * 2, [-0.5, SIDE - 0.5],
                     [-0.5, -0.5], [np.nan] * 2])  # fmt: skip
    outline = np.concatenate([edge + place for place in frames])
    figure = bare(fig.panel(
        [fig.field("picture", pixels, pixels, fig.quantize(first["picture"], 0, 1)),
         fig.field("saliency", pixels + RIGHT, pixels),
         fig.field("occlusion", stops, stops + LOW, colours="signed"),
         fig.field("cam", SEES + RIGHT, SEES + LOW),
         go.Scatter(uid="edges", mode="lines", x=outline[:, 0], y=outline[:, 1], hoverinfo="skip",
                    showlegend=False, line={"color": colour("context"), "width": 1}),
         fig.words("titles", place="middle right", x=[x - 0.5 for x, _ in frames],
                   y=[y - 2.2 for _, y in frames], text=titles),
         patch, hand],
        x="28 × 28 pixels each; occlusion: orange speaks for it", y=" ",
        square=True, x_range=(-1, RIGHT + SIDE),
        y_range=(LOW + SIDE, -4),
        alt="The picture with a patch on it, and three maps of which pixels matter for the class: "
        "saliency, occlusion and Grad-CAM."))  # fmt: skip
    return {
        "reasons": figure,
        "covered": bar_panel(
            config, ("shut", "with the patch", "own"), ("open", "without", "model"),
            "Probability, %", "The probability of each class with the patch on, and without."),
    }  # fmt: skip


def reasons_draw(config: Config, frame: Frame) -> dict[str, Patch]:
    """The three maps, and the patch."""
    half, x, y = config.patch // 2 + 0.5, config.cover_x, config.cover_y
    right = np.array([-1, 1, 1, -1, -1]) * half + x
    down = np.array([-1, -1, 1, 1, -1]) * half + y
    held = (
        {"picture": {"z": fig.quantize(frame["picture"], 0, 1)}}
        if "by_hand" in frame.values
        else {}
    )
    return {
        "reasons": {"traces": held | {
            "saliency": {"z": amounts(frame["saliency"])},
            "occlusion": {"z": signed(frame["occlusion"])},
            "cam": {"z": amounts(frame["cam"])},
            "hole": fig.at(np.clip(right, -0.5, SIDE - 0.5), np.clip(down, -0.5, SIDE - 0.5)),
            "patch": fig.at(x, y)}},
        "covered": {"traces": {
            "shut": {"x": 100 * frame["shut"]},
            "open": {"x": 100 * frame[f"sure.{looked_into(config)}"],
                     "y": list(names(config))}}},
    }  # fmt: skip
