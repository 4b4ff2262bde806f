"""Samples that arrive, averages that turn normal, and noise that becomes an uncertain slope."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache

import numpy as np
from scipy import special

from labcore import Frame, Start
from labcore.mathematics.distributions.laws import Config, Law, law
from labcore.rng import numpy_generator

COUNTS = np.unique(np.round(np.logspace(0, 3.7, 80)).astype(int))[:61]
"""How many samples, and fitted lines up to REPEATS, there are at each place of the time line."""
LAST = len(COUNTS) - 1
AVERAGES, REPEATS, SEEN = 1000, 500, 40
PLACES = np.linspace(0, 10, 12)
"""Where the line is measured; its true slope is SLOPE and it starts at 1."""
SLOPE = 0.5
PAIRS = np.triu_indices(len(PLACES), 1)


@lru_cache(maxsize=4)
def luck(seed: int, name: str, rows: int, columns: int) -> np.ndarray:
    """Numbers spread evenly over 0 to 1; they stay the same while a parameter moves."""
    return numpy_generator(seed, name).random((rows, columns)).clip(1e-12, 1 - 1e-12)


def samples(config: Config, here: Law) -> np.ndarray:
    """Draws in the order they arrive: the quantile of an even number is a draw."""
    return here.quantile(luck(config.seed, "samples", 1, int(COUNTS[-1]))[0])


def centre(here: Law) -> tuple[float, float]:
    """Mean and standard deviation; where there are none, the median and half the middle half."""
    if np.isfinite(here.variance):
        return here.mean, float(np.sqrt(here.variance))
    low, middle, high = here.quantile(np.array([0.25, 0.5, 0.75]))
    return float(middle), float(high - low) / 2


def averages(config: Config, here: Law) -> np.ndarray:
    """(LAST + 1, AVERAGES): averages of 1, 2, … draws, less their mean, times √n / σ.

    The central limit theorem says that each row is nearer to a standard normal sample than the
    one before, whatever the distribution, if it has a variance.
    """
    draws = here.quantile(luck(config.seed, "averages", LAST + 1, AVERAGES))
    n = np.arange(1, LAST + 2)[:, None]
    mean, sd = centre(here)
    return (np.cumsum(draws, 0) / n - mean) * np.sqrt(n) / max(sd, 1e-12)


def distance(z: np.ndarray) -> np.ndarray:
    """The widest gap between the share below z and what the normal law says (Kolmogorov): (…,)."""
    even = np.arange(z.shape[-1] + 1) / z.shape[-1]
    normal = special.ndtr(np.sort(z, -1))
    return np.maximum((even[1:] - normal).max(-1), (normal - even[:-1]).max(-1))


def slopes(noise: np.ndarray) -> np.ndarray:
    """Errors of a fitted slope (2, REPEATS), from noise (REPEATS, places).

    By least squares, and by the median of the slopes through every two points (Theil–Sen).
    """
    x = PLACES - PLACES.mean()
    i, j = PAIRS
    steps = (noise[:, j] - noise[:, i]) / (PLACES[j] - PLACES[i])
    return np.stack([noise @ x / (x @ x), np.median(steps, axis=1)])


@lru_cache(maxsize=8)
def whole(config: Config) -> dict[str, np.ndarray]:
    """All that follows from the distribution, at every place of the time line."""
    here = law(config)
    z = averages(config, here)
    noise = here.quantile(luck(config.seed, "noise", REPEATS, len(PLACES))) - centre(here)[0]
    return {"samples": samples(config, here), "z": z, "noise": noise, "errors": slopes(noise),
            "far": distance(z)}  # fmt: skip


def bins(here: Law, values: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Middles of the bars of a histogram, and the share of the values in each as a density."""
    if here.discrete:
        edges = np.append(here.x - 0.5, here.x[-1] + 0.5)
    else:
        edges = np.linspace(*here.span, SEEN + 1)
    count, _ = np.histogram(values, edges)
    return (edges[1:] + edges[:-1]) / 2, count / len(values) / np.diff(edges)


def lattice(here: Law, z: np.ndarray, n: int) -> tuple[np.ndarray, np.ndarray]:
    """A histogram of standardised averages; bars of whole-number sums hold as many sums each."""
    width = 0.2
    low = -4.0
    if here.discrete and here.variance > 0:
        gap = 1 / np.sqrt(n * here.variance)  # between one possible average and the next
        width = gap * np.ceil(0.2 / gap - 1e-9)
        first = np.ceil((low / gap) + n * here.mean)
        low = (first - 0.5 - n * here.mean) * gap
    edges = low + width * np.arange(int(8 / width) + 2)
    count, _ = np.histogram(z, edges)
    return (edges[1:] + edges[:-1]) / 2, count / len(z) / width


def look(config: Config, at: int) -> Frame:
    """Samples, averages and slopes at one place of the time line."""
    here, found = law(config), whole(config)
    n, shown = int(COUNTS[at]), found["samples"][: COUNTS[at]]
    middle, share = bins(here, shown)
    z, crowd = lattice(here, found["z"][at], at + 1)
    fitted = min(n, REPEATS)
    now = np.arange(LAST + 1) <= at
    arrays = {
        "middle": middle, "share": share, "z": z, "crowd": crowd,
        "so far": np.searchsorted(np.sort(shown), here.x, side="right") / n,
        "far": np.where(now, found["far"], np.nan), "noise": found["noise"][fitted - 1],
        "errors": found["errors"][:, :fitted],
    }  # fmt: skip
    spread = PLACES.std() * np.sqrt(len(PLACES))
    numbers = {
        "n": n, "fitted": fitted, "mean": here.mean, "variance": here.variance,
        "entropy": here.entropy, "sample.mean": float(shown.mean()),
        "sample.variance": float(shown.var(ddof=1)) if n > 1 else float("nan"),
        "averaged": at + 1, "distance": float(found["far"][at]),
        "slope.sd": float(np.sqrt(here.variance) / spread),
        "least squares": float(np.sqrt((found["errors"][0, :fitted] ** 2).mean())),
        "median slope": float(np.sqrt((found["errors"][1, :fitted] ** 2).mean())),
    }  # fmt: skip
    arrays = {name: value.astype(np.float32) for name, value in arrays.items()}
    return Frame(at, arrays | numbers, trouble(config, here), checkpoint={})


def trouble(config: Config, here: Law) -> str:
    """Where a number does not exist, in a sentence."""
    if config.kind == "student" and config.k <= 1:
        return ("With one degree of freedom or less there is no mean: averages of many draws "
                "are as wild as one draw, and the central limit theorem says nothing.")  # fmt: skip
    if config.kind == "student" and config.k <= 2:
        return ("With two degrees of freedom or fewer the variance is infinite, so the central "
                "limit theorem does not hold.")  # fmt: skip
    if config.kind == "own" and not any(height for _, height in config.own):
        return "All your bars are at 0; they are taken as equal."
    if here.variance == 0:
        return "Only one value can come up: no variance, nothing to average out."
    return ""


def run(config: Config, start: Start | None = None) -> Iterator[Frame]:
    """Samples arrive, averages grow, lines are fitted again and again."""
    for at in range(LAST + 1):
        yield look(config, at)


def answer(config: Config, start: Start | None = None) -> Frame:
    """The same while a hand moves a bar or the centre, at the place on screen."""
    return look(config, start.step if start else LAST)
