"""A short training: the same batches for every network, and its error on images never seen."""

from __future__ import annotations

import math

import torch
import torch.nn.functional as F

from labcore.clothes import pictures
from labcore.cnn.design_spaces.network import Net, convolutions, first_weights, logits
from labcore.rng import torch_generator

BATCH, JUDGED, MOMENTUM, DECAY = 64, 1000, 0.9, 5e-4
"""Images of a batch, and test images an error is measured on."""


def trained(net: Net, seed: int, name: str, steps: int, lr: float) -> float:
    """The share of test images a network gets wrong after so many steps of SGD with momentum.

    η rises on the first tenth of the steps and falls along a cosine. Batches depend on the seed
    alone, first weights on the name of the network too. A network that diverged is wrong in 0.9.
    """
    data, layers = pictures(), list(convolutions(net))
    learned, running = first_weights(net, torch_generator(seed, f"weights/{name}"))
    learned = [tensor.requires_grad_(True) for tensor in learned]
    speed = [torch.zeros_like(tensor) for tensor in learned]
    random = torch_generator(seed, "batches")
    order, warm = torch.empty(0, dtype=torch.long), max(1, steps // 10)
    for step in range(steps):
        if len(order) < BATCH:
            order = torch.randperm(len(data.labels), generator=random)
        batch, order = order[:BATCH], order[BATCH:]
        x = data.images[batch].to(memory_format=torch.channels_last)
        loss = F.cross_entropy(logits(layers, learned, running, x, True), data.labels[batch])
        slopes = torch.autograd.grad(loss, learned)
        eta = lr * min((step + 1) / warm, 0.5 * (1 + math.cos(math.pi * step / steps)))
        with torch.no_grad():
            torch._foreach_mul_(speed, MOMENTUM)
            torch._foreach_add_(speed, slopes)
            torch._foreach_add_(speed, learned, alpha=DECAY)
            torch._foreach_add_(learned, speed, alpha=-eta)
    with torch.no_grad():  # running statistics lag behind so short a training: take them anew
        logits(layers, learned, running, data.images[::20], True, keep=0.0)
        scores = logits(layers, learned, running, data.test_images[:JUDGED], False)
    if not torch.isfinite(scores).all():
        return 0.9
    return float((scores.argmax(1) != data.test_labels[:JUDGED]).float().mean())
