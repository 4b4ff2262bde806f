"""First weights: through fifty layers, into equal units, and as products of random matrices.

The time line counts layers; for the small network it counts training, twenty steps a frame, and
for the matrices two a frame.
"""

from __future__ import annotations

import functools
from collections.abc import Iterator

import numpy as np

from labcore import Frame, Start
from labcore.mlp.initialization.config import Config
from labcore.mlp.initialization.depth import DEPTH, Seen, deviation, foretell, measure
from labcore.mlp.initialization.products import products
from labcore.mlp.initialization.symmetry import learned

LEAST, MOST = 1e-37, 1e37
measured = functools.lru_cache(32)(measure)


def by_name(config: Config, scheme: str) -> Seen:
    """What a scheme does to the network; not all of them ask for σ."""
    sigma = config.sigma if scheme in ("constant", "normal", "uniform") else 0.0
    return measured(scheme, config.activation, config.width, sigma, config.seed)


def expected(config: Config, seen: Seen) -> Seen:
    """What theory foretells; nothing where weights are no random ones with mean 0."""
    if config.scheme == "constant":
        return Seen(*np.full((3, DEPTH + 1), np.nan))
    sigma = deviation(config.scheme, config.width, config.sigma)
    return foretell(config.activation, config.width, sigma, seen.values[0], seen.gradients[DEPTH])


def root(squares: np.ndarray) -> np.ndarray:
    """Sizes from mean squares, as far as a float32 reaches."""
    with np.errstate(all="ignore"):
        return np.clip(np.sqrt(squares), 0, MOST).astype(np.float32)


def look(config: Config, step: int) -> Frame:
    """All that is shown at one place of the time line."""
    seen = by_name(config, config.scheme)
    theory = expected(config, seen)
    others = [by_name(config, name) for name in ("xavier", "he")]
    small = learned(config.equal, config.noise, config.drop, config.lr, config.seed)
    logs, pictures = products(config.size, config.seed)
    apart = np.abs(small.weights - small.weights[:, :1]).max((1, 2))
    values = {
        "values": root(np.array([seen.values, theory.values])),
        "gradients": root(np.array([seen.gradients, theory.gradients])),
        "other_values": root(np.array([o.values for o in others])),
        "other_gradients": root(np.array([o.gradients for o in others])),
        "squares": np.clip([seen.values, seen.sums, theory.sums], LEAST, MOST).astype(np.float32),
        "units": small.weights.astype(np.float32), "loss": small.loss.astype(np.float32),
        "apart": apart.astype(np.float32),
        "logs": (logs + np.arange(logs.shape[1]) * np.log10(config.scale)).astype(np.float32),
        "matrix": pictures[2 * step].astype(np.float32),
    }  # fmt: skip
    return Frame(step, values, note(config, seen, small.loss), {})


def note(config: Config, seen: Seen, loss: np.ndarray) -> str:
    """What goes wrong, and at which layer."""
    if not np.isfinite(loss).all():
        return f"Symmetry: η = {config.lr:g} is too large; the weights are no numbers any more."
    if config.scheme == "zero":
        return "Layers: with all weights 0 nothing passes, forward or back. It cannot learn."
    bad = ~np.isfinite(seen.values) | (seen.values > 1e24)
    if bad.any():
        return f"Layers: values explode; beyond 10¹² from layer {int(np.argmax(bad))} on."
    gone = seen.gradients < 1e-12
    if gone.any():
        layer = int(np.flatnonzero(gone)[-1])
        return f"Layers: less than a millionth of the gradient arrives at layer {layer} and before."
    return ""


def run(config: Config, start: Start | None = None) -> Iterator[Frame]:
    """One layer deeper, twenty steps of training or two matrices further, a frame."""
    for step in range(DEPTH + 1):
        yield look(config, step)


def answer(config: Config, start: Start | None = None) -> Frame:
    """The same place of the time line, while a hand moves σ."""
    return look(config, min(start.step, DEPTH) if start else 1)
