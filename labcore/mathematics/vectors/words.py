"""The numbers of a frame in words, and the formulas they fill."""

from __future__ import annotations

import functools

import numpy as np

from labcore import Frame, shown
from labcore.mathematics.vectors.lesson import DIMENSIONS, EACH, Config

FORMULAS = {
    "Dot product": r"u \cdot v = u_1 v_1 + u_2 v_2 = (\slot{u.one})(\slot{v.one}) + "
    r"(\slot{u.two})(\slot{v.two}) = \slot{u.dot}",
    "Angle and cosine": r"\cos \theta = \frac{u \cdot v}{|u|\,|v|} = "
    r"\frac{\slot{u.dot}}{\slot{u.length} \cdot \slot{v.length}} = \slot{u.cosine}, \qquad "
    r"\theta = \slot{u.angle}°",
    "Projection": r"p = \frac{v \cdot u}{u \cdot u}\, u = \frac{\slot{u.dot}}{\slot{u.square}}\, u,"
    r" \qquad (v - p) \cdot u = 0",
    "Hyperplane": r"w \cdot x = b = \slot{w.level}, \qquad \text{distance of } x = "
    r"\frac{w \cdot x - b}{|w|}, \qquad |w| = \slot{w.length}",
    "Many dimensions": r"n = \slot{n.now}: \qquad \text{spread of } \cos \theta = \slot{n.spread},"
    r" \qquad \frac{1}{\sqrt{n}} = \slot{n.theory}",
}

short = functools.partial(shown, least=1e-6)
"""What is only rounding is zero."""


def readout(config: Config, frame: Frame) -> dict[str, str]:
    """Dot product, angle, sides; and, under names with a dot, the numbers of the formulas."""
    u, v, lengths = frame["u"], frame["v"], frame["lengths"]
    spread = frame["spread"][-1] if "spread" in frame.values else np.nan
    n = int(DIMENSIONS[frame.step])
    numbers = {
        "u.one": u[0], "u.two": u[1], "v.one": v[0], "v.two": v[1], "u.dot": frame["dot"],
        "u.length": lengths[0], "v.length": lengths[1], "u.cosine": frame["cosine"],
        "u.angle": frame["angle"], "u.square": lengths[0] ** 2, "w.level": frame["level"],
        "w.length": np.hypot(config.wx, config.wy), "n.now": n, "n.theory": n**-0.5,
        "n.spread": spread,
    }  # fmt: skip
    degrees = short(frame["angle"])
    return {
        "u · v": short(frame["dot"]),
        "Angle": degrees if degrees == "–" else f"{degrees}°",
        "Cosine similarity": short(frame["cosine"]),
        "Lengths": f"{short(lengths[0])}, {short(lengths[1])}",
        "On the right side": f"{int(frame['right'])} of {2 * EACH}",
        **{name: short(number) for name, number in numbers.items()},
    }
