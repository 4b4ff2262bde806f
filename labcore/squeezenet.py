"""A small network that has seen ImageNet, for labs that look into or build on one.

SqueezeNet 1.1 in torchvision's words: Iandola et al. (2016), arXiv:1602.07360. 1,235,496 weights,
kept as float16; where they come from stands in `assets/data/manifest.json`.
"""

from __future__ import annotations

import functools

import numpy as np
import torch
from safetensors.torch import load_file
from torchvision.models import SqueezeNet, SqueezeNet1_1_Weights
from torchvision.transforms.functional import center_crop, resize

from labcore.data import ASSETS

CATEGORIES: tuple[str, ...] = tuple(SqueezeNet1_1_Weights.IMAGENET1K_V1.meta["categories"])
"""What the 1,000 outputs mean."""
SIDE = 224
MEAN = (123.68, 116.779, 103.939)
"""Of red, green and blue over ImageNet, from 0 to 255: all that is taken off; nothing is scaled."""


@functools.cache
def squeezenet() -> SqueezeNet:
    """The network, to be read and not trained: all that ask in a process share it."""
    with torch.device("meta"):
        net = SqueezeNet("1_1")
    weights = load_file(ASSETS / "data/squeezenet.safetensors")
    net.load_state_dict({name: w.float() for name, w in weights.items()}, assign=True)
    return net.eval().requires_grad_(False)


def prepared(image: np.ndarray) -> torch.Tensor:
    """The middle square of a picture (h, w, 3) uint8 as the network's input (1, 3, 224, 224)."""
    x = torch.tensor(image).permute(2, 0, 1).float()
    if x.shape[1:] != (SIDE, SIDE):
        x = center_crop(resize(x, [SIDE], antialias=True), [SIDE])
    return (x - torch.tensor(MEAN)[:, None, None])[None]
