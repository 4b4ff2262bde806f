"""Naive Bayes on real digits: counts of each pixel, and what follows if pixels were independent."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from typing import Any, Literal

import numpy as np
from pydantic import model_validator

import labcore
from labcore import Frame, Start, control
from labcore.mathematics.naive_bayes.digits import FOUR, HELD, PIXELS, SIDE, Data, data
from labcore.rng import numpy_generator

CLASSES = 10
SIZES = np.unique(np.round(np.geomspace(20, 4000, 60)).astype(int))
"""How many images have been counted at each place of the time line."""
LAST = len(SIZES) - 1
IMPOSSIBLE = -1e6
"""Stands for log 0, so that sums stay numbers: one such pixel outweighs all others."""


class Config(labcore.Config):
    """How digits are turned into ink, counted and trusted; and one to paint."""

    threshold: float = control(0.4, title="Ink from grey", low=0.1, high=0.9, step=0.05)
    """A cell of 2 × 2 pixels is ink where it is darker than this, of 1."""

    smoothing: float = control(1.0, title="Smoothing a", low=0, high=20, step=0.1)
    """Imagined images added to each count, a with ink and a without. With 0, what was never seen
    is impossible."""

    kept: float = control(1.0, title="Share of the pixels used", low=0.05, high=1, step=0.05)
    """Cells picked at random; the others are not looked at."""

    copies: int = control(1, title="Copies of each pixel", low=1, high=5)
    """Each pixel is told so many times. Nothing new is said, but the model cannot know."""

    temperature: float = control(
        1.0, title="Temperature T", low=0.5, high=20, log=True, views=("Digit", "Calibration")
    )
    """The log-posterior is divided by it before it becomes a probability."""

    brush: Literal["#", ".", "look"] = control(
        "#",
        title="Brush",
        labels={"#": "ink", ".": "eraser", "look": "none"},
        views=("Digit",),
    )
    """What is painted on the digit."""

    drawing: str = control(
        FOUR, title="Painted digit", high=PIXELS + SIDE, more=True, views=("Digit",)
    )
    """Fourteen rows of fourteen cells, # for ink and . for paper, joined by “/”."""

    column: int = control(7, title="Pixel: column", low=0, high=SIDE - 1, views=("Counts",))
    """The pixel whose counts are shown."""

    row: int = control(6, title="Pixel: row", low=0, high=SIDE - 1, views=("Counts",))
    """The pixel whose counts are shown."""

    @model_validator(mode="after")
    def _drawing_is_a_grid(self) -> Config:
        rows = self.drawing.split("/")
        if len(rows) != SIDE or any(len(row) != SIDE or set(row) - {"#", "."} for row in rows):
            raise ValueError("The painted digit needs 14 rows of 14 cells, each # or “.”.")
        return self


