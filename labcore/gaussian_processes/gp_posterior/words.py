"""The numbers of a frame in words, and the formulas they fill."""

from __future__ import annotations

import math
from typing import Any

from labcore import Frame, shown
from labcore.gaussian_processes.gp_posterior.config import Config, fits, likelihood_of
from labcore.gaussian_processes.gp_posterior.game import KAPPA

FORMULAS = {
    "Posterior at x*": r"""\begin{align*}
m(x_*) &= k_*^\top (K + \sigma^2 I)^{-1} y = \sum_i \alpha_i\, k(x_*, x_i)
 = \slot{m.star} \\
v(x_*) &= k(x_*, x_*) - k_*^\top (K + \sigma^2 I)^{-1} k_*
 = \slot{k.star} - \slot{v.taken} = \slot{v.star}
\end{align*}
\quad x_* = \slot{x.star}""",
    "Covariance of two points": r"k(x_i, x_j) = k(\slot{x.i},\, \slot{x.j}) = \slot{k.ij},"
    r"\qquad \rho = \frac{k(x_i, x_j)}{\sqrt{k(x_i, x_i)\, k(x_j, x_j)}} = \slot{rho.ij}",
    "Log evidence": r"\log p(y) = \underbrace{-\tfrac12 y^\top (K + \sigma^2 I)^{-1} y}_{"
    r"\text{fit}} \underbrace{- \tfrac12 \log |K + \sigma^2 I|}_{\text{simplicity}}"
    r" - \tfrac{n}{2} \log 2\pi = \slot{e.fit} + (\slot{e.complexity}) + (\slot{e.constant})"
    r" = \slot{e.total}",
    "Expected improvement": r"\mathrm{EI}(x) = (m - b)\,\Phi(z) + s\,\varphi(z)"
    r" = (\slot{ei.m} - \slot{ei.b})\,\Phi(\slot{ei.z}) + \slot{ei.s}\,\varphi(\slot{ei.z})"
    r" = \slot{ei.value}, \quad z = \frac{m - b}{s}",
}

SLOTS = ("m.star", "k.star", "v.taken", "v.star", "x.star", "x.i", "x.j", "k.ij", "rho.ij", "e.fit",
         "e.complexity", "e.constant", "e.total", "ei.m", "ei.b", "ei.z", "ei.s",
         "ei.value")  # fmt: skip


def readout(config: Config, frame: Frame) -> dict[str, str]:
    """A few numbers that matter; and, under names with a dot, those of the formulas."""
    told = game_words(config, frame) if config.data == "game" else model_words(config, frame)
    return told | dict.fromkeys(SLOTS, "–") | numbers_of_formulas(config, frame)


def model_words(config: Config, frame: Frame) -> dict[str, str]:
    """Evidence, calibration, condition, and what the fit found."""
    likelihood = likelihood_of(config)
    name = {"gaussian": "Log evidence", "student": "Log evidence, at least",
            "classes": "Log evidence (Laplace)"}[likelihood]  # fmt: skip
    told = {"Points": f"{int(frame['count'])}", name: f"{shown(frame['evidence'])} nats"}
    if "loo" in frame.values:
        inside = 100 * float(frame["loo"])
        held = f"{inside:.0f} %" if math.isfinite(inside) else "–"
        told[f"Inside the {config.level:g} % band (leave one out)"] = held
    if "unseen" in frame.values and math.isfinite(frame["unseen"]):
        told[f"Not yet seen, inside {config.level:g} %"] = f"{100 * frame['unseen']:.0f} %"
    if "condition" in frame.values:
        told["Condition number"] = shown(frame["condition"])
    if frame["jitter"] > 0:
        told["Jitter added"] = shown(frame["jitter"])
    if fits(config):
        told["ℓ, σ"] = f"{shown(frame['ell'])}, {shown(frame['sigma'])}"
        told |= best_climb(frame) if config.fit != "hmc" else {}
    elif "top" in frame.values and math.isfinite(frame["top"]):
        told["Best on the map"] = (
            f"{shown(frame['top'])} at ℓ {shown(frame['top.ell'], 2)}, "
            f"σ {shown(frame['top.sigma'], 2)}"
        )
    if "trust" in frame.values and len(frame["trust"]):
        told["Least trusted weight"] = shown(frame["trust"].min())
    return told


def best_climb(frame: Frame) -> dict[str, str]:
    """Which start has climbed highest."""
    if "heights" not in frame.values:
        return {}
    heights, paths = frame["heights"], frame["paths"]
    if not all(math.isfinite(height) for height in heights):
        return {}
    best = int(heights.argmax())
    ell, sigma = (10.0 ** float(place) for place in paths[best, -1])
    who = "from the ring" if best == 0 else "from another start"
    return {"Highest climb": f"{shown(heights[best])} {who}, ℓ {shown(ell)}, σ {shown(sigma)}"}


def game_words(config: Config, frame: Frame) -> dict[str, str]:
    """Who is nearer to the top."""
    you, it = float(frame["you.regret"][-1]), float(frame["machine.regret"][-1])
    leads = "a draw" if abs(you - it) < 0.01 else ("you" if you < it else "the machine")
    return {
        "Looks": f"{int(frame['turn'])} of 10",
        "You, below the top": shown(you),
        "Machine, below the top": shown(it),
        "Leads": leads,
        "Machine looks next at": f"x = {shown(frame['next'][0])}"
        + (f" (κ = {KAPPA:g})" if config.rival == "ucb" else ""),
    }


def at_probe(frame: Frame) -> dict[str, Any]:
    """The posterior at x*; in the game the learner's."""
    numbers = {name: frame[name] for name in ("m.star", "k.star", "v.star", "x.star")}
    return numbers | {"v.taken": numbers["k.star"] - numbers["v.star"]}


def numbers_of_formulas(config: Config, frame: Frame) -> dict[str, str]:
    """What fills the formulas, to four digits."""
    values = frame.values
    if config.data == "game":
        pairs = {"ei.m": "ei.m", "ei.b": "ei.best", "ei.z": "ei.z", "ei.s": "ei.s",
                 "ei.value": "ei"}  # fmt: skip
        told = {slot: shown(values[name], 4) for slot, name in pairs.items()}
        return told | {name: shown(number, 4) for name, number in at_probe(frame).items()}
    numbers = at_probe(frame)
    numbers |= {name: values[name] for name in ("x.i", "x.j", "k.ij", "rho.ij") if name in values}
    if likelihood_of(config) == "gaussian":  # elsewhere the evidence is no such sum
        terms = {name: float(values[name]) for name in ("fit", "complexity", "constant")}
        numbers |= {f"e.{name}": term for name, term in terms.items()}
        numbers["e.total"] = sum(terms.values())
    return {name: shown(float(number), 4) for name, number in numbers.items()}
