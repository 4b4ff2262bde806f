"""All panels, and what a frame moves."""

from __future__ import annotations

import plotly.graph_objects as go

from labcore import Frame, Patch
from labcore.reinforcement.q_learning.board_game import answer_patches, play_panels
from labcore.reinforcement.q_learning.config import Config
from labcore.reinforcement.q_learning.curves import (
    compare_panel,
    curve_patches,
    error_panel,
    field_panel,
    returns_panel,
    wide,
)
from labcore.reinforcement.q_learning.inside import gap_panel, visits_panel
from labcore.reinforcement.q_learning.maps import (
    main_name,
    map_patches,
    values_panel,
)


def panels(config: Config, first: Frame) -> dict[str, go.Figure]:
    """The world, its curves, and what the other views show.

    Comparison and fields are of whole episodes; step by step there is none.
    """
    made = {
        main_name(config): values_panel(config, first),
        "returns": returns_panel(config, first),
        "error": error_panel(config, first),
        "visits": visits_panel(config, first),
        "gap": gap_panel(config, first),
    }
    if wide(config):
        made |= {
            "compare_return": compare_panel(config, first, "returns"),
            "compare_error": compare_panel(config, first, "errors"),
            "alpha_epsilon": field_panel(config, first, 0),
            "gamma_epsilon": field_panel(config, first, 1),
        }
    return made | play_panels(config)


def draw(config: Config, frame: Frame) -> dict[str, Patch]:
    """What a frame moves; an answer moves the players and the learner's own grid."""
    if "you" in frame.values:
        return answer_patches(config, frame)
    return map_patches(config, frame) | curve_patches(config, frame)
