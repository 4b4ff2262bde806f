"""Three networks alike but for their norm; what goes through them, and what a batch has to say.

The time line trains: some steps of SGD a frame. A network has no norm, batch norm, or layer (or
group) norm; all start from the same weights and see the same batches.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import numpy as np
import torch
import torch.nn.functional as F

from labcore import Frame, Start
from labcore.clothes import pictures
from labcore.cnn.batch_norm.config import LAYERS, MOST, WIDTHS, Config, steps_of, unit_of
from labcore.cnn.batch_norm.network import (
    EPS,
    Net,
    batch_norm,
    begin,
    flat,
    forward,
    gradients,
    learn,
    rebuilt,
)
from labcore.cnn.batch_norm.sweep import DEPTHS, KINDS, RATES, accuracies
from labcore.rng import torch_generator

BINS, REACH = 40, 6.0
QUANTILES = (0.05, 0.25, 0.5, 0.75, 0.95)
STRIDES = (0.5, 1.5, 4.0)
"""How far along the gradient the loss is probed, in multiples of η."""
CROWDS, LEARNT, SHOWN = 12, 200, 48
"""Batches drawn around an image; training images that stand for all; images of one unit."""


def shapes(net: Net) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """What enters each activation for 50 test images, in eval mode.

    Returns densities (4, BINS) between −REACH and REACH, quantiles (4, 5), and the share of the
    values that lies beyond (4,).
    """
    seen: list[torch.Tensor] = []
    with torch.no_grad():
        forward(net, pictures().test_images[:50], False, seen)
    densities, quantiles, beyond = [], [], []
    for out in seen[1::2]:
        values = out.flatten()
        if not values.isfinite().all():
            values = torch.full((2,), torch.nan)
        thin = values[:: max(1, values.numel() // 6_000)]
        quantiles.append(torch.quantile(thin, torch.tensor(QUANTILES)).numpy())
        counts = torch.histc(thin.nan_to_num(1e9), BINS, -REACH, REACH)
        densities.append((counts / thin.numel()).numpy())
        beyond.append(1 - float(counts.sum()) / thin.numel())
    return np.array(densities), np.array(quantiles), np.array(beyond)


def probe(net: Net, lr: float) -> tuple[float, float]:
    """The lowest and the highest loss of one batch at steps along its gradient.

    After Santurkar et al. (2018), figure 4a. The statistics kept by batch norm stay as they are.
    """
    data = pictures()
    x, y = data.images[:1920:60], data.labels[:1920:60]
    copy = net._replace(running=[part.clone() for part in net.running])
    _, grads = gradients(copy, x, y)
    losses = []
    with torch.no_grad():
        for stride in STRIDES:
            moved = [w - lr * stride * g for w, g in zip(net.weights, grads, strict=True)]
            losses.append(float(F.cross_entropy(forward(copy._replace(weights=moved), x, True), y)))
    return min(losses), max(losses)


def true_statistics(net: Net) -> list[torch.Tensor]:
    """Mean and variance (2, C) by layer over training images, at the weights as they are."""
    seen: list[torch.Tensor] = []
    copy = net._replace(running=[part.clone() for part in net.running])
    with torch.no_grad():
        forward(copy, pictures().images[:: 10_000 // LEARNT], True, seen)
    made = []
    for raw in seen[::2]:
        variance, mean = torch.var_mean(raw, [0, 2, 3][: raw.ndim - 1], correction=1)
        made.append(torch.stack([mean, variance]))
    return made


def companions(config: Config, net: Net) -> tuple[np.ndarray, np.ndarray]:
    """One image’s probabilities: in CROWDS batches in train mode (CROWDS, 10), in eval mode (10,).

    The batches are the same at every step. What the network keeps is left as it was.
    """
    data, random = pictures(), torch_generator(config.seed, "companions")
    copy = net._replace(running=[part.clone() for part in net.running])
    others = torch.arange(len(data.test_labels)) != config.image
    if config.company == "alike":
        others &= data.test_labels == data.test_labels[config.image]
    pool = others.nonzero().flatten()
    said = []
    with torch.no_grad():
        for _ in range(CROWDS):
            chosen = pool[torch.randperm(len(pool), generator=random)[: MOST - 1]]
            batch = torch.cat([torch.tensor([config.image]), chosen[: config.crowd - 1]])
            said.append(forward(copy, data.test_images[batch], True)[0].softmax(0).numpy())
        alone = forward(net, data.test_images[config.image : config.image + 1], False)[0]
    return np.array(said), alone.softmax(0).numpy()


def one_unit(config: Config, net: Net) -> dict[str, np.ndarray | float]:
    """One unit in one batch: its values before, after by its own γ and β, and by those by hand."""
    layer, unit = unit_of(config)
    seen: list[torch.Tensor] = []
    copy = net._replace(running=[part.clone() for part in net.running])
    with torch.no_grad():
        forward(copy, pictures().test_images[:64], True, seen)
        raw = seen[2 * layer][:, unit]
        raw = raw.reshape(-1, 1)[:: max(1, raw.numel() // SHOWN)][:SHOWN]
        gamma, beta = net.weights[5 + 2 * layer][unit], net.weights[6 + 2 * layer][unit]
        ours = torch.tensor([[config.gamma], [config.beta]])
        hand = batch_norm(raw, ours[0], ours[1], torch.zeros(2, 1), True)
        own = batch_norm(raw, gamma[None], beta[None], torch.zeros(2, 1), True)
        kept = batch_norm(raw, gamma[None], beta[None], net.running[layer][:, unit, None], False)
    variance, mean = torch.var_mean(raw, correction=0)
    return {
        "raw": raw[:, 0].numpy(), "hand": hand[:, 0].numpy(), "own": own[:, 0].numpy(),
        "kept": kept[:, 0].numpy(), "mean": float(mean), "deviation": float(variance + EPS) ** 0.5,
        "gamma": float(gamma), "beta": float(beta),
    }  # fmt: skip


def look(config: Config, step: int, kept: Mapping[str, np.ndarray]) -> Frame:
    """All that is shown after some steps.

    kept: weights and running, the network with batch norm as two rows of numbers; truth, the
          statistics of the data likewise; right (3, F + 1), losses (3, 2, F + 1), quantiles
          (3, 4, 5, F + 1), gap (4, F + 1) up to now; density (3, 4, BINS), beyond (3, 4); field
          (kinds, depths, rates).
    """
    net = rebuilt(config, *(torch.tensor(kept[name]) for name in ("weights", "running")))
    layer, _ = unit_of(config)
    crowd, alone = companions(config, net)
    sizes = [2 * width for width in WIDTHS]
    at = slice(sum(sizes[:layer]), sum(sizes[: layer + 1]))
    values = {
        "right": kept["right"], "losses": kept["losses"], "density": kept["density"],
        "beyond": kept["beyond"], "band": kept["quantiles"][:, layer], "gap": kept["gap"][layer],
        "shift": drift(kept["quantiles"][:, layer]), "field": kept["field"],
        "truth": kept["truth"][at].reshape(2, -1), "kept_there": kept["running"][at].reshape(2, -1),
        "crowd": crowd, "alone": alone, **one_unit(config, net),
    }  # fmt: skip
    arrays = {name: np.asarray(value, np.float32) for name, value in values.items()}
    return Frame(step, arrays, note(config, kept, step), dict(kept))


def drift(band: np.ndarray) -> np.ndarray:
    """How far a layer’s median moves from frame to frame, in its own quartile range: (3, F + 1)."""
    moved = np.abs(np.diff(band[:, 2], axis=-1, prepend=np.nan))
    return moved / np.maximum(band[:, 3] - band[:, 1], 1e-6)


def note(config: Config, kept: Mapping[str, np.ndarray], step: int) -> str:
    """What goes wrong, with its cause."""
    now = int(np.searchsorted(steps_of(config), step))
    losses = kept["losses"][:, 0, now]
    if config.batch == 1:
        return ("A batch of 1: a dense unit is its own mean, so what is left is β, the same for "
                "every image. PyTorch refuses to train so.")  # fmt: skip
    names = ("no norm", "batch norm", f"{config.beside} norm")
    lost = [name for name, loss in zip(names, losses, strict=True) if not np.isfinite(loss)]
    if lost:
        return f"With {' and '.join(lost)} the numbers overflow: η = {config.lr:g} is too large."
    if now > 10 and kept["right"][0, now] < 0.15:
        return "Without norm the network still guesses: hardly any gradient reaches its start."
    return ""


def run(config: Config, start: Start | None = None) -> Iterator[Frame]:
    """The same weights and the same batches for all three; 90 small networks beside them."""
    data, random = pictures(), torch_generator(config.seed, "batches")
    nets = [begin(config, kind) for kind in ("none", "batch", config.beside)]
    ends = steps_of(config)
    size = len(ends)
    rows = {
        "right": np.full((3, size), np.nan, np.float32),
        "losses": np.full((3, 2, size), np.nan, np.float32),
        "quantiles": np.full((3, len(LAYERS), len(QUANTILES), size), np.nan, np.float32),
        "gap": np.full((len(LAYERS), size), np.nan, np.float32),
    }
    field = accuracies(config) if config.sweep else iter(())
    empty = np.full((len(KINDS), len(DEPTHS), len(RATES)), np.nan, np.float32)
    for now, end in enumerate(ends):
        for _ in range(ends[now - 1] if now else end, end):
            chosen = torch.randint(len(data.labels), (config.batch,), generator=random)
            for net in nets:
                learn(net, data.images[chosen], data.labels[chosen], config.lr)
        seen = [shapes(net) for net in nets]
        judged = slice(0, 2000 if now == size - 1 else 250)
        for i, net in enumerate(nets):
            with torch.no_grad():
                said = forward(net, data.test_images[judged], False)
            rows["right"][i, now] = (said.argmax(1) == data.test_labels[judged]).float().mean()
            rows["losses"][i, :, now] = probe(net, config.lr)
            rows["quantiles"][i, :, :, now] = seen[i][1]
        truth = true_statistics(nets[1])
        for layer, (true, run_) in enumerate(zip(truth, nets[1].running, strict=True)):
            off = (run_[0] - true[0]) / torch.sqrt(true[1] + EPS)
            rows["gap"][layer, now] = float(off.square().mean().sqrt())
        yield look(config, int(end), {
            **{name: row.copy() for name, row in rows.items()},
            "weights": flat(nets[1].weights).numpy(), "running": flat(nets[1].running).numpy(),
            "truth": flat(truth).numpy(), "field": next(field, empty).astype(np.float32),
            "density": np.array([part[0] for part in seen], np.float32),
            "beyond": np.array([part[2] for part in seen], np.float32),
        })  # fmt: skip


def observe(config: Config, start: Start) -> Frame:
    """The same moment, with another image, company, layer or unit looked at."""
    return look(config, start.step, start.checkpoint)


def answer(config: Config, start: Start | None = None) -> Frame:
    """One unit alone, while a hand moves γ and β."""
    net = begin(config, "batch")
    if start and "weights" in start.checkpoint:
        kept = (torch.tensor(start.checkpoint[name]) for name in ("weights", "running"))
        net = rebuilt(config, *kept)
    there = one_unit(config, net)
    values = {name: np.asarray(value, np.float32) for name, value in there.items()}
    return Frame(start.step if start else 0, values)
