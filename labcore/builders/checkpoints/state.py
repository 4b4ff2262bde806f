"""A small network in training: what its next step depends on, as tensors and back."""

from __future__ import annotations

import functools
from collections.abc import Mapping
from typing import Any, NamedTuple

import numpy as np
import torch
from torch import Tensor

from labcore.builders.checkpoints.file import Tensors
from labcore.optimizers import adam
from labcore.rng import numpy_generator

POINTS, BATCH, HIDDEN = 128, 16, 12
STEPS = POINTS // BATCH
LR = 0.02


class State(NamedTuple):
    """All that the next step depends on: weights, Adam's memory, and the random generator."""

    weights: dict[str, Tensor]
    memory: dict[str, Mapping[str, Any]]
    random: np.random.Generator


@functools.cache
def points() -> tuple[Tensor, Tensor]:
    """x and y (128, 1): a wave with noise; synthetic."""
    random = numpy_generator(0, "points")
    x = random.uniform(-2, 2, (POINTS, 1))
    y = np.sin(3 * x) + 0.1 * random.standard_normal((POINTS, 1))
    return torch.from_numpy(x).float(), torch.from_numpy(y).float()


def begin(seed: int) -> State:
    """First weights, an empty memory, a generator."""
    random = numpy_generator(seed, "weights")
    drawn = {"0.weight": random.standard_normal((HIDDEN, 1)) * 2, "0.bias": np.zeros(HIDDEN),
             "2.weight": random.standard_normal((1, HIDDEN)) / HIDDEN**0.5,
             "2.bias": np.zeros(1)}  # fmt: skip
    weights = {name: torch.from_numpy(array).float() for name, array in drawn.items()}
    return State(weights, {name: {} for name in weights}, numpy_generator(seed, "order"))


def loss(weights: dict[str, Tensor], x: Tensor, y: Tensor) -> Tensor:
    """Mean squared error of 1 → 12 tanh → 1."""
    hidden = torch.tanh(x @ weights["0.weight"].T + weights["0.bias"])
    return ((hidden @ weights["2.weight"].T + weights["2.bias"] - y) ** 2).mean()


def epoch(state: State) -> State:
    """All points once, in an order drawn by the state's own generator."""
    x, y = points()
    weights, memory = dict(state.weights), dict(state.memory)
    for rows in state.random.permutation(POINTS).reshape(STEPS, BATCH):
        leaves = {name: w.requires_grad_() for name, w in weights.items()}
        slopes = torch.autograd.grad(loss(leaves, x[rows], y[rows]), list(leaves.values()))
        for (name, w), g in zip(leaves.items(), slopes, strict=True):
            weights[name], memory[name] = adam(w.detach(), g, memory[name], lr=LR)
    return State(weights, memory, state.random)


def pack(state: State) -> dict[str, np.ndarray]:
    """All of a state as tensors by name: Adam's means m and v, its count t, all of PCG64."""
    found = {name: w.detach().numpy().copy() for name, w in state.weights.items()}
    for name, memory in state.memory.items():
        for part in ("m", "v"):
            found[f"{part}.{name}"] = memory[part].numpy().copy() if memory else 0 * found[name]
    found["t"] = np.array([state.memory["2.bias"].get("t", 0)], np.int64)
    told: Any = state.random.bit_generator.state
    halves = [
        told["state"][k] >> shift & (2**64 - 1) for k in ("state", "inc") for shift in (0, 64)
    ]
    found["random"] = np.array([*halves, told["has_uint32"], told["uinteger"]], np.uint64)
    return found


def chosen(kept: Tensors, saved: str) -> dict[str, np.ndarray]:
    """What of a state goes into the file."""
    first, second = kept["0.weight"], kept["2.weight"]
    if saved in ("tensor", "list", "dict"):
        return {"tensor": {"x": first}, "list": {"0": first, "1": second},
                "dict": {"x": first, "y": second}}[saved]  # fmt: skip
    without = {"all": (), "no_random": ("random",), "no_optimizer": ("m.", "v.", "t"),
               "weights": ("random", "m.", "v.", "t")}[saved]  # fmt: skip
    return {name: t for name, t in kept.items() if not name.startswith(without)}


def unpack(tensors: Tensors, seed: int) -> State:
    """A state from tensors; what was not saved begins anew."""
    fresh = begin(seed)
    weights = {name: torch.tensor(np.array(tensors[name])).float() for name in fresh.weights}
    memory: dict[str, Mapping[str, Any]] = {name: {} for name in weights}
    if "t" in tensors:
        for name in weights:
            memory[name] = {part: torch.tensor(np.array(tensors[f"{part}.{name}"])).float()
                            for part in ("m", "v")} | {"t": int(tensors["t"][0])}  # fmt: skip
    if "random" in tensors:
        words = [int(word) for word in tensors["random"]]
        inner = {"state": words[0] | words[1] << 64, "inc": words[2] | words[3] << 64}
        fresh.random.bit_generator.state = {
            "bit_generator": "PCG64", "state": inner, "has_uint32": words[4], "uinteger": words[5]
        }  # fmt: skip
    return State(weights, memory, fresh.random)
