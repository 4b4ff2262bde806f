"""The controls of the lab on image data."""

from __future__ import annotations

from typing import Literal

import labcore
from labcore import control

CLASSES, SIDE, FOLDS = 10, 28, 5
GRID = (3, 7)
"""Rows and columns of pictures shown at once."""
BATCHES, TURNS, STEP, LOOKS = 40, 41, 20, 41
"""Frames of the batches; of the map; labels looked at from frame to frame, and those frames."""
SIZES, WORKERS = (1, 8, 64, 256), (0, 1, 2, 4)
Part = Literal["batches", "map", "labels", "loader"]
Show = Literal["all", "T-shirt", "trousers", "pullover", "dress", "coat",
               "sandal", "shirt", "sneaker", "bag", "ankle boot"]  # fmt: skip


class Config(labcore.Config):
    """What to look at, and how."""

    part: Part = control(
        "map",
        title="Look at",
        labels={"batches": "Batches, as training sees them", "map": "A map of all pictures",
                "labels": "Labels that may be wrong", "loader": "The speed of loading"},
    )  # fmt: skip
    """One data set, four ways to get to know it before training."""

    batch: int = control(
        64, title="Batch size", low=8, high=512, step=8, only={"part": ("batches",)}
    )
    """Pictures that come at once; the first 21 are shown."""

    shuffle: bool = control(True, title="Shuffle", only={"part": ("batches",)})
    """Off, the pictures come as they lie in the file: class after class."""

    noise: float = control(
        0.0, title="Noise in the pixels σ", low=0, high=1, step=0.05, only={"part": ("batches",)}
    )
    """Normal noise is added to pixels from 0 to 1, anew for each batch."""

    show: Show = control(
        "all", title="Class", labels={"all": "All classes"}, only={"part": ("batches", "map")}
    )
    """Only this class in the batches; on the map, it stands out."""

    component: int = control(
        1, title="First component", low=1, high=8, more=True, only={"part": ("map",)}
    )
    """The map shows this direction across and the next one up, of PCA and of LDA."""

    probe_x: float = control(
        -0.3, title="Probe, across", low=-3.5, high=3.5, more=True, only={"part": ("map",)}
    )
    """Where you point; the nearest picture is shown with those around it."""

    probe_y: float = control(
        0.7, title="Probe, up", low=-3.5, high=3.5, more=True, only={"part": ("map",)}
    )
    """Where you point, upwards."""

    wrong: int = control(
        10, title="Wrong labels", low=0, high=40, step=1, unit="%", only={"part": ("labels",)}
    )
    """So many of 2,000 labels are replaced before anyone looks."""

    mistake: Literal["any", "alike"] = control(
        "any", title="Replaced by",
        more=True,
        labels={"any": "Any other class", "alike": "The class most like it"},
        only={"part": ("labels",)},
    )  # fmt: skip
    """A slip of the hand, or an honest confusion."""

    work: Literal["scale", "augment", "decode"] = control(
        "augment", title="Work for each picture",
        labels={"scale": "Scale to 0 … 1", "augment": "Scale, flip, shift, add noise",
                "decode": "Decode a photograph from its PNG"},
        only={"part": ("loader",)},
    )  # fmt: skip
    """What the data set does when it is asked for one picture. Scale, flip and noise are steps of
    Python; the decoder is one long step outside of it, and lets other threads work meanwhile."""

    clock: bool = control(True, title="Measure seconds", more=True, only={"part": ("loader",)})
    """Seconds are measured while the run goes on and differ from run to run; without them, calls
    for each picture are counted."""
