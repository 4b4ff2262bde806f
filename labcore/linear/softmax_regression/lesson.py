"""Softmax regression: logits by hand, and a classifier of clothes trained on them."""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterator, Mapping
from typing import Any, NamedTuple

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor, nn

from labcore import Frame, Start, format_number
from labcore.data import CLOTHES, fashion_mnist
from labcore.linear.softmax_regression.config import CLASSES, LOOKS, PIXELS, SHOWN, Config
from labcore.rng import torch_generator


class Data(NamedTuple):
    """Pixels from 0 to 1 (n, 784), labels (n,), and the same to test on."""

    x: Tensor
    y: Tensor
    test_x: Tensor
    test_y: Tensor


@functools.lru_cache(maxsize=2)
def data(images: int) -> Data:
    """The first `images` of each class; all 2,000 test images."""
    clothes = fashion_mnist()
    order = np.argsort(clothes.labels, kind="stable").reshape(CLASSES, -1)[:, :images].ravel()
    x, test = (torch.tensor(part.reshape(-1, PIXELS)).float().div_(255)
               for part in (clothes.images[order], clothes.test_images))  # fmt: skip
    return Data(x, torch.tensor(clothes.labels[order]).long(),
                test, torch.tensor(clothes.test_labels).long())  # fmt: skip


def log_sum_exp(o: Tensor) -> Tensor:
    """log Σ exp o of each row (n, k) → (n, 1): the largest is taken out, so nothing overflows."""
    top = o.max(1, keepdim=True).values
    return top + (o - top).exp().sum(1, keepdim=True).log()


def scratch(
    x: Tensor, y: Tensor, w: Tensor, b: Tensor, lr: float, decay: float
) -> tuple[Tensor, Tensor]:
    """One step of SGD on x (n, 784), y (n,); w (10, 784) and b change in place.

    Returns the loss and the logits (n, 10).
    """
    o = x @ w.T + b
    log_p = o - log_sum_exp(o)
    loss = -log_p.gather(1, y[:, None]).mean()
    g = log_p.exp()  # the gradient of the loss by the logits: (p − one-hot y) / n
    g.scatter_add_(1, y[:, None], torch.full((len(y), 1), -1.0))
    g /= len(y)
    w -= lr * (g.T @ x + decay * w)  # seven times as fast as x.T @ g with w turned
    b -= lr * g.sum(0)
    return loss, o


def concise(w: Tensor, b: Tensor, lr: float, decay: float) -> Callable[..., tuple[Tensor, Tensor]]:
    """The same step by the library: a layer that shares its memory with w and b."""
    layer = nn.Linear(PIXELS, CLASSES, device="meta")
    layer.weight, layer.bias = nn.Parameter(w), nn.Parameter(b)
    groups = [{"params": [layer.weight], "weight_decay": decay}, {"params": [layer.bias]}]
    optimizer = torch.optim.SGD(groups, lr=lr)

    def step(x: Tensor, y: Tensor, *_: Any) -> tuple[Tensor, Tensor]:
        o = layer(x)
        loss = F.cross_entropy(o, y)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        return loss.detach(), o.detach()

    return step


