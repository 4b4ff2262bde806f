"""A module is built, a batch goes through it, and gradients come back: call after call."""

from __future__ import annotations

import functools
from collections.abc import Iterator
from typing import Any, Literal, NamedTuple

import numpy as np
import torch
from pydantic import model_validator
from torch import Tensor, nn

import labcore
from labcore import Frame, Start, control
from labcore.builders.modules.build import Builder, initialise
from labcore.builders.modules.grammar import MOST_CALLS, calls, parse, widths
from labcore.rng import torch_generator

ROWS, BATCH, BINS, SHARES, USES = 20, 4, 24, 8, 3
"""Most modules in the tree; rows of the batch; bars; weights whose gradients are told; uses."""
START = "linear 8, relu, residual(linear 8, relu), linear 1"


class Config(labcore.Config):
    """The controls."""

    spec: str = control(START, title="Network", high=110)
    """Layers with commas between: linear 8, relu, tanh, sigmoid, gelu, center, gain, halve;
    blocks: block(…), residual(…), repeat 3(…). Name a layer to use it again: a = linear 8, a."""

    inputs: int = control(4, title="Numbers in a row of the batch", low=1, high=32)
    """The layers learn of it from the first batch, if they are lazy."""

    lazy: bool = control(True, title="Lazy layers")
    """Lazy layers have no shape until a batch arrives; others are told it when they are made."""

    weights: Literal["default", "xavier", "he", "small", "ones", "sparse"] = control(
        "default", title="Weights of linear layers",
        labels={"default": "PyTorch’s own, ±1/√inputs", "xavier": "Xavier, uniform",
                "he": "He, normal", "small": "Normal, σ = 0.01", "ones": "All 1",
                "sparse": "Own rule: ±5 to ±10, or 0"},
    )  # fmt: skip
    """The rule by which every linear layer is initialised."""

    biases: Literal["default", "zero", "one"] = control(
        "zero", title="Biases",
        labels={"default": "PyTorch’s own", "zero": "All 0", "one": "All 1"},
    )  # fmt: skip
    """The rule for biases."""

    pick: int = control(1, title="Module looked into", low=0, high=ROWS - 1, more=True)
    """A row of the tree; click on it."""

    @model_validator(mode="after")
    def _can_be_built(self) -> Config:
        parts = parse(self.spec)
        widths(parts, self.inputs)
        if calls(parts) > MOST_CALLS:
            raise ValueError(f"Network: {calls(parts)} layers run; at most {MOST_CALLS} fit here.")
        net = Builder(self.inputs, True).sequential(parts)
        rows = sum(1 for _ in net.named_modules(remove_duplicate=False))
        if rows > ROWS:
            raise ValueError(f"Network: {rows} modules; at most {ROWS} fit in the tree.")
        return self


class Row(NamedTuple):
    """A module in the tree: its path, its type, how deep, and the first row of the same module."""

    path: str
    kind: str
    depth: int
    first: int


class Story(NamedTuple):
    """What happened to a network and one batch. Calls are of leaves, in the order they ran.

    rows:     the tree.
    ran:      for each call its row.
    before, after: shapes that went in and came out, by call.
    values:   all parameters of a row's own after initialisation, by row.
    shapes:   of a row's own parameters, by name.
    grads:    what each call added to the gradient of its row's first parameter, or None.
    sums:     that parameter's gradient by autograd, by row.
    turns:    how often the loops of `halve` ran.
    """

    rows: list[Row]
    ran: list[int]
    before: list[str]
    after: list[str]
    values: dict[int, np.ndarray]
    shapes: dict[int, dict[str, str]]
    grads: list[np.ndarray | None]
    sums: dict[int, np.ndarray]
    turns: int
    finite: bool


def told(config: Config) -> Story:
    """The story of a network, whichever module is looked into."""
    return built(config.spec, config.inputs, config.lazy, config.weights, config.biases,
                 config.seed)  # fmt: skip


@functools.lru_cache(maxsize=16)
def built(*given: Any) -> Story:
    """A story is told once."""
    return build(*given)


def build(spec: str, inputs: int, lazy: bool, weights: str, biases: str, seed: int) -> Story:
    """Make it, send a batch through, send gradients back, and keep what was seen."""
    with torch.random.fork_rng(devices=[]):  # PyTorch's layers draw from the global generator
        net = Builder(inputs, lazy).sequential(parse(spec))
        x = torch.randn(BATCH, inputs, generator=torch_generator(seed, "batch")).requires_grad_()
        net(x)  # lazy layers learn their shapes
        initialise(net, weights, biases, torch_generator(seed, "weights"))
        modules = list(net.named_modules(remove_duplicate=False))
        firsts = [next(i for i, (_, m) in enumerate(modules) if m is module)
                  for _, module in modules]  # fmt: skip
        rows = [Row(path, type(m).__name__, path.count(".") + bool(path), first)
                for (path, m), first in zip(modules, firsts, strict=True)]  # fmt: skip
        seen = watch(net, x)
    ran, used = [], {}
    for module, _, _ in seen:
        places = [i for i, (_, m) in enumerate(modules) if m is module]
        ran.append(places[used.get(module, 0) % len(places)])
        used[module] = used.get(module, 0) + 1
    loss = (seen[-1][2] ** 2).mean()
    net.zero_grad()
    outs = torch.autograd.grad(loss, [out for _, _, out in seen], retain_graph=True,
                               allow_unused=True)  # fmt: skip
    loss.backward()
    grads = [share(module, given, out) for (module, given, _), out in zip(seen, outs, strict=True)]
    own = {i: list(m.named_parameters(recurse=False)) for i, (_, m) in enumerate(modules)}
    own = {i: named for i, named in own.items() if named}
    before, after = ([" × ".join(map(str, pair[k].shape)) for pair in seen] for k in (1, 2))
    turns = sum(halvings(given) for module, given, _ in seen if type(module).__name__ == "Halve")
    flat = {i: torch.cat([p.detach().ravel() for _, p in named]).numpy()
            for i, named in own.items()}  # fmt: skip
    shapes = {i: {name: " × ".join(map(str, p.shape)) for name, p in named}
              for i, named in own.items()}  # fmt: skip
    sums = {i: named[0][1].grad.ravel()[:SHARES].numpy().copy() for i, named in own.items()
            if named[0][1].grad is not None}  # fmt: skip
    fine = all(bool(np.isfinite(total).all()) for total in sums.values())
    return Story(rows, ran, before, after, flat, shapes, grads, sums, turns, fine)


