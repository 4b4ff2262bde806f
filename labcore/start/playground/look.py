"""From weights to a frame: what every neuron sees, how well it does, and what went wrong."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import torch
from torch import Tensor

from labcore import Frame
from labcore.figures import quantize
from labcore.start.playground.descent import Learner
from labcore.start.playground.losses import goodness, guesses, losses, probabilities
from labcore.start.playground.network import Seen, features, forward, layers_of
from labcore.start.playground.points import REACH

SIDE = 48
"""Places along each side of the fields."""
EVERY = 4
"""A thumbnail has every fourth of them."""
THREADS = (0, 12, 24, 35, 47)
"""Rows and columns of the fields that make the web in the hidden space."""
DEAD, STUCK = 1, 2
FAR = 1e12
"""Where training breaks, sums run out of all bounds; the picture ends here."""
BOUNDED = {"tanh": 1.0, "sigmoid": 1.0, "sin": 1.0}


def places() -> Tensor:
    """The middles of the fields' cells, row by row from below: (SIDE², 2)."""
    at = (torch.arange(SIDE) + 0.5) * (2 * REACH / SIDE) - REACH
    y, x = torch.meshgrid(at, at, indexing="ij")
    return torch.stack([x.ravel(), y.ravel()], 1)


def look(learner: Learner) -> dict[str, Any]:
    """Values of a frame, for K networks, U units (features, hidden ones, outputs), C classes.

    train, test: mean losses (K,); train_good, test_good: see `goodness`, (K,).
    thumbs: (U, 12, 12) uint8, what each unit makes of the plane; weights: (P,), of the first
    network. state: (hidden,), 1 for a dead neuron, 2 for one stuck at an end of its range.
    gradient: (layers,), the norm of the last gradient. field: (48, 48) uint8 of the unit looked at.
    regions: the winning class and by how much, where there are more than two.
    space (n, 2), web (m, 2): training points and a grid, as a hidden layer has them.
    told: (C, C), test points by class and by guess; or predicted: (n_test,).
    spread, middle: (48, 48) uint8, where there are several networks, standard deviation and mean.
    """
    config, data, shape = learner.config, learner.problem, learner.shape
    with torch.no_grad():
        everywhere = features(config, places())
        plane = forward(learner.theta, everywhere, shape, learner.running)
        x, y = torch.from_numpy(data.x), torch.from_numpy(data.y)
        seen = forward(learner.theta, features(config, x), shape, learner.running)
        each = losses(config, data.classes, seen.scores, y)
        parts = slice(None, data.train), slice(data.train, None)
        values: dict[str, Any] = {}
        for name, part in zip(("train", "test"), parts, strict=True):
            values[name] = each[:, part].mean(1).numpy()
            good = goodness(data.classes, seen.scores[:, part], y[part])
            values[f"{name}_good"] = good.numpy()
        values["weights"] = learner.theta[0].numpy().copy()
        values["state"] = states(learner, [layer[0, : data.train] for layer in seen.outputs])
        values["gradient"] = gradient_norms(learner)
        values["thumbs"] = thumbnails(learner, everywhere, plane)
        values |= plane_fields(learner, everywhere, plane)
        values |= hidden_space(learner, seen, plane, everywhere)
        test = seen.scores[:1, data.train :]
        if data.classes:
            pairs = y[data.train :].long() * data.classes + guesses(data.classes, test)[0]
            told = torch.bincount(pairs, minlength=data.classes**2)
            values["told"] = told.reshape(data.classes, -1).numpy().astype(np.int32)
        else:
            values["predicted"] = test[0, :, 0].numpy()
    return values


