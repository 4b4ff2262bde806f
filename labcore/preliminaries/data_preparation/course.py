"""What is worth finding, goals, a guided way, the numbers in words, and formulas."""

from __future__ import annotations

import math
from collections.abc import Sequence

from labcore import Challenge, Frame, Preset, Reference, TourStep, Verdict, shown
from labcore.preliminaries.data_preparation.config import Config
from labcore.preliminaries.data_preparation.looks import STAGES

FORMULAS = {
    "The error": r"\sqrt{\frac1n \sum_i (\log \hat y_i - \log y_i)^2} = \slot{e.error}"
    r"\approx \slot{e.percent}\,\%,\qquad \text{rows learned from } \slot{e.learned},\quad"
    r"\text{one answer for all } \slot{e.same}",
}


def readout(config: Config, frame: Frame) -> dict[str, str]:
    """Metrics, and under names with a dot what fills the formula."""
    fold = frame.step - len(STAGES) + 1
    error = float(frame["error"])
    return {
        "Stage": STAGES[frame.step] if fold <= 0 else f"Fold {fold}",
        "Columns": str(int(frame["columns"])),
        "Gaps": str(int(frame["gaps"])),
        "Tensor": f"{int(frame['rows'])} × {int(frame['width'])}, float32",
        "Error, held out": shown(error, 4),
        "On rows learned from": shown(frame["fit_error"], 4),
        "e.error": shown(error, 4),
        "e.percent": shown(100 * math.expm1(min(error, 5.0))),
        "e.learned": shown(frame["fit_error"], 4),
        "e.same": shown(frame["baseline"], 4),
    }


PRESETS = (
    Preset(
        "A hand on the gaps",
        "The mark says what stands in the gaps. Drag it to 0, the mean, and watch the dashed line "
        "of the error.",
        {"missing": 30},
    ),
    Preset(
        "It does not matter any more",
        "With “was missing” columns a linear model corrects whatever you fill in: drag as far as "
        "you like, the error stays.",
        {"missing": 30, "indicator": True},
    ),
    Preset(
        "A gap that says something",
        "Here dear houses hide more. The mean is the worst advice; a “was missing” column turns "
        "the gap into a clue.",
        {"missing": 40, "why": "target", "fill": "mean"},
    ),
    Preset(
        "Square feet against bedrooms",
        "Descent on unscaled columns: lot sizes in thousands take all of the learning rate. Then "
        "choose a scaling. For the exact linear model it makes no difference.",
        {"model": "descent", "scaling": "none", "fill": "mean"},
        view="Fit",
    ),
    Preset(
        "A leak that flatters",
        "300 columns of noise, of which the best ten were picked by looking at all rows: the error "
        "seems to be lower, and nothing was learned.",
        {"picks": True, "rows": 100, "model": "neighbours", "leak": True, "fill": "mean"},
        view="Fit",
    ),
    Preset(
        "A leak one can hardly see",
        "Scaling before the split: wrong as well, but with 546 rows a mean knows little of any one "
        "of them. Take 30 rows and look again.",
        {"leak": True, "fill": "mean"},
        view="Fit",
    ),
)


def made_up(config: Config, share: int) -> str:
    """Why a run on the houses with enough gaps is needed, or nothing."""
    if config.table:
        return "Use the houses, without a table of your own."
    if config.missing < share or config.rows < 546:
        return f"Make {share} % gaps or more, in all 546 rows."
    return ""


def by_hand(config: Config, frames: Sequence[Frame]) -> Verdict:
    """A hand as good as the mean."""
    if why := made_up(config, 30):
        return Verdict(False, why)
    if config.fill != "hand" or config.indicator or config.why != "chance":
        return Verdict(False, "Fill by hand, by chance, without “was missing” columns.")
    error, mean = float(frames[-1]["error"]), float(frames[-1]["fills"][1, 0])
    says = f"Your error is {shown(error, 4)}, that of the mean {shown(mean, 4)}."
    return Verdict(error <= 1.01 * mean, says)


