"""The panels of all parts, the hands on them, and the views that choose among them."""

from __future__ import annotations

import plotly.graph_objects as go

from labcore import Frame, Grab, Patch, Points
from labcore.cnn.convolution.channels_view import channels_draw, channels_panels
from labcore.cnn.convolution.config import Config
from labcore.cnn.convolution.learning_view import LEARN_GRABS, learning_draw, learning_panels
from labcore.cnn.convolution.marks import KERNEL_GRABS
from labcore.cnn.convolution.photograph_view import photograph_draw, photograph_panels
from labcore.cnn.convolution.shapes_view import SHAPE_GRABS, shapes_draw, shapes_panels
from labcore.cnn.convolution.shifting_view import SHIFT_GRABS, shift_draw, shift_panels
from labcore.cnn.convolution.window_view import window_draw, window_panels

PANELS = {
    "window": window_panels, "photograph": photograph_panels, "channels": channels_panels,
    "shapes": shapes_panels, "learn": learning_panels, "shift": shift_panels,
}  # fmt: skip
DRAWS = {
    "window": window_draw, "photograph": photograph_draw, "channels": channels_draw,
    "shapes": shapes_draw, "learn": learning_draw, "shift": shift_draw,
}  # fmt: skip
GRABS = (
    *KERNEL_GRABS,
    Grab("photo", "ring", "crop_x", "crop_y", "Where the ten cells are cut out"),
    Points("mix", "tops", "mix", "Share of a colour", along="y"),
    *SHAPE_GRABS,
    *LEARN_GRABS,
    *SHIFT_GRABS,
)
VIEWS = {
    "Window": ("input", "output", "window_kernel", "products"),
    "Photograph": ("photo", "filtered", "photograph_kernel", "profile"),
    "Channels": ("terms", "parts", "channels_kernel", "mix"),
    "Shapes": ("reach", "placed", "wiring", "costs"),
    "Learn": ("learned", "maps", "learn_kernel", "loss"),
    "Rate": ("learned", "rates", "learn_kernel", "loss"),
    "Shift": ("moved", "outputs", "shift_kernel", "errors"),
    "Matrix": ("matrix", "parameters", "shift_kernel", "errors"),
}
"""Those of a part stand while it is chosen."""


def panels(config: Config, first: Frame) -> dict[str, go.Figure]:
    """The panels of the part chosen."""
    return PANELS[config.part](config, first)


def draw(config: Config, frame: Frame) -> dict[str, Patch]:
    """What moves in the part chosen."""
    return DRAWS[config.part](config, frame)
