"""Sections and labs in order. Imports no lab and no torch, so navigation is instant.

A lab is listed here by slug and section, and nowhere else; its module is
`labcore.<section>.<slug>`, its page `pages/<section>/<slug>.py`, its URL `/<slug>`.
"""

from __future__ import annotations

import importlib
import os
from dataclasses import dataclass
from functools import cache
from typing import cast

from labcore.lab import LabModule


@dataclass(frozen=True, slots=True)
class Section:
    """A shelf of labs; `part` is the heading it stands under in the navigation."""

    slug: str
    title: str
    part: str


@dataclass(frozen=True, slots=True)
class Entry:
    """What the gallery needs to show a lab without importing it.

    paths: where the lab stands on the three paths through the house: the book's order is
           this file's; `ideas` and `families` are the two articles.
    extra: the module of a lab from outside the house (`LAB_EXTRA_LABS`).
    """

    slug: str
    section: str
    title: str
    teaser: str
    tags: tuple[str, ...]
    paths: tuple[str, ...] = ()
    extra: str = ""

    @property
    def module(self) -> str:
        return self.extra or f"labcore.{self.section}.{self.slug}"

    @property
    def page(self) -> str:
        return f"pages/{self.section}/{self.slug}.py"


SECTIONS = (
    Section("start", "Start here", "Foundations"),
    Section("preliminaries", "Preliminaries", "Foundations"),
    Section("mathematics", "Mathematics", "Foundations"),
    Section("linear", "Linear networks", "Networks"),
    Section("mlp", "Multilayer perceptrons", "Networks"),
    Section("builders", "Builders' guide", "Networks"),
    Section("cnn", "Convolutional networks", "Images"),
    Section("vision", "Computer vision", "Images"),
    Section("rnn", "Recurrent networks", "Sequences"),
    Section("attention", "Attention and Transformers", "Sequences"),
    Section("language", "Language", "Sequences"),
    Section("optimization", "Optimization", "Optimization"),
    Section("tuning", "Hyper-parameter tuning", "Optimization"),
    Section("performance", "Performance", "Optimization"),
    Section("reinforcement", "Reinforcement learning", "Decisions"),
    Section("gaussian_processes", "Gaussian processes", "Uncertainty"),
    Section("generation", "Generation", "Generation and recommendation"),
    Section("recommendation", "Recommendation", "Generation and recommendation"),
    Section("ideas", "Ideas", "Ideas"),
)

LABS = (
    Entry(
        "attention_heads",
        "attention",
        "Attention heads",
        "Train small Transformers in seconds, watch heads form, then cut, paint and patch them.",
        ("attention", "Transformer", "softmax", "heads", "masks", "ablation"),
        ("ideas", "families"),
    ),
    Entry(
        "optimizer_trajectories",
        "optimization",
        "Optimizer trajectories",
        "Race thirteen optimizers over a dozen surfaces, your own formula, or a real network.",
        ("gradient descent", "momentum", "Adam", "learning rate", "loss surface", "divergence"),
    ),
    Entry(
        "anchor_boxes",
        "vision",
        "Anchor boxes",
        "Drag boxes, assign anchors, watch suppression choose, and see what that does to AP.",
        ("object detection", "IoU", "anchors", "non-maximum suppression", "average precision"),
    ),
    Entry(
        "q_learning",
        "reinforcement",
        "Q-learning in a grid world",
        "Paint a world, watch values spread back from the goal, and race eight algorithms.",
        ("Q-learning", "SARSA", "temporal difference", "exploration", "grid world", "Dyna-Q"),
    ),
    Entry(
        "gp_posterior",
        "gaussian_processes",
        "Gaussian process posterior",
        "Put points down, drag them, and see every function that still fits.",
        ("Gaussian process", "kernel", "evidence", "uncertainty", "Bayesian optimization"),
    ),
    Entry(
        "gan",
        "generation",
        "Generative adversarial network",
        "Watch fakes chase real points, break the game in four ways, and compare three rivals.",
        ("GAN", "generator", "discriminator", "mode collapse", "Wasserstein", "diffusion", "VAE"),
        ("ideas",),
    ),
)

PATHS = {
    "book": "The book's order",
    "ideas": "Stunning ideas",
    "families": "CNN · RNN · Transformer",
}


def entries(path: str = "book") -> tuple[Entry, ...]:
    """The labs of one path, in its order."""
    return LABS if path == "book" else tuple(entry for entry in LABS if path in entry.paths)


def find(slug: str) -> Entry:
    """The entry of a lab.

    Raises:
        KeyError: a sentence, if there is no such lab.
    """
    for entry in (*LABS, *extra()):
        if entry.slug == slug:
            return entry
    raise KeyError(f"There is no lab “{slug}”; there is {', '.join(e.slug for e in LABS)}.")


@cache
def extra() -> tuple[Entry, ...]:
    """Labs the house can run but does not list: modules named in `LAB_EXTRA_LABS`.

    Tests and benchmarks bring theirs this way; so can a lab that is being written.
    """
    listed = {entry.module for entry in LABS}
    named = os.environ.get("LAB_EXTRA_LABS", "").split(",")
    modules = [name for name in named if name and name not in listed]
    return tuple(
        Entry(name.rpartition(".")[2], "", name.rpartition(".")[2], "", (), extra=name)
        for name in modules
    )


@cache
def load(slug: str) -> LabModule:
    """The module of a lab, imported on first use."""
    return cast(LabModule, importlib.import_module(find(slug).module))
