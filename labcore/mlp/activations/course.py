"""What is worth finding about activation functions, what to try, and a guided way."""

from __future__ import annotations

from collections.abc import Sequence

from labcore import Challenge, Frame, Preset, Reference, TourStep, Verdict, shown
from labcore.mlp.activations.config import Config

FORMULAS = {
    "Slope of one layer": r"\frac{d}{dx} \phi(w x) = w \, \phi'(w x) = \slot{f.s}, \quad "
    r"\phi(\slot{f.w} \cdot \slot{f.x}) = \phi(\slot{f.z}) = \slot{f.y}",
    "Slope of all layers so far": r"\frac{d a_\ell}{d x} = \prod_{k=1}^{\ell} w \, \phi'(w a_{k-1})"
    r" = \slot{p.value}, \quad \ell = \slot{p.n}, \; \text{last factor } \slot{p.last}",
}

PRESETS = (
    Preset(
        "A quarter each time",
        "The sigmoid is nowhere steeper than 1/4: twenty layers leave less than 1e−12 of a "
        "gradient. Drag the point; it does not help.",
        {"function": "sigmoid", "weight": 1.0},
    ),
    Preset(
        "There and back",
        "With a negative weight tanh goes round in a cycle of two, and every step costs slope.",
        {"function": "tanh", "beside": "elu", "weight": -2.0, "x": 0.5},
    ),
    Preset(
        "A straight road",
        "On its right side a ReLU has slope 1: nothing is lost in fifty layers. On the left all is "
        "lost in one.",
        {"function": "relu", "beside": "leaky", "weight": 1.0, "x": 1.5},
    ),
    Preset(
        "Fifty layers, one half each",
        "At gain 1 a ReLU halves the power of every layer. At √2, 1.4 on the slider, it does not.",
        {"function": "relu", "beside": "tanh", "gain": 1.0},
        view="Depth",
    ),
    Preset(
        "At the edge",
        "tanh at gain 1.15: neither fades nor explodes. A little more or less, and it does.",
        {"function": "tanh", "beside": "gelu", "gain": 1.15},
        view="Depth",
    ),
    Preset(
        "Nine of ten die",
        "At four times the rate most units are thrown to where no data point wakes them; four do "
        "the work. Then choose Leaky ReLU.",
        {"function": "relu"},
        view="Units",
    ),
    Preset(
        "Asleep from the start",
        "A first bias of −2 puts two units in three to sleep, and training cannot wake them. With "
        "GELU it can.",
        {"function": "relu", "bias": -2.0, "lr": 0.2},
        view="Units",
    ),
)


def vanishes(config: Config, frames: Sequence[Frame]) -> Verdict:
    """Ten layers with a large weight, and hardly any slope left."""
    product = abs(float(frames[0]["product"][0, 10]))
    passed = config.weight >= 2 and 0 < product <= 1e-7
    return Verdict(passed, f"After ten layers the slope is {shown(product)}.")


def survives(config: Config, frames: Sequence[Frame]) -> Verdict:
    """Fifty layers of a curved function, and the slope is still about 1."""
    product = abs(float(frames[0]["product"][0, 50]))
    straight = config.function in ("relu", "leaky", "prelu")
    moved = abs(config.x) >= 0.05
    passed = not straight and moved and 0.2 <= product <= 5
    return Verdict(passed, f"After fifty layers the slope is {shown(product)}.")


def lean(config: Config, frames: Sequence[Frame]) -> Verdict:
    """Nearly all units dead, and the fit is good."""
    dead, loss = float(frames[-1]["dead"][2, -1]), float(frames[-1]["loss"][2, -1])
    passed = frames[-1].step == 50 and dead >= 80 and loss <= 0.03
    return Verdict(passed, f"{shown(dead)} % are dead; the loss is {shown(loss)}.")


def edge(config: Config, frames: Sequence[Frame]) -> Verdict:
    """A bounded function through fifty layers, both ways."""
    signal, back = float(frames[0]["signal"][0, 50]), float(frames[0]["gradient"][0, 0])
    bounded = config.function in ("tanh", "sigmoid")
    passed = bounded and signal >= 0.25 and 0.5 <= back <= 2
    return Verdict(
        passed, f"Values end with deviation {shown(signal)}, gradients with {shown(back)}."
    )


CHALLENGES = (
    Challenge(
        "vanish", "Weight 2 or more: let ten layers of the chain leave less than 1e−7 of a slope, "
        "but not 0.",
        "Where is a bounded function flat? Large values are driven there.", vanishes,
    ),
    Challenge(
        "survive", "Curved function, |x| at least 0.05: keep the slope of fifty layers between 0.2 "
        "and 5.",
        "Stay where the slope is 1, so that each layer changes next to nothing.", survives,
    ),
    Challenge(
        "lean", "Have 80 % of the units dead after training, and a loss of 0.03 or less all the "
        "same.",
        "Only one kind of unit dies for good. How large was the rate of the line that lost most?",
        lean,
    ),
    Challenge(
        "edge", "With a bounded function: values end with deviation 0.25 or more, gradients "
        "with 0.5 to 2.",
        "Look for a narrow place a little above Xavier’s gain.", edge, hard=True,
    ),
)  # fmt: skip

TOUR = (
    TourStep(
        "One number goes through layer after layer: up to the curve, across to the diagonal, up "
        "again. The slopes on the way are multiplied.",
        {}, "Curve",
    ),
    TourStep(
        "The sigmoid’s slope is at most 1/4. Even with weight 2 each layer at least halves a "
        "gradient.",
        {}, "Curve", "Drag the purple point to a negative number. Does the product get any larger?",
        lambda config: config.x < 0,
    ),
    TourStep(
        "tanh reaches slope 1, but in one place only, 0. A ReLU has it on a whole side.",
        {"function": "tanh", "weight": 1.0}, "Curve", "Choose ReLU as the function.",
        lambda config: config.function == "relu",
    ),
    TourStep(
        "Now a hundred units a layer, with random weights. Follow the histogram down the layers.",
        {"function": "relu", "beside": "tanh"}, "Depth",
        "Raise the gain to 1.4: ReLU needs twice the power, as half of its values are 0.",
        lambda config: 1.35 <= config.gain <= 1.45,
    ),
    TourStep(
        "A ReLU unit whose hinge leaves the data has slope 0 at every point. No gradient reaches "
        "it, so it stays there: dead.",
        {"function": "relu", "lr": 0.2}, "Units", "Save them: choose a function that never dies.",
        lambda config: config.function not in ("relu", "sigmoid"),
    ),
)  # fmt: skip

REFERENCES = (
    Reference("Zhang, Lipton, Li & Smola, Dive into Deep Learning, 5.1",
              "https://d2l.ai/chapter_multilayer-perceptrons/mlp.html"),
    Reference("Glorot, Bordes & Bengio (2011), Deep sparse rectifier neural networks",
              "https://proceedings.mlr.press/v15/glorot11a.html"),
    Reference("He, Zhang, Ren & Sun (2015), Delving deep into rectifiers",
              "https://arxiv.org/abs/1502.01852"),
    Reference("Hendrycks & Gimpel (2016), Gaussian error linear units",
              "https://arxiv.org/abs/1606.08415"),
)  # fmt: skip
