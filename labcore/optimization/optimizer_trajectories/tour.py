"""A guided way from one zigzag to a race over a real network."""

from __future__ import annotations

from labcore import TourStep

TOUR = (
    TourStep(
        "Plain gradient descent in a ravine that bends 30 times more steeply across than along. "
        "Each step across overshoots a little; along the valley it barely moves.",
        {"optimizers": ("sgd",), "lr": 0.05},
        "Map",
        "Raise η above 0.067, which is 2 divided by the condition number, and see what happens.",
        lambda config: config.lr > 2 / config.condition,
    ),
    TourStep(
        "Beyond that bound every step across is longer than the one before. Momentum keeps a "
        "velocity: steps across cancel, steps along add up. Its own bound is higher, 2(1+β)/κ.",
        {"optimizers": ("sgd", "momentum"), "lr": 0.075, "momentum": 0.7},
        "Map",
        "Make β so small that momentum is lost too.",
        lambda config: 2 * (1 + config.momentum) / config.condition < config.lr,
    ),
    TourStep(
        "Adam, RMSProp and Adagrad divide each coordinate by the usual size of its own gradient. "
        "In a ravine along the axes that makes the valley round.",
        {"optimizers": ("momentum", "adagrad", "rmsprop", "adam")},
        "Map",
        "Turn the ravine by 45° (Loss surface) and watch the gift go.",
        lambda config: config.surface == "ravine",
    ),
    TourStep(
        "Newton's method divides by the curvature itself, so a ravine is solved in a step or two. "
        "But it looks for slope zero, and that is also the top of a hill.",
        {"surface": "himmelblau", "racer": "newton", "optimizers": ("adam", "lbfgs", "newton"),
         "x0": 1.5, "y0": 1.5, "steps": 40, "lr_adaptive": 0.3},
        "Basins",
        "Drag the start to within 1 of the middle, (0, 0), and see where Newton rests.",
        lambda config: config.x0**2 + config.y0**2 < 1,
    ),
    TourStep(
        "The same rules, unchanged, on the 760 weights of a network that learns to read digits. "
        "The plane is the one in which the paths spread most; the loss on it is evaluated anew.",
        {"surface": "network", "lr": 0.3, "lr_adaptive": 0.02, "steps": 150},
        "Map",
    ),
    TourStep(
        "Now a goal of your own: find a rate for which plain descent just holds in a steep ravine. "
        "The small map on the right shows where such rates lie.",
        {"condition": 60.0, "optimizers": ("sgd",), "lr": 0.01},
        "Map",
        "Bring SGD below a loss of 0.001 within 150 steps.",
        reach="plain",
    ),
)  # fmt: skip
