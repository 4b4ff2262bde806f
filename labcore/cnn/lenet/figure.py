"""What stands still on the stage, and what each frame moves: five views, a module each."""

from __future__ import annotations

import plotly.graph_objects as go

from labcore import Frame, Patch
from labcore.cnn.lenet.config import Config
from labcore.cnn.lenet.hierarchy_view import hierarchy_draw, hierarchy_panels
from labcore.cnn.lenet.learning_view import learning_draw, learning_panels
from labcore.cnn.lenet.mistakes_view import mistakes_draw, mistakes_panels
from labcore.cnn.lenet.reasons_view import reasons_draw, reasons_panels
from labcore.cnn.lenet.response_view import page_draw, response_draw, response_panels

VIEWS = {
    "Learning": ("filters", "loss", "right", "second"),
    "Response": ("page", "wall", "opinion"),
    "Silence": ("page", "wall", "shares"),
    "Reasons": ("reasons", "covered"),
    "Mistakes": ("confusion", "misread"),
    "Pretrained": ("photo", "hierarchy", "verdict"),
}


def panels(config: Config, first: Frame) -> dict[str, go.Figure]:
    """All views' panels."""
    return {
        **learning_panels(config, first), **response_panels(config, first),
        **reasons_panels(config, first), **mistakes_panels(config, first),
        **hierarchy_panels(config),
    }  # fmt: skip


def draw(config: Config, frame: Frame) -> dict[str, Patch]:
    """What a frame moves; the photograph and the page are about no frame: a hand moves them."""
    made: dict[str, Patch] = {}
    if "by_hand" in frame.values:
        made |= hierarchy_draw(config) | page_draw(config)
    if "confusion" in frame.values:
        made |= {
            **learning_draw(config, frame), **response_draw(config, frame),
            **reasons_draw(config, frame), **mistakes_draw(config, frame),
        }  # fmt: skip
    return made
