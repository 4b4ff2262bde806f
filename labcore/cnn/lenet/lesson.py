"""Two networks learn side by side, and the frame on screen answers for its own weights."""

from __future__ import annotations

import functools
from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional as F

from labcore import Frame, Start
from labcore.cnn.lenet.config import (
    HEARD,
    JUDGED,
    LOST,
    Config,
    looked_into,
    mutes,
    observed,
    per_epoch,
    rate,
    trained,
)
from labcore.cnn.lenet.nets import begin, forward, from_first, from_second, parts
from labcore.cnn.lenet.pictures import images, picture, truth
from labcore.cnn.lenet.reasons import reasons
from labcore.rng import torch_generator

CLASSES = 10


def run(config: Config, start: Start | None = None) -> Iterator[Frame]:
    """Step after step over shuffled images; a frame where one looks."""
    data, looks = images(config.data), set(observed(config))
    nets, first = trained(config), 0
    weights = {net: begin(config, net) for net in nets}
    pace = {net: torch.zeros_like(weights[net]) for net in nets}
    if start:
        first = start.step
        weights = {net: torch.tensor(start.checkpoint[net]) for net in nets}
        pace = {net: torch.tensor(start.checkpoint[f"pace.{net}"]) for net in nets}
    else:
        yield look(config, 0, weights, pace, {net: [] for net in nets})
    order, losses = torch.empty(0), {net: [] for net in nets}
    for step in range(first, max(looks)):
        epoch, at = divmod(step, per_epoch(config))
        if at == 0 or step == first:
            random = torch_generator(config.seed, f"epoch/{epoch}")
            order = torch.randperm(len(data.labels), generator=random)
        chosen = order[at * config.batch : (at + 1) * config.batch]
        x, y = data.images[chosen], data.labels[chosen]
        for net in nets:
            loss = train(net, weights[net], pace[net], x, y, rate(config, step), config.momentum)
            losses[net].append(loss)
        lost = any(not part[-1] < LOST for part in losses.values())
        if step + 1 in looks or lost:
            yield look(config, step + 1, weights, pace, losses)
            losses = {net: [] for net in nets}
        if lost:
            return


def train(
    net: str, flat: Tensor, pace: Tensor, x: Tensor, y: Tensor, lr: float, momentum: float
) -> float:
    """One step of gradient descent with momentum, in place; the loss before it."""
    flat.requires_grad_()
    loss = F.cross_entropy(forward(net, flat, x).logits, y)
    slope = torch.autograd.grad(loss, flat)[0]
    flat.requires_grad_(False)
    flat.sub_(pace.mul_(momentum).add_(slope), alpha=lr)
    return loss.item()


def look(
    config: Config, step: int, weights: Mapping[str, Tensor], pace: Mapping[str, Tensor],
    losses: Mapping[str, list[float]],
) -> Frame:  # fmt: skip
    """A frame and all it can be made anew from. losses: of the batches since the last frame."""
    data, held = images(config.data), {}
    most = None if step == observed(config)[-1] else JUDGED
    x, y = data.test_images[:most], data.test_labels[:most]
    for net, flat in weights.items():
        logits = forward(net, flat, x).logits
        loss = float(F.cross_entropy(logits, y))
        batches = losses[net] or [float(F.cross_entropy(
            forward(net, flat, data.images[: config.batch]).logits, data.labels[: config.batch]
        ))]  # fmt: skip
        held |= {
            net: flat.numpy().copy(), f"pace.{net}": pace[net].numpy().copy(),
            f"said.{net}": logits.argmax(1).numpy().astype(np.uint8),
            f"loss.{net}": np.array([np.mean(batches), loss]),
        }  # fmt: skip
    return observe(config, Start(step, held))


def observe(config: Config, start: Start) -> Frame:
    """What a checkpoint shows: how it is doing, and what it makes of the picture."""
    held = start.checkpoint
    labels = images(config.data).test_labels.numpy()
    found: dict[str, Any] = {"epoch": start.step / per_epoch(config)}
    for net in ("modern", "original"):
        there = net in held
        said = held[f"said.{net}"] if there else labels[:0]
        loss = held[f"loss.{net}"] if there else (np.nan, np.nan)
        right = float((said == labels[: len(said)]).mean()) if there else np.nan
        found |= {f"train_loss.{net}": float(loss[0]), f"test_loss.{net}": float(loss[1]),
                  f"right.{net}": right}  # fmt: skip
    said = held[f"said.{looked_into(config)}"]
    pairs = labels[: len(said)].astype(np.int64) * CLASSES + said
    counts = np.bincount(pairs, minlength=CLASSES**2).reshape(CLASSES, CLASSES)
    missed = np.flatnonzero(pairs == config.truth * CLASSES + config.says)
    found |= {"confusion": counts.astype(np.int32), "cell": missed[:6].astype(np.int32),
              "judged": float(len(said))}  # fmt: skip
    weights = {net: torch.from_numpy(np.array(held[net])) for net in trained(config)}
    found |= response(config, weights) | silenced(config, weights[looked_into(config)], said)
    return Frame(start.step, found, note(config, start.step, weights, found), held)


