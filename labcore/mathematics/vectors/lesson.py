"""Dot products: as an angle, as a projection, as a side of a plane, and in many dimensions."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

import numpy as np

import labcore
from labcore import Frame, Start, control, format_number
from labcore.rng import numpy_generator

LAST = 60
"""The last place of the time line."""

DIMENSIONS = np.unique(np.round(2 * 500 ** (np.arange(LAST + 1) / LAST)).astype(int))
DIMENSIONS = np.sort(np.concatenate([np.full(LAST + 1 - len(DIMENSIONS), 2), DIMENSIONS]))
"""How many coordinates random vectors have at each place: 2 to 1000, in equal ratios."""

BINS = np.arange(0, 181, 3)
"""Edges of the histogram of angles, in degrees."""

FAR = 4.5
"""Where the sliding plane begins, in units of length from the origin."""

EACH = 20
"""Points of each of the two groups."""


class Config(labcore.Config):
    """Two vectors, a plane, and a kind of random vectors."""

    shows: Literal["projection", "sum"] = control(
        "projection",
        title="Show beside the two arrows",
        labels={"projection": "the projection of v on u", "sum": "sum and difference"},
        views=("Dot product",),
    )
    """What is built from u and v in the first view."""

    apart: float = control(
        2.5, title="Distance of the two groups", low=0, high=4, step=0.1, views=("Hyperplane",)
    )
    """How far apart the centres of the two groups of points are; each spreads by 0.7."""

    entries: Literal["normal", "positive", "words"] = control(
        "normal",
        title="Entries of the random vectors",
        labels={
            "normal": "normal: any direction",
            "positive": "uniform from 0 to 1",
            "words": "0 or 1, one in ten is 1",
        },
        views=("High dimensions",),
    )
    """Directions without preference, amounts that cannot be negative, or words that occur."""

    pairs: int = control(
        1000, title="Random pairs", low=100, high=2000, step=100, views=("High dimensions",)
    )
    """So many pairs of random vectors are compared."""

    ux: float = control(
        2.2, title="u, across", low=-3, high=3, step=0.05, more=True, views=("Dot product",)
    )
    """Drag the tip of u."""

    uy: float = control(
        0.4, title="u, up", low=-3, high=3, step=0.05, more=True, views=("Dot product",)
    )
    """Its other coordinate."""

    vx: float = control(
        0.9, title="v, across", low=-3, high=3, step=0.05, more=True, views=("Dot product",)
    )
    """Drag the tip of v."""

    vy: float = control(
        1.8, title="v, up", low=-3, high=3, step=0.05, more=True, views=("Dot product",)
    )
    """Its other coordinate."""

    wx: float = control(
        1.5, title="w, across", low=-3, high=3, step=0.05, more=True, views=("Hyperplane",)
    )
    """The direction the plane looks in; drag the tip of w in “Hyperplane”."""

    wy: float = control(
        0.6, title="w, up", low=-3, high=3, step=0.05, more=True, views=("Hyperplane",)
    )
    """Its other coordinate."""

    px: float = control(
        0.8,
        title="A place on the plane, across",
        low=-3,
        high=3,
        step=0.05,
        more=True,
        views=("Hyperplane",),
    )
    """The plane goes through it: b = w · p. Drag it, and the plane comes along."""

    py: float = control(
        -0.4,
        title="A place on the plane, up",
        low=-3,
        high=3,
        step=0.05,
        more=True,
        views=("Hyperplane",),
    )
    """Its other coordinate."""


def dot(u: np.ndarray, v: np.ndarray) -> np.ndarray:
    """The sum of the products of the coordinates. u, v: (…, n) → (…)"""
    return (u * v).sum(-1)


def cosine(u: np.ndarray, v: np.ndarray) -> np.ndarray:
    """The dot product of the directions alone; NaN where one of them is zero."""
    lengths = np.sqrt(dot(u, u) * dot(v, v))
    return np.divide(dot(u, v), lengths, out=np.full(lengths.shape, np.nan), where=lengths > 0)


def angle(u: np.ndarray, v: np.ndarray) -> np.ndarray:
    """Degrees between u and v, 0 to 180."""
    return np.degrees(np.arccos(np.clip(cosine(u, v), -1, 1)))


def project(v: np.ndarray, u: np.ndarray) -> np.ndarray:
    """The part of v along u: (v · u / u · u) u. NaN where u is zero."""
    square = dot(u, u)
    return dot(v, u) / square * u if square > 0 else np.full(u.shape, np.nan)


def groups(config: Config) -> tuple[np.ndarray, np.ndarray]:
    """Made-up points of two groups: places (40, 2), and −1 or 1."""
    rng = numpy_generator(config.seed, "groups")
    towards = rng.uniform(0, 2 * np.pi)
    kind = np.repeat([-1.0, 1.0], EACH)
    centre = np.array([np.cos(towards), np.sin(towards)]) * config.apart / 2
    return kind[:, None] * centre + 0.7 * rng.standard_normal((2 * EACH, 2)), kind


def distances(points: np.ndarray, w: np.ndarray, b: float) -> np.ndarray:
    """How far each point is from the plane w · x = b, with the sign of its side. (n,)"""
    length = float(np.sqrt(dot(w, w)))
    return (points @ w - b) / length if length > 0 else np.full(len(points), np.nan)


def random_angles(config: Config) -> Iterator[np.ndarray]:
    """The angles of random pairs, (pairs,), as the same pairs gain more coordinates."""
    rng, n = numpy_generator(config.seed, "pairs"), 0
    sums = np.zeros((3, config.pairs))
    for wanted in DIMENSIONS:
        shape = (2, config.pairs, wanted - n)
        if config.entries == "normal":
            u, v = rng.standard_normal(shape)
        else:
            u, v = rng.uniform(size=shape)
        if config.entries == "words":
            u, v = (u < 0.1).astype(float), (v < 0.1).astype(float)
        sums += dot(u, v), dot(u, u), dot(v, v)
        n = wanted
        with np.errstate(invalid="ignore"):  # a text without words has no direction
            yield np.degrees(np.arccos(np.clip(sums[0] / np.sqrt(sums[1] * sums[2]), -1, 1)))


def expected(entries: str) -> float:
    """The angle that random pairs come to as the dimension grows: cos θ = (mean)² / mean square."""
    return float(np.degrees(np.arccos({"normal": 0.0, "positive": 0.75, "words": 0.1}[entries])))


def look(config: Config, step: int) -> Frame:
    """The two vectors with v on its way round, and the plane on its way to b."""
    share = step / LAST
    u, v = np.array([config.ux, config.uy]), np.array([config.vx, config.vy])
    turn = 2 * np.pi * share
    now = np.array([np.cos(turn) * v[0] - np.sin(turn) * v[1],
                    np.sin(turn) * v[0] + np.cos(turn) * v[1]]) if step < LAST else v  # fmt: skip
    w, p = np.array([config.wx, config.wy]), np.array([config.px, config.py])
    length = float(np.sqrt(dot(w, w)))
    away = float(dot(w, p)) / length if length > 0 else np.nan
    level = (-FAR + share * (away + FAR)) * length
    points, kind = groups(config)
    signed = distances(points, w, level)
    values = {
        "u": u, "v": now, "dot": float(dot(u, now)), "angle": float(angle(u, now)),
        "cosine": float(cosine(u, now)), "projection": project(now, u),
        "lengths": np.sqrt([dot(u, u), dot(now, now)]), "level": level, "b": float(dot(w, p)),
        "points": points, "kind": kind, "signed": signed, "right": int((signed * kind > 0).sum()),
    }  # fmt: skip
    kept = {n: np.asarray(x, np.float32) if np.ndim(x) else x for n, x in values.items()}
    return Frame(step, kept, trouble(u, now, w), checkpoint={})


def trouble(u: np.ndarray, v: np.ndarray, w: np.ndarray) -> str:
    """What is not defined, or worth saying, in a sentence."""
    if not u.any() or not v.any():
        return "A zero vector has no direction: its dot product is 0, and it has no angle."
    if not w.any():
        return "w is zero: w · x = b holds nowhere or everywhere, and there is no plane."
    if abs(float(cosine(u, v))) < 0.004:
        return "The dot product is 0: u and v are perpendicular."
    return ""


def run(config: Config, start: Start | None = None) -> Iterator[Frame]:
    """v turns once round, the plane slides to its place, and random vectors gain coordinates."""
    spread = np.full(LAST + 1, np.nan, np.float32)
    for step, degrees in enumerate(random_angles(config)):
        known = degrees[np.isfinite(degrees)]
        frame = look(config, step)
        spread[step] = np.cos(np.radians(known)).std() if len(known) else np.nan
        counts = np.histogram(known, BINS)[0].astype(np.float32) / max(len(known), 1)
        values = {
            "n": int(DIMENSIONS[step]), "shares": counts, "spread": spread[: step + 1].copy(),
            "mean": float(known.mean()) if len(known) else np.nan,
            "nearest": float(known.min()) if len(known) else np.nan,
        }  # fmt: skip
        note = frame.note
        if len(known) < len(degrees):
            zero = len(degrees) - len(known)
            note = f"{format_number(zero)} pairs hold a zero vector, which has no angle. {note}"
        yield Frame(step, {**frame.values, **values}, note.strip(), checkpoint={})


def answer(config: Config, start: Start | None = None) -> Frame:
    """The two vectors and the plane while a hand moves; the random vectors stay as they are."""
    return look(config, start.step if start else LAST)
