"""What a run went on from: configs, each with the number of the frame it was left at."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeAlias

from labcore.config import Config

Trunk: TypeAlias = Sequence[tuple[Config, int]]
"""From the first run on; frames are counted from the first frame of that one."""


def stretches(trunk: Trunk) -> list[tuple[Config, int]]:
    """What must be computed of a trunk: each config, and how many frames of its own.

    A branch left at a frame that its own trunk had already shown changed nothing.
    """
    kept: list[tuple[Config, int]] = []
    for config, frame in trunk:
        while kept and frame <= kept[-1][1]:
            config = kept.pop()[0]
        kept.append((config, frame))
    before = [-1, *(frame for _, frame in kept)]
    return [(config, frame - b) for (config, frame), b in zip(kept, before, strict=False)]