def response(config: Config, weights: Mapping[str, Tensor]) -> dict[str, Any]:
    """What the networks make of the picture, with the silenced maps silent.

    Reasons and the patch are about the network one looks into.
    """
    x, net = picture(config), looked_into(config)
    silent = mutes(config)
    speaks = torch.from_numpy(~silent).float()
    flat = weights[net]
    found: dict[str, Any] = {"truth": float(truth(config)), "picture": x[0, 0].numpy()}
    inside = forward(net, flat, x, speaks)
    for name, vector in weights.items():
        layers = inside if name == net else forward(name, vector, x)
        found |= {f"sure.{name}": layers.logits[0].softmax(0).numpy(),
                  f"filters.{name}": parts(vector)[0][:, 0].numpy(),
                  f"maps.{name}": layers.pool1[0].numpy()}  # fmt: skip
    found |= {name: part[0].numpy() for name, part in inside._asdict().items()}
    about = int(inside.logits[0].argsort(descending=True)[int(config.about == "next")])
    hand = torch.tensor([[config.cover_y, config.cover_x]])
    why = reasons(net, flat, x, about, speaks, config.patch, hand, inside.conv2)
    return found | {
        "saliency": why.saliency.numpy(), "occlusion": why.occlusion.numpy(),
        "cam": why.cam.numpy(), "shut": why.shut.softmax(0).numpy(), "about": float(about),
        "second": parts(flat)[2].numpy(),
    }  # fmt: skip


def silenced(config: Config, flat: Tensor, said: np.ndarray) -> dict[str, Any]:
    """The share of each class read rightly, of 300 test images: as it is, and with silent maps."""
    labels, silent = images(config.data).test_labels[:HEARD], mutes(config)
    answers = [torch.from_numpy(np.array(said[:HEARD]))]
    if silent.any():
        net, speaks = looked_into(config), torch.from_numpy(~silent).float()
        pool1, conv2 = heard(net, config.data, flat.numpy().tobytes())
        if silent[:6].any():
            logits = from_first(net, flat, pool1, speaks)[-1]
        else:
            logits = from_second(net, flat, conv2 * speaks[6:].view(1, 16, 1, 1))[-1]
        answers.append(logits.argmax(1))
    counts = torch.bincount(labels, minlength=CLASSES)
    hits = [torch.bincount(labels[part == labels], minlength=CLASSES) for part in answers]
    shares = [(hit / counts).numpy() for hit in hits]
    right = [float(hit.sum() / counts.sum()) for hit in hits]
    return {"shares": shares[0], "shares_silent": shares[-1],
            "right_whole": right[0], "right_silent": right[-1]}  # fmt: skip


@functools.lru_cache(maxsize=2)
def heard(net: str, data: str, block: bytes) -> tuple[Tensor, Tensor]:
    """What both convolutions say of 300 test images, kept for the next hand on the same frame.

    block: the bytes of all parameters.
    """
    flat = torch.frombuffer(bytearray(block), dtype=torch.float32)
    layers = forward(net, flat, images(data).test_images[:HEARD])
    return layers.pool1, layers.conv2


def answer(config: Config, start: Start | None = None) -> Frame:
    """The picture under the pen, the patch and the silenced maps, on the weights on screen."""
    if start is None or looked_into(config) not in start.checkpoint:
        return Frame(0, {"by_hand": 1.0})
    frame = observe(config, start)
    return Frame(frame.step, {**frame.values, "by_hand": 1.0}, frame.note)


def note(config: Config, step: int, weights: Mapping[str, Tensor], found: Mapping[str, Any]) -> str:
    """What went wrong, and why."""
    for net, flat in weights.items():
        loss = found[f"train_loss.{net}"]
        if not bool(torch.isfinite(flat).all()) or not loss < LOST:
            return (f"Step {step}: the loss of the {net} network grows without bound; with "
                    f"η = {config.lr:g} and momentum {config.momentum:g} the steps are too "
                    "long. Training ends here.")  # fmt: skip
    late = step > per_epoch(config)
    idle = [net for net in weights if found[f"test_loss.{net}"] > 2.2]
    if late and "original" in idle and config.first == "xavier":
        return ("The original still guesses: after Xavier’s small weights each sigmoid passes on "
                "a quarter of the slope at most, and four in a row leave little.")  # fmt: skip
    if late and idle:
        word = "large" if config.lr > 0.1 else "small"
        return (f"The {idle[0]} network still guesses: its loss stays near log 10 = 2.3. "
                f"η = {config.lr:g} is too {word} for it.")  # fmt: skip
    return ""