def states(learner: Learner, outputs: list[Tensor]) -> np.ndarray:
    """Which hidden neurons of the first network say nothing of any training point."""
    found = []
    for name, output in zip(learner.shape.activations, outputs, strict=True):
        state = torch.zeros(output.shape[1], dtype=torch.uint8)
        if name == "relu":
            state[(output == 0).all(0)] = DEAD
        elif name in ("tanh", "sigmoid"):
            low = -1 if name == "tanh" else 0
            ends = ((output > 0.98) | (output < low + 0.02)).all(0)
            state[ends & ((output.amax(0) - output.amin(0)) < 0.5)] = STUCK
        found.append(state)
    return torch.cat(found).numpy() if found else np.zeros(0, np.uint8)


def gradient_norms(learner: Learner) -> np.ndarray:
    """‖∂L/∂W‖ of each layer in the last step, not-a-number before the first: (layers,)."""
    if learner.gradient is None:
        return np.full(learner.shape.layers, np.nan, np.float32)
    parts = layers_of(learner.gradient[:1], learner.shape)
    return torch.stack([part.w.norm() for part in parts]).numpy()


def thumbnails(learner: Learner, inputs: Tensor, plane: Seen) -> np.ndarray:
    """What each unit makes of the plane, signed, 128 for zero: (U, 12, 12) uint8.

    Units without bounds are shown on a scale of their own, but never magnified.
    """
    small = slice(EVERY // 2, None, EVERY)
    columns = [inputs, *(layer[0] for layer in plane.outputs), plane.scores[0]]
    reaches = [None, *(BOUNDED.get(name) for name in learner.shape.activations), None]
    found = []
    for column, reach in zip(columns, reaches, strict=True):
        cells = column.T.reshape(-1, SIDE, SIDE)[:, small, small]
        most = cells.abs().amax((1, 2), keepdim=True).clamp_min(1) if reach is None else reach
        found.append(quantize((cells / most).numpy(), -1, 1))
    return np.concatenate(found)


def plane_fields(learner: Learner, inputs: Tensor, plane: Seen) -> dict[str, np.ndarray]:
    """The unit looked at over the plane; of the output, what it says of each place."""
    config, classes, shape = learner.config, learner.problem.classes, learner.shape
    layer = min(config.layer, shape.layers)
    unit = min(config.unit, shape.sizes[layer] - 1)
    said = probabilities(config, classes, plane.scores)
    found: dict[str, np.ndarray] = {}
    if layer == shape.layers and classes <= 2:
        field = said[0] * 2 - 1 if classes else said[0]
        if config.discrete:
            field = torch.sign(field)
    else:
        column = inputs if layer == 0 else plane.scores[0]
        if 0 < layer < shape.layers:
            column = plane.outputs[layer - 1][0]
        field = column[:, unit] / column[:, unit].abs().max().clamp_min(1)
    found["field"] = quantize(field.reshape(SIDE, SIDE).numpy(), -1, 1)
    if classes > 2:
        found["regions"] = regions(said[0], config.discrete).reshape(SIDE, SIDE)
    if len(said) > 1:
        spread = said.std(0, correction=0)
        middle = said.mean(0)
        if classes > 2:
            spread = spread.mean(-1)
            found["middle"] = regions(middle, False).reshape(SIDE, SIDE)
        else:
            middle = middle * 2 - 1 if classes else middle
            found["middle"] = quantize(middle.reshape(SIDE, SIDE).numpy(), -1, 1)
        found["spread"] = quantize(spread.reshape(SIDE, SIDE).numpy(), 0, 0.5)
    return found


STEPS = 8
"""Tones of a class, from undecided to sure."""


def regions(p: Tensor, discrete: bool) -> np.ndarray:
    """The winning class and how sure it is, as class · STEPS + tone: p (m, C) → (m,) uint8."""
    sure, winner = p.max(-1)
    least = 1 / p.shape[-1]
    tone = ((sure - least) / (1 - least) * STEPS).long().clamp(0, STEPS - 1)
    if discrete:
        tone = torch.full_like(tone, STEPS - 1)
    return (winner * STEPS + tone).numpy().astype(np.uint8)


def hidden_space(
    learner: Learner, seen: Seen, plane: Seen, inputs: Tensor
) -> dict[str, np.ndarray]:
    """The training points and a web over the plane in the two main directions of a layer.

    Principal components, turned (and mirrored) as near to the plane itself as they can be, so that
    they do not jump from frame to frame; farthest point at 1. explained: their share of the
    variance.
    """
    data, config = learner.problem, learner.config
    layer = min(config.layer, learner.shape.layers - 1)
    points, web = (
        (features(config, torch.from_numpy(data.x)), inputs)
        if layer == 0
        else (seen.outputs[layer - 1][0], plane.outputs[layer - 1][0])
    )
    h = points[: data.train].double().nan_to_num().clamp(-FAR, FAR)
    middle = h.mean(0)
    _, s, v = torch.linalg.svd(h - middle, full_matrices=False)
    axes = torch.zeros(h.shape[1], 2, dtype=h.dtype)
    axes[:, : min(2, len(v))] = v[:2].T
    axes = axes @ turn((h - middle) @ axes, torch.from_numpy(data.x[: data.train]).double())
    placed = (h - middle) @ axes
    far = placed.norm(dim=1).max().clamp_min(1e-9)
    cells = ((web.double().nan_to_num().clamp(-FAR, FAR) - middle) @ axes / far).reshape(
        SIDE, SIDE, 2
    )
    chosen = list(THREADS)
    lines = torch.cat([cells[chosen], cells[:, chosen].transpose(0, 1)])
    gaps = torch.full((len(lines), 1, 2), torch.nan, dtype=lines.dtype)
    share = s[:2].square().sum() / s.square().sum().clamp_min(1e-30)
    return {
        "space": (placed / far).float().numpy(),
        "web": torch.cat([lines, gaps], 1).reshape(-1, 2).clamp(-9, 9).float().numpy(),
        "explained": share.float().numpy(),
    }


def turn(points: Tensor, like: Tensor) -> Tensor:
    """The rotation or mirroring (2, 2) that brings points (n, 2) nearest to others.

    Schönemann (1966), the orthogonal Procrustes problem.
    """
    u, _, vt = torch.linalg.svd(points.T @ (like - like.mean(0)))
    return u @ vt


def note_of(learner: Learner, values: Mapping[str, Any], said: str) -> str:
    """The sentence a frame comes with."""
    if learner.broke:
        return learner.broke
    state, first = values["state"], 0
    for number, width in enumerate(learner.shape.sizes[1:-1], 1):
        if (state[first : first + width] == DEAD).all():
            return (
                f"All neurons of hidden layer {number} are dead: they are 0 for every training "
                "point, so no gradient reaches the layers before them."
            )
        first += width
    if learner.config.scale == 0 and learner.config.depth:
        return "All first weights are 0, so the neurons of a layer are alike, and stay alike."
    return said or learner.problem.note


def frame_of(learner: Learner, epoch: int, said: str, hand: np.ndarray | None = None) -> Frame:
    """What there is after an epoch, and all that is needed to go on from it.

    hand: the weight last set by hand, if not the config's.
    """
    values = look(learner)
    config = learner.config
    kept: dict[str, np.ndarray] = {
        "theta": learner.theta.numpy(),
        "running": learner.running.numpy().copy(),
        "sizes": np.array(learner.shape.sizes),
        "norm": np.array(learner.shape.norm, dtype=np.str_),
        "optimizer": np.array(config.optimizer, dtype=np.str_),
        "hand": np.array([config.source, config.weight]) if hand is None else hand,
        "said": np.array(said, dtype=np.str_),
        "broke": np.array(learner.broke, dtype=np.str_),
        **{f"state/{name}": np.asarray(value) for name, value in learner.state.items()},
    }
    if learner.gradient is not None:
        kept["gradient"] = learner.gradient.numpy()
    return Frame(epoch, values, note_of(learner, values, said), kept)
