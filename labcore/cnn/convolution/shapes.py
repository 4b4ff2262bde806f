"""Part 4: how large the output is, which cells are read how often, and what it costs."""

from __future__ import annotations

import math

import numpy as np

from labcore import Frame
from labcore.cnn.convolution.config import Config
from labcore.cnn.convolution.lesson import places

MOST_FRAMES = 120


def out_of(config: Config) -> int:
    """The output's size: ⌊(n + 2p − d(k − 1) − 1) / s⌋ + 1, or 0."""
    return places(config.size, config.kernel, config.padding, config.stride, config.dilation)


def shapes_length(config: Config) -> int:
    """A frame for each place of the window, or 120 spread evenly."""
    return max(min(out_of(config) ** 2, MOST_FRAMES), 1)


def groups_of(config: Config) -> int:
    """The groups, or the largest number below that divides both numbers of channels."""
    both = math.gcd(config.inputs, config.outputs)
    return max(g for g in range(1, config.groups + 1) if both % g == 0)


def costs(config: Config) -> dict[str, tuple[int, int]]:
    """Parameters and multiplications of five layers of the same inputs and outputs."""
    c, o, k, cells = config.inputs, config.outputs, config.kernel, out_of(config) ** 2
    entries = c * config.size**2
    each = o * (c // groups_of(config)) * k**2
    return {
        "dense": (entries * o * cells + o * cells, entries * o * cells),
        "convolution": (o * c * k**2 + o, o * c * k**2 * cells),
        "yours, grouped": (each + o, each * cells),
        "depth-wise, 1×1": (c * k**2 + c + c * o + o, (c * k**2 + c * o) * cells),
        "1×1 alone": (c * o + o, c * o * config.size**2),
    }


def reads(config: Config, done: int) -> np.ndarray:
    """How often each cell of the padded input was read by the first so many windows."""
    wide, out = config.size + 2 * config.padding, out_of(config)
    counts = np.zeros((wide, wide), np.int32)
    for row in range(math.ceil(done / max(out, 1))):
        columns = min(out, done - row * out)
        taps = np.arange(config.kernel) * config.dilation
        across = np.zeros(wide, np.int32)
        np.add.at(across, (taps[:, None] + config.stride * np.arange(columns)).ravel(), 1)
        counts[row * config.stride + taps] += across
    return counts


def look_shapes(config: Config, at: int) -> Frame:
    """The window at one of its places."""
    out, length = out_of(config), shapes_length(config)
    here = round(min(at, length - 1) * (out**2 - 1) / max(length - 1, 1)) if out else 0
    row, column = divmod(here, max(out, 1))
    p, n = config.padding, config.size
    counts = reads(config, here + 1 if out else 0)
    whole = reads(config, out**2)[p : n + p, p : n + p]
    layer = costs(config)["yours, grouped"]
    return Frame(at if out else 0, {
        "out": out, "row": row, "column": column, "done": here + 1 if out else 0,
        "counts": counts, "most": int(max(whole.max(), 1)), "groups": groups_of(config),
        "unread": int((whole == 0).sum()), "parameters": layer[0], "products": layer[1],
        "inputs": config.inputs, "outputs": config.outputs,
    }, trouble_shapes(config, whole), checkpoint={})  # fmt: skip


def trouble_shapes(config: Config, whole: np.ndarray) -> str:
    """What is worth a sentence."""
    if not out_of(config):
        spread = config.dilation * (config.kernel - 1) + 1
        return (f"The window spans {spread} cells and the padded input has "
                f"{config.size + 2 * config.padding}: there is no place for it.")  # fmt: skip
    if groups_of(config) != config.groups:
        return (f"{config.groups} groups do not divide {config.inputs} and {config.outputs} "
                f"channels; {groups_of(config)} are used.")  # fmt: skip
    if (whole == 0).any():
        return f"{int((whole == 0).sum())} cells of the input are never read."
    return ""
