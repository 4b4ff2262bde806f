"""Matrices from text, products in four ways, norms and reductions."""

from __future__ import annotations

import re

import numpy as np
import torch

NUMBER = re.compile(r"[-−+]?\d{1,3}(\.\d{1,3})?")
MOST = 4
"""Rows and columns a matrix may have."""


def parse(text: str, name: str) -> np.ndarray:
    """A matrix from rows joined by “/”, numbers joined by spaces: “1 2/3 4”. (m, n)

    Raises:
        ValueError: a sentence that says what cannot be read.
    """
    rows = [row.replace(",", " ").split() for row in text.replace(";", "/").strip("/ ").split("/")]
    for word in (word for row in rows for word in row):
        if not NUMBER.fullmatch(word):
            raise ValueError(f"{name}: “{word[:12]}” is not a number of at most three digits.")
    if not 1 <= len(rows) <= MOST or not all(1 <= len(row) <= MOST for row in rows):
        raise ValueError(f"{name} needs 1 to {MOST} rows with 1 to {MOST} numbers each.")
    if len({len(row) for row in rows}) > 1:
        raise ValueError(f"{name}: all rows need the same number of entries, such as 1 2/3 4.")
    return np.array([[float(word.replace("−", "-")) for word in row] for row in rows])


def terms(a: np.ndarray, b: np.ndarray, way: str) -> np.ndarray:
    """What is added to C, one after another, so that the sum is A B. (steps, m, n)

    entries: one product a_ip b_pj at a time      rows:  a_ip times row p of B into row i
    outer:   column p of A times row p of B       columns: b_pj times column p of A into column j
    hadamard: entry times entry, a matrix of the same shape
    """
    if way == "hadamard":
        each = np.eye(a.size).reshape(a.size, *a.shape)
        return each * (a * b)
    (m, k), n = a.shape, b.shape[1]
    rows, columns = np.eye(m), np.eye(n)
    layers = np.einsum("ip,pj->pij", a, b)  # one outer product for each p
    if way == "outer":
        return layers
    if way == "rows":
        return np.einsum("ri,pij->rpij", rows, layers).reshape(m * k, m, n)
    if way == "columns":
        return np.einsum("cj,pij->cpij", columns, layers).reshape(n * k, m, n)
    single = np.einsum("ri,cj,pij->rcpij", rows, columns, layers)
    return single.reshape(m * n * k, m, n)


def used(shape: tuple[int, int, int], way: str, step: int) -> tuple[np.ndarray, np.ndarray]:
    """Which cells of A and of B a step reads. (m, k) and (k, n), bool"""
    m, k, n = shape
    if way == "hadamard":
        i, j = divmod(step, k)
        one = np.zeros((m, k), bool)
        one[i, j] = True
        return one, one.copy()
    in_a, in_b = np.zeros((m, k), bool), np.zeros((k, n), bool)
    p = step % k
    if way == "outer":
        in_a[:, p] = in_b[p] = True
    elif way == "rows":
        in_a[step // k, p] = in_b[p] = True
    elif way == "columns":
        in_a[:, p] = in_b[p, step // k] = True
    else:
        in_a[step // (n * k), p] = in_b[p, step // k % n] = True
    return in_a, in_b


def norm(x: np.ndarray, p: float) -> np.ndarray:
    """(Σ |xᵢ|ᵖ)^(1/p) over the first axis; the largest is taken out, lest a power overflow."""
    most = np.abs(x).max(axis=0)
    safe = np.where(most > 0, most, 1.0)
    return most * ((np.abs(x) / safe) ** p).sum(axis=0) ** (1 / p)


def ball(p: float, count: int = 180) -> np.ndarray:
    """The places of norm 1, corners included: any direction over its norm. (2, count + 1)"""
    around = 2 * np.pi * np.arange(count + 1) / count
    circle = np.stack([np.cos(around), np.sin(around)])
    circle[np.abs(circle) < 1e-12] = 0.0
    return circle / norm(circle, p)


def induced(matrix: np.ndarray, p: float) -> tuple[float, np.ndarray]:
    """The longest that a vector of norm 1 becomes, searched on the ball, and that vector.

    Exact to the grid of 2°; the corners, where p = 1 has its maximum, are on the grid.
    """
    edge = ball(p)
    lengths = norm(matrix @ edge, p)
    best = int(lengths.argmax())
    return float(lengths[best]), edge[:, best]


def reduce(a: torch.Tensor, how: str, axis: str, keepdim: bool) -> torch.Tensor:
    """One axis, or all, made into one number each by PyTorch. cumsum keeps every partial sum."""
    if how == "cumsum":
        return a.cumsum(0 if axis == "all" else int(axis))
    over = (0, 1) if axis == "all" else (int(axis),)
    return {"sum": torch.sum, "mean": torch.mean, "max": torch.amax}[how](a, over, keepdim)
