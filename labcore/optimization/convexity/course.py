"""Presets, challenges, the tour, references and formulas of the lab on convexity."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from labcore import Challenge, Frame, Preset, Reference, TourStep, Verdict, format_number
from labcore.optimization.convexity.config import Config
from labcore.optimization.convexity.functions import X, pieces
from labcore.optimization.convexity.lesson import graph_of, masses_of, shape_of, solved
from labcore.optimization.convexity.sets import judge

REFERENCES = (
    Reference("Boyd & Vandenberghe (2004), Convex optimization, chapters 2, 3 and 5",
              "https://web.stanford.edu/~boyd/cvxbook/"),
    Reference("Jensen (1906), Sur les fonctions convexes et les inégalités entre les valeurs "
              "moyennes", "https://doi.org/10.1007/BF02418571"),
    Reference("Andrew (1979), Another efficient algorithm for convex hulls in two dimensions",
              "https://doi.org/10.1016/0020-0190(79)90072-3"),
)  # fmt: skip

FORMULAS = {
    "Jensen": r"""\sum_i p_i f(x_i) - f\!\left( \sum_i p_i x_i \right)
= \slot{j.average} - f(\slot{j.mean}) = \slot{j.average} - \slot{j.here} = \slot{j.gap}""",
    "The tangent lies below": r"""f(y) \ge f(x) + f'(x)\,(y - x)
= \slot{t.f} + (\slot{t.slope})\,(y - \slot{t.x}) \quad \text{for all } y""",
    "Multiplier": r"""w^\ast = \text{arg}\min_w\, f(w) + \alpha^\ast g(w), \quad
