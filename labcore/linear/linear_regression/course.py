"""What is worth finding about linear regression, what to reach, a guided way, and the numbers."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from labcore import Challenge, Frame, Preset, Reference, TourStep, Verdict, format_number, shown
from labcore.linear.linear_regression.config import Config
from labcore.linear.linear_regression.lesson import (
    examples,
    houses,
    limit,
    normal_equations,
    wide_step,
)
from labcore.linear.linear_regression.likelihood import deviation, surprise

FORMULAS = {
    "One step of SGD": r"w \leftarrow w - \frac{\eta}{|B|} \sum_{i \in B} \ell'(r_i)\, x_i, \quad"
    r" b \leftarrow b - \frac{\eta}{|B|} \sum_{i \in B} \ell'(r_i), \qquad"
    r" r_i = w x_i + b - y_i, \quad w = \slot{t.w},\ b = \slot{t.b}",
    "Normal equations": r"X^\top X \begin{pmatrix} w \\ b \end{pmatrix} = X^\top y"
    r" \;\Rightarrow\; w = \slot{n.w},\ b = \slot{n.b}",
    "Squared loss is a likelihood": r"-\frac1n \log p(y \mid X) = \log(\sigma \sqrt{2 \pi})"
    r" + \frac{1}{\sigma^2} \cdot \frac1n \sum_i \tfrac12 r_i^2 ="
    r" \slot{g.log} + \frac{\slot{g.loss}}{\slot{g.var}} = \slot{g.nll}",
    "The layer": r"\hat y = \sum_j w_j x_j + b, \qquad \frac1n \sum_i \ell(\hat y_i - y_i) ="
    r" \slot{h.loss}",
}
TELLS = {
    "Fit": ("Step", "Loss", "Least loss", "Scratch − library", "Slopes by loss",
            "One step of SGD", "Normal equations"),
    "Likelihood": ("Step", "Loss", "Least loss", "σ̂ of the residuals",
                   "Squared loss is a likelihood"),
    "Network": ("Step on houses", "Loss on houses", "Farthest weight", "The layer"),
}  # fmt: skip


def readout(config: Config, frame: Frame) -> dict[str, str]:
    """The numbers in words, and under names with a dot what fills the formulas."""
    here = examples(config)
    x, y = here.X[:, 0], here.y
    (w, b), best = frame["theta"].astype(float), frame["best"].astype(float)
    r = w * x + b - y
    fixed = deviation(best[0, 0] * x + best[0, 1] - y)
    squared = 0.5 * float((r * r).mean())
    apart = frame.values.get("apart")
    told = {
        "Step": str(frame.step),
        "Loss": shown(frame["loss"]),
        "Least loss": shown(frame["least"]),
        "Scratch − library": "–" if apart is None else shown(apart, 2),
        "Slopes by loss": ", ".join(shown(v, 2) for v in best[:, 0]),
        "σ̂ of the residuals": shown(deviation(r)),
        "t.w": shown(w), "t.b": shown(b), "n.w": shown(best[0, 0]), "n.b": shown(best[0, 1]),
        "g.log": shown(surprise(0.0, fixed)), "g.loss": shown(squared), "g.var": shown(fixed**2),
        "g.nll": shown(surprise(squared, fixed)),
    }  # fmt: skip
    if "wide" not in frame.values:
        return told | {
            "Step on houses": "–",
            "Loss on houses": "–",
            "Farthest weight": "–",
            "h.loss": "–",
        }
    return told | {"Step on houses": str(wide_step(config, frame.step)),
                   "Loss on houses": shown(frame["wide loss"]), "h.loss": shown(frame["wide loss"]),
                   "Farthest weight": f"{shown(off(config, frame), 2)} off"}  # fmt: skip


def off(config: Config, frame: Frame) -> float:
    """How far the farthest weight of the network is from the normal equations."""
    many = houses(config.features)
    return float(np.abs(frame["wide"] - normal_equations(many.X, many.y)).max())


PRESETS = (
    Preset(
        "One wild point",
        "Drag the purple point up and down: the squared line follows it, the absolute line hardly.",
        {"x1": 2.4, "y1": -5.0},
    ),
    Preset(
        "A tilted valley",
        "x has its middle at 3: w and b make up for each other, and SGD crawls along the valley.",
        {"centre": 3.0, "lr": 0.05, "x1": 3.5, "y1": 8.0, "b0": 4.0, "w0": -2.0, "epochs": 20},
    ),
    Preset(
        "One example at a time",
        "The path never comes to rest: near the bottom a single point's opinion is mostly noise.",
        {"batch": 1, "noise": 1.2, "epochs": 6},
    ),
    Preset(
        "All of them at once",
        "No noise in the path: it bends into the lowest place and stays.",
        {"batch": 100, "epochs": 40, "noise": 1.2},
    ),
    Preset(
        "Squared loss is a likelihood",
        "Drag your point far away: the fitted bell grows wide for all points, for far residuals "
        "are next to impossible under it.",
        {"x1": 1.0, "y1": -5.0},
        view="Likelihood",
    ),
    Preset(
        "Your own points",
        "Put points in two groups on two lines. Each loss makes another peace between them.",
        {"data": "own", "loss": "absolute", "batch": 40, "epochs": 40,
         "points": ((-3, -3), (-2, -2), (-1, -1), (0, 0), (1, 1), (2, 2), (3, 3),
                    (1.5, -4), (2, -5), (2.5, -6), (3, -7))},
    ),
    Preset(
        "Lots and prices",
        "546 real houses, one feature. The line explains some of the price; how much is left?",
        {"data": "houses", "feature": "lotsize", "batch": 32, "epochs": 6},
        view="Likelihood",
    ),
    Preset(
        "Eleven inputs, one layer",
        "Each weight goes to its star. Features that go together take longest.",
        {"features": ("lotsize", "bedrooms", "bathrms", "stories", "driveway", "recroom",
                      "fullbase", "gashw", "airco", "garagepl", "prefarea"),
         "epochs": 40, "batch": 8},
        view="Network",
    ),
)  # fmt: skip


def turned(config: Config, frames: Sequence[Frame]) -> Verdict:
    """Your point tips the squared line, not the absolute one."""
    if config.data != "made" or config.w < 1 or config.n < 20:
        return Verdict(False, "Use made data, 20 points or more, with a true w of 1 or more.")
    squared, absolute = frames[-1]["best"][:2, 0]
    says = f"Slopes: squared {format_number(squared)}, absolute {format_number(absolute)}."
    return Verdict(bool(squared < config.w / 3 and abs(absolute - config.w) < 0.5), says)


def quick(config: Config, frames: Sequence[Frame]) -> Verdict:
    """Close to the least loss within 12 steps, from far."""
    start = np.array([config.w0, config.b0])
    if config.loss != "squared" or np.hypot(*(start - frames[0]["best"][0])) < 4:
        return Verdict(False, "Descend the squared loss from a start 4 or more away from the star.")
    early = [frame for frame in frames if frame.step <= 12]
    excess = min(frame["loss"] - frame["least"] for frame in early)
    says = f"Within 12 steps it comes within {format_number(excess)} of the least loss."
    return Verdict(excess <= 0.001, says)


def overshoots(config: Config, frames: Sequence[Frame]) -> Verdict:
    """Divergence at a small learning rate."""
    lost = float(frames[-1]["loss"]) > 1e4
    return Verdict(lost and config.lr <= 0.1 and config.data == "made",
                   f"At η = {config.lr:g} the line is {'' if lost else 'not '}lost; over all points"
                   f" 2/λmax = {format_number(limit(config))}.")  # fmt: skip


def settles(config: Config, frames: Sequence[Frame]) -> Verdict:
    """All eleven weights of the houses close to the normal equations."""
    if len(config.features) < 11:
        return Verdict(False, "Give the network all eleven features.")
    if config.loss != "squared":
        return Verdict(False, "The normal equations belong to the squared loss.")
    far, step = off(config, frames[-1]), wide_step(config, frames[-1].step)
    says = f"After step {step} the farthest weight is {format_number(far)} off."
    return Verdict(far <= 0.01 and step <= 400, says)


CHALLENGES = (
    Challenge("turned", "Drag one point so that the squared slope is below a third of the true "
              "one, and the absolute slope within 0.5 of it.",
              "Leverage grows with the distance from the middle of x, so go right and down; more "
              "points hold the absolute line.",
              turned),
    Challenge("twelve", "From a start 4 or more away from the star, come within 0.001 of the least "
              "loss in 12 steps.", "With large minibatches a large η is safe.", quick),
    Challenge("lost", "Lose the line with η at most 0.1, on made data.",
              "λmax grows with the mean of x². Where would x have to be? Among few points yours "
              "counts more.", overshoots),
    Challenge("stars", "Bring all eleven weights of the houses within 0.01 of their stars in 400 "
              "steps.", "The last steps decide: a small η and a large batch make them quiet, but "
              "400 steps must be enough. Or let η fall in mid-run.",
              settles, hard=True),
)  # fmt: skip

TOUR = (
    TourStep("A line has a slope w and a height b: one place on the plane at the right. Play: each "
             "step reads a few points and moves both.", {}, "Fit"),
    TourStep("The data loader deals out all points in a new order each epoch, a minibatch at a "
             "time. Ringed points are those this step reads.", {}, "Fit",
             "Let each step read one point: batch size 1.", lambda config: config.batch == 1),
    TourStep("The normal equations give the lowest place at once, the star. One wild point can "
             "move it far.", {"x1": 2.0, "y1": 5.0}, "Fit", "Drag your point to y = −3 or lower.",
             lambda config: config.y1 <= -3),
    TourStep("If noise is normal, the likeliest line is that of least squares. A far residual is "
             "so unlikely under a bell that the line gives way to it.", {"x1": 2.0, "y1": -5.0},
             "Likelihood", "Descend a loss that minds far points less.",
             lambda config: config.loss != "squared"),
    TourStep("The same model as a network: inputs, one layer of weights, one output and nothing "
             "hidden.", {}, "Network", "Add features until there are eight or more.",
             lambda config: len(config.features) >= 8),
)  # fmt: skip

REFERENCES = (
    Reference("Zhang, Lipton, Li & Smola (2023), Dive into deep learning, sections 3.1 and 3.3–3.5",
              "https://d2l.ai/chapter_linear-regression/linear-regression.html"),
    Reference("Huber (1964), Robust estimation of a location parameter",
              "https://doi.org/10.1214/aoms/1177703732"),
    Reference("Stigler (1981), Gauss and the invention of least squares",
              "https://doi.org/10.1214/aos/1176345451"),
    Reference("Anglin & Gençay (1996), Semiparametric estimation of a hedonic price function",
              "https://doi.org/10.1002/(SICI)1099-1255(199611)11:6<633::AID-JAE414>3.0.CO;2-T"),
)  # fmt: skip
