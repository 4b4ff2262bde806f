"""Links to what is worth finding."""

from __future__ import annotations

from labcore import Preset
from labcore.start.playground.config import DEEPEST


def of_width(*neurons: int) -> tuple[tuple[float, float], ...]:
    """The control `widths` with these in the first hidden layers."""
    rest = [8] * (DEEPEST - len(neurons))
    return tuple((float(i), float(n)) for i, n in enumerate([*neurons, *rest], 1))


PRESETS = (
    Preset(
        "A line is not enough",
        "A circle and no hidden layer: whatever the weights, the cut is straight. Then give it the "
        "features x₁² and x₂².",
        {"data": "circle", "depth": 0, "features": ("x", "y")},
    ),
    Preset(
        "Three neurons fold the plane",
        "Three straight cuts make a closed curve. “Inside” shows how the plane is folded until one "
        "cut parts the circle from its ring.",
        {"data": "circle", "features": ("x", "y"), "depth": 1, "widths": of_width(3),
         "activation": "tanh", "epochs": 200},
        view="Inside",
    ),
    Preset(
        "Learned by heart",
        "Forty training points, half of them thrown about: the training loss goes to zero while "
        "the test loss turns and climbs. Try L2, dropout, or more points.",
        {"data": "moons", "noise": 50, "samples": 80, "epochs": 600, "features": ("x", "y")},
    ),
    Preset(
        "Nothing arrives in front",
        "Six layers of sigmoids: each makes the gradient smaller, and the first hardly learns. "
        "Change the activation, or normalize.",
        {"activation": "sigmoid", "depth": 6, "data": "circle", "features": ("x", "y"),
         "optimizer": "sgd", "lr": 0.1},
        view="Inside",
    ),
    Preset(
        "Neurons die",
        "ReLU and steps that are too long: crosses mark neurons that are zero for every point. No "
        "gradient ever reaches them again.",
        {"activation": "relu", "optimizer": "sgd", "lr": 5.0, "data": "moons", "epochs": 60},
    ),
    Preset(
        "It breaks",
        "A regression with a rate of 10: the numbers run out of range within an epoch, and the "
        "page says in which layer.",
        {"data": "hills", "activation": "relu", "optimizer": "sgd", "lr": 10.0,
         "features": ("x", "y", "xx", "yy")},
    ),
    Preset(
        "Where twenty networks disagree",
        "The same data, other first weights: they agree where there are points, and invent "
        "something else each where there are none.",
        {"members": 20, "data": "moons", "epochs": 80, "features": ("x", "y")},
        view="Together",
    ),
    Preset(
        "All alike",
        "First weights of zero: every neuron of a layer gets the same gradient, so the layer is "
        "one neuron for ever. Any other size will do.",
        {"scale": 0.0, "data": "circle", "features": ("x", "y")},
    ),
    Preset(
        "Paint your own",
        "Two fish in each other’s arms, dot by dot. Paint a third class into them with the brush, "
        "and train again.",
        {"data": "own", "features": ("x", "y"), "epochs": 150, "depth": 3},
    ),
    Preset(
        "Three wines by two numbers",
        "Alcohol and flavanoids of 178 real wines from three growers. Which two columns part them "
        "best?",
        {"data": "wine", "features": ("x", "y"), "depth": 1, "share": 60},
        view="Verdict",
    ),
)  # fmt: skip
