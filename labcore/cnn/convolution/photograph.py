"""Part 2: a whole photograph through the kernel, from doing nothing to all of it."""

from __future__ import annotations

from typing import Any

import numpy as np

from labcore import Frame, figures
from labcore.cnn.convolution.config import Config
from labcore.cnn.convolution.kernels import applied, identity
from labcore.cnn.convolution.lesson import padded, slide
from labcore.cnn.convolution.pictures import colours, grey
from labcore.cnn.convolution.settings import BLENDS, SIDE


def look_photograph(config: Config, at: int) -> Frame:
    """The photograph under a mixture of “do nothing” and the kernel.

    Convolution is linear in its kernel, so the result is the same mixture of photograph and map.
    """
    share, kernel = at / BLENDS, applied(config)
    blend = (1 - share) * identity(kernel.shape) + share * kernel
    steps = (config.stride, config.dilation)
    x = padded(grey(config, SIDE).astype(np.float32), config.padding, config.mode)
    y = slide(x, blend, *steps)
    reach = float(np.quantile(np.abs(slide(x, kernel, *steps)[::2, ::2]), 0.995)) or 1.0
    reach = (1 - share) * 255 + share * max(reach, 1.0)
    inner = slide(x[config.padding :, config.padding :], blend) if config.padding else y
    values: dict[str, Any] = {
        "share": share, "height": y.shape[0], "width": y.shape[1], "weight": float(kernel.sum()),
        "mean": float(y.mean()), "spread": float(y.std()), "negative": float((y < 0).mean()),
        "flat": float(np.abs(inner).mean()),
        **profiles(config, y), "reach": reach,
    }  # fmt: skip
    if config.shown == "map":
        values["map"] = figures.quantize(y, -reach, reach)
    else:
        coloured = padded(colours(config, SIDE).astype(np.float32), config.padding, config.mode)
        values["picture"] = np.clip(slide(coloured, blend, *steps), 0, 255).astype(np.uint8)
    return Frame(at, values, trouble_photograph(config, values), checkpoint={})


def profiles(config: Config, y: np.ndarray) -> dict[str, Any]:
    """The row of pixels through the ring, before and after."""
    row = 2 * config.crop_y + 10
    spread = config.dilation * (len(applied(config)) - 1)
    after = (row + config.padding - spread // 2) // config.stride
    return {"before": grey(config, SIDE)[row].astype(np.float32),
            "after": y[min(max(after, 0), len(y) - 1)].astype(np.float32)}  # fmt: skip


def trouble_photograph(config: Config, values: dict[str, Any]) -> str:
    """What is worth a sentence."""
    if not applied(config).any():
        return "All weights are 0: so is every sum."
    if config.shown == "picture" and abs(values["weight"]) < 1e-9 and values["share"] == 1:
        return ("The weights add up to 0: flat regions become 0, which is black. What is below 0 "
                "is lost in a picture; look at the map.")  # fmt: skip
    return ""
