"""Where batches come from, and what is never trained on."""

from __future__ import annotations

from functools import cache

from labcore.attention.attention_heads.config import Config
from labcore.attention.attention_heads.digits import Pictures, patches, pictures
from labcore.attention.attention_heads.inputs import IMAGES
from labcore.attention.attention_heads.judging import Test
from labcore.attention.attention_heads.tasks import Dates, Letters

TESTED, PROBED_CHANGED = 256, 64
"""Held-out sequences: for the accuracy, and for the accuracy of a changed model."""


def source_of(config: Config) -> Letters | Dates | Pictures:
    """Where batches come from."""
    if config.task == "patches":
        return Pictures(config.seed)
    if config.task == "dates":
        return Dates(config.seed)
    return Letters(config.task, config.length, config.seed)


def test_set(config: Config) -> Test:
    """Held-out inputs, the same whatever was drawn before."""
    if config.task == "patches":
        images, digits = pictures()
        return Test(None, (patches(images[:IMAGES]), digits[:IMAGES]))
    data = source_of(config)
    assert not isinstance(data, Pictures)
    return Test(data.draw(TESTED, held_out=True))


@cache
def probes(settings: Config) -> Test:
    """The held-out inputs a changed model is tried on; kept, since every frame asks for them."""
    return test_set(settings).first(PROBED_CHANGED)
