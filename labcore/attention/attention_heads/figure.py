"""What stands still, and what moves: the panels of all views."""

from __future__ import annotations

import plotly.graph_objects as go

from labcore import Frame, Grab, Paint, Patch
from labcore.attention.attention_heads.config import Config
from labcore.attention.attention_heads.effect_view import (
    agreement_panel,
    difference_panel,
    draw_difference,
    draw_effect,
    draw_explained,
    draw_other,
    effect_panel,
    gradient_panel,
    occlusion_panel,
    other_panel,
    rollout_panel,
)
from labcore.attention.attention_heads.grid_view import (
    accuracy_panel,
    cut_panel,
    draw_accuracy,
    draw_cut,
    draw_grid,
    grid_panel,
)
from labcore.attention.attention_heads.head_view import (
    draw_entropy,
    draw_lines,
    draw_matrix,
    draw_picture,
    entropy_panel,
    lines_panel,
    matrix_panel,
    picture_panel,
)
from labcore.attention.attention_heads.similarity_view import draw_similarity, similarity_panel
from labcore.attention.attention_heads.sink_view import (
    draw_sinks,
    draw_values,
    sinks_panel,
    values_panel,
)
from labcore.attention.attention_heads.stages_view import (
    draw_output,
    draw_products,
    draw_scores,
    output_panel,
    products_panel,
    scores_panel,
)

GRABS = (
    Grab("heads", "chosen", "head", "row", "Chosen head"),
    Paint("heads", "operated", "brush", "Heads"),
    Grab("matrix", "cell", "key", "query", "Chosen cell"),
    Paint("matrix", "painted", "brush", "Weights"),
)

VIEWS = {
    "Heads": ("heads", "matrix", "accuracy", "similarity", "entropy"),
    "Lines": ("heads", "lines", "picture", "accuracy", "similarity"),
    "Stages": ("scores", "matrix", "products", "output"),
    "Changes": ("heads", "matrix", "effect", "cut"),
    "Sink": ("heads", "matrix", "sinks", "values"),
    "Two inputs": ("matrix", "difference", "other", "similarity"),
    "Why": ("rollout", "occlusion", "gradient", "agreement"),
}


def panels(config: Config, first: Frame) -> dict[str, go.Figure]:
    """All panels; the views choose among them. A picture stands where texts have lines."""
    picture, sentence = config.task == "patches", config.task == "sentence"
    return {
        "heads": grid_panel(config),
        "scores": scores_panel(config),
        "matrix": matrix_panel(config),
        **({"picture": picture_panel(config)} if picture else {"lines": lines_panel(config)}),
        "difference": difference_panel(config),
        "rollout": rollout_panel(config),
        "occlusion": occlusion_panel(config),
        **(
            {"similarity": similarity_panel(config)}
            if sentence
            else {"accuracy": accuracy_panel(config)}
        ),
        "entropy": entropy_panel(config),
        "products": products_panel(config),
        "output": output_panel(config),
        "effect": effect_panel(config),
        "cut": cut_panel(config),
        "sinks": sinks_panel(config),
        "values": values_panel(config),
        "other": other_panel(config),
        "gradient": gradient_panel(config),
        "agreement": agreement_panel(config),
    }


def draw(config: Config, frame: Frame) -> dict[str, Patch]:
    """Everything a frame shows, on all panels."""
    picture, sentence = config.task == "patches", config.task == "sentence"
    return {
        "heads": draw_grid(frame),
        "matrix": draw_matrix(frame),
        **({"picture": draw_picture(frame)} if picture else {"lines": draw_lines(config, frame)}),
        **(
            {"similarity": draw_similarity(frame)}
            if sentence
            else {"accuracy": draw_accuracy(frame)}
        ),
        "entropy": draw_entropy(frame),
        "scores": draw_scores(config, frame),
        "products": draw_products(frame),
        "output": draw_output(frame),
        "effect": draw_effect(frame),
        "cut": draw_cut(frame),
        "sinks": draw_sinks(frame),
        "values": draw_values(config, frame),
        "other": draw_other(frame),
        "difference": draw_difference(frame),
        **draw_explained(frame),
    }
