"""Why a network says what it says of a picture: three answers that need not agree."""

from __future__ import annotations

from typing import NamedTuple

import torch
from torch import Tensor

from labcore.cnn.lenet.config import SIDE
from labcore.cnn.lenet.nets import forward, from_second

STRIDE = 4
"""Pixels between two places of the patch."""
PLACES = SIDE // STRIDE


class Reasons(NamedTuple):
    """Saliency (28, 28), occlusion (7, 7), Grad-CAM (10, 10); shut: the logits (10,) under the
    patch in the learner's hand."""

    saliency: Tensor
    occlusion: Tensor
    cam: Tensor
    shut: Tensor


def saliency(net: str, flat: Tensor, x: Tensor, about: int, speaks: Tensor) -> Tensor:
    """How far the class's logit moves with each pixel: |∂ logit / ∂ pixel|, (28, 28).

    Source: Simonyan, Vedaldi & Zisserman (2013).
    """
    x = x.clone().requires_grad_()
    logit = forward(net, flat, x, speaks).logits[0, about]
    return torch.autograd.grad(logit, x)[0][0, 0].abs()


def grad_cam(net: str, flat: Tensor, maps: Tensor, about: int) -> Tensor:
    """The maps of conv 2, (1, 16, 10, 10), each weighed by the mean slope of the logit in it.

    The sum is (10, 10), and 0 where it would be negative.
    Source: Selvaraju et al. (2017), equations 1 and 2.
    """
    maps = maps.clone().requires_grad_()
    logit = from_second(net, flat, maps)[-1][0, about]
    slopes = torch.autograd.grad(logit, maps)[0]
    return (slopes.mean((2, 3), keepdim=True) * maps.detach()).sum(1)[0].clamp_(min=0)


def covered(x: Tensor, centres: Tensor, patch: int) -> Tensor:
    """The picture (1, 1, 28, 28) with a black square around each centre (n, 2), row and column."""
    places = torch.arange(SIDE)
    near = (places - centres[:, :, None]).abs() <= patch // 2  # (n, 2, 28)
    hole = near[:, 0, :, None] & near[:, 1, None, :]
    return x * ~hole[:, None]


def occlusion(
    net: str, flat: Tensor, x: Tensor, about: int, speaks: Tensor, patch: int, hand: Tensor
) -> tuple[Tensor, Tensor]:
    """What the class's probability loses where a black square covers the picture: (7, 7).

    And the logits with the square where the learner holds it; hand: (1, 2), row and column.
    Source: Zeiler & Fergus (2014), section 4.2, with black in place of grey.
    """
    places = STRIDE * torch.arange(PLACES) + STRIDE // 2
    shut = covered(x, torch.cat([hand, torch.cartesian_prod(places, places)]), patch)
    logits = forward(net, flat, torch.cat([x, shut]), speaks).logits
    p = logits.softmax(1)[:, about]
    return (p[0] - p[2:]).view(PLACES, PLACES), logits[1]


def reasons(
    net: str, flat: Tensor, x: Tensor, about: int, speaks: Tensor, patch: int, hand: Tensor,
    maps: Tensor,
) -> Reasons:  # fmt: skip
    """All three. maps: what conv 2 says of the picture."""
    lost, shut = occlusion(net, flat, x, about, speaks, patch, hand)
    return Reasons(saliency(net, flat, x, about, speaks), lost, grad_cam(net, flat, maps, about),
                   shut)  # fmt: skip
