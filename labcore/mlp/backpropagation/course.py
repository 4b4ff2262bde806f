"""What is worth finding about backpropagation, what to try, and a guided way."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from labcore import Challenge, Frame, Preset, Reference, TourStep, Verdict, shown
from labcore.mlp.backpropagation.config import Config

FORMULAS = {
    "Hidden sum": r"z_{\slot{z.i}} = \sum_k w^{(1)}_{ik} x_k = \slot{z.sum} = \slot{z.value}",
    "Activation": r"h_{\slot{h.i}} = \phi(z_i) = \slot{h.sum} = \slot{h.value}",
    "Output": r"o_{\slot{o.i}} = \sum_k w^{(2)}_{ik} h_k = \slot{o.sum} = \slot{o.value}",
    "Loss": r"L = \slot{l.sum} = \slot{l.value}",
    "Penalty": r"s = \frac{\lambda}{2} \sum w^2 = \slot{s.sum} = \slot{s.value}",
    "Objective": r"J = L + s = \slot{j.sum} = \slot{j.value}",
    "Where the way back starts": r"\frac{\partial J}{\partial L} = \slot{one.sum} "
    r"= \slot{one.value}",
    "Gradient of an output": r"\frac{\partial J}{\partial o_{\slot{go.i}}} = \slot{go.sum} "
    r"= \slot{go.value}",
    "Gradient of a weight of the second layer": r"\frac{\partial J}{\partial w^{(2)}"
    r"_{\slot{gw.i} 1}} = \frac{\partial J}{\partial o_i} h_1 + \lambda w^{(2)}_{i1} "
    r"= \slot{gw.sum} = \slot{gw.value}",
    "Gradient of a hidden unit": r"\frac{\partial J}{\partial h_{\slot{gh.i}}} = "
    r"\sum_j w^{(2)}_{ji} \frac{\partial J}{\partial o_j} = \slot{gh.sum} = \slot{gh.value}",
    "Through the activation": r"\frac{\partial J}{\partial z_{\slot{gz.i}}} = "
    r"\frac{\partial J}{\partial h_i} \phi'(z_i) = \slot{gz.sum} = \slot{gz.value}",
    "Gradient of a weight of the first layer": r"\frac{\partial J}{\partial w^{(1)}"
    r"_{\slot{gv.i} 1}} = \frac{\partial J}{\partial z_i} x_1 + \lambda w^{(1)}_{i1} "
    r"= \slot{gv.sum} = \slot{gv.value}",
    "The step": r"w \leftarrow w - \slot{step.eta} \frac{\partial J}{\partial w}: \quad "
    r"J = \slot{step.before} \rightarrow \slot{step.after}",
    "Checkpoints": r"\text{most held} = \slot{c.most} \le \left\lceil \frac{n}{k} \right\rceil "
    r"+ k - 1, \quad n = \slot{c.n}, \; k = \slot{c.k}, \quad \text{run again: } \slot{c.again}",
}  # fmt: skip

PRESETS = (
    Preset(
        "Every unit asleep",
        "All hidden sums are below zero: ReLU stops the way back, and the first layer gets nothing "
        "but its penalty.",
        {"activation": "relu", "given": ((0.0, -1.8), (1.0, -0.3), (2.0, 1.0), (3.0, 0.0)),
         "seed": 8},
    ),
    Preset(
        "The purest gradient",
        "Softmax and cross-entropy: the gradient at an output is probability minus target. Pull "
        "y₁ and watch both.",
        {"loss": "cross_entropy", "penalty": 0.0},
    ),
    Preset(
        "Only the penalty pulls",
        "The target is hit, so the loss sends nothing back; weight decay still moves every "
        "weight towards 0.",
        {"penalty": 0.5, "outputs": 1, "given": ((0.0, 0.0), (1.0, 0.0), (2.0, 0.0), (3.0, 0.0))},
    ),
    Preset(
        "A step too long",
        "The slope is right and the step is not: at the last frame J has become larger.",
        {"lr": 5.0, "activation": "relu"},
    ),
    Preset(
        "What GELU remembers",
        "Its slope cannot be read off h, so z is held as well. Compare with tanh.",
        {"activation": "gelu"},
        view="Memory",
    ),
    Preset(
        "Five times five",
        "25 layers with a checkpoint at every fifth: 9 inputs held instead of 25, for 20 layers "
        "run again.",
        {"layers": 25, "segment": 5},
        view="Checkpoints",
    ),
)  # fmt: skip


def nothing_arrives(config: Config, frames: Sequence[Frame]) -> Verdict:
    """The first layer gets no gradient though the loss is large."""
    last = frames[-1]
    most, loss = float(np.abs(last["g_w1"]).max()), float(last["loss"])
    passed = most <= 1e-6 and loss >= 0.1
    return Verdict(
        passed, f"Loss {shown(loss)}; largest gradient of the first layer {shown(most)}."
    )


def overshoots(config: Config, frames: Sequence[Frame]) -> Verdict:
    """One step of gradient descent makes the objective larger."""
    before, after = float(frames[-1]["objective"]), float(frames[-1]["after"])
    passed = after > 1.5 * before and config.lr <= 3
    return Verdict(passed, f"J goes from {shown(before)} to {shown(after)}, η = {config.lr:g}.")


def least_memory(config: Config, frames: Sequence[Frame]) -> Verdict:
    """A chain of 30 layers or more with the least memory there is."""
    n, k = config.layers, min(config.segment, config.layers)
    most = frames[0]["trade"][0]
    passed = n >= 30 and bool(most[k - 1] == most.min())
    return Verdict(passed, f"{n} layers, at most {most[k - 1]:.0f} held; {most.min():.0f} can do.")


def balance(config: Config, frames: Sequence[Frame]) -> Verdict:
    """Loss and penalty pull the chosen weight with the same force."""
    slope, last = float(frames[-1]["slope"]), frames[-1]
    layer, row, column = int(config.chosen[1]), int(config.chosen[3]), int(config.chosen[4])
    w = last[f"w{layer}"]
    pull = config.penalty * float(w[min(row, w.shape[0]) - 1, min(column, w.shape[1]) - 1])
    passed = abs(slope) <= 0.01 and abs(pull) >= 0.15
    says = f"The penalty pulls with {shown(pull)}, the loss with {shown(slope - pull)}."
    return Verdict(passed, says)


CHALLENGES = (
    Challenge(
        "asleep", "Let no gradient at all reach the first layer, at a loss of 0.1 or more.",
        "Without weight decay, an activation that is flat for all three sums; or inputs that make "
        "every product 0.", nothing_arrives,
    ),
    Challenge(
        "overshoot", "With η at most 3, make one step that raises J by half.",
        "A steep place is where inputs and target are large.", overshoots,
    ),
    Challenge(
        "checkpoints", "Send 30 layers or more back with the least memory there is.",
        "Too many checkpoints cost memory themselves; where is the valley?", least_memory,
    ),
    Challenge(
        "balance", "Put the chosen weight where loss and penalty pull equally hard: J’s slope "
        "within 0.01 of 0, the penalty’s at least 0.15.",
        "Raise λ, and pull the weight to the bottom of its curve. The bottom should be far from 0.",
        balance, hard=True,
    ),
)  # fmt: skip

TOUR = (
    TourStep(
        "An example enters at the left. Step forward: each node needs only what lies to its left, "
        "and its formula with all numbers stands above.",
        {}, "Network",
    ),
    TourStep(
        "Then the way back. Each square has its gradient, made of those to its right. No node is "
        "visited twice, however many weights there are.",
        {}, "Network", "Pull the bar of y₁ below 0: which gradients change their sign?",
        lambda config: config.given[2][1] < 0,
    ),
    TourStep(
        "The gradient of a weight is the slope of this curve. The orange line is what the way back "
        "says; the curve itself is computed without it.",
        {}, "Network", "Drag the purple mark by 1 or more and watch the line stay a tangent.",
        lambda config: abs(config.shift) >= 1,
    ),
    TourStep(
        "The way back needs values of the way forward, so they are held. z goes at once: the slope "
        "of tanh follows from h.",
        {}, "Memory", "Choose the activation that needs its z again.",
        lambda config: config.activation == "gelu",
    ),
    TourStep(
        "In a long chain memory grows with every layer. Keep only some inputs, and run the rest "
        "again when their turn comes.",
        {}, "Checkpoints", "Find the least memory for these 25 layers.",
        lambda config: config.layers == 25 and config.segment == 5,
    ),
)  # fmt: skip

REFERENCES = (
    Reference("Zhang, Lipton, Li & Smola, Dive into Deep Learning, 5.3",
              "https://d2l.ai/chapter_multilayer-perceptrons/backprop.html"),
    Reference(
        "Rumelhart, Hinton & Williams (1986), Learning representations by back-propagating errors",
        "https://doi.org/10.1038/323533a0",
    ),
    Reference("Chen, Xu, Zhang & Guestrin (2016), Training deep nets with sublinear memory cost",
              "https://arxiv.org/abs/1604.06174"),
)  # fmt: skip
