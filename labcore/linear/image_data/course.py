"""What to find, to reach and to follow."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from labcore import Challenge, Frame, Preset, Reference, TourStep, Verdict, format_number
from labcore.linear.image_data.config import WORKERS, Config

PRESETS = (
    Preset("Among the shoes", "Drag the ring from one cloud to the next and watch the "
           "six nearest pictures change.", {"probe_x": -1.5, "probe_y": -0.5}),
    Preset("Variance is not class", "Play from PCA to LDA: less and less of the variance is shown, "
           "and the classes come apart.", {"show": "sandal"}),
    Preset("In the order of the file", "Unshuffled, a batch is T-shirts and nothing else. Play on: "
           "the class changes once in a thousand pictures.",
           {"part": "batches", "shuffle": False}),
    Preset("Seen through noise", "At which σ do you lose the shirts? At which the trousers?",
           {"part": "batches", "noise": 0.6}),
    Preset("Wrong labels come up", "Play: the first suspects are nearly all wrong labels. Four in "
           "five of the list need no look at all.", {"part": "labels"}),
    Preset("No label replaced", "The data set's own oddities. Would you have sorted them as the "
           "label says?", {"part": "labels", "wrong": 0}),
    Preset("Honest confusions", "Replaced by the class most like it, wrong labels hide among "
           "right ones that are hard, and they cost more.",
           {"part": "labels", "wrong": 40, "mistake": "alike"}),
    Preset("Workers that help", "A decoder works outside of Python, so each core can have a "
           "picture of its own: the more cores, the more workers pay.",
           {"part": "loader", "work": "decode"}),
    Preset("Workers that do not", "Flips and noise are many short steps of Python: its threads "
           "take turns, and hardly help. What is ready in one tensor is far ahead.",
           {"part": "loader", "work": "augment"}),
)  # fmt: skip


def crossroads(config: Config, frames: Sequence[Frame]) -> Verdict:
    """A place where the map cannot tell the classes."""
    if config.part != "map":
        return Verdict(False, "This is about the map.")
    kinds = len(np.unique(frames[-1]["labels"]))
    return Verdict(kinds == 6, f"On the last map, the six nearest are of {kinds} classes.")


def detective(config: Config, frames: Sequence[Frame]) -> Verdict:
    """Nearly all wrong labels from few looks."""
    if config.part != "labels":
        return Verdict(False, "This is about wrong labels.")
    seen = [frame for frame in frames if frame["many"] <= 300]
    if not seen or not seen[-1]["bad"]:
        return Verdict(False, "There is no wrong label to find.")
    found, bad = seen[-1]["found"], seen[-1]["bad"]
    return Verdict(found >= 0.9 * bad and bad >= 100,
                   f"{seen[-1]['many']} looks found {found} of {bad}.")  # fmt: skip


def worthwhile(config: Config, frames: Sequence[Frame]) -> Verdict:
    """Mending that pays."""
    if config.part != "labels":
        return Verdict(False, "This is about wrong labels.")
    gain = 100 * (frames[-1]["right"] - frames[0]["right"])
    return Verdict(bool(gain >= 9), f"Mending gained {gain:.1f} points of test accuracy.")


def hurried(config: Config, frames: Sequence[Frame]) -> Verdict:
    """Workers that are worth having, on a server with more than one core."""
    if config.part != "loader" or not config.clock:
        return Verdict(False, "This is about the speed of loading, measured.")
    table = frames[-1]["table"]
    gain = float(table[1 : len(WORKERS), 2].max() / table[0, 2])
    return Verdict(gain >= 1.4, f"Workers are at best {format_number(gain, 2)} times as fast as "
                   "none at batch size 64.")  # fmt: skip


CHALLENGES = (
    Challenge("crossroads", "Find a place on the map of LDA, its last frame, where the six nearest "
              "pictures are of six classes.",
              "Higher directions hold less of what tells classes apart.", crossroads),
    Challenge("detective", "Find at least 90 % of 100 or more wrong labels in 300 looks.",
              "The fewer are wrong, the better the classifier that looks for them.", detective),
    Challenge("hurried", "Make workers at least 1.4 times as fast as none at batch size 64.",
              "Threads of Python help with what is done outside of it.", hurried),
    Challenge("worthwhile", "Gain 9 points of test accuracy by putting 800 labels right at most.",
              "Random mistakes cancel; a habit does not.", worthwhile, hard=True),
)  # fmt: skip

TOUR = (
    TourStep("Ten thousand pictures in ten classes, 28 × 28 pixels each. First look at what comes "
             "in a batch.", {"part": "batches"}, "",
             "Turn the shuffling off, and see what each batch would teach.",
             lambda config: config.part == "batches" and not config.shuffle),
    TourStep("Each picture is a point in 784 dimensions; halved, 196. PCA looks along the "
             "directions of most variance, LDA where class means lie apart.", {}, "",
             "Drag the ring to the left edge, below x = −1.5.",
             lambda config: config.probe_x < -1.5),
    TourStep("One label in ten was replaced. Five classifiers, none of which saw the picture it "
             "judges, say which labels they doubt.", {"part": "labels"}, "",
             "Find 90 % of the wrong labels in 300 looks.", reach="detective"),
    TourStep("Last, speed: a model waits for its data. Pictures prepared one by one are far slower "
             "than a tensor that is ready.", {"part": "loader"}, "",
             "Let each picture be decoded, and compare the workers.",
             lambda config: config.part == "loader" and config.work == "decode"),
)  # fmt: skip

REFERENCES = (
    Reference("Zhang, Lipton, Li & Smola (2023), Dive into deep learning, section 4.2",
              "https://d2l.ai/chapter_linear-classification/image-classification-dataset.html"),
    Reference("Xiao, Rasul & Vollgraf (2017), Fashion-MNIST: a novel image dataset for "
              "benchmarking machine learning algorithms", "https://arxiv.org/abs/1708.07747"),
    Reference("Northcutt, Athalye & Mueller (2021), Pervasive label errors in test sets "
              "destabilize machine learning benchmarks", "https://arxiv.org/abs/2103.14749"),
    Reference("Fisher (1936), The use of multiple measurements in taxonomic problems",
              "https://doi.org/10.1111/j.1469-1809.1936.tb02137.x"),
)  # fmt: skip

FORMULAS = {
    "A fair batch": r"\text{each class } \frac{b}{10} \pm \sqrt{b \cdot \tfrac{1}{10} \cdot "
    r"\tfrac{9}{10}} = \slot{b.fair} \pm \slot{b.wide} \text{ of } \slot{b.n},\quad "
    r"\text{the most common here: } \slot{b.most}",
    "What a plane shows": r"\frac{\operatorname{tr}(Q^\top S Q)}{\operatorname{tr} S} = "
    r"\slot{m.kept},\qquad P(\text{nearest neighbour is of the same class}) = \slot{m.pure}",
    "Doubt": r"d_i = \max_k \log P(k \mid x_i) - \log P(y_i \mid x_i),\qquad "
    r"\frac{\text{wrong ones found}}{\text{looks}} = \frac{\slot{l.found}}{\slot{l.many}} = "
    r"\slot{l.hit},\quad \text{by chance } \slot{l.chance}",
}
