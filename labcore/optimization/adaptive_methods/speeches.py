"""Real words for the sparse problem: from which of two plays is a speech?

Data: the speeches of *Macbeth* and *Twelfth Night* of eight words or more (public domain, text of
Project Gutenberg). A feature is how often a word stands in a speech; most words are rare.
"""

from __future__ import annotations

import functools
import re
from collections import Counter
from typing import NamedTuple

import numpy as np

from labcore.data import ASSETS
from labcore.rng import numpy_generator

LEAST_WORDS, LEAST_SPEECHES, TESTED = 8, 2, 4


class Speeches(NamedTuple):
    """Counts (N, P) float32, labels (N,) with 1 for Twelfth Night, and the P words, common first.

    counts, labels: to train on; test_counts, test_labels: every fourth speech.
    spread: (P,) in how many speeches of the training part a word stands.
    """

    counts: np.ndarray
    labels: np.ndarray
    test_counts: np.ndarray
    test_labels: np.ndarray
    words: list[str]
    spread: np.ndarray


def spoken(name: str) -> list[list[str]]:
    """The words of each speech of a play, without its speaker and the directions."""
    text = (ASSETS / "data" / name).read_text(encoding="utf-8")
    found = []
    for block in re.split(r"\n\s*\n", text):
        head, *lines = block.split("\n")
        if re.fullmatch(r"[A-Z][A-Z' ]+\.", head):
            said = re.sub(r"\[[^\]]*\]", " ", " ".join(lines)).lower()
            words = re.findall(r"[a-z]+(?:'[a-z]+)?", said)
            if len(words) >= LEAST_WORDS:
                found.append(words)
    return found


@functools.cache
def speeches() -> Speeches:
    """Both plays, shuffled once and for all."""
    plays = [spoken("macbeth.txt"), spoken("twelfth_night.txt")]
    said = [(words, label) for label, play in enumerate(plays) for words in play]
    order = numpy_generator(0, "speeches").permutation(len(said))
    tested = np.arange(len(said)) % TESTED == 0
    chosen = [said[i] for i in order]
    spread = Counter(
        word for (words, _), test in zip(chosen, tested, strict=True) if not test
        for word in set(words)
    )  # fmt: skip
    kept = sorted(
        (w for w, n in spread.items() if n >= LEAST_SPEECHES), key=lambda w: (-spread[w], w)
    )
    place = {word: i for i, word in enumerate(kept)}
    counts = np.zeros((len(chosen), len(kept)), np.float32)
    for i, (words, _) in enumerate(chosen):
        for word in words:
            if word in place:
                counts[i, place[word]] += 1
    labels = np.array([label for _, label in chosen], np.float32)
    return Speeches(
        counts[~tested], labels[~tested], counts[tested], labels[tested], kept,
        np.array([spread[word] for word in kept]),
    )  # fmt: skip


def logistic_loss(theta: np.ndarray, counts: np.ndarray, labels: np.ndarray) -> np.ndarray:
    """Mean cross-entropy. theta: (M, P), counts: (N, P), labels: (N,) → (M,)."""
    z = counts @ theta.T
    return (np.logaddexp(0, z) - labels[:, None] * z).mean(0)


def logistic_gradient(theta: np.ndarray, counts: np.ndarray, labels: np.ndarray) -> np.ndarray:
    """Its gradient: (M, P)."""
    z = np.clip(counts @ theta.T, -60, 60)
    return ((1 / (1 + np.exp(-z)) - labels[:, None]).T @ counts) / len(labels)
