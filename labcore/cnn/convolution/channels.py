"""Part 3: a kernel for each pair of input and output channel, and sums across the inputs."""

from __future__ import annotations

import numpy as np

from labcore import Frame
from labcore.cnn.convolution.config import Config
from labcore.cnn.convolution.kernels import applied
from labcore.cnn.convolution.lesson import convolve, padded, slide
from labcore.cnn.convolution.pictures import GREY, colours
from labcore.cnn.convolution.settings import TILE


def shares(config: Config) -> np.ndarray:
    """What the kernel is multiplied by, (output channel, input channel): (3, 3).

    The first output listens to brightness, the second to red against green, the third is yours.
    """
    own = np.array([height for _, height in config.mix])
    return np.stack([GREY, (1.0, -1.0, 0.0), own])


def terms_of(config: Config) -> list[tuple[int, int]]:
    """The pairs (output, input) that are connected, in the order in which they are added."""
    if config.depthwise:
        return [(i, i) for i in range(3)]
    return [(o, i) for o in range(3) for i in range(3)]


def channels_length(config: Config) -> int:
    """A frame for each term; depth-wise, in three stages each."""
    return 10


def look_channels(config: Config, at: int) -> Frame:
    """What each input channel gives to each output channel, and the sums of those so far."""
    pairs = terms_of(config)
    done = round(at / 9 * len(pairs))
    kernel, m = applied(config), shares(config)
    x = padded(colours(config, TILE).astype(np.float64), (len(kernel) - 1) // 2, "replicate")
    weights = m[:, :, None, None] * kernel
    plain = slide(x, kernel)  # (3, h, w): the same kernel on each colour
    terms = np.full((3, *plain.shape), np.nan)
    sums = np.zeros(plain.shape)
    for place, (o, i) in enumerate(pairs):
        terms[o, i] = m[o, i] * plain[i]
        if place < done:
            sums[o] += terms[o, i]
    whole = (convolve(x, weights[range(3), range(3)][:, None], groups=3) if config.depthwise
             else convolve(x, weights))  # fmt: skip
    middle = (TILE // 2, TILE // 2)
    return Frame(at, {
        "done": done, "terms": terms.astype(np.float32), "sums": sums.astype(np.float32),
        "output": whole.astype(np.float32), "shares": m.astype(np.float32),
        "parts": np.nan_to_num(terms[:, :, *middle]).astype(np.float32),
        "parameters": len(pairs) * kernel.size + 3,
        "colour": float(np.abs(whole[2]).mean()), "light": float(np.abs(whole[0]).mean()),
    }, checkpoint={})  # fmt: skip