def clue(config: Config, frames: Sequence[Frame]) -> Verdict:
    """Better with gaps than without."""
    if why := made_up(config, 40):
        return Verdict(False, why)
    error = float(frames[-1]["error"])
    says = f"The error is {shown(error, 4)}; without any gap it is about 0.217."
    return Verdict(error < 0.2 and not config.leak, says)


def rescued(config: Config, frames: Sequence[Frame]) -> Verdict:
    """Descent as good as the exact solution."""
    if why := made_up(config, 15):
        return Verdict(False, why)
    if config.model != "descent" or config.leak:
        return Verdict(False, "Use 100 steps of descent, prepared inside each fold.")
    error = float(frames[-1]["error"])
    return Verdict(error < 0.236, f"The error is {shown(error, 4)}; have less than 0.236.")


def flattered(config: Config, frames: Sequence[Frame]) -> Verdict:
    """An error that a leak makes look a third smaller."""
    if config.table:
        return Verdict(False, "Use the houses, without a table of your own.")
    honest, leaked = (float(value) for value in frames[-1]["leaks"])
    says = f"Honest {shown(honest, 4)}, with the leak {shown(leaked, 4)}."
    return Verdict(leaked < honest / 1.5 and honest < 1, says)


CHALLENGES = (
    Challenge("by_hand", "Make 30 % gaps by chance, and fill them by hand as well as the mean "
              "does, within 1 %.",
              "Drag the mark. For which place is a filled row least surprising?", by_hand),
    Challenge("clue", "With 40 % gaps or more, bring the log error below 0.2: less than "
              "without any gap.",
              "Let the gaps have to do with the price, and let the model know.", clue),
    Challenge("rescued", "With gaps of 15 %, get descent below a log error of 0.236.",
              "The largest safe η is set by the largest curvature: columns of like size help.",
              rescued),
    Challenge("flattered", "Find settings under which the leak makes the error seem a third "
              "smaller.",
              "Few rows, many columns to pick from, and a model that trusts neighbours. Or a model "
              "with hardly more rows than columns.", flattered, hard=True),
)  # fmt: skip

TOUR = (
    TourStep("A table has gaps and words; a network wants numbers. Step through the stages: "
             "filled, words as columns, scaled, a tensor.", {}, "Table"),
    TourStep("What stands in the gaps is a choice, and it has a price: the dashed line.",
             {"missing": 30}, "Table", asks="Drag the purple mark to the mean, 0.",
             done=lambda config: abs(config.value) < 0.2),
    TourStep("A gap may be a clue. Here dear houses hide more.",
             {"missing": 40, "why": "target", "fill": "mean"}, "Table",
             asks="Add “was missing” columns.", done=lambda config: config.indicator),
    TourStep("Each point was predicted while it was held out. Descent on unscaled columns learns "
             "next to nothing.", {"model": "descent", "scaling": "none", "fill": "mean"}, "Fit",
             asks="Choose a scaling.", done=lambda config: config.scaling != "none"),
    TourStep("What is learned in preparing, a mean or which columns to keep, has to be learned "
             "from the training rows alone. Else the held-out rows have been seen.",
             {"picks": True, "rows": 100, "model": "neighbours", "fill": "mean"}, "Fit"),
)  # fmt: skip

REFERENCES = (
    Reference("Anglin & Gençay (1996), Semiparametric estimation of a hedonic price function",
              "https://doi.org/10.1002/(SICI)1099-1255(199611)11:6<633::AID-JAE414>3.0.CO;2-T"),
    Reference("Rubin (1976), Inference and missing data",
              "https://doi.org/10.1093/biomet/63.3.581"),
    Reference("Hastie, Tibshirani & Friedman (2009), The elements of statistical learning, section "
              "7.10.2, The wrong and right way to do cross-validation",
              "https://hastie.su.domains/ElemStatLearn/"),
    Reference("Kaufman, Rosset, Perlich & Stitelman (2012), Leakage in data mining",
              "https://doi.org/10.1145/2382577.2382579"),
)  # fmt: skip
