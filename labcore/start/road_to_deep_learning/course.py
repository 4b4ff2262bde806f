"""What to find, what to reach, and the way through."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from labcore import Challenge, Frame, Preset, Reference, TourStep, Verdict, shown
from labcore.start.road_to_deep_learning.lesson import (
    DRIVEN,
    GROWTH,
    LAST,
    PAPERS,
    QUANTITIES,
    Config,
    brush,
    doubling,
)

PRESETS = (
    Preset(
        "The long winter",
        "From the perceptron to ImageNet: ideas in plenty, neurons, backpropagation, memory, and "
        "no data or machine to feed them.",
        {"since": 1958.0, "until": 2009.4},
        PAPERS,
    ),
    Preset(
        "Four famous ideas",
        "word2vec, AlexNet, GAN and Transformer within five years, the stars. Which of the numbers "
        "grew in the same years?",
        {"since": 2012.0, "until": 2017.9},
        PAPERS,
    ),
    Preset(
        "Doubling every 3.4 months",
        "The brush of a famous blog: 2012 to 2017. Drag its right edge on and see what became of "
        "that pace.",
        {"since": 2012.0, "until": 2017.0},
        GROWTH,
    ),
    Preset(
        "Told in 2019",
        "The dotted line is what one could have said in 2019. The larger models are within a "
        "factor of four of it, five years on.",
        {"since": 2009.0, "until": 2019.0},
        GROWTH,
    ),
    Preset(
        "Records only",
        "Keep only what broke a record, and the same years look tamer or wilder. The small "
        "models that nobody counts are part of the trend too.",
        {"which": "records", "quantity": "parameters", "since": 1985.0},
        GROWTH,
    ),
    Preset(
        "Data first",
        "Between 1990 and 2010 typical data grew faster than compute, and memory lagged far "
        "behind: learners had to use each example once and let it go.",
        {"since": 1990.0, "until": 2010.0},
        DRIVEN,
    ),
)


def of(frames: Sequence[Frame], name: str) -> tuple[float, int]:
    """The doubling time in months of a quantity, and how many models it is from."""
    k = QUANTITIES.index(name)
    slope = float(frames[-1]["slope"][k])
    months = doubling(slope) if np.isfinite(slope) else np.nan
    return months, int(frames[-1]["models"][k])


def years(config: Config) -> float:
    """How long the brush is."""
    low, high = brush(config)
    return high - low


def told(config: Config, months: float, models: int) -> str:
    """What was found, in a sentence."""
    span = f"{shown(years(config))} years, {models} models"
    return f"{span}: " + (f"doubling in {shown(months)} months." if months > 0 else "no doubling.")


def pace(config: Config, frames: Sequence[Frame]) -> Verdict:
    """Compute that doubles as fast as it was once said."""
    months, models = of(frames, "flop")
    good = years(config) >= 4 and models >= 6 and 0 < months <= 3.45
    return Verdict(bool(good), told(config, months, models))


def before(config: Config, frames: Sequence[Frame]) -> Verdict:
    """Networks before there was a card for them."""
    months, models = of(frames, "parameters")
    good = brush(config)[1] <= 2012 and models >= 3 and months >= 36
    return Verdict(bool(good), told(config, months, models))


def data_first(config: Config, frames: Sequence[Frame]) -> Verdict:
    """Years in which data outgrew compute."""
    data, memory, compute = 10 ** frames[-1]["grown"].astype(float)
    says = f"Data × {shown(data, 2)}, memory × {shown(memory, 2)}, compute × {shown(compute, 2)}."
    return Verdict(bool(years(config) >= 15 and data >= 9 * compute), says)


def slower(config: Config, frames: Sequence[Frame]) -> Verdict:
    """Text to read runs short."""
    months, models = of(frames, "words")
    good = years(config) >= 4 and models >= 6 and (months >= 24 or months < 0)
    return Verdict(bool(good), told(config, months, models))


def prophet(config: Config, frames: Sequence[Frame]) -> Verdict:
    """A line up to 2019 that holds."""
    off = float(frames[-1]["later"])
    good = (config.quantity == "flop" and brush(config)[1] <= 2019.5 and off <= 4
            and frames[-1]["now"] == LAST and len(config.lanes) == 7)  # fmt: skip
    says = f"Models after the brush are off by × {shown(off)}."
    return Verdict(
        bool(good), says if np.isfinite(off) else "No model after the brush, or no line."
    )


CHALLENGES = (
    Challenge("pace", "Find four years or more, with six models or more, in which compute doubled "
              "at least every 3.4 months.", "It was said in 2018, of the years before.", pace),
    Challenge("before", "Before 2012 networks grew too. Find out that their parameters took three "
              "years or more to double.", "A brush that begins in the 1980s and ends by 2012.",
              before),
    Challenge("data_first", "Find 15 years or more in which typical data grew ten times as much as "
              "compute.", "Under “Drivers”: when did the web come?", data_first),
    Challenge("slower", "Find four years or more, with six models or more, in which the words to "
              "learn from took two years or longer to double.",
              "Which models were trained on nearly all there is?", slower, hard=True),
    Challenge("prophet", "With a brush that ends by mid-2019, foretell the compute of all later "
              "models to within a factor of 4, in the mean.",
              "Not the wildest years alone: let the brush begin early.", prophet, hard=True),
)  # fmt: skip

TOUR = (
    TourStep("Three roots: statistics says what can be known from examples, optimization how to "
             "search, neuroscience what a learning machine might look like. Press play, and the "
             "papers come.", {"since": 1936.0, "until": 1990.0}, PAPERS),
    TourStep("Four fields that changed: vision, language, speech, games. Stars are the ideas of an "
             "article that this house follows. The purple edges can be dragged.",
             {"since": 1936.0, "until": 1990.0}, PAPERS,
             "Drag the edges so that the brush holds 2012 to 2017, and little else.",
             lambda config: 2009 <= brush(config)[0] <= 2013 and 2016 <= brush(config)[1] <= 2019),
    TourStep("On a log scale a steady doubling is a straight line. The slope is fitted to what is "
             "in the brush, and its error says how much to trust it.", {}, GROWTH,
             "Find the brush of the fastest claim: a doubling every 3.4 months.", reach="pace"),
    TourStep("Three things had to come together. The book gives each decade a typical data set, "
             "memory and speed; crosses are single cards.", {"since": 2010.0, "until": 2020.0},
             DRIVEN, "Find when data grew ten times as much as compute.", reach="data_first"),
    TourStep("A trend is not a law. Choose where it begins, which models count, and it says "
             "something else. Which figure is stated, and which estimated by whom, stands below "
             "with every source.", {}, GROWTH),
)  # fmt: skip

REFERENCES = (
    Reference("Zhang, Lipton, Li & Smola (2023), Dive into deep learning, sections 1.4 to 1.6 and "
              "table 1.5.1", "https://d2l.ai/chapter_introduction/index.html"),
    Reference("Amodei & Hernandez (2018), AI and compute",
              "https://openai.com/research/ai-and-compute"),
    Reference("Sevilla, Heim, Ho, Besiroglu, Hobbhahn & Villalobos (2022), Compute trends across "
              "three eras of machine learning", "https://arxiv.org/abs/2202.05924"),
    Reference("Hoffmann et al. (2022), Training compute-optimal large language models",
              "https://arxiv.org/abs/2203.15556"),
    Reference("Brown et al. (2020), Language models are few-shot learners, table D.1",
              "https://arxiv.org/abs/2005.14165"),
)  # fmt: skip

FORMULAS = {
    "Straight line": r"\log_{10} N = a + b \cdot \text{year}, \qquad b = \slot{f.slope} \pm "
    r"\slot{f.error} \text{ a year} \quad (\slot{f.n} \text{ models})",
    "Doubling": r"T_2 = \frac{12 \log_{10} 2}{b} = \frac{3.61}{\slot{f.slope}} = \slot{f.months} "
    r"\text{ months}",
    "In these years": r"\text{data} \times \slot{d.data}, \quad \text{memory} \times "
    r"\slot{d.memory}, \quad \text{compute} \times \slot{d.compute} \qquad "
    r"(\slot{d.years} \text{ years of the table})",
}
