"""The numbers of a frame in words, and the formulas they fill."""

from __future__ import annotations

import functools

import numpy as np

from labcore import Frame, shown
from labcore.preliminaries.linear_algebra.lesson import Config, matrices

FORMULAS = {
    "A x by columns": r"A x = x_1 a_1 + x_2 a_2 + x_3 a_3 = \slot{x.one} "
    r"\begin{pmatrix} \slot{k.11} \\ \slot{k.21} \end{pmatrix} + \slot{x.two} "
    r"\begin{pmatrix} \slot{k.12} \\ \slot{k.22} \end{pmatrix} + \slot{x.three} "
    r"\begin{pmatrix} \slot{k.13} \\ \slot{k.23} \end{pmatrix}",
    "A x by rows": r"\begin{pmatrix} \text{row 1} \cdot x \\ \text{row 2} \cdot x \end{pmatrix} = "
    r"\begin{pmatrix} \slot{k.11} \cdot \slot{x.one} + \slot{k.12} \cdot \slot{x.two} + "
    r"\slot{k.13} \cdot \slot{x.three} \\ \slot{k.21} \cdot \slot{x.one} + \slot{k.22} \cdot "
    r"\slot{x.two} + \slot{k.23} \cdot \slot{x.three} \end{pmatrix} = \begin{pmatrix} \slot{y.one} "
    r"\\ \slot{y.two} \end{pmatrix}",
    "The ringed cell": r"c_{ij} = \slot{c.sum} = \slot{c.value}, \qquad i = \slot{c.i},\; "
    r"j = \slot{c.j}",
    "Norms of v": r"\|v\|_p = \left(|v_1|^p + |v_2|^p\right)^{1/p} = "
    r"\left(|\slot{v.one}|^{\slot{n.p}} + |\slot{v.two}|^{\slot{n.p}}\right)^{1/\slot{n.p}} = "
    r"\slot{n.norm}",
    "Norms of M": r"\|M\|_F = \sqrt{\textstyle\sum m_{ij}^2} = \slot{m.frobenius}, \qquad "
    r"\|M\|_2 = \sigma_1 = \slot{m.spectral}, \qquad "
    r"\max_{\|x\|_p = 1} \|M x\|_p = \slot{m.induced}",
}

short = functools.partial(shown, least=1e-7)
"""What is only rounding is zero."""


def readout(config: Config, frame: Frame) -> dict[str, str]:
    """Product, norms, shapes; and, under names with a dot, the numbers of the formulas."""
    a, b = matrices(config)
    i, j, whole = int(frame["i"]), int(frame["j"]), frame["whole"]
    columns = np.array(config.columns).T
    if np.isnan(whole[i, j]):
        total = "–"
    elif config.way == "hadamard":
        total = f"{short(a[i, j])} · {bracket(b[i, j])}"
    else:
        total = " + ".join(
            f"{bracket(x)} · {bracket(y)}" for x, y in zip(a[i], b[:, j], strict=True)
        )
    numbers = {
        **dict(zip(("x.one", "x.two", "x.three"), frame["x"], strict=True)),
        **{f"k.{r + 1}{c + 1}": columns[r, c] for r in range(2) for c in range(3)},
        "y.one": frame["product"][0], "y.two": frame["product"][1], "c.value": whole[i, j],
        "c.i": i + 1, "c.j": j + 1, "v.one": config.vx, "v.two": config.vy, "n.p": frame["p"],
        "n.norm": frame["norm"], "m.frobenius": frame["frobenius"],
        "m.spectral": frame["sigma"][0], "m.induced": frame["induced"],
    }  # fmt: skip
    size = ", ".join(str(int(n)) for n in frame["sizes"])
    x, y = frame["product"]
    return {
        "A x": f"({short(x)}, {short(y)})",
        "Ringed cell": short(whole[i, j]),
        "Norm of v": short(frame["norm"]),
        "M: Frobenius, spectral": f"{short(frame['frobenius'])}, "
        f"{short(frame['sigma'][0])}",
        "Reduced to": f"({size}{',' if len(frame['sizes']) == 1 else ''})",
        **{name: bracket(number) if name[0] in "kx" else short(number)
           for name, number in numbers.items()},
        "c.sum": total,
    }  # fmt: skip


def bracket(value: float) -> str:
    """A number as it stands in a product: negative ones in brackets."""
    return f"({short(value)})" if float(value) < 0 else short(value)
