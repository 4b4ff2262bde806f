"""A network of one hidden layer, trained with gradients written by hand.

Image (784) → hidden units with ReLU → 10 logits → softmax and cross-entropy. A second network of
PyTorch's own layers can learn beside it from the same weights and the same batches.
"""

from __future__ import annotations

import functools
from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn.utils import skip_init

from labcore import Frame, Start
from labcore.data import fashion_mnist
from labcore.mlp.mlp_training.config import (
    ACROSS,
    CLASSES,
    COUNT,
    FILTERS,
    LOST,
    PIXELS,
    WALL,
    Config,
    observed,
    per_epoch,
)
from labcore.rng import torch_generator


class Data(NamedTuple):
    """Images (N, 784) from 0 to 1, labels (N,); the test images in a random order."""

    images: Tensor
    labels: Tensor
    test_images: Tensor
    test_labels: Tensor


@functools.cache
def clothes() -> Data:
    """The bundled images, as the book has them: one float for each pixel."""
    raw = fashion_mnist()
    order = torch.randperm(len(raw.test_labels), generator=torch_generator(0, "wall")).numpy()
    images, test = (
        torch.tensor(part).reshape(-1, PIXELS).float() / 255
        for part in (raw.images, raw.test_images[order])
    )
    labels, told = (torch.tensor(p).long() for p in (raw.labels, raw.test_labels[order]))
    return Data(images, labels, test, told)


def begin(config: Config) -> list[Tensor]:
    """W₁ (784, h), b₁ (h,), W₂ (h, 10), b₂ (10,)."""
    random = torch_generator(config.seed, "weights")
    made = []
    for rows, columns in ((PIXELS, config.hidden), (config.hidden, CLASSES)):
        sigma = {"small": 0.01, "he": (2 / rows) ** 0.5, "zero": 0.0}[config.begin]
        made += [sigma * torch.randn(rows, columns, generator=random), torch.zeros(columns)]
    return made


def forward(weights: Sequence[Tensor], x: Tensor) -> tuple[Tensor, Tensor]:
    """Hidden units after ReLU (n, h), and logits (n, 10)."""
    w1, b1, w2, b2 = weights
    hidden = (x @ w1).add_(b1).clamp_(min=0)
    return hidden, (hidden @ w2).add_(b2)


def gradients(weights: Sequence[Tensor], x: Tensor, y: Tensor) -> tuple[Tensor, list[Tensor]]:
    """The mean cross-entropy of a batch, and its gradient in the four parameters.

    Backwards: softmax minus the truth is the gradient at the logits; W₂ hands it back to the
    hidden units, and ReLU lets through what it had let through forwards.
    """
    hidden, logits = forward(weights, x)
    log_p = torch.log_softmax(logits, 1)
    loss = -log_p[torch.arange(len(y)), y].mean()
    at_logits = log_p.exp_()
    at_logits[torch.arange(len(y)), y] -= 1
    at_logits /= len(y)
    at_hidden = (at_logits @ weights[2].T).mul_(hidden > 0)
    return loss, [x.T @ at_hidden, at_hidden.sum(0), hidden.T @ at_logits, at_logits.sum(0)]


def concise(config: Config, weights: Sequence[Tensor]) -> nn.Sequential:
    """The same network of PyTorch's layers, which keep W transposed."""
    layers = [skip_init(nn.Linear, PIXELS, config.hidden), nn.ReLU(),
              skip_init(nn.Linear, config.hidden, CLASSES)]  # fmt: skip
    net = nn.Sequential(*layers)
    with torch.no_grad():
        for own, given in zip(net.parameters(), weights, strict=True):
            own.copy_(turned(given))
    return net


def turned(weight: Tensor) -> Tensor:
    """A matrix transposed; a bias as it is."""
    return weight.T if weight.ndim == 2 else weight


def usual(config: Config) -> list[Tensor]:
    """PyTorch's own first weights: uniform within ±1/√inputs, biases too."""
    random, made = torch_generator(config.seed, "usual"), []
    for rows, columns in ((PIXELS, config.hidden), (config.hidden, CLASSES)):
        for shape in ((rows, columns), (columns,)):
            made.append((2 * torch.rand(*shape, generator=random) - 1) * rows**-0.5)
    return made


def run(config: Config, start: Start | None = None) -> Iterator[Frame]:
    """Step after step over shuffled images; a frame where one looks."""
    data, looks = clothes(), set(observed(config))
    first, weights, twin = 0, begin(config), None
    if config.beside != "none":
        twin = concise(config, usual(config) if config.beside == "own" else weights)
    if start:
        first, twin = start.step, None
        held = start.checkpoint
        weights = [torch.tensor(held[f"w{i}"]) for i in range(4)]
        if "c0" in held and config.beside != "none":
            twin = concise(config, [torch.tensor(held[f"c{i}"]) for i in range(4)])
    else:
        x, y = data.images[: config.batch], data.labels[: config.batch]
        yield look(config, 0, weights, twin, [float(gradients(weights, x, y)[0])] * 2)
    rule = torch.optim.SGD(twin.parameters(), lr=config.lr) if twin else None
    total, losses, others, epoch = max(looks), [], [], -1
    order = torch.empty(0, dtype=torch.long)
    for step in range(first, total):
        if step // per_epoch(config) != epoch:
            epoch = step // per_epoch(config)
            random = torch_generator(config.seed, f"epoch/{epoch}")
            order = torch.randperm(COUNT, generator=random)
            if config.beside == "first" and epoch > 0:
                twin = None
        at = step % per_epoch(config) * config.batch
        chosen = order[at : at + config.batch]
        x, y = data.images.index_select(0, chosen), data.labels[chosen]
        loss, slopes = gradients(weights, x, y)
        for weight, slope in zip(weights, slopes, strict=True):
            weight.sub_(slope, alpha=config.lr)
        losses.append(float(loss))
        if twin is not None and rule is not None:
            others.append(concise_step(twin, rule, x, y))
        lost = not losses[-1] < LOST
        if step + 1 in looks or lost:
            means = [float(np.mean(losses)), float(np.mean(others or [np.nan]))]
            yield look(config, step + 1, weights, twin, means)
            losses, others = [], []
        if lost:
            return


