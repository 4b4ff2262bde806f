"""One test set, many models: the winner's curse, an attack by votes, and what bounds promise."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from typing import Any

import numpy as np
from scipy.special import ndtr, ndtri
from scipy.stats import binom

from labcore import Frame, Start
from labcore.linear.test_set_reuse.config import KS, LAST, MOST, NETS, Config
from labcore.rng import numpy_generator

FAR = 6.0
"""Standard deviations beyond which nothing happens."""


@lru_cache(maxsize=4)
def luck(seed: int) -> tuple[np.ndarray, ...]:
    """A normal number and two even ones for each model; kept while a hand drags."""
    random = numpy_generator(seed, "models")
    return random.standard_normal(MOST), random.random(MOST), random.random(MOST)


def counts(n: int, p: float) -> np.ndarray:
    """The numbers of right answers out of n that happen, but for one case in a billion."""
    wide = FAR * np.sqrt(n * p * (1 - p)) + 5
    return np.arange(max(int(n * p - wide), 0), min(int(n * p + wide) + 1, n) + 1)


@lru_cache(maxsize=8)
def tried(seed: int, n: int, p: float, spread: float) -> tuple[np.ndarray, ...]:
    """All models: true accuracies, scores on the test set and on a fresh one, (MOST,) each.

    Scores are binomial; where the models differ, by a normal approximation with skew, rounded.
    """
    z, u, v = luck(seed)
    if spread:
        true = np.clip(p + spread * z, 0.01, 0.999)
        wide = np.sqrt(n * true * (1 - true))
        test, fresh = (
            np.clip(np.rint(n * true + wide * w + (1 - 2 * true) * (w**2 - 1) / 6), 0, n) / n
            for w in (ndtri(u), ndtri(v))
        )
        return true, test, fresh
    s = counts(n, p)
    cdf = binom.cdf(s[:-1], n, p)
    return np.full(MOST, p), s[np.searchsorted(cdf, u)] / n, s[np.searchsorted(cdf, v)] / n


@lru_cache(maxsize=8)
def expected(n: int, p: float, spread: float) -> tuple[np.ndarray, np.ndarray]:
    """The mean best score of k models, and the mean true accuracy of the best, (len(KS),) each.

    k scores are all at most s with probability F(s)^k. Alike, F is binomial: exact. If the models
    differ, F is a mean over 61 true accuracies of normal distributions with the binomial's skew.
    """
    if spread:
        z = np.linspace(-4.5, 4.5, 61)
        weight, true = np.exp(-(z**2) / 2), np.clip(p + spread * z, 0.01, 0.999)
        weight /= weight.sum()
        wide, edge = np.sqrt(true * (1 - true) / n), FAR * np.sqrt(p * (1 - p) / n)
        x = np.linspace(true[0] - edge, min(true[-1] + edge, 1), 600)
        u = (x - true[:, None]) / wide[:, None]
        skew = ((1 - 2 * true) / np.sqrt(n * true * (1 - true)))[:, None] / 6
        cdf = ndtr(u) - skew * (u**2 - 1) * np.exp(-(u**2) / 2) / np.sqrt(2 * np.pi)
        cdf[:, -1] = 1.0
        share = weight[:, None] * np.diff(cdf, axis=1, prepend=0)
        mixed = np.clip(np.cumsum(share.sum(0)), 0, 1)
        of_score = true @ share / np.maximum(share.sum(0), 1e-300)
        best = np.diff(np.maximum.accumulate(mixed)[None] ** KS[:, None], axis=1, prepend=0)
        middle = x - (x[1] - x[0]) / 2
        return best @ middle, best @ np.clip(of_score, 0, 1)
    s = counts(n, p)
    best = np.diff(binom.cdf(s, n, p)[None] ** KS[:, None], axis=1, prepend=0)
    return best @ s / n, np.full(len(KS), p)


@lru_cache(maxsize=4)
def attack(seed: int, n: int, rung: float) -> dict[str, np.ndarray]:
    """Votes of coin-flip classifiers that passed the test (Blum & Hardt, 2015).

    Where scores are told, a classifier below one half is turned around, and all vote. The Ladder
    tells a score only if it beats the best so far by a rung; only those classifiers vote then.
    Each row is a set of labels: the test's, and fresh ones the attacker never hears of.
    """
    random = numpy_generator(seed, "coins")
    right = random.integers(0, 2, (2, MOST, n), dtype=np.int8) * 2 - 1  # +1 where it is right
    score = right[0].mean(1) / 2 + 0.5
    sign = np.where(score >= 0.5, 1, -1).astype(np.int8)
    votes = np.cumsum(right * sign[:, None], axis=1, dtype=np.int16)[:, KS - 1]
    best, told, kept = 0.5, np.empty(MOST), np.zeros(MOST, np.int8)
    for k in range(MOST):
        if score[k] >= best + rung:
            best, kept[k] = round(score[k] / rung) * rung, 1
        told[k] = best
    careful = np.cumsum(right * kept[:, None], axis=1, dtype=np.int16)[:, KS - 1]
    return {"votes": votes, "vote": won(votes), "careful": won(careful), "told": told[KS - 1]}


def won(votes: np.ndarray) -> np.ndarray:
    """Share of questions where the majority is right; a tie is right half the time."""
    return (np.sign(votes).mean(-1) + 1) / 2


def foretold(n: int) -> np.ndarray:
    """What the vote of k turned coins reaches on n labels, about: Φ(√(2k / πn)), (len(KS),)."""
    return ndtr(np.sqrt(2 * KS / (np.pi * n)))


def hoeffding(n: Any, delta: float, k: Any = 1) -> Any:
    """All k scores are within this of the truth, with probability 1 − δ: √(ln(2k / δ) / 2n)."""
    return np.sqrt(np.log(2 * k / delta) / (2 * n))


def central(n: Any, delta: float, p: float) -> Any:
    """One score is about within this of the truth, by the central limit: z √(p (1 − p) / n)."""
    return ndtri(1 - delta / 2) * np.sqrt(p * (1 - p) / n)


def vapnik(n: Any, delta: float, d: float) -> Any:
    """All classifiers of VC dimension d, however chosen: training and true error are within this.

    √(8 / n · (ln Π(2n) + ln(4 / δ))), with Π(2n) ≤ (2en / d)^d by Sauer's lemma, and ≤ 2^2n.
    """
    n = np.asarray(n, float)
    growth = np.minimum(d * np.log(np.maximum(2 * np.e * n / d, np.e)), 2 * n * np.log(2))
    growth = np.where(2 * n < d, 2 * n * np.log(2), growth)
    return np.sqrt(8 / n * (growth + np.log(4 / delta)))


@lru_cache(maxsize=64)
def exact(n: int, delta: float, p: float, k: int) -> float:
    """The least ε so that all k scores are within it with probability 1 − δ, by the binomial."""
    s = counts(n, p)
    off = np.abs(s / n - p)
    order = np.argsort(off, kind="stable")
    inside = np.cumsum(binom.pmf(s, n, p)[order])
    place = np.searchsorted(inside, (1 - delta) ** (1 / k) - 1e-12)
    return float(off[order][min(place, len(s) - 1)])


def needed(epsilon: float, delta: float, p: float, k: int, d: float) -> dict[str, float]:
    """Examples needed for a margin: by Hoeffding for k models, by the central limit, and by VC."""
    ns = np.geomspace(10, 1e15, 4000)
    enough = vapnik(ns, delta, d) <= epsilon
    return {"hoeffding": np.ceil(np.log(2 * k / delta) / (2 * epsilon**2)),
            "central": np.ceil(ndtri(1 - delta / 2) ** 2 * p * (1 - p) / epsilon**2),
            "vapnik": float(ns[enough.argmax()])}  # fmt: skip


def look(config: Config, at: int) -> Frame:
    """All three views when so many models have been tried."""
    k, n, p = int(KS[at]), config.size, config.accuracy
    true, test, fresh = tried(config.seed, n, p, config.spread)
    best, of_best = expected(n, p, config.spread)
    champion = int(test[:k].argmax())
    found = attack(config.seed, config.pool, config.rung)
    now = np.arange(len(KS)) <= at
    values = {
        "scores": np.where(np.arange(MOST) < k, test, np.nan),
        "running": np.where(now, np.maximum.accumulate(test)[KS - 1], np.nan),
        "expected": best, "worth": of_best, "k": k, "champion": champion,
        "best": test[champion], "fresh": fresh[champion], "true": true[champion],
        "vote": np.where(now, found["vote"], np.nan),
        "careful": np.where(now, found["careful"], np.nan),
        "told": np.where(now, found["told"], np.nan), "foretold": foretold(config.pool),
        "shares": tally(found["votes"][:, at], k),
        "hoeffding": hoeffding(n, config.delta), "union": hoeffding(n, config.delta, k),
        "central": central(n, config.delta, p), "exact": exact(n, config.delta, p, 1),
        "exact k": exact(n, config.delta, p, k),
        "vapnik": float(vapnik(n, config.delta, NETS[config.net][1])),
    } | {f"need {name}": count for name, count in needed(
        config.margin, config.delta, p, k, NETS[config.net][1]).items()}  # fmt: skip
    small = {name: np.asarray(value, np.float32) if np.ndim(value) else
             value if isinstance(value, int) else float(value)
             for name, value in values.items()}  # fmt: skip
    return Frame(at, small, trouble(config, at), checkpoint={})


BINS = np.linspace(-4.2, 4.2, 22)
"""Edges of the leads."""


def tally(votes: np.ndarray, k: int) -> np.ndarray:
    """Questions by right votes less wrong ones, over √k, for the test and fresh labels: (2, 21)."""
    lead = np.clip(votes / np.sqrt(k), BINS[0], BINS[-1])
    return np.stack([np.histogram(row, BINS)[0] for row in lead])


def trouble(config: Config, at: int) -> str:
    """What is worth saying."""
    if config.size * (1 - config.accuracy) < 5:
        return ("Fewer than five mistakes are expected in so small a test: the central limit is no "
                "good estimate here.")  # fmt: skip
    if config.accuracy + 3 * config.spread > 1:
        return ("No model is better than 100 %: the dashed and dotted lines take the accuracies as "
                "normal and are somewhat too high.")  # fmt: skip
    return ""


def run(config: Config, start: Start | None = None) -> Iterator[Frame]:
    """Model after model is tried on the same test set."""
    for at in range(LAST + 1):
        yield look(config, at)


def answer(config: Config, start: Start | None = None) -> Frame:
    """The same while a hand drags, with as many models as on screen."""
    return look(config, min(start.step, LAST) if start else LAST)
