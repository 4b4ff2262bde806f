"""What moves, and the numbers in words."""

from __future__ import annotations

from typing import Any

import numpy as np

from labcore import Frame, Patch, figures, shown
from labcore.start.kinds_of_learning.lesson import LAST, PULLS, Config, given
from labcore.start.kinds_of_learning.panels import MOST, NAMES, scene_of
from labcore.start.kinds_of_learning.points import SIDE


def cells(w: np.ndarray, bias: np.ndarray) -> list[np.ndarray]:
    """For each k the part of the plane, (2, n), where w_k · x + b_k is the largest: a polygon.

    w: (K, 2), bias: (K,). The square is cut by each of the other k in turn.
    """
    found = []
    for k in range(len(w)):
        shape = np.array([[0, 0], [SIDE, 0], [SIDE, SIDE], [0, SIDE]], float)
        for other in range(len(w)):
            if other == k or not len(shape):
                continue
            value = shape @ (w[k] - w[other]) + bias[k] - bias[other]
            cut = []
            for i in range(len(shape)):
                j = (i + 1) % len(shape)
                if value[i] >= 0:
                    cut.append(shape[i])
                if value[i] * value[j] < 0:
                    share = value[i] / (value[i] - value[j])
                    cut.append(shape[i] + share * (shape[j] - shape[i]))
            shape = np.array(cut).reshape(-1, 2)
        closed = np.vstack([shape, shape[:1]]) if len(shape) > 2 else np.full((1, 2), np.nan)
        found.append(closed.T)
    return found


def draw(config: Config, frame: Frame) -> dict[str, Patch]:
    """What moves."""
    x, kind = given(config)
    told = frame["told"]
    three = {name: figures.pair(x[kind == k].T) for k, name in enumerate(NAMES)}
    labelled = three if config.data == "own" else {
        name: figures.pair(x[(kind == k) & told].T) for k, name in enumerate(NAMES)}  # fmt: skip
    untold = {"untold": figures.pair(x[~told].T)}
    w = frame["w"].astype(float)
    slopes, biases = w[:2].T / 2, w[2] - w[:2].sum(0) * SIDE / 4
    regions = dict(
        zip(("of0", "of1", "of2"), map(figures.pair, cells(slopes, biases)), strict=True)
    )
    if not w.any():
        regions = {name: figures.at(np.nan, np.nan) for name in regions}
    a, b = frame["line"].astype(float)
    shown_at = x if told.all() else x[~told]
    across, up = shown_at.T
    misses = np.column_stack([up, a * across + b, np.full(len(up), np.nan)])
    gaps = np.stack([np.repeat(across, 3), misses.ravel()])
    traces = {
        "classify": {**regions, **labelled, **untold,
                     "wrong": figures.pair(x[frame["read"] != kind].T) if w.any()
                     else figures.at(np.nan, np.nan)},
        "regress": {"misses": figures.pair(gaps), **three, **untold,
                    "line": figures.at([0, SIDE], [b, a * SIDE + b])},
        "groups": {**three, **grouped(frame)},
        "spread": {**three, **varied(config, frame, x)},
        "arms": {**three, **strips(config, frame, x)},
        "riddle": {**three, **asked(frame, x)},
    }  # fmt: skip
    patches: dict[str, Patch] = {
        scene_of(config, name): {"traces": moved} for name, moved in traces.items()
    }
    return patches | tallied(frame)


def grouped(frame: Frame) -> dict[str, Any]:
    """Centres and their cells; those that are not in use are nowhere."""
    c = frame["centres"].astype(float)
    found = [*map(figures.pair, cells(c, -(c**2).sum(1) / 2))]
    found += [figures.at(np.nan, np.nan)] * (MOST - len(c))
    return {f"cell{k}": cell for k, cell in enumerate(found)} | {"centres": figures.pair(c.T)}


def varied(config: Config, frame: Frame, x: np.ndarray) -> dict[str, Any]:
    """The ellipse of what is usual, the principal component, and what is outside."""
    turn = np.linspace(0, 2 * np.pi, 73)
    axes = frame["direction"] * np.sqrt(frame["variance"])
    edge = frame["mean"][:, None] + config.alarm * axes @ np.stack([np.cos(turn), np.sin(turn)])
    ends = frame["mean"][:, None] + 2 * axes[:, 1:] * np.array([-1, 1])
    share = frame["variance"][1] / max(float(frame["variance"].sum()), 1e-9)
    return {
        "usual": figures.pair(edge), "component": figures.pair(ends),
        "named": figures.told(np.array([[SIDE], [0.3]]),
                              [f"arrow: {shown(100 * share)} % of the variance"]),
        "alarm": figures.pair(x[frame["away"] > config.alarm].T),
    }  # fmt: skip