def count(x: np.ndarray, y: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """How many images of each class there are, (10,), and how many have ink in each pixel."""
    of = np.eye(CLASSES, dtype=np.float32)[y]
    return of.sum(0), of.T @ x


def log(p: np.ndarray) -> np.ndarray:
    """log p, with IMPOSSIBLE in place of −∞."""
    return np.where(p > 0, np.log(np.where(p > 0, p, 1)), IMPOSSIBLE)


def chances(images: np.ndarray, ink: np.ndarray, smoothing: float) -> np.ndarray:
    """P(ink in pixel | class): (ink + a) / (images + 2a); ½ where nothing was counted."""
    total = images[:, None] + 2 * smoothing
    return np.where(total > 0, (ink + smoothing) / np.where(total > 0, total, 1), 0.5)


def score(x: np.ndarray, images: np.ndarray, p: np.ndarray, used: np.ndarray) -> np.ndarray:
    """log P(class) + Σ log P(pixel | class), over the pixels used: (n, 10).

    The sum is the naive part: it holds only if, within a class, pixels are independent. `used`
    says how many times each pixel is told.
    """
    yes, no = used * log(p), used * log(1 - p)
    return log(images / images.sum()) + x @ (yes - no).T + no.sum(1)


def posterior(scores: np.ndarray, temperature: float) -> np.ndarray:
    """P(class | image) from scores, which are divided by the temperature: softmax, (n, 10)."""
    z = (scores - scores.max(1, keepdims=True)) / temperature
    e = np.exp(z)
    return e / e.sum(1, keepdims=True)


def by_library(data: Data, smoothing: float) -> np.ndarray:
    """The same probabilities from scikit-learn, for all pixels told once."""
    from sklearn.naive_bayes import BernoulliNB

    model = BernoulliNB(alpha=smoothing, binarize=None).fit(data.x, data.y)
    return model.predict_proba(data.held_x)


def told(config: Config) -> np.ndarray:
    """How many times each pixel is told: 0 for those not used."""
    order = numpy_generator(config.seed, "pixels").permutation(PIXELS)
    used = np.zeros(PIXELS)
    used[order[: max(1, round(config.kept * PIXELS))]] = config.copies
    return used


@lru_cache(maxsize=4)
def whole(config: Config) -> list[dict[str, np.ndarray]]:
    """Counts and scores of the held-back images at every place of the time line."""
    given, used = data(config.seed, config.threshold), told(config)
    images, ink = np.zeros(CLASSES), np.zeros((CLASSES, PIXELS))
    seen, found = 0, []
    for size in SIZES:
        more = count(given.x[seen:size], given.y[seen:size])
        images, ink, seen = images + more[0], ink + more[1], size
        p = chances(images, ink, config.smoothing)
        scores = score(given.held_x, images, p, used)
        right = float((scores.argmax(1) == given.held_y).mean())
        known = float((score(given.x[:500], images, p, used).argmax(1)[:seen]
                       == given.y[:500][:seen]).mean())  # fmt: skip
        found.append({"images": images, "ink": ink, "p": p, "scores": scores,
                      "right": np.float64(right), "known": np.float64(known)})  # fmt: skip
    return found


def reliability(sure: np.ndarray, right: np.ndarray) -> tuple[np.ndarray, np.ndarray, float]:
    """Images and right answers by tenth of the confidence, and the mean gap between the two."""
    tenth = np.minimum((sure * 10).astype(int), 9)
    many, good = np.bincount(tenth, minlength=10), np.bincount(tenth, right, minlength=10)
    gap = np.abs(np.bincount(tenth, sure, minlength=10) - good).sum() / len(sure)
    return many, good, float(gap)


def plain(config: Config) -> Config:
    """The same without what a hand or the temperature changes, so that counts are kept."""
    return Config(**{name: getattr(config, name) for name in
                     ("threshold", "smoothing", "kept", "copies", "seed")})  # fmt: skip


def at_once(config: Config, at: int) -> dict[str, np.ndarray]:
    """The same at one place alone, without what came before."""
    given = data(config.seed, config.threshold)
    images, ink = count(given.x[: SIZES[at]], given.y[: SIZES[at]])
    p = chances(images, ink, config.smoothing)
    return {"images": images, "ink": ink, "p": p,
            "scores": score(given.held_x, images, p, told(config))}  # fmt: skip


def look(config: Config, at: int, here: dict[str, np.ndarray]) -> dict[str, Any]:
    """Counts, the painted digit and the calibration after SIZES[at] images."""
    given, used = data(config.seed, config.threshold), told(config)
    drawn = np.array([[cell == "#" for cell in config.drawing.replace("/", "")]], np.float32)
    scores = score(drawn, here["images"], here["p"], used)
    mine = posterior(scores, config.temperature)[0]
    first, other = np.argsort(-scores[0], kind="stable")[:2]
    speak = log(here["p"][[first, other]]), log(1 - here["p"][[first, other]])
    votes = used * np.where(drawn[0] > 0, speak[0][0] - speak[0][1], speak[1][0] - speak[1][1])
    all_p = posterior(here["scores"], config.temperature)
    sure, right = all_p.max(1), here["scores"].argmax(1) == given.held_y
    many, good, gap = reliability(sure, right)
    pixel = config.row * SIDE + config.column
    arrays = {
        "chances": np.rint(255 * here["p"]).astype(np.uint8), "pixel": here["p"][:, pixel],
        "ink": here["ink"][:, pixel], "images": here["images"], "mine": mine, "votes": votes,
        "many": many, "good": good, "used": used > 0,
    }  # fmt: skip
    numbers = {
        "seen": int(SIZES[at]), "accuracy": float(right.mean()), "confidence": float(sure.mean()),
        "gap": gap, "first": int(first), "other": int(other),
        "lead": float(scores[0, first] - scores[0, other]),
        "never": int((here["scores"].max(1) < IMPOSSIBLE / 2).sum()),
        "surely wrong": int((~right & (sure > 0.99)).sum()),
        "possible": bool(scores.max() > IMPOSSIBLE / 2),
    }  # fmt: skip
    kinds = {"f": np.float32, "i": np.int32, "b": np.bool_, "u": np.uint8}
    arrays = {name: value.astype(kinds[value.dtype.kind]) for name, value in arrays.items()}
    return arrays | numbers


def trouble(numbers: dict[str, Any]) -> str:
    """What cannot be said, in a sentence."""
    if not numbers["possible"]:
        return ("Without smoothing every class holds this picture for impossible: each has a pixel "
                "that it never saw so. Shown is the class with the fewest of them.")  # fmt: skip
    if numbers["never"]:
        return (f"{numbers['never']} of {HELD} images are impossible in every class, because some "
                "pixel was never seen so. Smoothing mends it.")  # fmt: skip
    return ""


def run(config: Config, start: Start | None = None) -> Iterator[Frame]:
    """Image after image is counted."""
    found = whole(plain(config))
    for at in range(LAST + 1):
        now = np.arange(LAST + 1) <= at
        values = look(config, at, found[at])
        for name in ("right", "known"):
            past = np.where(now, [step[name] for step in found], np.nan)
            values[name] = past.astype(np.float32)
        yield Frame(at, values, trouble(values), checkpoint={})


def answer(config: Config, start: Start | None = None) -> Frame:
    """The same while a hand paints, with as many images as are on screen."""
    at = start.step if start else LAST
    values = look(config, at, at_once(config, at))
    return Frame(at, values, trouble(values), checkpoint={})
