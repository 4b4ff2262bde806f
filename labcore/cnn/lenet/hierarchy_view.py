"""Edges, parts, objects: a pretrained network's maps of a photograph."""

from __future__ import annotations

import base64
import io

import numpy as np
import plotly.graph_objects as go
from PIL import Image

from labcore import Patch
from labcore import figures as fig
from labcore.cnn.lenet.config import Config
from labcore.cnn.lenet.hierarchy import COUNT, PHOTO_SIDE, STAGES, picked, seen, square
from labcore.cnn.lenet.learning_view import amounts, around_cell, bare, places, ruled
from labcore.palette import colour


def as_uri(image: np.ndarray) -> str:
    """A picture (h, w, 3) uint8 as JPEG in a URI."""
    block = io.BytesIO()
    Image.fromarray(image).save(block, "JPEG", quality=85)
    return "data:image/jpeg;base64," + base64.b64encode(block.getvalue()).decode()


def hierarchy_panels(config: Config) -> dict[str, go.Figure]:
    """The photograph under the chosen map, twelve maps, and what the network takes it for."""
    found = seen(config.photo, config.own_photo)
    stage, chosen, _ = picked(config)
    over = np.arange(chosen.shape[0]) * stage.step + stage.step - 1
    veil = fig.field("veil", over, over)
    veil.opacity = 0.5
    box = fig.area("sees", "what its strongest cell sees", "own", 0.0, width=3)
    photo = bare(
        fig.panel(
            [veil, box],
            x="Box: what the map’s strongest cell sees",
            y=" ",
            square=True,
            x_range=(0, PHOTO_SIDE),
            y_range=(PHOTO_SIDE, 0),
            alt="The photograph with the chosen map laid over it, bright where the map is strong.",
        )
    )
    photo.layout.images = [
        {"source": as_uri(square(config.photo, config.own_photo)), "xref": "x", "yref": "y",
         "x": 0, "y": 0, "sizex": PHOTO_SIDE, "sizey": PHOTO_SIDE, "xanchor": "left",
         "yanchor": "top", "sizing": "stretch", "layer": "below"}
    ]  # fmt: skip
    walls = [
        fig.field(f"stage.{'abc'[i]}", places(COUNT, maps.shape[1]), places(1, maps.shape[1], i),
                  np.concatenate([amounts(one) for one in maps], 1))
        for i, maps in enumerate(found.maps)
    ]  # fmt: skip
    edge = fig.area("edge", "picked", "own", 0.0, width=4)
    mine = fig.head("mine", "picked", "own", size=1)
    wall = bare(
        fig.panel(
            [*walls, ruled("ruled", COUNT, [-0.5, 0.5, 1.5, 2.5]), edge, mine],
            x="Liveliest maps: click on one",
            y=" ",
            square=True,
            x_range=(-0.55, COUNT - 0.45),
            y_range=(2.55, -0.55),
            alt="Four maps each of an early, a middle and a late layer of SqueezeNet.",
        )
    )
    wall.update_yaxes(showticklabels=True, tickvals=[0, 1, 2],
                      ticktext=[s.title.replace(": ", ":<br>") for s in STAGES])  # fmt: skip
    words, shares = zip(*found.says, strict=True)
    verdict = fig.panel(
        [go.Bar(uid="verdict", orientation="h", x=[100 * p for p in shares], y=list(words),
                showlegend=False, marker={"color": colour("model", 0.7)},
                hovertemplate="%{y}: %{x:.1f} %<extra></extra>")],
        x="Probability, %", y=" ", size="small", x_range=(0, 104), title="It takes it for",
        alt="The five likeliest of 1,000 classes.")  # fmt: skip
    verdict.update_yaxes(type="category", autorange="reversed", ticks="", range=None)
    made = {"photo": photo, "hierarchy": wall, "verdict": verdict}
    for name, patch in hierarchy_draw(config).items():
        for uid, properties in patch["traces"].items():
            made[name].update_traces(properties, selector={"uid": uid})
    return made


def hierarchy_draw(config: Config) -> dict[str, Patch]:
    """The map in hand over the photograph, and its receptive field."""
    stage, found, (x0, y0, x1, y1) = picked(config)
    over = (np.arange(found.shape[0]) * stage.step + stage.step - 1).astype(np.float32)
    return {
        "photo": {"traces": {
            "veil": {"z": amounts(found), "x": over, "y": over},
            "sees": fig.at([x0, x1, x1, x0, x0], [y0, y0, y1, y1, y0])}},
        "hierarchy": {"traces": {"edge": around_cell(config.map_x, config.map_y),
                                 "mine": {"x": [config.map_x], "y": [config.map_y]}}},
    }  # fmt: skip
