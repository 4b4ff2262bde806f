"""What is worth finding about automatic differentiation, what to try, and a guided way."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from labcore import Challenge, Frame, Preset, Reference, TourStep, Verdict, format_number
from labcore.preliminaries.autograd.lesson import Config
from labcore.preliminaries.autograd.programs import record

FORMULAS = {
    "Check on x": r"""\frac{\partial}{\partial x} = \slot{check.autograd}, \quad
\frac{f(x + h) - f(x - h)}{2h} = \slot{check.differences}""",
}

PRESETS = (
    Preset(
        "A neuron and its loss",
        "One weight, one input, a bias, a target: the walk back ends at each of them.",
        {"formula": "(tanh(w x + y) - z)^2"},
    ),
    Preset(
        "Used twice, added twice",
        "x feeds three places; watch its gradient grow as each share arrives.",
        {"formula": "x x + sin(x)"},
    ),
    Preset(
        "A road that is closed",
        "The detached product keeps its value and passes nothing on.",
        {"cut": "detach", "cut_at": 1},
    ),
    Preset(
        "A loop with an if",
        "Pull x: the graph itself becomes longer or shorter, and takes another branch.",
        {"program": "loop", "inputs": ((0.0, 1.5), (1.0, 2.8), (2.0, 0.6), (3.0, 0.4))},
    ),
    Preset(
        "The second time",
        "The graph is freed as it is walked; calling backward again fails.",
        {"again": "twice"},
    ),
    Preset(
        "A network",
        "Three hidden units: the same walk, with vectors and a matrix at the nodes.",
        {"program": "network"},
    ),
)


def dead(config: Config, frames: Sequence[Frame]) -> Verdict:
    """x is used, recorded, and has the gradient 0."""
    slope = float(frames[-1]["by_autograd"][1])
    used = any(step.label == "x" for step in record(config))
    passed = used and config.cut == "none" and config.seed_gradient != 0 and abs(slope) <= 1e-3
    return Verdict(passed, f"The gradient of x is {format_number(slope)}.")


def deceived(config: Config, frames: Sequence[Frame]) -> Verdict:
    """Detaching leaves x a gradient, and a wrong one."""
    slope, true = (float(frames[-1][name][1]) for name in ("by_autograd", "by_differences"))
    passed = config.cut == "detach" and np.isfinite(slope) and abs(slope - true) > 0.1
    says = f"Autograd says {format_number(slope)}, differences {format_number(true)}."
    return Verdict(bool(passed), says)


def long_loop(config: Config, frames: Sequence[Frame]) -> Verdict:
    """The loop runs five times and takes both branches."""
    labels = [step.label for step in record(config)]
    turns = labels.count("×y"), labels.count("z−")
    passed = config.program == "loop" and sum(turns) == 5 and min(turns) >= 1
    return Verdict(passed, f"The if was taken {turns[0]} times, the else {turns[1]} times.")


def steep(config: Config, frames: Sequence[Frame]) -> Verdict:
    """A gradient of 1000 from a formula without the digit 0 to 9 and with ordinary inputs."""
    slope = float(np.nanmax(np.abs(np.nan_to_num(frames[-1]["by_autograd"], nan=0.0))))
    plain = not any(letter.isdigit() for letter in config.formula)
    once = config.again == "once" and abs(config.seed_gradient) <= 1
    passed = config.program == "formula" and plain and once and np.isfinite(slope) and slope >= 1000
    return Verdict(bool(passed), f"The largest gradient is {format_number(slope)}.")


CHALLENGES = (
    Challenge(
        "dead", "Give x a gradient of 0 though it is used and recorded.",
        "Pull the inputs until what reaches x cancels, or make something it passes through flat.",
        dead,
    ),
    Challenge(
        "deceived", "Detach a result so that x keeps a gradient, and a wrong one.",
        "x must reach the result on two ways; close one of them.", deceived,
    ),
    Challenge(
        "loop", "Make the loop run five times and take both branches.",
        "v has to stay above 1 in size; when it is positive it is multiplied by y.", long_loop,
    ),
    Challenge(
        "steep", "Reach a gradient of 1000 with a formula that has no digit in it.",
        "Slopes multiply on the way back: put exp inside exp.", steep, hard=True,
    ),
)  # fmt: skip

TOUR = (
    TourStep(
        "The program runs forward, one operation after the other. Each leaves a node in PyTorch’s "
        "graph. Step through it with the arrow keys.",
        {},
    ),
    TourStep(
        "Then the walk back: the result gets gradient 1, and each node passes on its share. x "
        "is used in two places, so two shares arrive and add up.",
        {},
    ),
    TourStep(
        "Edit a value and all is computed anew. The bars at the right check autograd by finite "
        "differences.",
        {}, "", "Pull the bar of z to 0 or below; what becomes of the gradients of x and y?",
        lambda config: config.inputs[3][1] <= 0,
    ),
    TourStep(
        "Detach the first operation: its value stays, but the road back is closed. Autograd does "
        "not warn; only the check shows that something is missing.",
        {}, "", "Choose “Detach one result”.", lambda config: config.cut == "detach",
    ),
    TourStep(
        "A program with a loop and an if has no graph of its own; each run has. Autograd follows "
        "whatever ran.",
        {"program": "loop"}, "", "Pull x above 2.5, and watch the graph grow.",
        lambda config: config.inputs[1][1] > 2.5,
    ),
)  # fmt: skip

REFERENCES = (
    Reference(
        "Linnainmaa (1976), Taylor expansion of the accumulated rounding error",
        "https://doi.org/10.1007/BF01931367",
    ),
    Reference(
        "Rumelhart, Hinton & Williams (1986), Learning representations by back-propagating errors",
        "https://doi.org/10.1038/323533a0",
    ),
    Reference(
        "Paszke et al. (2019), PyTorch: an imperative style, high-performance deep learning "
        "library",
        "https://arxiv.org/abs/1912.01703",
    ),
)
