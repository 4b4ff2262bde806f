"""The numbers of a frame in words, and the formulas they fill."""

from __future__ import annotations

import functools

import numpy as np

from labcore import Frame, shown
from labcore.mathematics.linear_maps.lesson import Config

FORMULAS = {
    "Determinant and inverse": r"\det A = a d - b c = \slot{m.a} \cdot \slot{m.d} - "
    r"(\slot{m.b}) \cdot (\slot{m.c}) = \slot{m.det}, \qquad A^{-1} = \frac{1}{a d - b c} "
    r"\begin{pmatrix} d & -b \\ -c & a \end{pmatrix}",
    "Eigenvalues": r"A q = \lambda q: \quad \lambda = \frac{a + d}{2} \pm "
    r"\sqrt{\left(\frac{a + d}{2}\right)^2 - \det A} = \slot{m.half} \pm \sqrt{\slot{m.inside}}",
    "Power iteration": r"v_{k+1} = \frac{A v_k}{|A v_k|}, \qquad v_k^\top A v_k = \slot{v.rayleigh}"
    r" \to \lambda_1 = \slot{m.first}, \qquad k = \slot{v.k}",
    "Singular values": r"A = U \begin{pmatrix} \sigma_1 & 0 \\ 0 & \sigma_2 \end{pmatrix} V^\top, "
    r"\qquad \sigma_1 = \slot{s.first}, \; \sigma_2 = \slot{s.second}, \qquad "
    r"\sigma_1 \sigma_2 = |\det A|",
    "A system through the eigenvectors": r"b = \beta_1 q_1 + \beta_2 q_2, \qquad x = "
    r"\frac{\beta_1}{\lambda_1} q_1 + \frac{\beta_2}{\lambda_2} q_2 = "
    r"\frac{\slot{b.first}}{\slot{m.first}} q_1 + \frac{\slot{b.second}}{\slot{m.second}} q_2",
}

short = functools.partial(shown, least=1e-7)
"""What is only rounding is zero."""


def readout(config: Config, frame: Frame) -> dict[str, str]:
    """What the matrix is known by; and, under names with a dot, the numbers of the formulas."""
    real, imaginary = frame["eigen.real"], frame["eigen.imaginary"]
    first, second = frame["sigma"]
    half = (config.a + config.d) / 2
    numbers = {
        "m.a": config.a, "m.b": config.b, "m.c": config.c, "m.d": config.d, "m.det": frame["det"],
        "m.half": half, "m.inside": half**2 - frame["det"], "v.k": frame["k"],
        "v.rayleigh": frame["rayleigh"], "s.first": first, "s.second": second,
        "b.first": frame["b.parts"][0], "b.second": frame["b.parts"][1],
    }  # fmt: skip
    if imaginary.any():
        values = f"{short(half)} ± {short(abs(imaginary[0]))} i"
        parts = {"m.first": values, "m.second": values.replace("±", "−")}
    else:
        values = f"{short(real[0])} and {short(real[1])}"
        parts = {"m.first": short(real[0]), "m.second": short(real[1])}
    x = frame["x"]
    solved = f"({short(x[0])}, {short(x[1])})" if np.isfinite(x).all() else "none, or many"
    return {
        "Area × (det)": short(frame["det"]),
        "Rank": str(int(frame["rank"])),
        "Eigenvalues": values,
        "Stretch σ₁, σ₂": f"{short(first)}, {short(second)}",
        "x in A x = b": solved,
        **{name: short(number) for name, number in numbers.items()},
        **parts,
    }