\alpha^\ast = \slot{k.alpha}, \qquad \text{penalty: } \rho\, g(w) = \slot{k.penalty},
\quad \text{ascent: } \alpha_k = \slot{k.ascent}""",
}

OCTAGON = tuple(
    (round(1.7 * float(np.cos(a)), 2), round(1.7 * float(np.sin(a)), 2))
    for a in np.linspace(0, 2 * np.pi, 8, endpoint=False)
)

PRESETS = (
    Preset(
        "Two convex sets, one dent",
        "The octagon is convex and so is the disc. What they share is convex; together they are "
        "not: a chord across the dent leaves them. Drag the disc to where no chord does.",
        {"operation": "either", "polygon": OCTAGON, "disc_x": 2.0, "disc_y": 0.6, "radius": 0.9},
        view="Sets",
    ),
    Preset(
        "Convex, with a corner",
        "The larger of two convex functions is convex, and a kink does no harm: all slopes between "
        "the left and the right one give tangents below the graph.",
        {"formula": "max(x^2/2, 1 - x)", "touch": -0.73},
        view="Functions",
    ),
    Preset(
        "Strictly convex, with no curvature at 0",
        "For x⁴ the second derivative is 0 at one place, and yet every chord lies above. f″ > 0 is "
        "enough for strict convexity, but not needed.",
        {"formula": "x^4/10", "touch": 0.0},
        view="Functions",
    ),
    Preset(
        "Draw one yourself",
        "Drag the squares until the red chord is gone. Straight pieces are convex, never strictly.",
        {"function": "drawn"},
        view="Functions",
    ),
    Preset(
        "The mean of logarithms",
        "−log is convex, so the mean of logarithms is below the logarithm of the mean: each bound "
        "in variational learning rests on this gap. Play the spread.",
        {"formula": "-2log(x + 3.2)"},
        view="Jensen",
    ),
    Preset(
        "A disc, and who is inside",
        "Projection is always admitted, the penalty never is, and the multiplier swings in from "
        "both sides. Pull the cross into the disc and see the push of the wall vanish.",
        {"constraint": "disc", "wall_x": 0.7, "wall_y": 0.9, "rate": 0.3},
        view="Constraints",
    ),
)


def mended(config: Config, frames: Sequence[Frame]) -> Verdict:
    """A convex polygon that fills much of the picture."""
    polygon, disc = shape_of(config)
    shape = judge(polygon, disc, "polygon")
    x, y = polygon.T
    area = 0.5 * abs(float((x * np.roll(y, -1) - y * np.roll(x, -1)).sum()))
    says = f"{shape.says} Its area is {format_number(area)}."
    return Verdict(shape.convex and area >= 14 and bool((shape.turns > 10).all()), says)


def straightened(config: Config, frames: Sequence[Frame]) -> Verdict:
    """A drawn convex function with several slopes."""
    if config.function != "drawn":
        return Verdict(False, "Choose the function drawn by hand.")
    f, slope = graph_of(config)
    count = len(np.unique(slope.round(3)))
    convex = bool(frames[-1]["f.convex"])
    says = f"It is {'' if convex else 'not '}convex, with {count} slopes from left to right."
    deep = f[0] - f.min() > 1 and f[-1] - f.min() > 1
    return Verdict(convex and count >= 5 and bool(deep) and len(pieces(config.drawn)) >= 6, says)


def gap_of_one(config: Config, frames: Sequence[Frame]) -> Verdict:
    """A Jensen gap of 1, of a strictly convex function."""
    last = frames[-1]
    if not last["f.strict"]:
        return Verdict(False, "The function is not strictly convex in the picture.")
    gap = float(last["mean.f"] - last["f.mean"])
    places = len(masses_of(config, 1.0)[0])
    says = f"The gap is {format_number(gap)} with {places} places."
    return Verdict(places >= 3 and abs(gap - 1) <= 0.01, says)


def exact(config: Config, frames: Sequence[Frame]) -> Verdict:
    """All the methods but the penalty are at a solution on the wall."""
    done = solved(config)
    off = [float(np.linalg.norm(path[-1] - done.best)) for path in (done.projection, done.lagrange)]
    says = (f"Projection is {format_number(off[0])} off, the multiplier {format_number(off[1])}; "
            f"α* = {format_number(done.alpha)}.")  # fmt: skip
    return Verdict(config.constraint == "disc" and max(off) < 1e-5 and done.alpha > 1, says)


def narrow(config: Config, frames: Sequence[Frame]) -> Verdict:
    """Not convex, though the red chord is hardly below."""
    f, _ = graph_of(config)
    last = frames[-1]
    if config.function != "formula" or last["f.convex"] or not np.isfinite(f).all():
        return Verdict(False, "Type a formula that has a value everywhere and is not convex.")
    second = np.diff(f, 2) / (X[1] - X[0]) ** 2
    share = float((second > 0).mean())
    says = (f"The graph bends upwards on {100 * share:.1f} % of the picture and rises "
            f"{format_number(last['f.gap'])} above a chord.")  # fmt: skip
    return Verdict(share >= 0.95 and float(last["f.gap"]) >= 0.1, says)


CHALLENGES = (
    Challenge("mended", "Make the polygon convex, with an area of 14 or more and a real corner, "
              "10° or more, at each of its eight points.", "Red bars are corners that turn the "
              "wrong way. The picture is 5 × 5, and a full octagon has room in it.", mended),
    Challenge("straightened", "Draw a convex function with five slopes or more that falls by 1 or "
              "more and rises by 1 or more.", "The slope of each piece has to be larger than that "
              "of the piece before.", straightened),
    Challenge("gap_of_one", "With a strictly convex function and three places or more, make "
              "Jensen’s gap 1, to 0.01.", "For x^2 the gap is the variance of the weights.",
              gap_of_one),
    Challenge("exact", "With a disc, bring projection and multiplier within 0.00001 of a solution "
              "at which the wall pushes with α* > 1.", "A small η is slow in w, a large one makes "
              "α swing. A larger disc is kinder.", exact, hard=True),
    Challenge("narrow", "Type a formula that bends upwards on 95 % of the picture and still rises "
              "0.1 or more above a chord.", "One sharp but small bump is enough: where can two "
              "slopes meet that the graph has to turn down?", narrow, hard=True),
)  # fmt: skip

TOUR = (
    TourStep("A set is convex if each chord between two of its points stays inside. The page "
             "looks for one that does not.", {}, "Sets",
             "Drag the corners until no turn is red.",
             lambda config: judge(*shape_of(config), "polygon").convex),
    TourStep("What two convex sets share is convex. Their union need not be.",
             {"operation": "either", "polygon": OCTAGON, "disc_x": 2.0, "disc_y": 0.6}, "Sets"),
    TourStep("A function is convex if the set above its graph is: each chord lies above. The red "
             "one lies farthest below.", {}, "Functions",
             "Type a formula of your own that is convex, such as exp(x) or x^2.",
             lambda config: config.function == "formula"
             and judge_by_slope(config)),
    TourStep("The tangent of a convex function never rises above it, wherever it touches, and so "
             "the slope never falls.", {"formula": "x^2/2 + cos(2x)/2", "touch": 1.6}, "Functions"),
    TourStep("The average of f is at least f of the average. How much more depends on the spread "
             "of the places, and on how f bends.", {"formula": "x^2/4"}, "Jensen",
             "Make the gap 1, to 0.01.", reach="gap_of_one"),
    TourStep("Three ways to stay behind a wall: step and come back, pay for crossing, or let the "
             "wall push with a force α that is learned.", {"rate": 0.1}, "Constraints",
             "Raise η to 0.5 or more, and compare.", lambda config: config.rate >= 0.5),
)  # fmt: skip


def judge_by_slope(config: Config) -> bool:
    """Whether the slope never falls."""
    f, slope = graph_of(config)
    return bool(np.isfinite(f).all() and (np.diff(slope) >= -1e-9).all())
