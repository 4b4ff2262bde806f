"""Private random numbers. Global generators are shared by all runs of a process."""

from __future__ import annotations

import hashlib

import numpy as np
import torch


def stream(seed: int, name: str = "") -> int:
    """A 63-bit seed for one named use, so that two uses never share their numbers."""
    digest = hashlib.blake2b(f"{seed}/{name}".encode(), digest_size=8).digest()
    return int.from_bytes(digest) >> 1


def torch_generator(seed: int, name: str = "", device: str = "cpu") -> torch.Generator:
    """A `torch.Generator` that depends on nothing but the seed and the name."""
    return torch.Generator(device).manual_seed(stream(seed, name))


def numpy_generator(seed: int, name: str = "") -> np.random.Generator:
    """A `numpy.random.Generator` that depends on nothing but the seed and the name."""
    return np.random.default_rng(stream(seed, name))
