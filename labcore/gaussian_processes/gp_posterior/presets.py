"""Links to what is worth finding."""

from __future__ import annotations

from labcore import Preset

CO2_KERNEL = "8 * rbf(60) + 0.03 * rbf(90) * periodic(1, 1.3) + 0.002 * rq(1.2, 0.8)"
TWO_HILLS = (
    (-4.61, -1.54),
    (-3.19, -0.86),
    (-2.54, 0.26),
    (-0.78, -0.68),
    (1.27, -0.54),
    (3.85, 0.49),
    (4.62, -0.42),
)

PRESETS = (
    Preset(
        "Bend a family",
        "Drag a point: the band and every drawn function follow it, and none of them jumps.",
        {"samples": 8, "kernel": "matern52"},
    ),
    Preset(
        "Two points, one place",
        "Two different heights at the same x without noise: K has two equal rows. Read the note, "
        "then part the points or give them noise.",
        {"exact": True, "points": ((-3.0, -1.0), (-1.0, 0.5), (1.0, 1.2), (1.0, -0.4), (3.0, 0.3))},
        view="Covariance",
    ),
    Preset(
        "Two stories for the same points",
        "The evidence has two hills: a smooth function with much noise, or a lively one with "
        "little. Where a climb ends depends on where it starts.",
        {"points": TWO_HILLS, "fit": "bfgs", "lengthscale": 1.2, "noise": 0.3},
        view="Evidence",
    ),
    Preset(
        "CO₂: trend, season and the rest",
        "A sum of three explains 43 years of air and foretells eight more. Play it from the "
        "start, and look at the parts under “Check”.",
        {"data": "co2", "kernel": "own", "formula": CO2_KERNEL, "noise": 0.012, "samples": 2},
    ),
    Preset(
        "One outlier",
        "With normal noise the point at the top drags the mean along. Student-t noise lets it go; "
        "see how little it is trusted.",
        {"likelihood": "student", "points": ((-4.2, -0.9), (-3.2, -0.3), (-2.2, 0.5), (-1.2, 0.8),
                                             (-0.2, 2.9), (0.8, 0.3), (1.8, -0.4), (2.8, -0.9),
                                             (3.8, -0.7)), "noise": 0.15, "lengthscale": 1.8},
    ),
    Preset(
        "A crash",
        "Real accelerations: calm, then violent, then calm. One noise for all times cannot be "
        "right: where is the band too wide, where too narrow?",
        {"data": "mcycle", "kernel": "matern52", "lengthscale": 0.9, "noise": 0.45, "samples": 2},
        view="Check",
    ),
    Preset(
        "Sure or unsure?",
        "Two classes. Drag one point into the other camp and see the probability fall back to ½.",
        {"data": "classes", "lengthscale": 1.5, "amplitude": 2.5},
    ),
    Preset(
        "Find the top in ten looks",
        "Click where to look at the hidden function; the machine looks as often, where it expects "
        "most improvement.",
        {"data": "game", "lengthscale": 0.8},
    ),
)  # fmt: skip
