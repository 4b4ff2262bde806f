"""panels and draw."""

from __future__ import annotations

import plotly.graph_objects as go

from labcore import Frame, Grab, Patch, Points
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
from labcore.generation.gan.plan import latent_size, planar
from labcore.generation.gan.point_panels import (
    best_panel,
    draw_by_hand,
    draw_points,
    field_panel,
    latent_panel,
    main_name,
    points_panel,
    warp_panel,
)
from labcore.generation.gan.worlds import world_of
from labcore.rng import torch_generator

HANDS = (
    Grab("latent", "z", "z0", "z1", "Latent z"),
    Points("drawn", "own", "own", "Your blob"),
)

VIEWS = {
    "Samples": ("points", "drawn", "mosaic", "modes", "losses"),
    "Discriminator": ("field", "best", "verdicts"),
    "Generator": ("latent", "line", "warp", "walk"),
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
        return {"mosaic": pictures.pop("mosaic"), **course, **pictures}
    return {
        main_name(config): points_panel(config, first),
        **course,
        "field": field_panel(config, first),
        "best": best_panel(config, first),
        "latent" if latent_size(config) == 2 else "line": latent_panel(config),
        "warp": warp_panel(config, first),
    }


def draw(config: Config, frame: Frame) -> dict[str, Patch]:
    """What moves; of an answer only what is in the learner's hand."""
    if not frame.values:
        if not planar(config):
            return {}
        around = None
        if config.data == "own":
            generator = torch_generator(config.seed, "hand")
            around = world_of(config).draw((AROUND,), generator)
        return draw_by_hand(config, around)
    pictures = draw_points(config, frame) if planar(config) else draw_images(frame)
    return pictures | draw_course(config, frame)


def answer(config: Config) -> Frame:
    """Nothing is trained while a hand drags: the star and the blobs follow, the rest waits."""
    return Frame(0, {})
