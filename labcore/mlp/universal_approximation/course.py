"""What is worth finding about universal approximation, what to try, and a guided way."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from labcore import Challenge, Frame, Preset, Reference, TourStep, Verdict, shown
from labcore.mlp.universal_approximation.config import Config

FORMULAS = {
    "A sum of bent lines": r"f(x) = c + \sum_{i=1}^{\slot{s.n}} v_i \, \phi(w_i x + b_i), \quad "
    r"c = \slot{s.c}, \quad \text{worst at } x = \slot{s.x}: \; f = \slot{s.said} \text{ for } "
    r"\slot{s.y}",
    "Pieces": r"\text{deep: } 2^{\slot{d.l}} = \slot{d.p} \text{ pieces}, \quad "
    r"\text{one layer of } \slot{d.u} \text{ units: at most } \slot{d.m}, "
    r"\quad \text{weights: } \slot{d.w}",
    "One matrix": r"W_{\slot{w.l}} \cdots W_1 = \begin{pmatrix} \slot{w.a} & \slot{w.b} \\ "
    r"\slot{w.c} & \slot{w.d} \end{pmatrix}",
}

SPIKE = ((0.0, 0.0), (0.42, 0.0), (0.455, 0.95), (0.49, 0.0), (1.0, 0.0))

PRESETS = (
    Preset(
        "Hinge after hinge",
        "Play: each unit bends the sum once, at its kink. Up to there all is right; behind it the "
        "line runs off until the next one turns it back.",
        {},
    ),
    Preset(
        "Between two kinks",
        "A spike narrower than the distance of the kinks is not seen. Raise the width until it is.",
        {"points": SPIKE, "width": 12},
    ),
    Preset(
        "Kinks that move",
        "Gradient descent moves kinks to where the curve bends. With another seed it may get "
        "stuck far from what is possible.",
        {"method": "trained", "width": 20},
    ),
    Preset(
        "Smooth pieces",
        "tanh makes soft steps: fewer units for a smooth curve, and large heights that cancel.",
        {"activation": "tanh", "width": 10},
    ),
    Preset(
        "Forty-eight units, one line",
        "Without an activation every contribution is straight, and so is the sum.",
        {"activation": "linear", "width": 48},
    ),
    Preset(
        "Fold the paper",
        "Eight layers of two units: 256 pieces from 49 weights. The flat network of the same size "
        "gives up.",
        {"depth": 8},
        view="Depth",
    ),
    Preset(
        "Six layers, one matrix",
        "The grid turns and stretches, and stays a grid. Choose ReLU, and it breaks.",
        {"activation": "linear", "layers": 6},
        view="Collapse",
    ),
)


def close(config: Config, frames: Sequence[Frame]) -> Verdict:
    """A wavy curve within 0.006 from few units."""
    rms, y = float(frames[-1]["rms"]), frames[-1]["target"]
    turns = int((np.diff(np.sign(np.diff(y))) != 0).sum())
    passed = config.width <= 16 and turns >= 3 and float(np.ptp(y)) >= 0.8 and rms <= 0.006
    says = f"{config.width} units, {turns} turns: the root mean square error is {shown(rms)}."
    return Verdict(passed, says)


def missed(config: Config, frames: Sequence[Frame]) -> Verdict:
    """A curve that 30 solved units miss by much."""
    worst = float(frames[-1]["worst"])
    bent = config.activation != "linear" and config.method == "solved"
    passed = bent and config.width >= 30 and worst >= 0.3
    return Verdict(passed, f"{config.width} units miss it by {shown(worst)} at the worst place.")


def folds_much(config: Config, frames: Sequence[Frame]) -> Verdict:
    """Five pieces or more for each weight."""
    pieces, weights = 2**config.depth, 6 * config.depth + 1
    passed = pieces >= 5 * weights and frames[-1].step == frames[0].step + len(frames) - 1
    return Verdict(passed, f"{pieces} pieces from {weights} weights.")


def found(config: Config, frames: Sequence[Frame]) -> Verdict:
    """Descent finds a good solution with few ReLU units, for the curve that was given."""
    rms = float(frames[-1]["rms"])
    given = config.points == Config.model_fields["points"].default
    ours = config.method == "trained" and config.activation == "relu" and config.width <= 8
    says = f"{config.width} units, trained: {shown(rms)}."
    return Verdict(given and ours and rms <= 0.045, says)


CHALLENGES = (
    Challenge(
        "close", "A curve with three turns and a height of 0.8: come within 0.006 with 16 units or "
        "fewer.",
        "Smooth curves like smooth units. How large the heights may become, nobody asked.", close,
    ),
    Challenge(
        "missed", "Draw a curve that 30 solved units or more miss by 0.3 somewhere.",
        "What is narrower than the distance of two kinks cannot be followed.", missed,
    ),
    Challenge(
        "folds", "Get five straight pieces or more for every weight.",
        "Each fold doubles the pieces, and costs six weights.", folds_much,
    ),
    Challenge(
        "found", "On the given curve, train 8 ReLU units or fewer to 0.045.",
        "It exists, but most starts get stuck. Another rate, another seed, and patience.", found,
        hard=True,
    ),
)  # fmt: skip

TOUR = (
    TourStep(
        "Ten hidden units, ten bent lines. Play, and they are added one by one: the purple one is "
        "the latest.",
        {}, "Pieces",
    ),
    TourStep(
        "The curve is yours. Drag its points, or click to add one; the heights are solved anew at "
        "once.",
        {}, "Pieces", "Add a point, so that there are eight or more.",
        lambda config: len(config.points) >= 8,
    ),
    TourStep(
        "More units, more kinks, a smaller error. This is what the theorem promises: as close as "
        "you like, if wide enough. It does not say how wide.",
        {}, "Pieces", "Give it 30 units or more.", lambda config: config.width >= 30,
    ),
    TourStep(
        "That a good network exists does not mean descent finds it. Here all weights are trained.",
        {"method": "trained", "width": 10}, "Pieces",
        "Double the width to 20: spare units make it easier.", lambda config: config.width >= 20,
    ),
    TourStep(
        "A layer of two units folds the line like paper. Folding folds again doubles the pieces. "
        "Random networks do nothing of the kind, deep or not.",
        {"depth": 7}, "Depth",
    ),
    TourStep(
        "Without an activation, layers are matrices, and their product is one matrix. The dotted "
        "grid is that product.",
        {"activation": "linear"}, "Collapse", "Choose ReLU: when does the grid leave the dots?",
        lambda config: config.activation == "relu",
    ),
)  # fmt: skip

REFERENCES = (
    Reference("Zhang, Lipton, Li & Smola, Dive into Deep Learning, 5.1",
              "https://d2l.ai/chapter_multilayer-perceptrons/mlp.html"),
    Reference("Cybenko (1989), Approximation by superpositions of a sigmoidal function",
              "https://doi.org/10.1007/BF02551274"),
    Reference("Leshno, Lin, Pinkus & Schocken (1993), Multilayer feedforward networks with a "
              "nonpolynomial activation function can approximate any function",
              "https://doi.org/10.1016/S0893-6080(05)80131-5"),
    Reference("Telgarsky (2016), Benefits of depth in neural networks",
              "https://arxiv.org/abs/1602.04485"),
    Reference("Hanin & Rolnick (2019), Complexity of linear regions in deep networks",
              "https://arxiv.org/abs/1901.09021"),
)  # fmt: skip