def in_epoch(config: Config) -> int:
    """Steps of an epoch. What does not fill a batch is left out; the next order has it again."""
    return max(CLASSES * config.images // config.batch, 1)


def marks(config: Config) -> np.ndarray:
    """The steps after which the model is looked at: 0, and up to LOOKS in each epoch."""
    steps = in_epoch(config)
    within = np.unique(np.linspace(0, steps, min(LOOKS, steps) + 1).round().astype(int))[1:]
    return np.concatenate([[0], (steps * np.arange(config.epochs)[:, None] + within).ravel()])


def run(config: Config, start: Start | None = None) -> Iterator[Frame]:
    """Epochs of minibatch SGD, from small random weights or from a frame."""
    clothes = data(config.images)
    if start:
        w, b = (torch.tensor(start.checkpoint[name]) for name in "wb")
    else:
        w = torch.randn(CLASSES, PIXELS, generator=torch_generator(config.seed, "weights")) * 0.01
        b = torch.zeros(CLASSES)
        o = clothes.x @ w.T + b
        seen = F.cross_entropy(o, clothes.y), (o.argmax(1) == clothes.y).float().mean()
        yield look(config, 0, judged(config, w, b, *map(float, seen)))
    step = scratch if config.code == "scratch" else concise(w, b, config.lr, config.decay)
    done, looks, count = start.step if start else 0, set(marks(config).tolist()), len(clothes.y)
    steps, losses, right, many = in_epoch(config), 0.0, 0.0, 0
    for epoch in range(done // steps, config.epochs):
        order = torch.randperm(count, generator=torch_generator(config.seed, f"epoch/{epoch}"))
        for number in range(done % steps, steps):
            chosen = order[number * config.batch : (number + 1) * config.batch]
            y = clothes.y[chosen]
            loss, o = step(clothes.x.index_select(0, chosen), y, w, b, config.lr, config.decay)
            losses, many = losses + len(y) * float(loss), many + len(y)
            right += float((o.argmax(1) == y).sum())
            done += 1
            if done in looks:
                yield look(config, done, judged(config, w, b, losses / many, right / many))
                losses, right, many = 0.0, 0.0, 0
                if not bool(w.isfinite().all()):
                    return


def judged(
    config: Config, w: Tensor, b: Tensor, loss: float, right: float
) -> dict[str, np.ndarray]:
    """A checkpoint: the weights, and how they do on test images; loss, right: on the batches."""
    clothes = data(config.images)
    o = clothes.test_x @ w.T + b
    log_p = o - log_sum_exp(o)
    said, y = o.argmax(1), clothes.test_y
    test = -log_p.gather(1, y[:, None]).mean(), (said == y).float().mean()
    return {"w": w.numpy().copy(), "b": b.numpy().copy(), "said": said.numpy().astype(np.uint8),
            "sure": log_p.max(1).values.exp().numpy(),
            "scores": np.array([loss, right, *map(float, test)])}  # fmt: skip


def look(config: Config, step: int, kept: Mapping[str, np.ndarray]) -> Frame:
    """What there is to see of a model, from its checkpoint."""
    names = ("train_loss", "train_right", "test_loss", "test_right")
    scores = dict(zip(names, map(float, kept["scores"]), strict=True))
    w, y = kept["w"], fashion_mnist().test_labels.astype(int)
    table = np.bincount(CLASSES * y + kept["said"], minlength=CLASSES**2)
    reach = max(float(np.abs(w).max()), 1e-3)
    values = {
        "epoch": step / in_epoch(config), **scores, "reach": reach,
        "templates": np.rint(127.5 + 127.5 * np.nan_to_num(w / reach)).astype(np.uint8),
        "table": table.reshape(CLASSES, CLASSES).astype(np.int32),
    }  # fmt: skip
    values |= pictures(config, y, kept) | by_hand(config)
    return Frame(step, values, trouble(config, step, scores), dict(kept))


def pictures(
    config: Config, y: np.ndarray, kept: Mapping[str, np.ndarray]
) -> dict[str, np.ndarray]:
    """Which test images are shown (SHOWN,), −1 for none, what the model says, and how surely."""
    said, sure = kept["said"], kept["sure"]
    chosen = said != y if config.which == "wrong" else (y == config.was) & (said == config.said)
    order = np.argsort(np.where(chosen, -sure, np.inf), kind="stable")[:SHOWN]
    there = chosen[order]
    return {"shown": np.where(there, order, -1).astype(np.int32),
            "says": said[order].astype(np.uint8),
            "sure": np.where(there, sure[order], 0).astype(np.float32)}  # fmt: skip


def by_hand(config: Config) -> dict[str, Any]:
    """Softmax of the logits pulled by hand: in float32 as it stands, and with the largest out."""
    raw = np.array([height for _, height in config.logits])
    o = ((raw + config.shift) / config.temperature).astype(np.float32)
    y = CLOTHES.index(config.truth)
    with np.errstate(all="ignore"):
        exps = np.exp(o)
        naive = exps / exps.sum()
        naive_loss = -np.log(naive[y])
    safe = np.exp(o - o.max())
    # In double: a shift of 120 over T = 0.05 would round the logits themselves in float32.
    z = raw / config.temperature
    loss = float(z.max() - z[y] + np.log(np.exp(z - z.max()).sum()))
    p = np.exp(z - z.max())
    return {"o": o, "p": (p / p.sum()).astype(np.float32), "exps": exps, "safe": safe,
            "naive": naive, "naive_loss": float(naive_loss), "loss": loss,
            "broken": not bool(np.isfinite(naive).all())}  # fmt: skip


def trouble(config: Config, step: int, scores: dict[str, float]) -> str:
    """What went wrong, in a sentence."""
    if not np.isfinite(scores["test_loss"]):
        return (f"Step {step}: the weights are no numbers any more. η λ = "
                f"{format_number(config.lr * config.decay)} is above 2, so the decay throws them "
                "past 0 and farther each time.")  # fmt: skip
    if step and scores["test_loss"] > np.log(CLASSES):
        return ("The test loss is above log 10 = 2.3, that of guessing: η is too large, and each "
                "step overshoots. Where the model errs, it is very sure.")  # fmt: skip
    return ""


def observe(config: Config, start: Start) -> Frame:
    """A frame again from its checkpoint, for other logits or another cell."""
    return look(config, start.step, start.checkpoint)


def answer(config: Config, start: Start | None = None) -> Frame:
    """The same while a hand moves; before any training, the model knows nothing."""
    if start:
        return observe(config, start)
    nothing = torch.zeros(CLASSES, PIXELS), torch.zeros(CLASSES)
    return look(config, 0, judged(config, *nothing, float(np.log(CLASSES)), 1 / CLASSES))
