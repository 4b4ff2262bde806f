"""A guided way from a game that settles to the ways in which it fails."""

from __future__ import annotations

from labcore import TourStep
from labcore.generation.gan.presets import PRESETS

SETTINGS = {preset.title: preset.settings for preset in PRESETS}

TOUR = (
    TourStep(
        "G turns noise into points, the orange fakes. D shades the plane blue where it says real. "
        "Each is trained against the other, and here the game settles: D ends near ½, and the "
        "fakes lie on all eight blobs.",
        {},
        "Samples",
    ),
    TourStep(
        "G never sees the data. All it gets is the slope of D’s verdict. The lines show where a "
        "fake would be pulled from anywhere; beside it stands the best D for these fakes.",
        {"steps": 800},
        "Discriminator",
        "Let nothing hold D back and train: in the first half the lines grow longer.",
        lambda config: config.restraint == "none",
    ),
    TourStep(
        "One latent z goes through G to a point and through D to a score. The slope of the loss "
        "comes back the same way; the bars show how much of it is left at each layer.",
        {"steps": 400, "schedule": "constant"},
        "One step",
        "Drag the star to a z₁ below −1, and see where the point goes.",
        lambda config: config.z0 < -1,
    ),
    TourStep(
        "Here D is far ahead. It tells all apart, its slope at the fakes is next to nothing, and "
        "G stands still. The note below the picture says so.",
        SETTINGS["Vanishing gradient"],
        "Discriminator",
        "Choose another objective for G, and go on from the last frames.",
        lambda config: config.objective != "minimax",
    ),
    TourStep(
        "Now G is too fast for D. It moves all its fakes to where D is blind; when D has followed, "
        "they are elsewhere.",
        SETTINGS["Oscillation"],
        "Samples",
        "Slow G down, to one step a round at a rate of 0.0005 or less, and train again.",
        lambda config: config.k_g == 1 and config.lr_g <= 0.0005,
    ),
    TourStep(
        "A brake on D is one way to all eight blobs. There are others: slower steps of D, rates "
        "that fade, a mean of G’s weights.",
        {"restraint": "none"},
        "Samples",
        "Cover all eight with 90 % good fakes while nothing holds D back.",
        reach="unaided",
    ),
)
