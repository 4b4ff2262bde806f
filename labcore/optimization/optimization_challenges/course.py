"""Presets, challenges, the tour, references and formulas of the lab on challenges."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from labcore import Challenge, Frame, Preset, Reference, TourStep, Verdict, format_number
from labcore.optimization.optimization_challenges.lands import level_places
from labcore.optimization.optimization_challenges.lesson import Config

REFERENCES = (
    Reference("Dauphin et al. (2014), Identifying and attacking the saddle point problem in "
              "high-dimensional non-convex optimization", "https://arxiv.org/abs/1406.2572"),
    Reference("Ge, Huang, Jin & Yuan (2015), Escaping from saddle points",
              "https://arxiv.org/abs/1503.02101"),
    Reference("Glorot & Bengio (2010), Understanding the difficulty of training deep feedforward "
              "neural networks", "https://proceedings.mlr.press/v9/glorot10a.html"),
    Reference("Vapnik (1991), Principles of risk minimization for learning theory"),
)  # fmt: skip

FORMULAS = {
    "Risk": r"""R(\omega) = \mathbb{E}\,(y - \cos \omega x)^2 = \slot{r.risk}, \qquad
R_n(\omega) = \frac1n \sum_{i=1}^{n} (y_i - \cos \omega x_i)^2 = \slot{r.emp},
\quad n = \slot{r.n}""",
    "Level place": r"""\nabla f = 0, \quad \lambda_1 = \slot{s.low}, \; \lambda_2 = \slot{s.high}
\;\Rightarrow\; \slot{s.kind}""",
    "Plateau": r"""w \leftarrow w - \eta\, L'(w), \qquad \eta\,|L'(w)| = \slot{p.lr} \cdot