def watch(net: nn.Module, x: Tensor) -> list[tuple[nn.Module, Tensor, Tensor]]:
    """Each leaf that runs, with what went in and what came out, in order."""
    seen: list[tuple[nn.Module, Tensor, Tensor]] = []

    def note(module: nn.Module, given: tuple[Tensor, ...], out: Tensor) -> None:
        seen.append((module, given[0], out))

    leaves = [m for m in net.modules() if not any(True for _ in m.children())]
    hooks = [leaf.register_forward_hook(note) for leaf in leaves]
    net(x)
    for hook in hooks:
        hook.remove()
    return seen


def share(module: nn.Module, given: Tensor, at_out: Tensor | None) -> np.ndarray | None:
    """What one call adds to the gradient of its module's first parameter: δᵀx, or Σ δ·x."""
    if at_out is None or not any(True for _ in module.parameters(recurse=False)):
        return None
    given = given.detach()
    added = at_out.T @ given if isinstance(module, nn.Linear) else (at_out * given).sum()[None]
    return added.ravel()[:SHARES].numpy().copy()


def halvings(x: Tensor) -> int:
    """How often a loop of `halve` ran on this batch."""
    return max(0, int(np.ceil(np.log2(max(float(x.detach().abs().sum()), 1.0)))))


def look(config: Config, step: int) -> Frame:
    """Before the batch, after each call forward, and after each call of the way back."""
    story = told(config)
    count = len(story.ran)
    done = min(step, count)
    back = max(0, step - count)
    pick = min(config.pick, len(story.rows) - 1)
    row = story.rows[pick].first
    known = not config.lazy or any(story.rows[r].first == row for r in story.ran[:done])
    heights, edges = np.zeros(BINS), np.linspace(-1, 1, BINS + 1)
    values = story.values.get(row)
    if values is not None and known:
        reach = max(float(np.abs(values).max()), 1e-6)
        heights, edges = np.histogram(values, np.linspace(-reach, reach, BINS + 1))
    shares = np.full((USES, SHARES), np.nan, np.float32)
    uses = [i for i, r in enumerate(story.ran)
            if story.rows[r].first == row and story.grads[i] is not None]  # fmt: skip
    total = np.zeros(SHARES, np.float32)
    for k, i in enumerate(uses):
        added = story.grads[i]
        if i < count - back or added is None:
            continue
        total[: len(added)] += added
        if k < USES:
            shares[k, : len(added)] = added
    own: dict[str, Any] = {
        "done": done, "back": back, "calls": count, "known": known, "uses": len(uses),
        "heights": heights.astype(np.float32), "edges": edges.astype(np.float32),
        "shares": shares, "sum": total,
        "parameters": 0 if values is None or not known else len(values),
        "total": sum(len(v) for r, v in story.values.items() if story.rows[r].first == r
                     and (not config.lazy or r in told_rows(story, done))),
    }  # fmt: skip
    return Frame(step, own, note(config, story, step), {})


def told_rows(story: Story, done: int) -> set[int]:
    """Rows whose shapes are known after so many calls of lazy layers."""
    return {story.rows[r].first for r in story.ran[:done]} | {
        r for r in story.values if story.rows[r].kind != "Linear"}  # fmt: skip


def note(config: Config, story: Story, step: int) -> str:
    """What should be read now."""
    if not story.finite:
        return "Numbers have grown beyond what a float holds: the first weights are too large."
    done = min(step, len(story.ran))
    waiting = [i for i in story.values if story.rows[i].first == i
               and config.lazy and i not in told_rows(story, done)]  # fmt: skip
    if waiting:
        return (f"{sum(len(story.shapes[i]) for i in waiting)} parameters have no shape yet: their "
                "layers do not know how many numbers will arrive.")  # fmt: skip
    if step < len(story.ran):
        return "Every shape is known."
    if step >= 2 * len(story.ran):
        return "Every gradient has arrived."
    return "The batch is through. Step on: gradients come back, layer by layer."


def length(config: Config) -> int:
    """How many frames a run gives."""
    return 1 + 2 * len(told(config).ran)


def run(config: Config, start: Start | None = None) -> Iterator[Frame]:
    """The batch goes through, and gradients come back."""
    for step in range(length(config)):
        yield look(config, step)


def answer(config: Config, start: Start | None = None) -> Frame:
    """While another module is picked: what there is to see of it now."""
    last = length(config) - 1
    return look(config, min(start.step, last) if start else last)