def strips(config: Config, frame: Frame, x: np.ndarray) -> dict[str, Any]:
    """The arms, what they are worth, and what the agent thinks so far."""
    k, wide = np.arange(config.arms), SIDE / config.arms
    walls = np.repeat(wide * np.arange(1, config.arms), 3)
    upright = np.tile([0, SIDE, np.nan], config.arms - 1)
    across = np.column_stack([k + 0.08, k + 0.92, k * np.nan]).ravel() * wide
    last = frame["points"][-PULLS:]
    here = x[last[last >= 0]]
    return {
        "walls": figures.at(walls, upright),
        "means": figures.at(across, np.repeat(frame["means"], 3)),
        "q": figures.at(across, np.repeat(np.where(frame["pulls"] > 0, frame["q"], np.nan), 3)),
        "counts": figures.told(np.stack([(k + 0.5) * wide, np.full(config.arms, SIDE - 0.15)]),
                               [f"{n} pulls" if config.arms < 5 else f"{n}"
                                for n in frame["pulls"]]),
        "drawn": figures.pair(here.T if len(here) else np.full((2, 1), np.nan)),
    }  # fmt: skip


def asked(frame: Frame, x: np.ndarray) -> dict[str, Any]:
    """The riddle of this frame."""
    at = x[frame["order"][-1]]
    side, said = int(frame["side"][-1]), float(frame["said"][-1])
    answered = np.where(np.arange(2) == side, said, at)
    line = np.array([[0.0, SIDE], [at[1]] * 2]) if side == 0 else np.array([[at[0]] * 2, [0, SIDE]])
    return {"seen": figures.pair(line), "said": figures.pair(answered), "true": figures.pair(at),
            "gap": figures.pair(np.stack([at, answered], 1))}  # fmt: skip


def tallied(frame: Frame) -> dict[str, Patch]:
    """Rewards so far, and riddles so far."""
    rewards, side = frame["rewards"].astype(float), frame["side"]
    n = np.arange(1, len(rewards) + 1)
    average = np.cumsum(rewards) / n
    best = float(frame["means"].max())
    pair = np.stack([frame["true"], frame["said"]])
    return {
        "earned": {"traces": {
            "each": figures.at(n, rewards) if len(n) else figures.at(np.nan, np.nan),
            "average": figures.at(n, average) if len(n) else figures.at(np.nan, np.nan),
            "best": figures.at([0, PULLS * LAST], [best, best]),
        }},
        "quiz": {"traces": {"across": figures.pair(pair[:, side == 0]),
                            "up": figures.pair(pair[:, side == 1])}},
    }  # fmt: skip


def readout(config: Config, frame: Frame) -> dict[str, str]:
    """The numbers in words; those with a dot fill the formulas."""
    told = frame["told"]
    last = int(frame["arms"][-1]) if len(frame["arms"]) else -1
    kept = 1 - (frame["error"] / frame["guess"]) ** 2 if frame["guess"] > 1e-9 else np.nan
    a, b = frame["line"]
    return {
        "Labels": f"{int(told.sum())} of {len(told)}",
        "Kind right": f"{shown(100 * frame['right'])} %",
        "Height off by": shown(frame["miss"]),
        "Groups agree with the kinds": f"{shown(100 * frame['agree'])} %",
        "Unusual": f"{frame['unusual']} of {len(told)}",
        "Average reward": shown(frame["earned"]),
        "Best arm": shown(frame["means"].max()),
        "Pulls": f"{len(frame['arms'])}",
        "Hidden, off by": shown(frame["error"]),
        "Guessing the mean": shown(frame["guess"]),
        "Riddles": f"{len(frame['said'])}",
        "c.loss": shown(frame["loss"]), "c.n": f"{int(told.sum())}",
        "r.w": shown(a), "r.b": shown(b), "r.miss": shown(frame["miss"]),
        "k.k": f"{config.clusters}", "k.sum": shown(frame["inertia"]),
        "m.alarm": shown(config.alarm), "m.most": shown(frame["away"].max()),
        "q.arm": f"{last + 1}" if last >= 0 else "–",
        "q.n": f"{int(frame['pulls'][last])}" if last >= 0 else "–",
        "q.r": shown(frame["rewards"][-1]) if last >= 0 else "–",
        "q.q": shown(frame["q"][last]) if last >= 0 else "–",
        "s.width": shown(config.width), "s.said": shown(frame["said"][-1]),
        "s.true": shown(frame["true"][-1]), "s.kept": shown(100 * kept, least=0.01),
    }  # fmt: skip
