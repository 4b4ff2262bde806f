"""A guided way from one point to a model that chooses its own settings."""

from __future__ import annotations

from labcore import TourStep

TOUR = (
    TourStep(
        "Before any data, a Gaussian process is a wide band of possible functions. Each point "
        "narrows it where it stands, and nearby too.",
        {"points": ((-2.0, 0.5),), "samples": 6},
        "Posterior",
        "Click the plane to add two more points.",
        lambda config: len(config.points) >= 3,
    ),
    TourStep(
        "The lengthscale says how far one must go until the function forgets where it was.",
        {},
        "Posterior",
        "Make ℓ 0.4 or less, and see the band open between the points.",
        lambda config: config.lengthscale <= 0.4,
    ),
    TourStep(
        "All the model knows of the points stands in one matrix of covariances. Two points at the "
        "same place make two equal rows, and without noise there is no inverse.",
        {"exact": True, "points": ((-3.0, -1.0), (-1.0, 0.5), (1.0, 1.2), (1.0, -0.4), (3.0, 0.3))},
        "Covariance",
        "Drag the two points at x = 1 apart by 0.5 or more.",
        lambda config: min(
            abs(a[0] - b[0])
            for i, a in enumerate(config.points)
            for b in config.points[:i]
        ) >= 0.5,
    ),
    TourStep(
        "The evidence weighs fit against complexity. For these points it has two hills: a smooth "
        "function with much noise, or a lively one with little.",
        {"points": ((-4.61, -1.54), (-3.19, -0.86), (-2.54, 0.26), (-0.78, -0.68), (1.27, -0.54),
                    (3.85, 0.49), (4.62, -0.42)), "fit": "bfgs", "lengthscale": 1.2, "noise": 0.3},
        "Evidence",
        "Start the climb elsewhere: move ℓ below 0.6 or above 3, and see which hill it finds.",
        lambda config: not 0.6 <= config.lengthscale <= 3,
    ),
    TourStep(
        "A belief is worth something when it is honest: of the points left out one at a time, a "
        "95 % band should hold about 95 in 100. On the crash data one noise cannot fit all times.",
        {"data": "mcycle", "kernel": "matern52", "lengthscale": 0.9, "noise": 0.45},
        "Check",
    ),
    TourStep(
        "Such a model can also decide where to look next. Somewhere under this plane hides a "
        "function; the machine looks as often as you do.",
        {"data": "game", "lengthscale": 0.8},
        "Game",
        "Be nearer to the top than the machine after six looks of each.",
        reach="beat",
    ),
)  # fmt: skip
