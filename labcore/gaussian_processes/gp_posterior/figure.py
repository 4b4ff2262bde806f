"""Which pictures a config has, and what moves on each."""

from __future__ import annotations

from collections.abc import Callable

import plotly.graph_objects as go

from labcore import Frame, Patch
from labcore.gaussian_processes.gp_posterior.belief_panels import (
    kernel_panel,
    kernel_patch,
    parts_panel,
    parts_patch,
    prior_panel,
    prior_traces,
    tree_panel,
)
from labcore.gaussian_processes.gp_posterior.config import (
    MOST,
    Config,
    fits,
    likelihood_of,
)
from labcore.gaussian_processes.gp_posterior.data_panels import (
    classes_panel,
    classes_patch,
    latent_panel,
    latent_patch,
    numbers_panel,
    numbers_patch,
    trust_panel,
    trust_patch,
)
from labcore.gaussian_processes.gp_posterior.evidence_panels import (
    calibration_panel,
    calibration_patch,
    matrix_panel,
    matrix_patch,
    surface_panel,
    surface_patch,
    terms_panel,
    terms_patch,
    weights_panel,
    weights_patch,
)
from labcore.gaussian_processes.gp_posterior.game_panels import game_panels, game_patches
from labcore.gaussian_processes.gp_posterior.observations import world

MAIN = {"gaussian": "main", "student": "robust", "classes": "classes"}


def panels(config: Config, first: Frame) -> dict[str, go.Figure]:
    """All pictures of a config; views show a few of them at a time."""
    if config.data == "game":
        return game_panels(config)
    here, likelihood = world(config), likelihood_of(config)
    classes = likelihood == "classes"
    made = {MAIN[likelihood]: (classes_panel if classes else numbers_panel)(config, here)}
    made["kernel"] = kernel_panel(config, here)
    made |= {"prior": prior_panel(config, here), "tree": tree_panel(config)}
    made["matrix"] = matrix_panel(config, here)
    if len(here.x) <= MOST:
        made["weights"] = weights_panel(here)
    if classes:
        made["latent"] = latent_panel(config, here)
        return made
    if "parts" in first.values:
        made["parts"] = parts_panel(config, here)
    if likelihood == "student":
        return made | {"trust": trust_panel(here), "checked": calibration_panel()}
    made["calibration"] = calibration_panel()
    return made | {"surface": surface_panel(config, here, fits(config)), "terms": terms_panel()}


def draw(config: Config, frame: Frame) -> dict[str, Patch]:
    """What this frame changes. An answer leaves out what it did not compute."""
    if config.data == "game":
        return game_patches(config, frame)
    here, likelihood = world(config), likelihood_of(config)
    main = classes_patch if likelihood == "classes" else numbers_patch
    patches: dict[str, Patch] = {}
    patches |= {MAIN[likelihood]: main(config, here, frame), "kernel": kernel_patch(frame)}
    check = "checked" if likelihood == "student" else "calibration"
    moving: dict[str, tuple[str, Callable[[], Patch]]] = {
        "matrix": ("matrix", lambda: matrix_patch(config, here, frame)),
        "weights": ("alpha", lambda: weights_patch(here, frame)),
        "latent": ("chance", lambda: latent_patch(config, frame)),
        check: ("inside", lambda: calibration_patch(config, frame)),
        "parts": ("parts", lambda: parts_patch(frame)),
        "trust": ("trust", lambda: trust_patch(here, frame)),
        "surface": ("surface", lambda: surface_patch(config, frame)),
        "terms": ("surface", lambda: terms_patch(frame)),
    }
    for name, (value, patch) in moving.items():
        if value in frame.values and not (name == "weights" and len(here.x) > MOST):
            patches[name] = patch()
    if not here.real if "whole" in frame.values else fits(config):
        patches["prior"] = {"traces": prior_traces(config, here, float(frame["ell"]))}
    return patches
