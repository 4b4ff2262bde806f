"""The kernel the learner has: pulled, or typed; as it stands, and as it is applied."""

from __future__ import annotations

import numpy as np

from labcore.cnn.convolution.config import Config
from labcore.cnn.convolution.settings import CELLS
from labcore.cnn.convolution.typed import rows_of


def weights(config: Config) -> np.ndarray:
    """The kernel as the learner wrote it, (k, l) float64."""
    if config.typed.strip():
        return np.array(rows_of(config.typed))
    cells = [getattr(config, name) for name in CELLS]
    return np.array(cells, float).reshape(3, 3) / config.divisor


def applied(config: Config) -> np.ndarray:
    """The kernel as it lies on the picture: turned by half a turn for true convolution."""
    kernel = weights(config)
    return kernel[::-1, ::-1] if config.flip else kernel


def identity(shape: tuple[int, ...]) -> np.ndarray:
    """The kernel of this shape that changes nothing but the borders."""
    kernel = np.zeros(shape)
    kernel[(shape[0] - 1) // 2, (shape[1] - 1) // 2] = 1
    return kernel


def integral(kernel: np.ndarray) -> bool:
    """Whether all weights are whole, so that the numbers stay whole."""
    return bool(np.all(kernel == np.round(kernel)))
