"""Links to what is worth finding."""

from __future__ import annotations

from labcore import Preset

PRESETS = (
    Preset(
        "One rate, two fates",
        "η is a little above 2/κ: SGD is thrown out of the ravine. Momentum, with the same η, "
        "stays, for its bound is 2(1+β)/κ.",
        {"lr": 0.075, "optimizers": ("sgd", "momentum"), "steps": 100},
    ),
    Preset(
        "The noise floor",
        "Noise keeps both above a floor that no fixed η gets through. Momentum shakes several "
        "times higher, for it remembers the noise as well; a smaller η lowers both.",
        {"optimizers": ("sgd", "momentum"), "noise": 1.0, "band": True, "lr": 0.03,
         "momentum": 0.9, "steps": 250},
    ),
    Preset(
        "RMSProp’s relapse",
        "At the minimum gradients fade, and with them the mean of their squares that each step is "
        "divided by: at last it is almost nothing, and a tiny gradient makes a leap.",
        {"optimizers": ("rmsprop", "adam"), "lr_adaptive": 0.2, "beta2": 0.95},
    ),
    Preset(
        "Who leaves the saddle first?",
        "A hair beside the ridge the way down is almost flat. Racers that divide by the size of "
        "the gradient set out at once; SGD slides to the saddle first and lingers there.",
        {"surface": "saddle", "x0": -2.5, "y0": 0.01, "lr": 0.05, "lr_adaptive": 0.1, "steps": 80},
    ),
    Preset(
        "Rosenbrock’s banana",
        "All are in the bent valley soon. Then its floor is nearly flat: Adam follows the bend, "
        "momentum shoots past the minimum and has to creep back.",
        {"surface": "rosenbrock", "x0": -1.5, "y0": -1.0, "lr": 0.0003, "momentum": 0.9,
         "lr_adaptive": 0.1, "beta2": 0.9},
    ),
    Preset(
        "A real network",
        "The same rules move the 760 weights of a network that learns to read digits. In the end "
        "all read nearly every image rightly, yet from different places.",
        {"surface": "network", "lr": 0.3, "lr_adaptive": 0.02, "steps": 150},
    ),
)  # fmt: skip