|\slot{p.slope}| = \slot{p.move} \text{ at } w = \slot{p.w}""",
    "Depth": r"""\mathbb{E} \log_{10} \lVert W_l \cdots W_1 v \rVert = l \left( \log_{10} g
+ \frac{\psi(n/2) + \log(2/n)}{2 \log 10} \right) = \slot{d.depth} \cdot (\slot{d.rate})
= \slot{d.log}""",
}

PRESETS = (
    Preset(
        "Fooled by eight examples",
        "With these eight examples the dashed curve has valleys where the true risk has none, and "
        "its lowest point is at twice the frequency. Try other seeds, then raise n to 200.",
        {"seed": 2, "omega": 4.4},
    ),
    Preset(
        "The ridge that leads to a saddle",
        "Exactly on the ridge the slope has no part across it. The calm descent arrives at the "
        "saddle and stays; any noise finds the way down.",
        {"land": "saddle", "x0": 1.7, "y0": 0.0, "noise": 0.3},
        view="Saddles",
    ),
    Preset(
        "Where the Hessian says nothing",
        "On the monkey saddle three valleys meet in one place without any curvature. Both "
        "eigenvalues are 0 there; look at the sections to see it is no minimum.",
        {"land": "monkey", "probe_x": 0.1, "probe_y": 0.1, "x0": 1.4, "y0": 0.0},
        view="Saddles",
    ),
    Preset(
        "Noise that jumps between valleys",
        "Calm descent ends in the nearest of many minima. With much noise the cloud visits others, "
        "and stays in none.",
        {"land": "eggs", "x0": 2.0, "y0": 2.0, "noise": 2.5, "probe_x": 1.4, "probe_y": 0.0},
        view="Saddles",
    ),
    Preset(
        "One more unit to the right",
        "On the plateau of tanh each unit of w costs about e² = 7.4 times the steps. Drag the "
        "start and read the wait.",
        {"weight": 4.0},
        view="Plateau",
    ),
    Preset(
        "A gain of one is not enough",
        "Gaussian matrices of width 2 and gain 1 keep the mean square, yet almost every gradient "
        "vanishes: a few huge ones carry the mean. Orthogonal ones keep each length.",
        {"gain": 1.0, "width": 2},
        view="Depth",
    ),
)


def misled(config: Config, frames: Sequence[Frame]) -> Verdict:
    """Descent ends where the empirical risk is low and the risk is high."""
    last = frames[-1]
    got, seen = float(last["risk"]), float(last["empirical"])
    says = f"It ends at empirical risk {format_number(seen)} and risk {format_number(got)}."
    return Verdict(config.count >= 8 and got - seen >= 1, says)


def escaped(config: Config, frames: Sequence[Frame]) -> Verdict:
    """The calm run is stuck at a saddle, most noisy ones are not."""
    last = frames[-1]
    places, kinds = level_places(config.land)
    saddles = places[[kind == "saddle" for kind in kinds]]
    if config.land != "eggs":
        return Verdict(False, "Choose the surface with many minima.")
    near = float(np.hypot(*(saddles - last["calm"]).T).min())
    away = float((last["noisy.height"] < last["calm.height"] - 0.15).mean())
    calm = float(np.std(last["noisy"], 0).max())
    says = (f"The calm run is {format_number(near)} from a saddle; {100 * away:.0f} % of the noisy "
            f"ones are 0.15 lower; σ = {config.noise:g}.")  # fmt: skip
    small = config.noise <= 0.01 and calm > 0
    return Verdict(near < 0.05 and away >= 0.95 and small, says)


def best_well(config: Config, frames: Sequence[Frame]) -> Verdict:
    """From the wrong well most noisy runs get into the right one."""
    if config.land != "wells" or config.x0 < 0.5:
        return Verdict(False, "Choose the two wells, and start at x = 0.5 or beyond.")
    if float(frames[-1]["calm"][0]) < 0:
        return Verdict(False, "Without noise the descent should stay on the right.")
    late = np.array([frame["noisy"][:, 0] for frame in frames[-20:]])
    share = float((late < -0.5).mean())
    return Verdict(share >= 0.5, f"In the last 20 steps {100 * share:.0f} % are left of −0.5.")


def patient(config: Config, frames: Sequence[Frame]) -> Verdict:
    """Off a plateau in time."""
    if config.unit == "relu" or config.weight < 3:
        return Verdict(False, "Use tanh or the sigmoid, and start at 3 or beyond.")
    needed = float(frames[-1]["needed"])
    says = (
        f"It takes {format_number(needed)} steps." if np.isfinite(needed) else "It takes too many."
    )
    return Verdict(bool(needed <= 40), says)


def steady(config: Config, frames: Sequence[Frame]) -> Verdict:
    """Gaussian layers whose gradient neither explodes nor vanishes, typically."""
    if config.init != "gaussian" or config.width > 6:
        return Verdict(False, "Use Gaussian matrices of width 6 or less.")
    middle = float(np.median(frames[-1]["sizes"]))
    rate = float(frames[-1]["growth"][0])
    says = (f"After 100 layers the median size is 10^{format_number(middle)}; the typical growth "
            f"is 10^{format_number(rate)} a layer.")  # fmt: skip
    return Verdict(abs(rate) <= 0.004, says)


CHALLENGES = (
    Challenge("misled", "With n of 8 or more, make descent end where the risk is 1 or more above "
              "the empirical risk.", "Look for a valley of the dashed curve under a hill of the "
              "full one. Other seeds bring other samples.", misled),
    Challenge("patient", "Start at w = 3 or beyond on a plateau of tanh or the sigmoid, and be "
              "done in 40 steps.", "The slope is what it is; what multiplies it is yours.",
              patient),
    Challenge("steady", "With Gaussian matrices of width 6 or less, find the gain at which the "
              "typical gradient keeps its size: 0.004 or less a layer, up or down.",
              "Not 1. Drag the purple mark to where the curve crosses 0.", steady),
    Challenge("escaped", "On the surface with many minima, get the calm descent stuck at a saddle, "
              "and 95 % of the noisy ones 0.15 lower, with noise of 0.01 or less.",
              "The surface is the same left and right, and up and down: on which lines is "
              "there no slope across?", escaped, hard=True),
    Challenge("best_well", "On the two wells, start on the right and have half of the noisy "
              "descents left of −0.5 in the last 20 steps.", "The hill in between is "
              "low; the lower well holds better than the higher. Which noise, which step?",
              best_well, hard=True),
)  # fmt: skip

TOUR = (
    TourStep("We want the risk to be low, over all data there could be. What we can descend is its "
             "average over n examples, the dashed curve.", {}, "Risk",
             "Raise n to 100 or more, and see the dashed curve settle on the full one.",
             lambda config: config.count >= 100),
    TourStep("A slope of zero may mean a minimum, a saddle or a maximum. The signs of the "
             "Hessian’s eigenvalues tell: both up, one of each, both down.",
             {"land": "eggs", "probe_x": 0.9, "probe_y": 0.9},
             "Saddles", "Drag the cross until the ringed place is a maximum.",
             lambda config: at_maximum(config)),
    TourStep("On the ridge of a saddle calm descent walks straight into it. The cloud has noisy "
             "slopes, and noise has a part across the ridge.",
             {"land": "saddle", "x0": 1.7, "y0": 0.0}, "Saddles"),
    TourStep("On a plateau the slope is small and so is each step. Nothing is wrong with the "
             "direction; it is the wait.", {"weight": 3.0}, "Plateau",
             "Start where it takes more than 1000 steps.", lambda config: config.weight >= 3.7),
    TourStep("Through many layers a gradient is multiplied by many matrices. A little more than "
             "it needs in each, and it explodes; a little less, and it is gone.",
             {"gain": 1.4}, "Depth", "Find the gain that keeps the typical size.", reach="steady"),
)  # fmt: skip


def at_maximum(config: Config) -> bool:
    """Whether the level place nearest to the probe is a maximum."""
    places, kinds = level_places(config.land)
    return (
        kinds[int(np.hypot(*(places - (config.probe_x, config.probe_y)).T).argmin())] == "maximum"
    )
