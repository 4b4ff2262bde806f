"""panels and draw, the hands and the views."""

from __future__ import annotations

import plotly.graph_objects as go

from labcore import Frame, Grab, Paint, Patch, Points
from labcore.start.playground.config import Config
from labcore.start.playground.course_view import (
    band_panel,
    draw_score,
    drawn_losses,
    loss_panel,
    moved_words,
    score_panel,
)
from labcore.start.playground.inside_view import (
    draw_gradient,
    draw_space,
    gradient_panel,
    space_panel,
)
from labcore.start.playground.network_view import draw_network, network_panel
from labcore.start.playground.plane_view import draw_plane, plane_name, plane_panel
from labcore.start.playground.points import problem
from labcore.start.playground.together_view import (
    draw_middle_regions,
    draw_together,
    middle_panel,
    spread_panel,
)
from labcore.start.playground.verdict_view import draw_verdict, verdict_panel
from labcore.start.playground.weights_view import draw_weights, weights_panel

HANDS = (
    Grab("network", "unit", "layer", "unit", "Neuron looked at"),
    Points("network", "widths", "widths", "Width of the layer", along="y", goes_on=True),
    Grab("weights", "pulled", "source", "weight", "Weight in your hand", goes_on=True),
    Paint("canvas", "own", "brush", "Your points", goes_on=True),
)

VIEWS = {
    "Network": ("network", "plane", "canvas", "loss", "weights"),
    "Inside": ("space", "gradient"),
    "Verdict": ("verdict", "score"),
    "Together": ("middle", "spread", "band"),
}


def panels(config: Config, first: Frame) -> dict[str, go.Figure]:
    """All panels; the views choose among them."""
    found = {
        "network": network_panel(config, first),
        plane_name(config): plane_panel(config, first),
        "loss": loss_panel(config),
        "weights": weights_panel(config, first),
        "space": space_panel(config, first),
        "gradient": gradient_panel(config),
        "verdict": verdict_panel(config, first),
        "score": score_panel(config),
    }
    if config.members > 1:
        found |= {
            "middle": middle_panel(config, first),
            "spread": spread_panel(config, first),
        }
    return found | {"band": band_panel(config)}


def draw(config: Config, frame: Frame) -> dict[str, Patch]:
    """What moves; in an answer all but the curves, whose past is as it was."""
    found = {
        "network": draw_network(config, frame),
        plane_name(config): draw_plane(config, frame),
        "weights": draw_weights(config, frame),
        "space": draw_space(config, frame),
        "verdict": draw_verdict(config, frame),
    }
    many = problem(config).classes > 2
    found |= draw_middle_regions(frame) if many else draw_together(frame)
    if "held" in frame.values:
        return found
    course = {
        "loss": drawn_losses(config, frame),
        "band": drawn_losses(config, frame, "band"),
        "gradient": draw_gradient(config, frame),
        "score": draw_score(config, frame),
    }
    if frame.step > config.epochs:  # it went on from its end
        for patch in course.values():
            patch["layout"] = {"xaxis.range": [0, 1.02 * frame.step]}
        for name in ("loss", "band"):
            course[name]["traces"] = moved_words(frame.step, name)
    return found | course
