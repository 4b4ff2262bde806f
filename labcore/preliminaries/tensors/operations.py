"""The operations themselves, done by PyTorch, and which cells each result comes from."""

from __future__ import annotations

import operator
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch

from labcore.preliminaries.tensors.texts import Mask, index, numbers, shape

SIGNS = {">": operator.gt, "<": operator.lt, ">=": operator.ge, "<=": operator.le,
         "==": operator.eq, "!=": operator.ne}  # fmt: skip

WRITTEN = 99.0
"""What is written into the ringed cell."""

DRAWN = 96
"""Cells of a result that can be drawn."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What an operation gave.

    result:  a tensor over the same memory as what PyTorch gave, whatever its type; None if refused
    memory:  whether it lies in the memory of x
    refusal: PyTorch's own words
    """

    x: torch.Tensor
    other: torch.Tensor | None
    result: torch.Tensor | None
    memory: bool
    refusal: str = ""


def source(sizes: tuple[int, ...], flipped: bool) -> torch.Tensor:
    """0, 1, 2, … in a shape; flipped: the transpose of that, in the memory it had before."""
    if flipped:
        back = torch.arange(int(np.prod(sizes)), dtype=torch.float32).reshape(sizes[::-1])
        return back.permute(tuple(reversed(range(len(sizes)))))
    return torch.arange(int(np.prod(sizes)), dtype=torch.float32).reshape(sizes)


def second(sizes: tuple[int, ...]) -> torch.Tensor:
    """100, 200, 300, … in a shape: the other operand. Of more than nine cells, 100, 101, 102, …"""
    n = int(np.prod(sizes))
    step = 100 if n <= 9 else 1
    return 100 + step * torch.arange(n, dtype=torch.float32).reshape(sizes)


def chosen(text: str, x: torch.Tensor) -> Any:
    """What stands in the brackets of x[…], made by our own reader."""
    found = index(text)
    return SIGNS[found.sign](x, found.bound) if isinstance(found, Mask) else tuple(found)


def axes_of(axis: str, x: torch.Tensor) -> tuple[int, ...]:
    """The axes that a reduction takes away."""
    return tuple(range(x.dim())) if axis == "all" else (int(axis),)


def perform(config: Any, x: torch.Tensor, other: torch.Tensor) -> torch.Tensor:
    """The operation. PyTorch's own errors come through.

    NumPy arrays come back as tensors over the array's memory, lists and numbers as new ones.
    """
    match config.op:
        case "index":
            return x[chosen(config.where, x)]
        case "reshape":
            return x.reshape(numbers(config.to, "Sizes"))
        case "view":
            return x.view(numbers(config.to, "Sizes"))
        case "permute":
            return x.permute(numbers(config.to, "Axes"))
        case "add":
            return x + other
        case "multiply":
            return x * other
        case "sum":
            return x.sum(axes_of(config.axis, x), keepdim=config.keepdim)
        case "mean":
            return x.mean(axes_of(config.axis, x), keepdim=config.keepdim)
        case "max":
            return x.amax(axes_of(config.axis, x), keepdim=config.keepdim)
        case "cat":
            return torch.cat((x, other), 0 if config.axis == "all" else int(config.axis))
        case "increment":
            x += 1
            return x
        case "rebind":
            x = x + 1
            return x
        case "fill":
            x[...] = x + 1
            return x
        case "clone":
            return x.clone()
        case "numpy":
            return torch.from_numpy(x.numpy())
        case "tensor":
            return torch.tensor(x.numpy())
        case "list":
            return torch.tensor(x.tolist())
        case _:
            return torch.tensor(x.item())


def carry_out(config: Any, ringed: int) -> Outcome:
    """The operation, and then the ringed cell of x overwritten, if that is wanted.

    ringed: the cell's number in x, row after row.
    """
    x, other = source(shape(config.shape, "Shape"), config.flipped), None
    if config.op in ("add", "multiply", "cat"):
        other = second(shape(config.other, "The other"))
    try:
        result = perform(config, x, x if other is None else other)
    except (RuntimeError, IndexError, ValueError, TypeError) as error:
        return Outcome(x, other, None, False, str(error).split("\n")[0].strip())
    memory = x.untyped_storage().data_ptr() == result.untyped_storage().data_ptr()
    if config.write:
        x[tuple(np.unravel_index(ringed, x.shape))] = WRITTEN
    return Outcome(x, other, result, memory)


def origins(config: Any, x: torch.Tensor, other: torch.Tensor | None) -> np.ndarray:
    """Where each cell of the result comes from: the same operation on the cells' own numbers.

    Returns:
        (cells of the result, as many as each reads), row after row; the cells of the other
        operand count on from those of x.
    """
    ids = torch.arange(x.numel()).reshape(x.shape)
    more = ids if other is None else torch.arange(other.numel()).reshape(other.shape) + x.numel()
    if config.op == "index":
        return ids[chosen(config.where, x)].reshape(-1, 1).numpy()
    if config.op in ("reshape", "view"):
        return ids.reshape(-1, 1).numpy()
    if config.op == "permute":
        return ids.permute(numbers(config.to, "Axes")).reshape(-1, 1).numpy()
    if config.op in ("add", "multiply"):
        both = torch.broadcast_tensors(ids, more)
        return torch.stack([part.reshape(-1) for part in both], 1).numpy()
    if config.op == "cat":
        return torch.cat((ids, more), 0 if config.axis == "all" else int(config.axis)).reshape(
            -1, 1
        ).numpy()  # fmt: skip
    if config.op in ("sum", "mean", "max") and x.dim():
        gone = [axis % x.dim() for axis in axes_of(config.axis, x)]
        kept = [axis for axis in range(x.dim()) if axis not in gone]
        rows = int(np.prod([x.shape[axis] for axis in kept]))
        return ids.permute(*kept, *gone).reshape(rows, -1).numpy()
    return ids.reshape(-1, 1).numpy()


def places(tensor: torch.Tensor) -> np.ndarray:
    """Where each cell lies in the memory, counted in cells: offset + Σ index · stride. (n,)"""
    at = np.full(tuple(tensor.shape), tensor.storage_offset())
    for axis, step in enumerate(tensor.stride()):
        line = np.arange(tensor.shape[axis]) * step
        at = at + line.reshape([-1 if k == axis else 1 for k in range(tensor.dim())])
    return at.reshape(-1)
