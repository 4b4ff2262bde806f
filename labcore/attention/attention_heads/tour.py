"""A guided way through the lab."""

from __future__ import annotations

from labcore import TourStep
from labcore.attention.attention_heads.config import NO_SURGERY, Config
from labcore.attention.attention_heads.presets import PRESETS, marked
from labcore.attention.attention_heads.surgery import changed_heads

SINK = next(preset for preset in PRESETS if preset.view == "Sink")


def is_cut(config: Config, row: int, head: int) -> bool:
    """Whether a head, counted from 1, is cut."""
    return changed_heads(config).get((row - 1, head - 1)) == "0"


TOUR = (
    TourStep(
        "Each small picture is one head: a row for each token that asks, bright where it looks. "
        "Scrub the training: at first all heads look everywhere. The cross heads read the input "
        "while the date is written.",
        {},
        "Heads",
        "Click cross head 4, at the lower right.",
        lambda config: (config.row, config.head) == (3, 4),
    ),
    TourStep(
        "Most rows of this head end at ■, the sign that the input is over. What could it learn "
        "there? The bars at the lower right measure it: the lead that is lost without each head.",
        {"head": 4, "brush": "0"},
        "Changes",
        "Cut cross head 4: click it once more.",
        lambda config: is_cut(config, 3, 4),
    ),
    TourStep(
        "Little is lost. Softmax had to put its weight somewhere, and the end sign is a place to "
        "do nothing. Now for a head with a long bar.",
        {"head": 1, "brush": "0", "operated": marked(NO_SURGERY, (3, 4, "0"))},
        "Changes",
        "Cut cross head 1 as well, and read what is written.",
        lambda config: is_cut(config, 3, 1),
    ),
    TourStep(
        "A head can matter in a single cell. The brush now puts all weight where you click. The "
        "first row writes the first digit of the year.",
        {"head": 1, "query": 0, "key": 0, "brush": "1"},
        "Changes",
        "Paint one cell so that a real day of the 1900s is written.",
        reach="forge",
    ),
    TourStep(
        "Queries times keys, divided by the root of d, then softmax. Temperature divides once "
        "more; a high one makes all rows even.",
        {"scope": "all"},
        "Stages",
        "Set the temperature to 5 or more.",
        lambda config: config.temperature >= 5,
    ),
    TourStep(
        "Is what a head looks at what the output rests on? Roll-out adds attention up; beside it "
        "each token is really replaced. The two agree in part. Trust the measurement.",
        {},
        "Why",
    ),
    TourStep(
        "Last, a model that others trained reads two sentences (it is there after “make "
        "language”). This head puts two thirds of its weight on [CLS], whose value is almost 0 "
        "long.",
        {**SINK.settings, "brush": "0"},
        "Sink",
        "Cut it, block 3, head 3, and compare the similarity.",
        lambda config: config.task == "sentence" and is_cut(config, 3, 3),
    ),
)