def concise_step(net: nn.Sequential, rule: torch.optim.SGD, x: Tensor, y: Tensor) -> float:
    """The same step, as one writes it with PyTorch."""
    loss = nn.functional.cross_entropy(net(x), y)
    rule.zero_grad()
    loss.backward()
    rule.step()
    return loss.item()


def look(
    config: Config, step: int, weights: Sequence[Tensor], twin: nn.Sequential | None,
    losses: Sequence[float],
) -> Frame:  # fmt: skip
    """A frame and all it can be made anew from. losses: mean over the batches since the last."""
    kept = {f"w{i}": w.numpy().copy() for i, w in enumerate(weights)}
    if twin is not None:
        kept |= {
            f"c{i}": turned(p.detach()).numpy().copy() for i, p in enumerate(twin.parameters())
        }
    kept["losses"] = np.array(losses)
    return observe(config, Start(step, kept))


def observe(config: Config, start: Start) -> Frame:
    """What a checkpoint shows: the filters, the test images, and the one that was picked."""
    data, held = clothes(), start.checkpoint
    weights = [torch.from_numpy(np.array(held[f"w{i}"])) for i in range(4)]
    hidden, logits = forward(weights, data.test_images)
    wrong = nn.functional.cross_entropy(logits, data.test_labels)
    said = logits.argmax(1)
    pairs = data.test_labels * CLASSES + said
    counts = torch.bincount(pairs, minlength=CLASSES**2).reshape(CLASSES, CLASSES)
    idle = float((hidden <= 0).all(0).float().mean())
    filters = weights[0] - begin(config)[0] if config.show == "change" else weights[0]
    gap = np.nan
    if "c0" in held:
        gap = max(float(np.abs(held[f"c{i}"] - held[f"w{i}"]).max(initial=0)) for i in range(4))
    return Frame(
        start.step,
        {
            "epoch": start.step / per_epoch(config),
            "train_loss": float(held["losses"][0]), "concise_loss": float(held["losses"][1]),
            "test_loss": float(wrong), "right": float((said == data.test_labels).float().mean()),
            "gap": gap, "idle": idle,
            "filters": filters[:, :FILTERS].T.contiguous().numpy(),
            "confusion": counts.numpy().astype(np.int32),
            **opinions(config, weights),
        },
        note(config, start.step, weights, float(wrong), idle),
        held,
    )  # fmt: skip


def opinions(config: Config, weights: Sequence[Tensor]) -> Mapping[str, np.ndarray | float]:
    """What the network says of the images on the wall, and how sure it is of the one picked."""
    data = clothes()
    wall = slice(config.page * WALL, (config.page + 1) * WALL)
    p = torch.softmax(forward(weights, data.test_images[wall])[1], 1)
    picked = config.row * ACROSS + config.column
    return {"says": p.argmax(1).numpy().astype(np.uint8), "sure": p[picked].numpy(),
            "truth": float(data.test_labels[wall][picked])}  # fmt: skip


def note(config: Config, step: int, weights: Sequence[Tensor], loss: float, idle: float) -> str:
    """What went wrong, and why."""
    if not all(bool(torch.isfinite(w).all()) for w in weights) or not loss < LOST:
        return (f"Step {step}: the loss grows without bound; η = {config.lr:g} throws the weights "
                "farther than the slope reaches.")  # fmt: skip
    if config.begin == "zero" and step:
        return ("All hidden units have the same weights, so they get the same gradient, which is "
                "0 here: only the last bias learns.")  # fmt: skip
    if idle > 0.999 and step:
        return ("Every hidden unit is silent on all test images: too large a step pushed them "
                "below 0, where ReLU has no slope, and they cannot come back.")  # fmt: skip
    if loss > 2.25 and step > per_epoch(config):
        return (f"The loss stays near that of guessing, log 10 = 2.3: with η = {config.lr:g} and "
                f"{100 * idle:.0f} % of the hidden units silent nothing lasts.")  # fmt: skip
    if idle > 0.5 and step:
        return f"{100 * idle:.0f} % of the hidden units are silent on all test images."
    return ""


def answer(config: Config, start: Start | None = None) -> Frame:
    """The image picked, and what the network on screen says of it."""
    step, held = (start.step, start.checkpoint) if start else (0, {})
    if "w0" not in held:
        return Frame(step, {})
    return Frame(step, opinions(config, [torch.from_numpy(held[f"w{i}"]) for i in range(4)]))
