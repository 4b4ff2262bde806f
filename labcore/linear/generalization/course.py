"""What is worth finding about generalization, what to reach, a guided way, and the numbers."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from labcore import Challenge, Frame, Preset, Reference, TourStep, Verdict, format_number, shown
from labcore.linear.generalization.config import Config
from labcore.linear.generalization.fits import WIDTHS
from labcore.linear.generalization.worlds import sample

FORMULAS = {
    "Training and generalization error": r"R_{\text{train}} = \frac1n \sum_{i=1}^n (f(x_i) -"
    r" y_i)^2 = \slot{r.train}, \qquad R = E\left[(f(x) - y)^2\right] \approx \slot{r.held},"
    r" \qquad R - R_{\text{train}} \approx \slot{r.gap}",
    "Cross-validation": r"CV = \frac1k \sum_{j=1}^k R_j = \slot{c.mean} \pm \slot{c.error}"
    r"\quad (\text{degree } \slot{c.degree})",
}
WORD = {"degree": "Degree", "folds": "Degree", "size": "Training points", "stop": "Epoch",
        "double": "Features"}  # fmt: skip


def readout(config: Config, frame: Frame) -> dict[str, str]:
    """The numbers in words, and under names with a dot what fills the formulas."""
    if config.part == "folds":
        return gathered(config, frame)
    i = frame.step
    train, held = float(frame["train"][i]), float(frame["held"][i])
    best = int(np.argmin(frame["held"]))
    told = {
        WORD[config.part]: str(int(frame["axis"][i])),
        "Training error": shown(train, least=1e-12),
        "Error on unseen points": shown(held),
        "Lowest at": f"{int(frame['axis'][best])}: {shown(frame['held'][best])}",
    }
    if config.part == "stop":
        told["Patience ends, kept"] = f"{frame['stop']}, {frame['best']}"
    return told | {"r.train": shown(train, least=1e-12), "r.held": shown(held),
                   "r.gap": shown(held - train)}  # fmt: skip


def gathered(config: Config, frame: Frame) -> dict[str, str]:
    """The numbers of cross-validation."""
    d, j = divmod(frame.step, config.folds)
    row = frame["scores"][d].astype(float)
    done = np.isfinite(frame["scores"]).all(1)
    means = np.where(done, np.nan_to_num(frame["scores"], nan=np.inf).mean(1), np.inf)
    told = row[np.isfinite(row)]
    error = told.std(ddof=1) / np.sqrt(len(told)) if len(told) > 1 else np.nan
    return {
        "Degree": str(d), "Fold held out": f"{j + 1} of {config.folds}",
        "Its error": shown(row[j]),
        "Lowest mean at": f"degree {means.argmin()}" if done.any() else "–",
        "c.mean": shown(told.mean()), "c.error": shown(error), "c.degree": str(d),
    }  # fmt: skip


PRESETS = (
    Preset(
        "Pull one point",
        "Scrub to degree 3 and drag your point: the curve yields a little. At degree 15 the same "
        "drag bends it everywhere.",
        {"n": 18},
    ),
    Preset(
        "Random labels",
        "Targets dealt out at random hold nothing to learn. A high degree still learns them all by "
        "heart, and unseen error only grows.",
        {"shuffled": True, "n": 16},
    ),
    Preset(
        "Each fold once",
        "Watch five folds take turns. Their errors differ by far; only the mean is of use.",
        {"part": "folds", "n": 24},
    ),
    Preset(
        "A straight line never learns",
        "Degree 1 on a wave: training and unseen error meet early and stay high. Then try 12.",
        {"part": "size", "degree": 1},
    ),
    Preset(
        "Stop in time",
        "The descent finds the slow wave first and the noise later. Patience keeps what was best.",
        {"part": "stop", "noise": 0.4},
    ),
    Preset(
        "Down, up, and down again",
        "Error is worst where features are as many as points, and falls once more beyond.",
        {"part": "double", "noise": 0.1, "seed": 1},
    ),
    Preset(
        "A real crash",
        "Low degrees miss the jolt. How many does cross-validation take, and what does it fear?",
        {"part": "folds", "data": "crash", "n": 60, "folds": 10},
    ),
)


def earns(config: Config, frames: Sequence[Frame]) -> Verdict:
    """A high degree is the best one, in spite of noise."""
    if config.part != "degree" or config.noise < 0.2 or config.data == "crash":
        return Verdict(False, "Let the degree grow, on made data with noise 0.2 or more.")
    best = int(np.argmin(frames[-1]["held"]))
    return Verdict(best >= 8 and not config.shuffled, f"Degree {best} has the lowest unseen error.")


def fooled(config: Config, frames: Sequence[Frame]) -> Verdict:
    """Cross-validation picks a degree that is far from the best."""
    if config.part != "folds" or config.shuffled:
        return Verdict(False, "Look at cross-validation, with honest targets.")
    scores, held = frames[-1]["scores"], frames[-1]["held"]
    if not np.isfinite(scores).all():
        return Verdict(False, "Let all folds take their turn.")
    pick = int(scores.mean(1).argmin())
    ratio = float(held[pick] / held.min())
    return Verdict(ratio >= 2, f"It picks degree {pick}, {format_number(ratio)} times the lowest "
                               "error on fresh points.")  # fmt: skip


def saved(config: Config, frames: Sequence[Frame]) -> Verdict:
    """Stopping early is worth much."""
    if config.part != "stop" or config.n < 15 or config.shuffled:
        return Verdict(False, "Look at early stopping, with 15 points or more, honest targets.")
    epochs, held = frames[-1]["axis"], frames[-1]["held"]
    kept = float(held[np.abs(np.log(epochs) - np.log(frames[-1]["best"])).argmin()])
    ratio = float(held[-1]) / kept
    return Verdict(ratio >= 1.5, f"At the end it errs {format_number(ratio)} times what was kept.")


def second(config: Config, frames: Sequence[Frame]) -> Verdict:
    """Three hundred features beat every smaller number up to that of the points."""
    if config.part != "double" or config.n < 15 or config.shuffled:
        return Verdict(False, "Look beyond the number of points, with 15 or more, honest targets.")
    held = frames[-1]["held"]
    narrow = float(held[len(sample(config).x) >= WIDTHS].min())
    says = (f"Below the number of points the lowest error is {format_number(narrow)}; with 300 "
            f"features it is {format_number(float(held[-1]))}.")  # fmt: skip
    return Verdict(bool(held[-1] < narrow), says)


CHALLENGES = (
    Challenge("earns", "Have a degree of 8 or more err least on unseen points, with noise 0.2 or "
              "more.", "More points pay for more coefficients; samples differ, so try other seeds.",
              earns),
    Challenge("fooled", "Have cross-validation pick a degree that errs twice as much as the best.",
              "Few points, and one of them misleading: yours.", fooled),
    Challenge("saved", "With 15 points or more, have the end err half as much again as what "
              "early stopping kept.",
              "There must be noise to learn by heart. Samples differ: try other seeds.", saved),
    Challenge("second", "With 15 points or more, have 300 features beat every number of features "
              "up to that of the points.",
              "A few slow waves must not be enough. Which of the curves do cosines fit badly? "
              "Little noise, and some luck with the sample.", second, hard=True),
)  # fmt: skip

TOUR = (
    TourStep("Degree by degree the fit comes closer to the points it may see. The orange curve of "
             "errors is about points it may not see. Play.", {}),
    TourStep("Eight other samples of the same size show how much of a fit is luck. At high degrees "
             "they have nothing in common.", {}, "", "Give it 50 training points or more.",
             lambda config: config.n >= 50),
    TourStep("Without fresh points one must hold some back. Cross-validation does it in turns.",
             {"part": "folds"}, "", "Deal the points into 10 folds.",
             lambda config: config.folds == 10),
    TourStep("Gradient descent learns slow waves first. Stopping it is like choosing a simpler "
             "model. Patience decides when.", {"part": "stop", "noise": 0.4}, "",
             "Be ten times as patient: 2,000 epochs or more.",
             lambda config: config.patience >= 2000),
    TourStep("With more features than points many exact fits exist, and the shortest weights make "
             "the smoothest. The worst place is where there is only one.",
             {"part": "double", "noise": 0.1, "seed": 1}),
)  # fmt: skip

REFERENCES = (
    Reference("Zhang, Lipton, Li & Smola (2023), Dive into deep learning, sections 3.6 and 5.5",
              "https://d2l.ai/chapter_linear-regression/generalization.html"),
    Reference("Belkin, Hsu, Ma & Mandal (2019), Reconciling modern machine-learning practice and "
              "the classical bias–variance trade-off", "https://doi.org/10.1073/pnas.1903070116"),
    Reference("Zhang, Bengio, Hardt, Recht & Vinyals (2017), Understanding deep learning requires "
              "rethinking generalization", "https://arxiv.org/abs/1611.03530"),
    Reference("Stone (1974), Cross-validatory choice and assessment of statistical predictions",
              "https://doi.org/10.1111/j.2517-6161.1974.tb00994.x"),
    Reference("Yao, Rosasco & Caponnetto (2007), On early stopping in gradient descent learning",
              "https://doi.org/10.1007/s00365-006-0663-2"),
)  # fmt: skip
