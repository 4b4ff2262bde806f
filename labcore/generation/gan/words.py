"""The numbers of a frame in words, and the formulas they fill."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from labcore import Frame, format_number
from labcore.generation.gan.config import Config
from labcore.generation.gan.objectives import OBJECTIVES, certified_divergence
from labcore.generation.gan.others import ASKED, still_data
from labcore.generation.gan.plan import latent_size


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
    "The star, there and back": r"\begin{align*} z = (\slot{star.z})"
    r" &\mapsto G(z) = (\slot{star.x})"
    r" \mapsto s = \slot{star.s} \mapsto L_G = \slot{star.loss} \\"
    r" \partial L_G / \partial x &= (\slot{star.slope}) \end{align*}",
    "One more round": r"\begin{align*} L_D &: \slot{round.d0}"
    r" \xrightarrow{D} \slot{round.d1} \xrightarrow{G} \slot{round.d2} \\"
    r" L_G &: \slot{round.g0} \xrightarrow{D} \slot{round.g1} \xrightarrow{G} \slot{round.g2}"
    r" \end{align*}",
    "Autoencoder": r"-\mathrm{ELBO} = \mathbb{E}[-\log p(x \mid z)]"
    r" + \mathrm{KL}(q(z \mid x) \,\|\, p(z)) = \slot{vae.fit} + \slot{vae.kl} = \slot{vae.sum}",
    "Flow": r"-\mathbb{E} \log p(x) = \mathbb{E}\left[\tfrac{1}{2} |z|^2 + \log 2\pi\right]"
    r" - \mathbb{E} \log \left| \det \tfrac{\partial z}{\partial x} \right|"
    r" = \slot{flow.normal} + (\slot{flow.volume}) = \slot{flow.sum}",
    "Diffusion": r"\begin{align*} x_t &= \sqrt{\bar\alpha_t}\, x"
    r" + \sqrt{1 - \bar\alpha_t}\, \varepsilon,"
    r" \quad t = 5, 20, 40: \sqrt{\bar\alpha_t} = \slot{diffusion.kept} \\"
    r" \tfrac{1}{2} \mathbb{E}\, |\varepsilon - \hat\varepsilon(x_t, t)|^2"
    r" &= \slot{diffusion.loss} \end{align*}",
    "What D certifies": r"D^*(x) = \frac{p(x)}{p(x) + q(x)}, \quad"
    r" \mathbb{E}\, |D - D^*| \approx \slot{best.gap}, \quad"
    r" \mathrm{JS}(p, q) \ge \frac{\log 4 - L_D}{2} = \slot{best.js}",
}
"""s is D's score, D = 1/(1 + e^−s). All five are of the same scores, on 500 real points that no
training saw and 512 fakes of G as it is; the one that is trained is the one chosen. So are the
losses of one more round, those of the objective chosen. The other models' are by the same points.
"""


def readout(config: Config, frame: Frame) -> dict[str, str]:
    """How good it is; and, under names with a dot, the numbers of the formulas."""
    if not frame.values:
        return {"Training": "waits until you let go"}
    values: Any = frame.values
    parts = len(values["shares"])
    told = {
        "Covered": f"{int(values['modes'][0])} of {parts} "
        + ("parts" if "fakes" in values else "digits")
        + span(values["modes"], "{:.0f}"),
        "Good fakes": f"{100 * float(values['good'][0]):.0f} %"
        + span(100 * values["good"], "{:.0f}"),
        "W₂, exact": f"{number(values['w2'][0])} (two real samples: {number(values['floor'])})"
        + span(values["w2"], "{:.2f}"),
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
    return told | slots(config, values)


def span(values: np.ndarray, form: str) -> str:
    """The least and the largest number of several races; of one race nothing."""
    if len(values) == 1:
        return ""
    low, high = form.format(float(values.min())), form.format(float(values.max()))
    return f"; {low} to {high} over {len(values)} races"


def slots(config: Config, values: Any) -> dict[str, str]:
    """What fills the formulas, to four digits."""
    if "parts" in values:
        return other_slots(config, values["parts"].tolist())
    if "terms" not in values:
        return {}
    filled = {}
    for name, (of_real, of_fake, of_g) in zip(OBJECTIVES, values["terms"].tolist(), strict=True):
        shown = {"real": of_real, "fake": of_fake, "d": of_real + of_fake, "g": of_g}
        filled |= {f"{name}.{key}": number(value, 4) for key, value in shown.items()}
    log_loss = float(values["terms"][0, :2].sum())
    if "gap" in values and config.objective != "hinge":
        filled["best.js"] = number(certified_divergence(log_loss), 3)
        filled["best.gap"] = number(values["gap"])
    if "star" in values:
        z = (config.z0, config.z1)[: latent_size(config)]
        filled |= {"star.z": pair(z), "star.x": pair(values["star"]), "star.slope":
                   pair(values["slope"]), "star.s": number(values["said"]),
                   "star.loss": number(values["owes"])}  # fmt: skip
    if "round" in values:
        filled |= {
            f"round.{name}{k}": number(value, 4)
            for name, row in zip("dg", values["round"], strict=True)
            for k, value in enumerate(row)
        }
    return filled


def other_slots(config: Config, parts: list[float]) -> dict[str, str]:
    """The losses of the models without a fight, term by term."""
    names = {"vae": ("fit", "kl", "sum"), "flow": ("normal", "volume", "sum")}
    if config.model == "diffusion":
        kept = ", ".join(format_number(still_data(level), 2) for level in ASKED)
        return {"diffusion.kept": kept, "diffusion.loss": ", ".join(number(p) for p in parts)}
    return {
        f"{config.model}.{name}": number(part, 4)
        for name, part in zip(names[config.model], parts, strict=True)
    }


def pair(values: Any) -> str:
    """Coordinates, to two digits after the point."""
    return ", ".join(f"{float(value):.2f}".replace("-", "−") for value in values)


def number(value: Any, digits: int = 3) -> str:
    """A number as a learner reads it; a dash where there is none."""
    value = float(np.asarray(value))
    return "–" if math.isnan(value) else format_number(value, digits)
