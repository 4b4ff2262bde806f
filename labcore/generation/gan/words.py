"""The numbers of a frame in words, and the formulas they fill."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from labcore import Frame, format_number
from labcore.generation.gan.config import Config
from labcore.generation.gan.objectives import OBJECTIVES, certified_divergence


def _two_lines(d: str, g: str, name: str) -> str:
    """D's loss in two terms and G's in one, with their numbers."""
    return (
        r"\begin{align*} L_D &= "
        + d
        + r" = \slot{NAME.real} + (\slot{NAME.fake}) = \slot{NAME.d} \\"
        r" L_G &= " + g + r" = \slot{NAME.g} \end{align*}"
    ).replace("NAME", name)


FORMULAS = {
    "Non-saturating": _two_lines(
        r"-\mathbb{E} \log D(x) - \mathbb{E} \log(1 - D(G(z)))", r"-\mathbb{E} \log D(G(z))", "ns"
    ),
    "Minimax": _two_lines(
        r"-\mathbb{E} \log D(x) - \mathbb{E} \log(1 - D(G(z)))",
        r"\mathbb{E} \log(1 - D(G(z)))",
        "minimax",
    ),
    "Least squares": _two_lines(
        r"\mathbb{E} (s(x) - 1)^2 + \mathbb{E}\, s(G(z))^2", r"\mathbb{E} (s(G(z)) - 1)^2", "ls"
    ),
    "Hinge": _two_lines(
        r"\mathbb{E} \max(0, 1 - s(x)) + \mathbb{E} \max(0, 1 + s(G(z)))",
        r"-\mathbb{E}\, s(G(z))",
        "hinge",
    ),
    "Wasserstein": _two_lines(
        r"-\mathbb{E}\, s(x) + \mathbb{E}\, s(G(z))", r"-\mathbb{E}\, s(G(z))", "wasserstein"
    ),
    "What D certifies": r"D^*(x) = \frac{p(x)}{p(x) + q(x)}, \quad"
    r" \mathbb{E}\, |D - D^*| \approx \slot{best.gap}, \quad"
    r" \mathrm{JS}(p, q) \ge \frac{\log 4 - L_D}{2} = \slot{best.js}",
}
"""s is D's score, D = 1/(1 + e^−s). All five are of the same scores, on 500 real points that no
training saw and 512 fakes; the one that is trained is the one chosen."""


def readout(config: Config, frame: Frame) -> dict[str, str]:
    """How good it is; and, under names with a dot, the numbers of the formulas."""
    if not frame.values:
        return {"Training": "waits until you let go"}
    values: Any = frame.values
    parts = len(values["shares"])
    told = {
        "Covered": f"{int(values['modes'][0])} of {parts} "
        + ("parts" if "fakes" in values else "digits"),
        "Good fakes": f"{100 * float(values['good'][0]):.0f} %",
        "W₂, exact": f"{number(values['w2'][0])} (two real samples: {number(values['floor'])})",
        "MMD², estimated": number(values["mmd"][0], 2),
    }
    if "frechet" in values:
        told["Fréchet distance, 32 components"] = number(values["frechet"])
    if "of_real" in values:
        told["D’s mean verdict"] = (
            f"{number(values['of_real'], 2)} for real, {number(values['of_fake'], 2)} for fake"
        )
    elif config.model == "vae":
        total = float(values["critic"]) + float(values["maker"])
        told["−ELBO"] = (
            f"{number(values['critic'])} misfit + {number(values['maker'])} KL = {number(total)}"
        )
    elif config.model == "flow":
        told["−log p of the data"] = number(values["critic"])
    else:
        told["Error in guessing the noise"] = number(values["critic"])
    return told | slots(values)


def slots(values: Any) -> dict[str, str]:
    """What fills the formulas of a GAN, to four digits."""
    if "terms" not in values:
        return {}
    filled = {}
    for name, (of_real, of_fake, of_g) in zip(OBJECTIVES, values["terms"].tolist(), strict=True):
        shown = {"real": of_real, "fake": of_fake, "d": of_real + of_fake, "g": of_g}
        filled |= {f"{name}.{key}": number(value, 4) for key, value in shown.items()}
    log_loss = float(values["terms"][0, :2].sum())
    filled["best.js"] = number(certified_divergence(log_loss), 3)
    filled["best.gap"] = number(values["gap"]) if "gap" in values else "–"
    return filled


def number(value: Any, digits: int = 3) -> str:
    """A number as a learner reads it; a dash where there is none."""
    value = float(np.asarray(value))
    return "–" if math.isnan(value) else format_number(value, digits)
