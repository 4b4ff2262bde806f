"""What is worth finding, goals, a guided way, formulas and references."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from labcore import Challenge, Frame, Preset, Reference, TourStep, Verdict, shown
from labcore.builders.modules.grammar import parse, walk
from labcore.builders.modules.lesson import Config, Story, told

TIED = "a = linear 4, tanh, a, tanh, a, linear 1"

FORMULAS = {
    "Parameters": r"\text{out} \cdot \text{in} + \text{out} = \slot{p.out} \cdot \slot{p.in} + "
    r"\slot{p.out} = \slot{p.all}",
    "Tied": r"g = g_1 + g_2 + g_3 = \slot{g.1} + (\slot{g.2}) + (\slot{g.3}) = \slot{g.sum}",
}

PRESETS = (
    Preset("Shapes appear", "No layer knows its inputs until the batch comes by.", {}),
    Preset("Tied three times", "One layer, three places: its gradient is the sum of three shares.",
           {"spec": TIED, "pick": 1}, "Gradients"),
    Preset("Blocks in blocks", "A repeated block with residuals inside: read the tree.",
           {"spec": "repeat 2(residual(linear 4, tanh), gain), center, linear 2"}),
    Preset("Control flow", "halve runs a loop whose length depends on the batch.",
           {"spec": "linear 8, halve, relu, linear 1", "weights": "sparse"}),
    Preset("A rule of one's own", "Values from ±5 to ±10 and zeros, as in the book's example.",
           {"weights": "sparse", "biases": "one"}),
    Preset("All alike", "With all weights 1, units of a layer are copies of each other: look at "
           "their gradients.",
           {"spec": "linear 6, tanh, linear 1", "weights": "ones", "pick": 1}, "Gradients"),
    Preset("The code of it", "What you typed, as PyTorch.",
           {"spec": "a = linear 4, relu, residual(a, gain), linear 1", "weights": "he"}, "Code"),
)  # fmt: skip


def ended(config: Config, frames: Sequence[Frame]) -> bool:
    """Whether the way back is complete."""
    return len(frames) >= 1 + 2 * len(told(config).ran)


def parameters(story: Story) -> int:
    """All parameters, shared ones once."""
    return sum(len(v) for i, v in story.values.items() if story.rows[i].first == i)


def hundred(config: Config, frames: Sequence[Frame]) -> Verdict:
    """Exactly so many parameters, in at least two linear layers."""
    count = parameters(told(config))
    layers = sum(part.kind == "linear" for part in walk(parse(config.spec)))
    return Verdict(count == 100 and layers >= 2 and ended(config, frames),
                   f"{count} parameters in {layers} linear layers.")  # fmt: skip


def thrifty(config: Config, frames: Sequence[Frame]) -> Verdict:
    """Many linear layers run, with few parameters."""
    story = told(config)
    runs = sum(story.rows[i].kind == "Linear" for i in story.ran)
    count = parameters(story)
    wide = max((p.count for p in walk(parse(config.spec)) if p.kind == "linear"), default=0)
    says = f"{runs} linear layers run, {count} parameters, the widest has {wide} units."
    return Verdict(runs >= 6 and count <= 90 and wide >= 8 and ended(config, frames), says)


def looped(config: Config, frames: Sequence[Frame]) -> Verdict:
    """A loop that turns many times."""
    turns = told(config).turns
    return Verdict(turns >= 12 and ended(config, frames), f"Loops turned {turns} times.")


def silent(config: Config, frames: Sequence[Frame]) -> Verdict:
    """No gradient at the first layer, though nothing is flat."""
    story = told(config)
    if any(p.kind in ("relu", "gelu", "sigmoid", "tanh") for p in walk(parse(config.spec))):
        return Verdict(False, "Do without relu, gelu, sigmoid and tanh.")
    first = next((i for i in story.ran if story.rows[i].kind == "Linear"), None)
    if first is None:
        return Verdict(False, "There is no linear layer.")
    size = float(np.abs(story.sums[story.rows[first].first]).max())
    return Verdict(size < 1e-7 and ended(config, frames),
                   f"The first layer's largest gradient is {shown(size)}.")  # fmt: skip


CHALLENGES = (
    Challenge("hundred", "Build exactly 100 parameters, in two linear layers or more.",
              "A linear layer has out · in + out. gain has one.", hundred),
    Challenge("thrifty", "Let linear layers run six times or more, one of them 8 units wide, on at "
              "most 90 parameters.", "Give a layer a name and use it again.", thrifty),
    Challenge("looped", "Make the loops of halve turn 12 times or more.",
              "Each turn halves: the numbers that arrive have to be large.", looped),
    Challenge("silent", "Without relu, gelu, sigmoid or tanh, let the first linear layer get a "
              "gradient of 0.",
              "center takes the mean away. What is left if all units say the same?", silent,
              hard=True),
)  # fmt: skip

TOUR = (
    TourStep("Step forward: the batch passes one layer after the other, and question marks become "
             "numbers. Lazy layers learn how many numbers arrive.", {}, "Build"),
    TourStep("A network is a tree. What residual holds is a module of its own, with a path such as "
             "2.net.0.", {}, "Build", "Click on another row and see its values.",
             lambda config: config.pick != 1),
    TourStep("Type a network of your own. A mistake is answered with its place.",
             {}, "Build", "Add a layer, or a block such as repeat 2(linear 4, tanh).",
             lambda config: config.spec != Config().spec),
    TourStep("The layer a runs in three places. Backwards, each use adds a share to the one "
             "gradient; the diamond is what autograd says.",
             {"spec": TIED}, "Gradients"),
    TourStep("The same, as PyTorch. Rules for first weights are applied to every linear layer.",
             {"spec": TIED}, "Code", "Choose another rule for the weights.",
             lambda config: config.weights != "default"),
)  # fmt: skip

REFERENCES = (
    Reference("Zhang, Lipton, Li & Smola (2023), Dive into Deep Learning, chapter 6",
              "https://d2l.ai/chapter_builders-guide/index.html"),
    Reference("Paszke et al. (2019), PyTorch: an imperative style, high-performance deep learning "
              "library", "https://arxiv.org/abs/1912.01703"),
    Reference("Glorot & Bengio (2010), Understanding the difficulty of training deep feedforward "
              "neural networks", "https://proceedings.mlr.press/v9/glorot10a.html"),
    Reference("Press & Wolf (2017), Using the output embedding to improve language models",
              "https://arxiv.org/abs/1608.05859"),
)  # fmt: skip
