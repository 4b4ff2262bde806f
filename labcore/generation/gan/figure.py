"""panels and draw."""

from __future__ import annotations

import plotly.graph_objects as go

from labcore import Frame, Grab, Patch, Points, Start
from labcore.generation.gan.config import Config
from labcore.generation.gan.course_panels import (
    distance_panel,
    draw_course,
    draw_images,
    image_panels,
    losses_panel,
    modes_panel,
    quality_panel,
)
from labcore.generation.gan.judge_panels import best_panel, field_panel
from labcore.generation.gan.observe import chosen, restored
from labcore.generation.gan.plan import latent_size, planar
from labcore.generation.gan.point_panels import (
    draw_by_hand,
    draw_points,
    latent_panel,
    main_name,
    points_panel,
    warp_panel,
)
from labcore.generation.gan.slow_panels import draw_slow, draw_star, slow_panels
from labcore.generation.gan.worlds import world_of
from labcore.rng import torch_generator

HANDS = (
    Grab("latent", "z", "z0", "z1", "Latent z"),
    Grab("hold", "z", "z0", "z1", "Latent z"),
    Points("drawn", "own", "own", "Your blob"),
)

VIEWS = {
    "Samples": ("points", "drawn", "mosaic", "modes", "losses"),
    "Discriminator": ("field", "best", "verdicts"),
    "Generator": ("latent", "line", "warp", "walk"),
    "One step": ("change", "moves", "hold", "trace"),
    "Progress": ("distance", "quality"),
}
"""Points and images have panels of other names, so that each view is whole in both."""

AROUND = 160
"""New points around the learner's blobs while one is dragged."""


def panels(config: Config, first: Frame) -> dict[str, go.Figure]:
    """All panels; the views choose among them."""
    course = {
        "modes": modes_panel(config, first),
        "losses": losses_panel(config, first),
        "distance": distance_panel(config, first),
        "quality": quality_panel(config, first),
    }
    if not planar(config):
        pictures = image_panels(first)
        slow = slow_panels(config, first)
        return {"mosaic": pictures.pop("mosaic"), **course, **pictures, **slow}
    return {
        main_name(config): points_panel(config, first),
        **course,
        "field": field_panel(config, first),
        "best": best_panel(config, first),
        "latent" if latent_size(config) == 2 else "line": latent_panel(config),
        "warp": warp_panel(config, first),
        **slow_panels(config, first),
    }


def draw(config: Config, frame: Frame) -> dict[str, Patch]:
    """What moves; of an answer only what is in the learner's hand."""
    if not frame.values or "held" in frame.values:
        return draw_held(config, frame)
    pictures = draw_points(config, frame) if planar(config) else draw_images(frame)
    return pictures | draw_slow(config, frame) | draw_course(config, frame)


def draw_held(config: Config, frame: Frame) -> dict[str, Patch]:
    """The star and the blobs in the hand; and what the star makes, if a frame is known."""
    if not planar(config):
        return {}
    around = None
    if config.data == "own":
        around = world_of(config).draw((AROUND,), torch_generator(config.seed, "hand"))
    patches = draw_by_hand(config, around)
    if frame.values:
        mark = frame["mark"]
        patches["warp"] = {"traces": {"made": {"x": mark[:1], "y": mark[1:]}}}
        patches |= draw_star(config, frame)
    return patches


def answer(config: Config, start: Start | None = None) -> Frame:
    """Nothing is trained while a hand drags: star and blobs follow, and G(z) if it is known."""
    if start is None:
        return Frame(0, {})
    values, state = restored(start)
    if "mark" in values:
        values |= chosen(config, state)
    return Frame(start.step, {**values, "held": 1}, str(start.checkpoint["note"]))
